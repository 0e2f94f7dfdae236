"""What an element's names say of it: story, furniture, caption, byline, hidden. Judged once for each set of names.

The words are those that news sites use in classes and ids; trafilatura's discard lists were the first source, pages of
some sixty sites the second. A word counts as a whole part of a name ("post-share", "share_bar"), not inside another
("shareholder").
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import Any


class Mark(IntEnum):
    """How an element's tag, class, id, role and style mark it."""

    NONE = 0
    HIDDEN = 1
    FURNITURE = 2
    CAPTION = 3
    BYLINE = 4
    STANDFIRST = 5
    STORY = 6
    STORY_BODY = 7


def _parts(words: str) -> re.Pattern[str]:
    """A pattern that finds any of the words as a whole part of a name, a digit after it or not; by letter: faster."""
    rests: dict[str, list[str]] = {}
    for word in words.split():
        rests.setdefault(word[0], []).append(word[1:])
    any_word = "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in rests.items())
    return re.compile(rf"(?:^|[\s_-])(?:{any_word})(?=$|[\s_-]|\d)")


_UNSEEN = re.compile(
    r"(?:rollover|tool-?tip|pop-?over|hover-?card)(?!\S*link)|sr-only|visually-?hidden|screen-?reader|(?:^|\s)(?:hide|hidden)(?:$|\s)"
)
_FURNITURE = _parts(
    r"""shar(?:e|es|ing) social sociable follow newsletter subscri\w* sign-?up syndication cookie\w* consent\w* gdpr\w*
    privacy\w* tags? taglist topics? keywords side-?bar rail banner bread-?crumbs? button btn footer foot nav navbar
    navigation menu related recirc\w* recommend\w* read-?more more-?(?:on|stories|news|from|articles)
    most-?(?:popular|read|viewed) popular trending promo\w* teaser tease outbrain taboola criteo advert\w* ads? dfp\w*
    sponsor\w* widget cmts? cmnts? comment(?:s|list|-?list|-?section|-?form)? disqus\w* respond reply rating poll survey
    quiz toolbar tools utility print email-?this login sign-?in register donat\w* support-?us contribute next prev
    previous pager pagination jump-?to skip overlay modal popup lightbox carousel slider slideshow gallery playlist
    timestamp pub-?date publish\w* updated read(?:ing)?-?time
    time-?to-?read post-?date entry-?date date meta posted author-?(?:bio|info|box|card|desc\w*)
    about-?(?:the-?)?author bio copyright legal correction-?form in-?read see-?also also-?read also-?on
    thumb\w* hide noprint no-?print message alert notification feedback trust audio-?player video-?player player listen
    article-?(?:meta|info|tools|tags|footer|share|date) entry-?meta post-?meta
    compartir compartilhar partag\w* teilen condivi\w* paylas\w* relacionad\w* relacionat\w* correlat\w* verwandte?
    lire-aussi leia-\w+ lea-\w+ leer-mas mehr-zum-thema baca-juga ilgili benzer terkait anuncios? publicidad\w*
    publicidade pubblicita werbung anzeige reklam\w* comentarios? kommentare? commentaires? commenti boletin
    etiquetas schlagworte mots-cles"""
)
_FURNITURE_ANYWHERE = re.compile(
    r"related|share(?!d|h)|social|newsletter|sidebar|footer|breadcrumb|promo|outbrain|taboola|advert|recirc|recommend"
    r"|trending|most(?:popular|read)|teaser|subscri|navigation|widget"
)
_COMMENTS = re.compile(r"[Cc]omments?(?![a-z])")
_CAPTION = re.compile(
    r"caption|leyenda|pie-?de-?foto|pie-?foto|bildunterschrift|bildtext|didascalia|legend[ae](?![a-z])|(?:^|[\s_-])(?:photo|image|img|media|picture)[_-]{0,2}(?:credit|source|copyright|info|desc\w*|title)"
    r"|credit(?![a-z])|legend(?![a-z])"
)
_BYLINE = re.compile(
    r"byline|(?:^|[\s_-])by(?:$|[\s_-])|author|dateline(?!s)"
    r"|(?:writer|reporter|redactor|redakteur|journaliste?|giornalista|muhabir|penulis)(?![a-z])"
    r"|(?:^|[\s_-])(?:autor(?:es|a)?|auteurs?|autor[ei]|firma)(?=$|[\s_-])"
)
_BODY = re.compile(
    r"(?:article|story)[-_]{0,2}(?:[Bb]ody|[Cc]ontent|[Tt]ext|[Cc]opy|[Mm]ain-?[Bb]ody)|Article(?:Body|Content)|StoryBody"
    r"|(?:entry|post|news|text|page|art|single|blog|field|body)[-_]{0,2}(?:content|body|text|copy)(?![a-z])|postContent"
    r"|post_inner_wrapper|main-?_?text|full-?_?text|wysiwyg|rich-?_?text|RichText|content[-_]{0,2}(?:body|text|main|article)"
    r"|news-?_?detail|detail[-_]{0,2}(?:content|text|body)|caas-body|mol-para|post-bodycopy|article__container"
    r"|paragraphs?-?(?:wrap|container)|prose(?![a-z])|field-{1,2}name-(?:field-)?body|theme-post-content|item(?:FullText|Body)"
    r"|article-?view-?content|article_?txt|artibody|TRS_Editor|endText|js-mediator-article|fck_detail|read__content|longText"
    r"|asset-content|gnt_ar_b(?![a-z])|(?:artikel|art[ií]culo|articolo|artigo|noticia|nota|mat[eé]ria|haber|berita|beitrag)"
    r"[-_]{0,2}(?:body|texto?|cuerpo|corpo|inhalt|content|conteudo|contenido|detay|icerik)(?![a-z])"
    r"|(?:cuerpo|corpo|corps|texto|texte|testo|inhalt|conteudo|contenido|contenu|icerik)[-_]{0,2}(?:de-?(?:la-?)?)?"
    r"(?:noticia|nota|art[ií]culo|articolo|article|artigo|artikel|materia|haber)(?![a-z])"
)
_STORY = re.compile(
    r"(?:^|[\s_-])(?:article|story|post|entry|hentry|single|news|content|main|body|art|artikel|art[ií]culo|articolo"
    r"|artigo|noticia|cuerpo|corpo|texto|conteudo|contenido|haber|berita|beitrag)(?=$|[\s_-])"
    r"|main-?_?content|page-?content"
)
_STANDFIRST = re.compile(
    r"stand-?first|(?:^|[\s_-])(?:dek|deck|sub-?title|sub-?head(?:line|ing)?|tagline|kicker|eyebrow|sub-?hed|sottotitolo"
    r"|subtitulo|chapo|chapeau|entradilla|bajada|copete|sommario|occhiello|vorspann)(?=$|[\s_-])|subheadline|subtitle(?!s)"
)
_OTHER_STORY = _parts(r"related comment teaser promo card recirc\w* widget sidebar aside ad")
_BESIDE = re.compile(
    r"(?:with|has|have|no|without|is|one|two|both|left|right)[-_]{1,2}(?:side-?bar|comments?|ads?|share)\w*"
)
"""What a layout says of the boxes beside this one."""

_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_FURNITURE_TAGS = frozenset(("aside", "footer", "nav", "form", "fieldset", "address"))
_DATES = frozenset(("datePublished", "dateModified", "dateCreated"))
_FURNITURE_ROLES = ("navigation", "complementary", "banner")
_CAPTION_TAGS = frozenset(("figcaption", "figure", "amp-img", "caption"))
_UNNAMED = frozenset(("body", "tr", "tbody", "thead", "tfoot", "th"))
_LARGE = frozenset(("div", "section", "td"))

# the first that finds something in an element's names decides
_BY_NAME = ((_CAPTION, Mark.CAPTION), (_STANDFIRST, Mark.STANDFIRST), (_BYLINE, Mark.BYLINE))


def mark_of(element: Any) -> tuple[Mark, str]:
    """The mark of an element and the name it was judged by (class, then id)."""
    attributes = element.attrib
    if not attributes:
        return _judge(element.tag, "", "", "", hidden=False)
    get = attributes.get
    hidden = (
        "hidden" in attributes
        or get("aria-hidden") == "true"
        or bool(_NOT_SHOWN.search(get("style", "")[:200]))
    )
    return _judge(
        element.tag,
        get("class", "")[:300],
        get("id", "")[:100],
        get("itemprop", "") + get("role", ""),
        hidden=hidden,
    )


@lru_cache(maxsize=16_384)
def _judge(tag: str, css: str, ident: str, said: str, *, hidden: bool) -> tuple[Mark, str]:
    """Judge one set of names; sites use few, so nearly every element is a look-up."""
    name = f"{css} {ident}".strip()
    low = name.lower()
    if hidden or (low and _UNSEEN.search(low)):
        return Mark.HIDDEN, name
    mark = _by_tag(tag, low, said)
    return (_by_name(tag, name, low) if mark is None else mark), name


def _by_tag(tag: str, low: str, said: str) -> Mark | None:
    """What tag and role decide, whatever the names; None where they leave it to the names."""
    found = None
    if tag in _UNNAMED:
        found = Mark.NONE
    elif "articleBody" in said:
        found = Mark.STORY_BODY
    elif tag in _CAPTION_TAGS:
        found = Mark.CAPTION
    elif tag in _FURNITURE_TAGS or said in _DATES or any(role in said for role in _FURNITURE_ROLES):
        found = Mark.FURNITURE
    elif tag in ("article", "main"):
        # CMSs put a story's tags and topics into the names of its <article>: only a few words count there
        found = Mark.FURNITURE if _names(_OTHER_STORY, low) else Mark.STORY
    return found


def _by_name(tag: str, name: str, low: str) -> Mark:
    if not low:
        return Mark.NONE
    if tag in _LARGE and _BODY.search(name):
        return Mark.STORY_BODY
    for pattern, mark in _BY_NAME:
        if pattern.search(low):
            return mark
    if (
        _names(_FURNITURE, low)
        or _names(_FURNITURE_ANYWHERE, low)
        or ("omment" in low and _COMMENTS.search(name))
    ):
        return Mark.FURNITURE
    return Mark.STORY if tag in _LARGE and _STORY.search(low) else Mark.NONE


def _names(pattern: re.Pattern[str], low: str) -> bool:
    """Whether a name says it of its own element, not of one that the layout has beside it."""
    return bool(pattern.search(low)) and bool(pattern.search(_BESIDE.sub("", low)))
