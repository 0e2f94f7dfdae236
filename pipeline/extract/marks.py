"""What an element's names say of it: story, furniture, caption, byline, hidden. Judged once for each set of names."""

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
    STORY = 5
    STORY_BODY = 6
    STANDFIRST = 7


# Words that sites use for what is not the story; collected from trafilatura's discard lists and the pages of news sites.
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:shar(?:e|es|ing)|social|sociable|follow|newsletter|subscri\w*|sign-?up|syndication|cookie\w*|consent\w*|"
    r"gdpr\w*|privacy\w*|rollover\w*|tooltip\w*|popover\w*|hover-?card|tags?|taglist|topics?|keywords|sidebar|side-?bar|rail|banner|bread-?crumbs?|breadcrumb|button|btn|footer|"
    r"foot|nav|navbar|navigation|menu|related|recirc\w*|recommend\w*|read-?more|more-?(?:on|stories|news|from|"
    r"articles)|most-?(?:popular|read|viewed)|popular|trending|promo\w*|teaser|outbrain|taboola|criteo|advert\w*|"
    r"ads?|advertisement|dfp\w*|sponsor\w*|widget|cmts?|cmnts?|comment(?:s|list|-?list|-?section|-?form)?|disqus\w*|"
    r"respond|reply|rating|poll|survey|quiz|toolbar|tools|utility|print|email-?this|login|signin|sign-?in|"
    r"register|donat\w*|support-?us|contribute|next|prev|previous|pager|pagination|jump-?to|skip|overlay|modal|popup|lightbox|"
    r"carousel|slider|slideshow|gallery|playlist|timestamp|dateline-?time|pub-?date|publish\w*|updated|post-?date|entry-?date|date|"
    r"article-?(?:meta|info|tools|tags|footer|share|date)|meta|entry-?meta|post-?meta|posted|info-?box-?ad|"
    r"author-?(?:bio|info|box|card|desc\w*)|about-?(?:the-?)?author|bio|copyright|disclaimer|legal|correction-?form|"
    r"inread|in-?read|see-?also|also-?read|also-?on|tease|thumb\w*|hide|hidden|visually-?hidden|sr-?only|screen-?reader\w*|"
    r"noprint|no-?print|message|alert|notification|feedback|trust|audio-?player|video-?player|player|listen)(?=$|[\s_-]|\d)",
    re.IGNORECASE,
)
_FURNITURE_CAMEL = re.compile(
    r"(?:[Rr]elated|[Ss]hare(?!d)|[Ss]ocial|[Nn]ewsletter|[Ss]idebar|[Ff]ooter|[Bb]readcrumb|[Pp]romo|[Oo]utbrain|[Tt]aboola|"
    r"[Aa]dvert|[Rr]ecirc|[Rr]ecommend|[Tt]rending|MostPopular|mostPopular|MostRead|[Tt]easer|[Ss]ubscri|[Cc]omments?(?![a-z])|[Nn]avigation|[Ww]idget)"
)
_CAPTION = re.compile(r"caption|(?:^|[\s_-])(?:photo|image|img|media|picture)-?_?(?:credit|source|copyright|info|desc\w*|title)|credit(?![a-z])|legend(?![a-z])", re.I)
_BYLINE = re.compile(r"byline|(?:^|[\s_-])by(?:$|[\s_-])|author|dateline(?!s)|writer(?![a-z])|reporter(?![a-z])", re.I)
_BODY = re.compile(
    r"article-?_*(?:body|content|text|copy|main-?body)|articleBody|ArticleBody|story-?_*(?:body|content|text|copy)|storyBody|StoryBody|"
    r"(?:entry|post|news|text|page|art|single|blog|field|body)-?_*(?:content|body|text|copy)(?![a-z])|body-?_*(?:copy|text|content)|"
    r"postContent|post_inner_wrapper|main-?_*text|fulltext|full-?_*text|wysiwyg|rich-?_*text|RichText|content-?_*(?:body|text|main|article)|"
    r"news-?_*detail|detail-?_*(?:content|text|body)|caas-body|mol-para|post-bodycopy|article__container|paragraphs?-?(?:wrap|container)|prose(?![a-z])"
)
_STORY = re.compile(r"(?:^|[\s_-])(?:article|story|post|entry|hentry|single|news|content|main|body|art)(?=$|[\s_-])|mainContent|main-?_*content|page-?content", re.I)
_STANDFIRST = re.compile(
    r"standfirst|stand-first|(?:^|[\s_-])(?:dek|deck|sub-?title|sub-?head(?:line|ing)?|tagline|kicker|eyebrow|sub-?hed|sottotitolo|subtitulo|chapo)(?=$|[\s_-])|"
    r"(?:^|_|-)(?:dek|subtitle|subheadline)$|subHeadline|subTitle|SubTitle|SubHeadline",
)
_OTHER_STORY = re.compile(r"(?:^|[\s_-])(?:related|comment|teaser|promo|card|recirc\w*|widget|sidebar|aside|ad)(?=$|[\s_-])", re.I)
_HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden", re.I)
_UNSEEN = re.compile(r"rollover|tool-?tip|pop-?over|hover-?card|sr-only|visually-?hidden|visuallyhidden|screen-?reader|(?:^|\s)(?:hide|hidden)(?:$|\s)", re.I)
_FURNITURE_TAGS = frozenset(("aside", "footer", "nav", "form", "fieldset", "address"))
_BIG = frozenset(("article", "div", "section", "main", "td", "body"))


def mark_of(element: Any) -> tuple[Mark, str]:
    """The mark of an element and the name it was judged by (class, id, role, in that order)."""
    attributes = element.attrib
    if not attributes:
        return _judge(element.tag, "", "", "", "", False)
    get = attributes.get
    return _judge(
        element.tag,
        get("class", ""),
        get("id", ""),
        get("itemprop", "") + " " + get("role", ""),
        get("style", "")[:200],
        "hidden" in attributes or get("aria-hidden") == "true",
    )


@lru_cache(maxsize=16_384)
def _judge(tag: str, css: str, ident: str, said: str, style: str, hidden: bool) -> tuple[Mark, str]:
    name = f"{css} {ident}".strip()[:300]
    if hidden or (style and _HIDDEN.search(style)):
        return Mark.HIDDEN, name
    if tag == "body":
        return Mark.NONE, name
    if name and _UNSEEN.search(name):
        return Mark.HIDDEN, name
    if "articleBody" in said:
        return Mark.STORY_BODY, name
    if tag in ("figcaption", "figure", "amp-img", "caption"):
        return Mark.CAPTION, name
    if tag in _FURNITURE_TAGS or "navigation" in said or "complementary" in said or "banner" in said:
        return Mark.FURNITURE, name
    if not name:
        return (Mark.STORY if tag in ("article", "main") or "main" in said else Mark.NONE), name
    if tag in ("article", "main"):
        # CMSs put a story's tags and topics into the names of its <article>
        return (Mark.FURNITURE if _OTHER_STORY.search(name) else Mark.STORY), name
    if tag in _BIG and _BODY.search(name):
        return Mark.STORY_BODY, name
    if _CAPTION.search(name):
        return Mark.CAPTION, name
    if _STANDFIRST.search(name) and tag not in ("body", "article", "main"):
        return Mark.STANDFIRST, name
    if _BYLINE.search(name):
        return Mark.BYLINE, name
    if _FURNITURE.search(name) or _FURNITURE_CAMEL.search(name):
        return Mark.FURNITURE, name
    if tag in _BIG and _STORY.search(name):
        return Mark.STORY, name
    return Mark.NONE, name
