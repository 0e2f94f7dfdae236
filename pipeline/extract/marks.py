"""What an element's names say of it: story, furniture, caption, byline, hidden.

The words are those that news sites use in classes and ids; trafilatura's discard lists were the
first source, pages of some sixty sites the second. A word counts as a whole part of a name
("post-share", "share_bar"), not inside another ("shareholder"). Each set of names is judged once.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import Any


class Mark(IntEnum):
    """How an element's tag, class, id, data attributes, role and style mark it."""

    NONE = 0
    HIDDEN = 1
    FURNITURE = 2
    CAPTION = 3
    BYLINE = 4
    STANDFIRST = 5
    STORY = 6
    STORY_BODY = 7
    # what page builders call each of their pieces: furniture where it holds no prose
    WIDGET = 8


# --------------------------------------------------------------------------- words

# parts of names; each is a pattern of its own, lower case unless a name is judged by its capitals
_SHARING = "shar(?:e|es|ing) social sociable follow email-?this contribute"
_SUBSCRIBING = (
    r"newsletter subscri\w* sign-?up syndication register login sign-?in donat\w* support-?us"
)
_CONSENT = r"cookie\w* consent\w* gdpr\w* privacy\w* copyright legal"
_LABELS = "tags? taglist topics? keywords"
_NAVIGATING = r"""side-?bar rail banner bread-?crumbs? button btn footer foot nav navbar
    navigation menu next prev previous pager pagination jump-?to skip toolbar tools utility print"""
_OTHER_STORIES = r"""related recirc\w* recommend\w* read-?more
    more-?(?:on|stories|news|from|articles) most-?(?:popular|read|viewed) popular trending
    promo\w* teaser tease see-?also also-?read also-?on in-?read"""
_ADVERTISING = r"outbrain taboola criteo advert\w* ads? dfp\w* sponsor\w*"
_COMMENTING = r"""cmts? cmnts? comment(?:s|list|-?list|-?section|-?form)? disqus\w* respond reply
    rating poll survey quiz feedback trust-?(?:project|mark|badges?|indicators?)
    correction-?form"""
# a strip of headlines or rates, where a list or a table is called so: a story may be "breaking"
_TICKER = re.compile(
    r"(?:^|[\s_-])(?:breaking|ticker|marquee|son-?dakika|flash-?news|kur(?:lar)?|doviz|borsa"
    r"|exchange-?rates?|rates|stocks?|market-?data|kurse|quotes|cotacoes|cotizaciones|weather)(?=$|[\s_-]|\d)"
)
_PLAYING = r"""lightbox carousel slider slideshow gallery playlist audio-?player video-?player
    player listen thumb\w*"""
_COVERING = "overlay modal popup message alert notification hide noprint no-?print"
_DATING = r"""timestamp pub-?date publish\w* updated read(?:ing)?-?time time-?to-?read post-?date
    entry-?date date meta posted entry-?meta post-?meta
    article-?(?:meta|info|tools|tags|footer|share|date)"""
_PORTRAYING = r"""author-?(?:bio|info|box|card|desc\w*) about-?(?:the-?)?author bio
    yazar-?(?:kutu\w*|bilgi\w*|hakkinda|profil\w*) penulis-?(?:box|bio|info) o-autorze"""
_STORIES_ABROAD = r"""relacionad\w* relacionat\w* correlat\w* verwandte? lire-aussi leia-\w+ lea-\w+
    leer-mas mehr-zum-thema baca-juga ilgili benzer terkait"""
_OTHERS_ABROAD = r"""compartir compartilhar partag\w* teilen condivi\w* paylas\w* anuncios?
    publicidad\w* publicidade pubblicita werbung anzeige reklam\w* comentarios? kommentare?
    commentaires? commenti boletin etiquetas schlagworte mots-cles"""

# furniture also inside another word ("relatedposts"), but for what is "shared" or a "shareholder"
_FURNITURE_INSIDE = """related share(?!d|h) social newsletter sidebar footer breadcrumb promo
    outbrain taboola advert recirc recommend trending most(?:popular|read) teaser subscri
    navigation"""
_WIDGET = re.compile("widget")

_POPUPS = "rollover tool-?tip pop-?over hover-?card"
_FOR_SCREEN_READERS = "sr-only visually-?hidden screen-?reader (?:^|\\s)(?:hide|hidden)(?:$|\\s)"

_PICTURE_TEXT = r"""caption leyenda pie-?de-?foto pie-?foto bildunterschrift bildtext didascalia
    legend[ae](?![a-z]) credit(?![a-z]) legend(?![a-z])"""
_PICTURES = "photo image img media picture"
_OF_A_PICTURE = r"[_-]{0,2}(?:credit|source|copyright|info|desc\w*|title)"

_WRITERS = "byline author dateline(?!s)"
_WRITING = "writer reporter redactor redakteur journaliste? giornalista muhabir penulis"
_WRITERS_ABROAD = r"by(?<!step.by)(?<!side.by) autor(?:es|a)? auteurs? autor[ei] firma"

_STANDFIRSTS = r"""dek deck sub-?title sub-?head(?:line|ing)? tagline kicker eyebrow sub-?hed
    sottotitolo subtitulo chapo chapeau entradilla bajada copete sommario occhiello vorspann"""

_ARTICLE = "[-_]{0,2}(?:[Bb]ody|[Cc]ontent|[Tt]ext|[Cc]opy|[Mm]ain-?[Bb]ody)"
_ENTRIES = "entry post news text page art single blog field body"
_ENTRY = "[-_]{0,2}(?:content|body|text|copy)(?![a-z])"
_ARTICLES_ABROAD = (
    "artikel art[ií]culo articolo artigo noticia nota mat[eé]ria haber berita beitrag"
)
_ARTICLE_ABROAD = (
    "[-_]{0,2}(?:body|texto?|cuerpo|corpo|inhalt|content|conteudo|contenido|detay|icerik)(?![a-z])"
)
_BODIES_ABROAD = "cuerpo corpo corps texto texte testo inhalt conteudo contenido contenu icerik"
_BODY_ABROAD = (
    "[-_]{0,2}(?:de-?(?:la-?)?)?"
    "(?:noticia|nota|art[ií]culo|articolo|article|artigo|artikel|materia|haber)(?![a-z])"
)
_BODIES = r"""Article(?:Body|Content) StoryBody postContent post_inner_wrapper main-?_?text
    full-?_?text wysiwyg rich-?_?text RichText prose(?![a-z])"""
_PARTS_OF_BODIES = r"""content[-_]{0,2}(?:body|text|main|article) news-?_?detail
    detail[-_]{0,2}(?:content|text|body) paragraphs?-?(?:wrap|container)
    field-{1,2}name-(?:field-)?body theme-post-content item(?:FullText|Body)
    article-?view-?content article_?txt artibody"""
# what the systems of single publishers call the story's text
_HOUSE_BODIES = """caas-body mol-para post-bodycopy article__container TRS_Editor endText
    js-mediator-article fck_detail read__content longText asset-content gnt_ar_b(?![a-z])"""

_STORIES = """article story post entry hentry single news content main body art artikel
    art[ií]culo articolo artigo noticia cuerpo corpo texto conteudo contenido haber berita
    beitrag"""

# CMSs put a story's tags and topics into the names of its <article>: only these words count there
_OTHER_ARTICLE = r"related comment teaser promo card recirc\w* widget sidebar aside ad"


# --------------------------------------------------------------------------- patterns


def _match_parts(*words: str) -> re.Pattern[str]:
    """A pattern that finds any word as a whole part of a name, a digit after it or not.

    Grouped by first letter, which is faster than one long list (docs/decisions.md).
    """
    rests: dict[str, list[str]] = {}
    for word in " ".join(words).split():
        rests.setdefault(word[0], []).append(word[1:])
    groups = [f"{first}(?:{'|'.join(rest)})" for first, rest in rests.items()]
    return re.compile(rf"(?:^|[\s_-])(?:{'|'.join(groups)})(?=$|[\s_-]|\d)")


def _match_anywhere(*words: str, parts: str = "") -> re.Pattern[str]:
    """A pattern that finds any word wherever it stands, or one that is a whole part of a name.

    Each begins with letters: a group in its place is tried at every letter, which takes thrice the
    time.
    """
    patterns = " ".join(words).split()
    if parts:
        patterns.append(rf"(?:^|[\s_-])(?:{'|'.join(parts.split())})(?=$|[\s_-])")
    return re.compile("|".join(patterns))


def _follow(words: str, rest: str) -> str:
    """Each word with the same pattern behind it."""
    return " ".join([f"{word}{rest}" for word in words.split()])


_UNSEEN = _match_anywhere(_follow(_POPUPS, r"(?!\S*link)"), _FOR_SCREEN_READERS)
_FURNITURE = _match_parts(
    *(_SHARING, _SUBSCRIBING, _CONSENT, _LABELS, _NAVIGATING, _OTHER_STORIES, _ADVERTISING),
    *(_COMMENTING, _PLAYING, _COVERING, _DATING, _PORTRAYING, _STORIES_ABROAD, _OTHERS_ABROAD),
)
_FURNITURE_ANYWHERE = _match_anywhere(_FURNITURE_INSIDE)
_COMMENTS = re.compile(r"[Cc]omments?(?![a-z])")
_BODY = _match_anywhere(
    _follow("article story", _ARTICLE),
    _follow(_ENTRIES, _ENTRY),
    _follow(_ARTICLES_ABROAD, _ARTICLE_ABROAD),
    _follow(_BODIES_ABROAD, _BODY_ABROAD),
    *(_BODIES, _PARTS_OF_BODIES, _HOUSE_BODIES),
)
_STORY = re.compile(
    rf"(?:^|[\s_-])(?:{'|'.join(_STORIES.split())})(?=$|[\s_-])|main-?_?content|page-?content"
)
_STANDFIRST = re.compile(
    rf"stand-?first|(?:^|[\s_-])(?:{'|'.join(_STANDFIRSTS.split())})(?=$|[\s_-])"
    r"|subheadline|subtitle(?!s)"
)
_OTHER_STORY = _match_parts(_OTHER_ARTICLE)

# what a layout says of the boxes beside this one
_BESIDE = re.compile(
    r"(?:with|has|have|no|without|is|one|two|both|left|right)[-_]{1,2}"
    r"(?:side-?bar|comments?|ads?|share)\w*"
)
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_PICTURED = re.compile(
    rf"{_match_anywhere(_PICTURE_TEXT).pattern}"
    rf"|(?:^|[\s_-])(?:{'|'.join(_PICTURES.split())}){_OF_A_PICTURE}"
)
_WRITTEN = _match_anywhere(_WRITERS, _follow(_WRITING, "(?![a-z])"), parts=_WRITERS_ABROAD)

# the first that finds something decides: a photographer's credit is a caption, no byline
_BY_NAME = ((_PICTURED, Mark.CAPTION), (_STANDFIRST, Mark.STANDFIRST), (_WRITTEN, Mark.BYLINE))

HEADING_TAGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_UNNAMED_TAGS = frozenset(("body", "tr", "tbody", "thead", "tfoot", "th"))
CAPTION_TAGS = frozenset(("figcaption", "figure", "amp-img", "caption"))
_FURNITURE_TAGS = frozenset(("aside", "footer", "nav", "form", "fieldset", "address"))
_ROW_TAGS = frozenset(("ul", "ol", "dl", "table"))
_LARGE_TAGS = frozenset(("div", "section", "td"))
_DATES = frozenset(("datePublished", "dateModified", "dateCreated"))
_FURNITURE_ROLE = re.compile("navigation|complementary|banner")

# what sites whose classes are made by machines ("css-1x2y") name their boxes by
_DATA_NAMES = frozenset(("data-component", "data-testid", "data-test", "data-qa"))

# characters of each attribute that are looked at: some sites print whole queries into them
_LONGEST_CLASS, _LONGEST_ID, _LONGEST_STYLE = 300, 100, 200


# --------------------------------------------------------------------------- judging


def mark_element(element: Any) -> tuple[Mark, str]:
    """The mark of an element and the name it was judged by (class, id, data attributes)."""
    css_class = identifier = said = item = role = ""
    hidden = False
    tag = element.tag
    # one walk through the attributes: to ask for each by its name takes a third more time
    for name, value in element.items():
        if name == "class":
            css_class = value[:_LONGEST_CLASS]
        elif name == "id":
            # a heading's id is made of its words
            identifier = "" if tag in HEADING_TAGS else value[:_LONGEST_ID]
        elif name == "style":
            hidden = hidden or bool(_NOT_SHOWN.search(value[:_LONGEST_STYLE]))
        elif name == "hidden" or (name == "aria-hidden" and value == "true"):
            hidden = True
        elif name == "itemprop":
            item = value
        elif name == "role":
            role = value
        elif name in _DATA_NAMES:
            said += f" {value[:_LONGEST_ID]}"
    if hidden:
        return Mark.HIDDEN, f"{css_class} {identifier}{said}".strip()
    return _judge_names(tag, css_class, identifier + said, item + role)


@lru_cache(maxsize=16_384)
def _judge_names(tag: str, css_class: str, identifier: str, role: str) -> tuple[Mark, str]:
    """Judge one set of names; sites use few, so nearly every element is a look-up.

    ``role`` is the itemprop and the role, one after the other. What they and the tag say counts
    before the names, because a name may be anything.
    """
    name = f"{css_class} {identifier}".strip()
    low = name.lower()
    mark = Mark.NONE
    if low and _UNSEEN.search(low):
        mark = Mark.HIDDEN
    elif tag in _UNNAMED_TAGS:
        mark = Mark.NONE
    elif "articleBody" in role:
        mark = Mark.STORY_BODY
    elif tag in CAPTION_TAGS:
        mark = Mark.CAPTION
    elif tag in _FURNITURE_TAGS or role in _DATES or _FURNITURE_ROLE.search(role):
        mark = Mark.FURNITURE
    elif tag in ("article", "main"):
        mark = Mark.FURNITURE if _says_of_itself(_OTHER_STORY, low) else Mark.STORY
    elif low:
        mark = _judge_by_name(tag, name, low)
    return mark, name


def _judge_by_name(tag: str, name: str, low: str) -> Mark:
    """What the words of a name say; ``low`` is the name in lower case, which most words need."""
    if tag in _LARGE_TAGS and _BODY.search(name):
        return Mark.STORY_BODY
    for pattern, mark in _BY_NAME:
        if pattern.search(low):
            return mark
    if (
        _says_of_itself(_FURNITURE, low)
        or _says_of_itself(_FURNITURE_ANYWHERE, low)
        or ("omment" in low and _COMMENTS.search(name))
    ):
        return Mark.FURNITURE
    if tag in _ROW_TAGS and _TICKER.search(low):
        return Mark.FURNITURE
    if _WIDGET.search(low):
        return Mark.WIDGET
    return Mark.STORY if tag in _LARGE_TAGS and _STORY.search(low) else Mark.NONE


def _says_of_itself(pattern: re.Pattern[str], low: str) -> bool:
    """Whether a name says it of its own element, not of one that the layout has beside it."""
    return bool(pattern.search(low)) and bool(pattern.search(_BESIDE.sub("", low)))
