"""Pages that repeat one element, one mark or one pair of characters ``n`` times."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

_LEAD: Final = (
    "<p>KARSIN, March 1 (Reuters) - Shells struck the northern edge of Karsin on Sunday, killing"
    " two people, officials said.</p><p>Jets later bombed a depot near the railway station, the"
    " governor's office said in a statement.</p>"
)
_PAGE: Final = (
    '<!doctype html><html lang="en"><head><title>Shells hit Karsin</title>%s</head><body>'
    "<article><h1>Shells hit Karsin</h1>%s%s</article>%s</body></html>"
)


@dataclass(frozen=True, slots=True)
class PageFlood:
    """``write`` gives the page with so many repetitions, each of which has so many ``tags``."""

    write: Callable[[int], str]
    tags: int = 0


def _number(unit: str, n: int) -> str:
    """The unit ``n`` times, its number in the place of each "%d"."""
    return "".join([unit.replace("%d", str(i)) for i in range(n)])


def _in_text(unit: str, n: int) -> str:
    """In one paragraph of the story."""
    return _PAGE % ("", _LEAD, f"<p>Word {_number(unit, n)} end.</p>", "")


def _in_box(unit: str, n: int) -> str:
    """In the box of the story, as markup."""
    return _PAGE % ("", _LEAD, _number(unit, n), "")


def _in_head(unit: str, n: int) -> str:
    return _PAGE % (_number(unit, n), _LEAD, "", "")


def _at_end(unit: str, n: int) -> str:
    """After the story."""
    return _PAGE % ("", _LEAD, "", _number(unit, n))


def _around(opening: str, closing: str, n: int) -> str:
    return _PAGE % ("", opening * n + _LEAD + closing * n, "", "")


def _in_tag(unit: str, n: int) -> str:
    return _PAGE % ("", _LEAD, f"<div {_number(unit, n)}>x</div>", "")


def _in_heading(unit: str, n: int) -> str:
    return (
        "<!doctype html><html><head><title>Shells hit Karsin</title></head><body><article>"
        f"<h1>Shells {_number(unit, n)}</h1>{_LEAD}</article></body></html>"
    )


def _in_title(unit: str, n: int) -> str:
    return (
        f"<!doctype html><html><head><title>Shells {_number(unit, n)}</title></head><body>"
        f"<article><h1>Shells hit Karsin</h1>{_LEAD}</article></body></html>"
    )


def _in_meta(name: str, unit: str, n: int) -> str:
    return _PAGE % (f'<meta property="{name}" content="{_number(unit, n)}">', _LEAD, "", "")


def _in_byline(unit: str, n: int) -> str:
    line = f'<p class="byline">By Anna Weld {_number(unit, n)}</p>'
    return _PAGE % ("", line + _LEAD, "", "")


def _in_dateline(unit: str, n: int) -> str:
    return _PAGE % ("", f"<p>KARSIN, {_number(unit, n)} (Reuters) - Shells struck.</p>", _LEAD, "")


def _in_jsonld(text: str) -> str:
    return _PAGE % (f'<script type="application/ld+json">{text}</script>', _LEAD, "", "")


def _say_jsonld(field: str, unit: str, n: int) -> str:
    said = {"@type": "NewsArticle", "headline": "Shells hit Karsin", field: _number(unit, n)}
    return _in_jsonld(json.dumps(said))


def _as_plain_text(unit: str, n: int) -> str:
    return "Shells hit Karsin\n\nKARSIN (Reuters) - Shells struck.\n\n" + _number(unit, n)


_PARAGRAPH: Final = "<p>Shells struck the edge of town %d on Sunday, officials said.</p>"
# pairs and runs of characters: whatever a pattern may stumble over
_TEXTS: Final = {
    "letters, then at signs": "a@",
    "at signs": "@",
    "addresses": "a.b@c.example ",
    "dots": ".",
    "letters and dots": "a.",
    "spaced dots": ". ",
    "digits": "1",
    "digits and spaces": "1 ",
    "dates": "March 1, 2026 ",
    "times": "10:15 ",
    "brackets": "(",
    "bracket pairs": "()",
    "square brackets": "[",
    "quotes": '"',
    "curly quotes": "“",
    "apostrophes": "a's ",
    "dashes": "-",
    "spaced dashes": " - ",
    "long dashes": "—",
    "slashes": "/",
    "addresses of pages": "http://a.example/ ",
    "hashes": "#a ",
    "colons": "a: ",
    "commas": "a, ",
    "semicolons": ";",
    "pipes": " | ",
    "stars": "*",
    "underscores": "_",
    "one word": "a",
    "words": "a ",
    "capitals": "A ",
    "names": "Anna Weld ",
    "name, agency": "Anna Weld, Reuters ",
    "by": "By Anna Weld and ",
    "reporting by": "(Reporting by Anna Weld; ",
    "agencies": "(Reuters) ",
    "datelines": "KARSIN, March 1 (Reuters) - ",
    "said": 'he said. "',
    "read more": "Read more: ",
    "spaces": " \u00a0",
    "zero width": "a\u200b",
    "combining marks": "e\u0301",
    "marks alone": "\u0301",
    "bidi marks": "\u202ea",
    "tag characters": "\U000e0041",
    "cjk": "火箭",
    "cjk stops": "火。",
    "arabic": "صاروخ ",
    "emoji": "😀",
    "entities": "&amp;",
    "half entities": "&am",
    "less than": "< ",
    "sentences": "Shells struck the town. ",
    "strike words": "shelling struck killed ",
    "negations": "no not never ",
    "not struck": "not bombed, not shelled, ",
    "talks": "peace talks ceasefire envoy ",
    "ellipses": "... ",
    "tabs and breaks": "\t\n",
}
# elements of a story, with the tags that each has
_BOXES: Final = {
    "paragraphs": (_PARAGRAPH, 1),
    "short paragraphs": ("<p>a</p>", 1),
    "empty paragraphs": ("<p></p>", 1),
    "same paragraphs": ("<p>Shells struck the edge of town on Sunday, officials said.</p>", 1),
    "headings": ("<h2>Talks %d</h2>", 1),
    "main headings": ("<h1>Shells %d</h1>", 1),
    "breaks": ("a<br>", 1),
    "breaks in pairs": ("Shells struck the town.<br><br>", 2),
    "list items": ("<li>Shells struck town %d</li>", 1),
    "links": ('<a href="/%d">more of it</a> ', 1),
    "linked paragraphs": ('<p><a href="/%d">Shells struck town %d</a></p>', 2),
    "table rows": ("<tr><td>a</td><td>%d</td></tr>", 3),
    "tables": ("<table><tr><td>Shells struck town %d on Sunday</td></tr></table>", 3),
    "boxes": ("<div>Shells struck town %d on Sunday, it said.</div>", 1),
    "boxes in boxes": ("<div><div><div>Shells struck town %d.</div></div></div>", 3),
    "named boxes": ('<div class="related-%d">Shells struck town %d.</div>', 1),
    "asides": ("<aside>Shells struck town %d on Sunday.</aside>", 1),
    "articles": ("<article><h2>Shells %d</h2><p>They struck on Sunday.</p></article>", 3),
    "sections": ("<section><p>Shells struck town %d on Sunday.</p></section>", 2),
    "quotes of others": ("<blockquote>Shells struck town %d.</blockquote>", 1),
    "figures": ('<figure><img src="/%d"><figcaption>Town %d</figcaption></figure>', 3),
    "times": ('<time datetime="2026-03-01T10:%d">March 1</time> ', 1),
    "bylines": ('<p class="byline">By Anna Weld%d</p>', 1),
    "authors": ('<a rel="author" href="/a%d">Anna %d</a>', 1),
    "datelines": ("<p>KARSIN, March 1 (Reuters) - Shells struck %d.</p>", 1),
    "credits": ("<p>(Reporting by Anna Weld; Editing by Omar Riad)</p>", 1),
    "teasers": ("<p>Read more: Shells struck town %d</p>", 1),
    "marked words": ("<b>a</b> ", 1),
    "spans": ("<span>a</span>", 1),
    "scripts": ("<script>x=%d</script>", 1),
    "styles": ("<style>.a%d{}</style>", 1),
    "comments": ("<!-- %d -->", 0),
    "unknown elements": ("<x-%d>a</x-%d>", 1),
    "inputs": ('<input value="%d">', 1),
    "forms": ("<form><p>Sign up %d</p></form>", 2),
    "drawings": ("<svg><path d='M%d'/></svg>", 2),
    "frames": ('<iframe src="/%d"></iframe>', 1),
    "wrong ends": ("</p></div>", 0),
    "half tags": ("<a ", 0),
    "half comments": ("<!--", 0),
    "half tags of an end": ("</", 0),
    "less-than marks": ("<", 0),
    "half quotes": ('<a href="', 0),
    "doctypes": ("<!doctype html>", 0),
}

PAGE_FLOODS: Final[Mapping[str, PageFlood]] = {
    **{f"text: {name}": PageFlood(partial(_in_text, unit)) for name, unit in _TEXTS.items()},
    **{f"headline: {name}": PageFlood(partial(_in_heading, unit)) for name, unit in _TEXTS.items()},
    **{f"plain: {name}": PageFlood(partial(_as_plain_text, unit)) for name, unit in _TEXTS.items()},
    **{f"title: {name}": PageFlood(partial(_in_title, unit)) for name, unit in _TEXTS.items()},
    **{f"byline: {name}": PageFlood(partial(_in_byline, unit)) for name, unit in _TEXTS.items()},
    **{
        f"dateline: {name}": PageFlood(partial(_in_dateline, unit)) for name, unit in _TEXTS.items()
    },
    **{
        f"paragraphs: {name}": PageFlood(partial(_in_box, f"<p>{unit * 40}</p>"), 1)
        for name, unit in _TEXTS.items()
    },
    **{f"story: {name}": PageFlood(partial(_in_box, u), t) for name, (u, t) in _BOXES.items()},
    **{f"behind: {name}": PageFlood(partial(_at_end, u), t) for name, (u, t) in _BOXES.items()},
    **{
        f"nested: {tag}": PageFlood(partial(_around, f"<{tag}>", f"</{tag}>"), 1)
        for tag in ("div", "b", "table", "ul", "blockquote", "article", "a", "font", "form")
    },
    **{
        f"unclosed: {tag}": PageFlood(partial(_around, f"<{tag}>", ""), 1)
        for tag in ("div", "b", "p", "li", "a", "td", "h1", "span", "i")
    },
    "attributes of a tag": PageFlood(partial(_in_tag, 'a%d="1" ')),
    "bare attributes of a tag": PageFlood(partial(_in_tag, "a%d ")),
    "data attributes of a tag": PageFlood(partial(_in_tag, 'data-a%d="x" ')),
    "equal attributes of a tag": PageFlood(partial(_in_tag, 'a="1" ')),
    "a long class": PageFlood(lambda n: _in_box(f'<div class="{"a " * n}">x</div>', 1)),
    "a long style": PageFlood(lambda n: _in_box(f'<div style="{"a:b;" * n}">x</div>', 1)),
    "a long address": PageFlood(lambda n: _in_box(f'<a href="/{"a/" * n}">x</a>', 1)),
    "a long name of a tag": PageFlood(lambda n: _in_box(f"<{'a' * n}>x</{'a' * n}>", 1)),
    "meta tags": PageFlood(partial(_in_head, '<meta name="a%d" content="b">'), 1),
    "meta authors": PageFlood(partial(_in_head, '<meta name="author" content="Anna %d">'), 1),
    "meta tags of articles": PageFlood(
        partial(_in_head, '<meta property="article:tag" content="a%d">'), 1
    ),
    "links in the head": PageFlood(partial(_in_head, '<link rel="canonical" href="/%d">'), 1),
    "alternates": PageFlood(
        partial(_in_head, '<link rel="alternate" hreflang="en" href="/%d">'), 1
    ),
    "titles": PageFlood(partial(_in_head, "<title>Shells %d</title>"), 1),
    **{
        f"meta {name}: {kind}": PageFlood(partial(_in_meta, name, _TEXTS[kind]))
        for name in ("og:title", "og:description", "author", "article:published_time")
        for kind in ("letters, then at signs", "words", "dots", "digits and spaces", "commas")
    },
    "json-ld lists": PageFlood(lambda n: _in_jsonld("[" * n + "]" * n)),
    "json-ld objects": PageFlood(lambda n: _in_jsonld('{"a":' * n + "1" + "}" * n)),
    "json-ld half objects": PageFlood(lambda n: _in_jsonld('{"a":' * n)),
    "json-ld half strings": PageFlood(lambda n: _in_jsonld('{"' * n)),
    "json-ld graph": PageFlood(
        lambda n: _in_jsonld('{"@graph":[' + '{"@type":"NewsArticle"},' * n + "{}]}")
    ),
    "json-ld authors": PageFlood(
        lambda n: _in_jsonld(
            '{"@type":"NewsArticle","author":[' + '{"name":"Anna Weld"},' * n + "{}]}"
        )
    ),
    "json-ld escapes": PageFlood(lambda n: _in_jsonld('{"headline":"' + "\\u00e9" * n + '"}')),
    "json-ld commas": PageFlood(lambda n: _in_jsonld('{"headline":"x",' + "," * n + "}")),
    "json-ld scripts": PageFlood(
        partial(
            _in_head,
            '<script type="application/ld+json">{"@type":"NewsArticle","headline":"a%d"}</script>',
        ),
        1,
    ),
    **{
        f"json-ld {field}: {kind}": PageFlood(partial(_say_jsonld, field, _TEXTS[kind]))
        for field in ("articleBody", "headline", "datePublished", "author")
        for kind in ("letters, then at signs", "words", "dots", "sentences", "entities")
    },
    "script state": PageFlood(
        lambda n: _in_head('<script>x={"datePublished":"' + '2026","a":"' * n + '"}</script>', 1)
    ),
    "a long comment": PageFlood(lambda n: _at_end("<!-- " + "- " * n + "-->", 1)),
    "null bytes": PageFlood(partial(_in_text, "\x00")),
    "tags at the end": PageFlood(lambda n: _at_end("<p", n)),
}
"""Name -> flood: whatever reading, judging, cleaning, relating and classifying look at."""
