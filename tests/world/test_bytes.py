"""Bytes as servers send them: labels that lie, slips in JSON-LD, pages of megabytes."""

from __future__ import annotations

import json

from tests.world.conftest import Explained
from tests.world.doors import Answer, Site, body, once, published, themes
from tests.world.stories import Item, Told, item, page, rss, told
from tests.world.table import Row, variants

# --------------------------------------------------------------------------- labels that lie


def feed_bytes(name: str, label: str, encoding: str = "utf-8") -> tuple[bytes, Told]:
    """A feed with its label in the XML declaration and its true encoding."""
    story = told(name)
    given = item(story, "", guid="a", content=story.paragraphs)
    feed = rss(given, encoding=label, language=story.language)
    return feed.encode(encoding, "xmlcharrefreplace"), story


FEED_LABELS = {
    "utf-8-called-1251": Row(
        "Russian UTF-8 called windows-1251.", feed_bytes("ru", "windows-1251")
    ),
    "utf-8-called-koi8": Row("Ukrainian UTF-8 called KOI8-R.", feed_bytes("uk", "koi8-r")),
    "utf-8-called-1256": Row("Arabic UTF-8 called windows-1256.", feed_bytes("ar", "windows-1256")),
    "utf-8-called-latin-1": Row("French UTF-8 called ISO-8859-1.", feed_bytes("fr", "iso-8859-1")),
    "utf-8-called-latin-5": Row("Turkish UTF-8 called ISO-8859-9.", feed_bytes("tr", "iso-8859-9")),
    "utf-8-called-gb2312": Row("Chinese UTF-8 called GB2312.", feed_bytes("zh", "gb2312")),
    "utf-8-called-ascii": Row("German UTF-8 called ASCII.", feed_bytes("de", "us-ascii")),
    "utf-8-called-utf-16": Row("English UTF-8 called UTF-16.", feed_bytes("en2", "utf-16")),
    "1251-called-utf-8": Row("windows-1251 called UTF-8.", feed_bytes("ru", "utf-8", "cp1251")),
    "1256-called-utf-8": Row("windows-1256 called UTF-8.", feed_bytes("ar", "utf-8", "cp1256")),
    "gbk-called-utf-8": Row("GBK called UTF-8.", feed_bytes("zh", "utf-8", "gbk")),
    "1252-called-utf-8": Row("windows-1252 called UTF-8.", feed_bytes("es", "utf-8", "cp1252")),
    "1254-called-utf-8": Row("windows-1254 called UTF-8.", feed_bytes("tr", "utf-8", "cp1254")),
    "koi8-called-utf-8": Row("KOI8-U called UTF-8.", feed_bytes("uk", "utf-8", "koi8-u")),
    "1251-called-latin-1": Row(
        "windows-1251 called ISO-8859-1.", feed_bytes("ru", "iso-8859-1", "cp1251")
    ),
    "gbk-called-latin-1": Row("GBK called ISO-8859-1.", feed_bytes("zh", "iso-8859-1", "gbk")),
    "utf-16-be": Row("UTF-16 without a mark.", feed_bytes("ar", "utf-16", "utf-16-be")),
    "utf-16-le-called-1251": Row(
        "UTF-16 called windows-1251.", feed_bytes("ru", "windows-1251", "utf-16-le")
    ),
    "utf-8-called-nothing-known": Row("UTF-8 called by no name.", feed_bytes("fr", "x-unknown")),
    "utf-16-called-utf-8": Row("True UTF-16 called UTF-8.", feed_bytes("ru", "utf-8", "utf-16")),
}


@variants("feed-label-lies", FEED_LABELS)
def test_a_feed_whose_label_lies(row: Row, site: Site) -> None:
    """The bytes tell their encoding; a garbled headline is as good as none."""
    raw, story = row.given
    said = once(site, raw).only
    assert said["headline"] == story.title, row.must
    assert said["body"] == list(story.body), row.must


HEADER_1251 = {"Content-Type": "text/html; charset=windows-1251"}
HEADER_UTF_8 = {"Content-Type": "text/html; charset=utf-8"}
HEADER_LATIN = {"Content-Type": "text/html; charset=ISO-8859-1"}
NO_LABEL = {"Content-Type": "text/html"}


def page_bytes(name: str, meta: str, encoding: str = "utf-8") -> bytes:
    """A page with a label in its <meta> and its true encoding."""
    html = page(told(name))
    label = f'<meta charset="{meta}">' if meta else ""
    return html.replace('<meta charset="utf-8">', label).encode(encoding, "xmlcharrefreplace")


PAGE_LABELS = {
    "header-lies": Row(
        "The header says windows-1251, the bytes are UTF-8.",
        ("ru", Answer(page_bytes("ru", "utf-8"), headers=HEADER_1251)),
    ),
    "header-latin": Row(
        "A server's default header says ISO-8859-1.",
        ("tr", Answer(page_bytes("tr", "utf-8"), headers=HEADER_LATIN)),
    ),
    "meta-lies": Row(
        "The <meta> says windows-1251, the bytes are UTF-8.",
        ("uk", Answer(page_bytes("uk", "windows-1251"), headers=NO_LABEL)),
    ),
    "both-lie": Row(
        "Header and <meta> say UTF-8, the bytes are windows-1251.",
        ("ru", Answer(page_bytes("ru", "utf-8", "cp1251"), headers=HEADER_UTF_8)),
    ),
    "arabic-lies": Row(
        "UTF-8 is said, windows-1256 is sent.",
        ("ar", Answer(page_bytes("ar", "utf-8", "cp1256"), headers=HEADER_UTF_8)),
    ),
    "gbk-lies": Row(
        "UTF-8 is said, GBK is sent.",
        ("zh", Answer(page_bytes("zh", "utf-8", "gbk"), headers=HEADER_UTF_8)),
    ),
    "utf-16-label": Row(
        "A <meta> that can be read can't be UTF-16.",
        ("de", Answer(page_bytes("de", "utf-16"), headers=NO_LABEL)),
    ),
    "none-1251": Row(
        "None declared, windows-1251 sent.",
        ("ru", Answer(page_bytes("ru", "", "cp1251"), headers=NO_LABEL)),
    ),
    "koi8-lies": Row(
        "UTF-8 is said, KOI8-U is sent.",
        ("uk", Answer(page_bytes("uk", "utf-8", "koi8-u"), headers=HEADER_UTF_8)),
    ),
    "latin-lies": Row(
        "A server's default header says ISO-8859-1, windows-1251 is sent.",
        ("ru", Answer(page_bytes("ru", "", "cp1251"), headers=HEADER_LATIN)),
    ),
    "turkish-lies": Row(
        "A server's default header says ISO-8859-1, windows-1254 is sent.",
        ("tr", Answer(page_bytes("tr", "", "cp1254"), headers=HEADER_LATIN)),
    ),
    "utf-16-without-mark": Row(
        "UTF-16 without a mark.",
        ("fa", Answer(page_bytes("fa", "", "utf-16-le"), headers=NO_LABEL)),
    ),
    "none-utf-8": Row(
        "None declared, UTF-8 sent.", ("fa", Answer(page_bytes("fa", ""), headers=NO_LABEL))
    ),
    "none-1252": Row(
        "None declared, windows-1252 sent.",
        ("fr", Answer(page_bytes("fr", "", "cp1252"), headers=NO_LABEL)),
    ),
    "utf-16-with-mark": Row(
        "True UTF-16 with its mark.",
        ("es", Answer(page_bytes("es", "", "utf-16"), headers=NO_LABEL)),
    ),
}


@variants("page-label-lies", PAGE_LABELS)
def test_a_page_whose_label_lies(row: Row, site: Site) -> None:
    """The same for pages: every letter of the text is right."""
    name, answer = row.given
    said = once(site, rss(Item("-", "/a")), {"/a": answer}).only
    assert said["headline"] == told(name).title, row.must
    assert said["body"] == list(told(name).body), row.must


def spoilt(name: str, bad: bytes, *, feed: bool) -> tuple[bytes, str, bool]:
    """A feed or page with some bytes put behind the second paragraph's first word."""
    story = told(name)
    given = item(story, "", guid="a", content=story.paragraphs)
    raw = (rss(given) if feed else page(story)).encode()
    first = story.body[1].split()[0].encode()
    return raw.replace(b"<p>" + first, b"<p>" + first + bad, 1), name, feed


BAD_BYTES = {
    "page-ff": Row(
        "A byte that UTF-8 does not know, in a page.", spoilt("ru", b"\xff", feed=False)
    ),
    "page-cut-letter": Row("Half a letter in a page.", spoilt("uk", b"\xd0", feed=False)),
    "page-latin": Row(
        "A quotation mark of windows-1252 in a page.", spoilt("fr", b"\x92", feed=False)
    ),
    "page-null": Row("A null byte in a page.", spoilt("de", b"\x00", feed=False)),
    "feed-ff": Row("A byte that UTF-8 does not know, in a feed.", spoilt("ru", b"\xff", feed=True)),
    "feed-cut-letter": Row("Half a letter in a feed.", spoilt("tr", b"\xc4", feed=True)),
    "feed-control": Row("A control character in a feed.", spoilt("en", b"\x0b", feed=True)),
    "feed-latin": Row("A dash of windows-1252 in a feed.", spoilt("es", b"\x96", feed=True)),
}


@variants("one-bad-byte", BAD_BYTES)
def test_one_bad_byte(row: Row, site: Site, explained: Explained) -> None:
    """One bad byte spoils one letter, neither the encoding of the rest nor the story."""
    raw, name, feed = row.given
    said = once(site, raw).only if feed else explained(raw)
    story = told(name)
    assert said["headline"] == story.title, row.must
    assert [said["body"][0], *said["body"][2:]] == [story.body[0], *story.body[2:]], row.must
    assert said["body"][1].endswith(story.body[1][20:]), row.must


# --------------------------------------------------------------------------- escapes

EN = told("en")
GUID = '<guid isPermaLink="false">a</guid>'
CDATA_OPEN, CDATA_SHUT = "&lt;![CDATA[", "]]&gt;"


def raw_item(title: str, description: str) -> str:
    """A feed whose item is written by hand."""
    return rss().replace(
        "\n</channel>",
        f"<item><title>{title}</title>{GUID}<description>"
        f"{description}</description></item>\n</channel>",
    )


ESCAPES = {
    "cdata-as-text": Row(
        "CDATA marks that were escaped as text.",
        raw_item(CDATA_OPEN + EN.title + CDATA_SHUT, CDATA_OPEN + EN.summary + CDATA_SHUT),
        EN.title,
    ),
    "cdata-in-cdata": Row(
        "CDATA within CDATA.",
        raw_item(f"<![CDATA[&lt;![CDATA[{EN.title}]]&gt;]]>", f"<![CDATA[{EN.summary}]]>"),
        EN.title,
    ),
    "chevrons": Row(
        "A title between chevrons.",
        raw_item("&lt;&lt;Velmar&gt;&gt; shelled again", EN.summary),
        "<<Velmar>> shelled again",
    ),
    "chevrons-cdata": Row(
        "The same in CDATA.",
        raw_item("<![CDATA[<<Orva>> dam holds, engineers say]]>", EN.summary),
        "<<Orva>> dam holds, engineers say",
    ),
    "less-than": Row(
        "A sign that is no tag.",
        raw_item("Grain price &lt; 200 for first time since war", EN.summary),
        "Grain price < 200 for first time since war",
    ),
    "escaped-twice": Row(
        "An apostrophe that was escaped twice.",
        raw_item("Velmar&amp;#8217;s grain port burns", EN.summary),
        "Velmar’s grain port burns",
    ),
    "escaped-thrice": Row(
        "An ampersand that was escaped three times.",
        raw_item("Brandt &amp;amp;amp; Sons ship grain again", EN.summary),
        "Brandt & Sons ship grain again",
    ),
    "bare-ampersand": Row(
        "An ampersand that nobody escaped.",
        raw_item("Brandt & Sons ship grain again", EN.summary),
        "Brandt & Sons ship grain again",
    ),
    "html-entity": Row(
        "A name of a letter that XML does not know.",
        raw_item("Gouverneur d&eacute;missionne &agrave; Sahl", EN.summary),
        "Gouverneur démissionne à Sahl",
    ),
    "chevrons-cyrillic": Row(
        "Chevrons around a name in Cyrillic.",
        raw_item("&lt;&lt;Велмар&gt;&gt; снова под огнём", EN.summary),
        "<<Велмар>> снова под огнём",
    ),
    "one-chevron": Row(
        "A name in one pair of them.",
        raw_item("&lt;Velmar&gt; shelled again", EN.summary),
        "<Velmar> shelled again",
    ),
    "all-escaped-twice": Row(
        "Markup that was escaped twice, in title and text.",
        raw_item(
            "&amp;lt;b&amp;gt;Velmar&amp;lt;/b&amp;gt; shelled again",
            f"&amp;lt;p&amp;gt;{EN.summary}&amp;lt;/p&amp;gt;",
        ),
        "Velmar shelled again",
    ),
    "warning-before": Row(
        "A program's warning before the document.",
        "<br />\n<b>Warning</b>: no index in <b>/x.php</b> on line 3<br />\n"
        + raw_item(EN.title, EN.summary),
        EN.title,
    ),
    "blank-lines-before": Row(
        "Blank lines before the declaration.", "\n\n" + raw_item(EN.title, EN.summary), EN.title
    ),
    "page-around": Row(
        "A page around the document.",
        f"<html><body>{raw_item(EN.title, EN.summary)}</body></html>",
        EN.title,
    ),
    "script-behind": Row(
        "A counter's script behind it.",
        raw_item(EN.title, EN.summary) + "<script>count(1 && 2)</script>",
        EN.title,
    ),
    "unknown-entity": Row(
        "An entity that nobody knows.",
        raw_item("Velmar &velmar; burns", EN.summary),
        "Velmar &velmar; burns",
    ),
    "control-reference": Row(
        "A reference to a control character.",
        raw_item("Velmar&#11; burns&#x1f;", EN.summary),
        "Velmar burns",
    ),
    "markup-in-title": Row(
        "Markup in a title.",
        raw_item("&lt;b&gt;Velmar&lt;/b&gt; shelled &lt;i&gt;again&lt;/i&gt;", EN.summary),
        "Velmar shelled again",
    ),
}


@variants("escapes", ESCAPES)
def test_escapes_too_many_or_too_few(row: Row, site: Site) -> None:
    """Title and text are there as readers would see them, with no mark of the machine."""
    said = once(site, row.given).only
    assert said["headline"] == row.want, row.must
    assert said["body"] == [EN.summary], row.must


CODINGS = {
    "utf-8": Row("The name of a character set.", "UTF-8"),
    "none": Row("The word none.", "none"),
    "identity": Row("The word identity.", "identity"),
    "binary": Row("The word of mails.", "binary"),
    "charset": Row("A whole phrase.", "charset=utf-8"),
    "gzip-untrue": Row("gzip, and the bytes are plain.", "gzip"),
    "type": Row("A type.", "text/html"),
    "compress-untrue": Row("An old packing that is none.", "compress"),
    "brotli-untrue": Row("A packing that was not asked for, and is none.", "br"),
    "two": Row("Two words.", "identity, utf-8"),
    "seven-bit": Row("Another word of mails.", "7bit"),
}


@variants("content-encoding", CODINGS)
def test_an_odd_content_encoding(row: Row, site: Site) -> None:
    """A header that names no packing means none, for feed and page: a feed is not silent for it."""
    pages = {"/a": Answer(page(EN), headers={"Content-Encoding": row.given})}
    said = once(site, rss(item(EN)), pages, Content_Encoding=row.given).only
    assert said["body"] == list(EN.body), row.must


# --------------------------------------------------------------------------- JSON-LD

NEWS = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": EN.title,
    "datePublished": "2025-03-09T10:00:00Z",
    "author": {"@type": "Person", "name": "Mira Solen"},
}
PLAIN = json.dumps(NEWS)
OTHER = {
    "@type": "NewsArticle",
    "headline": "Museum of Lindau Bay reopens",
    "url": "https://x.example/b",
    "datePublished": "2024-01-01T00:00:00Z",
    "author": {"@type": "Person", "name": "Otto Falk"},
}
SITE = {"@type": "Organization", "@id": "#org", "name": "Lakeside Vision"}


def with_json(*texts: str) -> str:
    """A page with these JSON-LD scripts."""
    return page(EN, head="".join(f'<script type="application/ld+json">{t}</script>' for t in texts))


SLIPS = {
    "sound": Row("JSON without a slip.", with_json(PLAIN)),
    "trailing-comma": Row("A comma too many.", with_json(PLAIN[:-1] + ",}")),
    "comma-in-list": Row(
        "One in a list.",
        with_json(json.dumps({**NEWS, "author": [NEWS["author"]]}).replace("}]", "},]")),
    ),
    "cdata": Row("CDATA around it.", with_json(f"//<![CDATA[\n{PLAIN}\n//]]>")),
    "cdata-stars": Row("CDATA in a comment.", with_json(f"/*<![CDATA[*/{PLAIN}/*]]>*/")),
    "html-comment": Row("An HTML comment around it.", with_json(f"<!--\n{PLAIN}\n-->")),
    "two-objects": Row("Two objects without a list.", with_json(json.dumps(SITE) + "\n" + PLAIN)),
    "semicolon": Row("The end of a statement.", with_json(PLAIN + ";")),
    "quote": Row(
        "A quotation mark that nobody escaped.",
        with_json(PLAIN[:-1] + ', "description": "The mayor said "no" twice"}'),
    ),
    "apostrophe": Row(
        "An apostrophe escaped as in JavaScript.",
        with_json(PLAIN[:-1] + r""", "description": "Velmar\'s port"}"""),
    ),
    "newline": Row(
        "A line break within a text.",
        with_json(PLAIN[:-1] + ', "description": "First line\nsecond line\tand more"}'),
    ),
    "entities": Row("Quotation marks as entities.", with_json(PLAIN.replace('"', "&quot;"))),
    "graph": Row("A graph.", with_json(json.dumps({"@graph": [SITE, NEWS]}))),
    "graph-ids": Row(
        "A graph whose author is told by an id.",
        with_json(
            json.dumps(
                {
                    "@graph": [
                        SITE,
                        {"@type": "Person", "@id": "#mira", "name": "Mira Solen"},
                        {**NEWS, "author": {"@id": "#mira"}},
                    ]
                }
            )
        ),
    ),
    "related-first": Row(
        "A related story in a script before it.", with_json(json.dumps(OTHER), PLAIN)
    ),
    "related-in-list": Row(
        "A list with a related story first.", with_json(json.dumps([OTHER, NEWS]))
    ),
    "nested-name": Row(
        "A name that is an object.",
        with_json(
            json.dumps(
                {
                    **NEWS,
                    "author": {
                        "@type": "Person",
                        "name": {"@value": "Mira Solen", "@language": "en"},
                    },
                }
            )
        ),
    ),
    "name-in-list": Row(
        "A name that is a list.",
        with_json(json.dumps({**NEWS, "author": [{"@type": ["Person"], "name": ["Mira Solen"]}]})),
    ),
    "inside-web-page": Row(
        "The article within the page's object.",
        with_json(json.dumps({"@type": "WebPage", "name": "Lakeside Vision", "mainEntity": NEWS})),
    ),
}


@variants("json-ld", SLIPS)
def test_json_ld_with_the_slips_of_real_pages(row: Row, explained: Explained) -> None:
    """Time and author are read in spite of a slip: else the story is dated by its fetch."""
    said = explained(row.given)
    assert published(said).startswith("2025-03-09T10:00"), row.must
    assert said["byline"] == "Mira Solen", row.must


# --------------------------------------------------------------------------- invisible characters


def pierced(mark: str, text: str) -> str:
    """A text with an invisible mark inside its longer words."""
    words = [word[:3] + mark + word[3:] if len(word) > 5 else word for word in text.split()]
    return " ".join(words)


def pierced_page(mark: str) -> str:
    """The story with marks in its words."""
    changed = tuple(pierced(mark, text) for text in EN.body)
    return page(told("en", title=pierced(mark, EN.title), body=changed))


INVISIBLE = {
    "soft-hyphen": Row("Soft hyphens.", pierced_page("\u00ad")),
    "soft-hyphen-entity": Row(
        "Soft hyphens by name.", pierced_page("\u00ad").replace("\u00ad", "&shy;")
    ),
    "zero-width-space": Row("Zero-width spaces.", pierced_page("\u200b")),
    "word-joiner": Row("Word joiners.", pierced_page("\u2060")),
    "byte-order-mark": Row("Byte order marks.", pierced_page("\ufeff")),
    "left-to-right": Row("Marks of direction.", pierced_page("\u200e")),
    "wbr": Row("<wbr> in long words.", pierced_page("\u00ad").replace("\u00ad", "<wbr>")),
}


@variants("invisible", INVISIBLE)
def test_marks_that_nobody_sees(row: Row, explained: Explained) -> None:
    """A word with an invisible mark in it is the same word: the same themes, the same headline."""
    said = explained(row.given)
    assert themes(said) == themes(explained(page(EN), "plain.html")), row.must
    assert "ground_fighting" in themes(said), row.must
    assert said["headline"] == EN.title, row.must


JOINED = {
    "persian": Row("Persian's half-space parts words.", told("fa")),
    "persian-verb": Row(
        "It stands in verbs.",
        told(
            "fa",
            body=(
                (
                    "مردم شهر می‌گویند که شب‌ها صدای انفجار می‌شنوند "
                    "و روزها به سرکار نمی‌روند، زیرا راه‌ها بسته است."
                ),
                "پزشکان می‌خواهند آب‌انبار بیمارستان را پر کنند، اما تانکرها نمی‌رسند و سوخت نیست.",
            ),
        ),
    ),
    "hindi": Row(
        "Hindi's joiner shapes letters.",
        told(
            "hi",
            body=(
                "अधिकारियों ने कहा कि शक्‍ति केंद्र के पास रविवार को गोले गिरे और बिजली चली गई।",
                "राष्ट्र‍पति ने सोमवार को दूतों से मुलाक़ात की और युद्धविराम की अपील की।",
            ),
        ),
    ),
    "bengali": Row(
        "Bengali's too.",
        told(
            "hi",
            body=(
                "শহরের মেয়র র‍্যালির পর সাংবাদিকদের বলেছেন যে রবিবার ভোরে বাজারে গোলা পড়েছে।",
                "স্টেশনের কাছে দুটি গুদাম সারা সকাল জ্বলেছে এবং দমকলকর্মীরা পানি পাননি।",
            ),
        ),
    ),
    "emoji": Row(
        "A joiner makes one sign of two.",
        told(
            "en",
            body=(
                (
                    "The mayor answered the threat with one sign, 👩‍🚒"
                    ", and forty thousand people repeated it by noon."
                ),
                (
                    "Nobody in the port office would say who runs "
                    "her account, or whether she had been asked."
                ),
            ),
        ),
    ),
    "sinhala": Row(
        "Sinhala's joiner.",
        told(
            "hi",
            body=(
                "ශ්‍රී නගරයේ වෙළඳපොළට ඉරිදා උදෑසන කාලතුවක්කු වෙඩි වැදුණු බව නගරාධිපති පැවසීය.",
                "දුම්රිය ස්ථානය අසල ගබඩා දෙකක් උදේ පුරාම ගිනිගෙන දැවුණි.",
            ),
        ),
    ),
}


@variants("joiners-kept", JOINED)
def test_joiners_that_belong_to_the_script(row: Row, explained: Explained) -> None:
    """Look-alikes: in Persian or Hindi an invisible joiner is spelling, so it stays."""
    assert explained(page(row.given))["body"] == list(row.given.body), row.must


# --------------------------------------------------------------------------- size


def heavy(kind: str, megabytes: float) -> str:
    """A story's page with so much of something else in it."""
    size = int(megabytes * 1_000_000)
    line = {
        "state": 'window.__S__="' + "0123456789abcdef" * 64 + '";\n',
        "styles": ".c9f3 > div:nth-child(3) { margin: 0 auto 2px; color: #1a2b3c }\n" * 16,
        "picture": "R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs" * 22,
        "comment": "slot 4711: nothing was sold here, nor there\n" * 24,
        "json": '{"id":4711,"kind":"teaser","text":"Nothing to see here at all"},\n' * 16,
    }[kind]
    filling = line * (size // len(line))
    around = {
        "state": "<script>{}</script>",
        "styles": "<style>{}</style>",
        "picture": '<p><img alt="" src="data:image/gif;base64,{}"></p>',
        "comment": "<!-- {} -->",
        "json": '<script id="__DATA__" type="application/json">[{}0]</script>',
    }[kind]
    return page(EN, before=around.replace("{}", filling))


HEAVY = {
    "script-3": ("Three megabytes of script.", "state", 3.0),
    "styles-3": ("Three megabytes of styles.", "styles", 3.0),
    "picture-4": ("A picture of four megabytes within the page.", "picture", 4.0),
    "json-5": ("Five megabytes of state.", "json", 5.0),
    "comment-3": ("A comment of three megabytes.", "comment", 3.0),
    "script-7": ("Seven megabytes of script.", "state", 7.0),
}


@variants(
    "heavy-page",
    {
        name: Row(f"{what} The story below is read.", given)
        for name, (what, *given) in HEAVY.items()
    },
)
def test_a_page_of_megabytes(row: Row, site: Site) -> None:
    """Large sites send 3 to 7 MB for one story; a cap below that loses such an outlet whole."""
    kind, megabytes = row.given
    said = once(site, rss(item(EN)), {"/a": heavy(kind, megabytes)}).only
    assert body(said) == "\n".join(EN.body), row.must


def heavy_feed(megabytes: float) -> str:
    """A feed whose entries carry pictures in their text."""
    picture = '<img alt="" src="data:image/gif;base64,' + "R0lGODlhAQABAIAAAA" * 10_000 + '">'
    many = int(megabytes * 1_000_000 / len(picture))
    first = item(EN, "", guid="a", content=EN.paragraphs + picture * many)
    return rss(first)


HEAVY_FEEDS = {
    f"{size:g}": Row(f"A feed of {size:g} MB.", size) for size in (5.5, 6.0, 6.5, 7.0, 7.4, 7.8)
}


@variants("heavy-feed", HEAVY_FEEDS)
def test_a_feed_of_megabytes(row: Row, site: Site) -> None:
    """Feeds with pictures in them are as large; one that is refused silences an outlet."""
    assert once(site, heavy_feed(row.given)).only["body"] == list(EN.body), row.must
