"""Extraction: the story's text off a page, in bounded time, and what the page says of itself."""

from __future__ import annotations

import json
import textwrap
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract import MAX_TAGS, extract, from_text
from pipeline.story import Article, BlockKind, Entry, Outcome, OutcomeKind, Page

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
URL = "https://coast.example/2026/11/20/ferries"
PARAGRAPHS = (
    "Three ferries carrying flour reached the besieged town on Sunday, the harbour master said, "
    "under a quiet sky.",
    "A hospital official said the fuel would run the generators for nine days and that the "
    "flour would last two weeks.",
    "Residents watched the convoy from the roofs in silence, said a teacher who had counted the "
    "masts at dawn.",
)
BODY = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
ENTRY = Entry(key="k", feed_id="f", guid="g", url=URL, title="Ferries reach port")


def article(html: str, entry: Entry = ENTRY, **page: object) -> Article:
    """The article of a page; fails where there is none."""
    found = take(html.encode(), entry, **page)
    assert isinstance(found, Article), found
    return found


def take(
    body: bytes,
    entry: Entry = ENTRY,
    content_type: str = "text/html; charset=utf-8",
    status: int = 200,
) -> Article | Outcome:
    """What extraction makes of a body."""
    return extract(Page(URL, status, body, content_type, NOW), entry, NOW)


def text(found: Article) -> list[str]:
    """The running text of an article, without captions and bylines."""
    aside = (BlockKind.CAPTION, BlockKind.BYLINE, BlockKind.STANDFIRST)
    return [b.text for b in found.blocks if b.kind not in aside]


@pytest.mark.parametrize(
    "frame",
    [
        "<html><body><article>{}</article></body></html>",
        "<html><body><div class='article-body'>{}</div><div class='sidebar'><p>"
        + "Other news. " * 60
        + "</p></div></body></html>",
        "<html><body><div style='display:none'><div id='x'>{}</div></div></body></html>",
        "<html><body><form><div>{}</div></form></body></html>",
        "<html><body><div class='c1'><div class='c2'>{}</div></div><footer><p>The end.</p>"
        "</footer></body></html>",
        "<html><body><div class='cookie-law'><p>"
        + "This website uses cookies to improve your experience. " * 30
        + "</p></div><article><div>{}</div></article></body></html>",
        "<html><body><article class='post tag-war category-news has-post-thumbnail'>"
        "<div>{}</div></article>"
        "<div class='cookie-law'><p>"
        + "This website uses cookies to improve your experience. " * 30
        + "</p></div></body></html>",
        "{}",
    ],
)
def test_the_story_is_found_in_frames_of_many_kinds(frame: str) -> None:
    """Named, hidden until a script runs, in a form, obfuscated, beside longer other text, without a
    frame: found."""
    assert text(article(frame.replace("{}", BODY))) == list(PARAGRAPHS)


def test_a_story_printed_in_several_boxes_is_whole() -> None:
    """Sites that cut a story into chunks around advertisements lose none of them here."""
    chunks = "".join(
        f"<div class='row'><div class='article__body'><p>{p}</p></div></div><div "
        f"class='ad'>Ad</div>"
        for p in PARAGRAPHS
    )
    assert text(article(f"<html><body><main>{chunks}</main></body></html>")) == list(PARAGRAPHS)


def test_furniture_inside_the_story_goes() -> None:
    """Share bars, related links, newsletters and bylines inside the story's box are not its
    text."""
    html = (
        "<html><body><article><h1>Ferries reach port</h1><p class='byline'>By Anna Lindqvist</p>"
        f"<p>{PARAGRAPHS[0]}</p><div class='share-bar'><a href='/s'>Share</a></div>"
        f"<p>{PARAGRAPHS[1]}</p>"
        "<p><b>More about:</b></p><ul><li><a href='/a'>Storm closes strait</a></li><li><a "
        "href='/b'>Envoy</a></li></ul>"
        "<div class='newsletter'><p>Get the day's headlines in your inbox. Sign up now for "
        "free.</p></div>"
        f"<p>{PARAGRAPHS[2]}</p><aside><p>The fleet in figures: nine ships, one sunk.</p>"
        f"</aside></article>"
    )
    found = article(html)
    assert text(found) == list(PARAGRAPHS)
    assert [b.text for b in found.blocks if b.kind is BlockKind.BYLINE] == ["By Anna Lindqvist"]


def test_line_breaks_divide_old_pages() -> None:
    """Two <br> end a paragraph, one ends a line; a sentence that runs on is not cut."""
    wrapped = PARAGRAPHS[1].replace(" generators ", " generators<br>")
    html = f"Ferries reach port<br>By Anna Lindqvist<br><br>{PARAGRAPHS[0]}<br><br>{wrapped}"
    found = text(article(f"<html><body><table><tr><td>{html}</td></tr></table></body></html>"))
    assert found == ["Ferries reach port", "By Anna Lindqvist", PARAGRAPHS[0], PARAGRAPHS[1]]


def test_words_of_a_sentence_keep_their_marked_names() -> None:
    """A linked name inside a sentence stays, whatever its class says."""
    first = "<p>The envoy, <a class='meta-per' href='/p'>Ines Lund</a>, flew home.</p>"
    assert (
        text(article(f"<html><body><article>{first}{BODY}</article></body></html>"))[0]
        == "The envoy, Ines Lund, flew home."
    )


def test_links_are_measured() -> None:
    """A block says how much of it is link: the desk tells teasers by it."""
    html = (
        f"<html><body><article>{BODY}<p><a href='/x'>Storm closes the northern strait</a></p>"
        f"</article></body></html>"
    )
    found = article(html).blocks
    assert (found[0].links, found[-1].links) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("unit", "count"),
    [
        ("<p>a</p>", 40_000),
        ("<li>a", 100_000),
        ("<br>", 200_000),
        ("<tr><td>a</td></tr>", 20_000),
        ("<a href=x>", 50_000),
    ],
)
def test_floods_end_as_too_large(unit: str, count: int) -> None:
    """Pages made to stall a parser are refused by their tags before parsing."""
    found = take(("<html><body>" + unit * count).encode(), Entry("k", "f", "g", URL, "t"))
    assert isinstance(found, Outcome)
    assert found.kind is OutcomeKind.TOO_LARGE


@pytest.mark.parametrize(
    "unit",
    [
        "<p>a</p>",
        "<div>",
        "<table><tr><td>",
        "<br>x",
        "<b>",
        "<!--",
        "<p>Some text. ",
        "<div class='story'><div class='related'>A run. ",
    ],
)
def test_floods_below_the_cap_end(unit: str) -> None:
    """Just below the cap, and nested as deep as a parser goes, a page still comes to an end."""
    count = MAX_TAGS // max(1, unit.count("<")) - 10
    assert take(("<html><body>" + unit * count).encode()) is not None


def test_a_page_over_the_cap_of_bytes_is_too_large() -> None:
    """Eight megabytes are the end, whatever they hold."""
    found = take(b"<p>" + b"a" * 8_000_001, Entry("k", "f", "g", URL, "t"))
    assert isinstance(found, Outcome)
    assert found.kind is OutcomeKind.TOO_LARGE


def test_feed_text_stands_in_where_the_page_brings_none() -> None:
    """A refused or empty page does not lose the story: the feed's content, then its summary, take
    its place."""
    content = Entry("k", "f", "g", URL, "Ferries reach port", summary=PARAGRAPHS[0], content=BODY)
    summary = Entry("k", "f", "g", URL, "Ferries reach port", summary=PARAGRAPHS[0])
    for status, body in ((403, b"no"), (0, b""), (200, b"<html><body></body></html>")):
        full = take(body, content, status=status)
        short = take(body, summary, status=status)
        assert isinstance(full, Article)
        assert isinstance(short, Article)
        assert (full.basis, full.truncated, text(full)) == ("feed content", False, list(PARAGRAPHS))
        assert (short.basis, short.truncated, text(short)) == (
            "feed summary",
            True,
            [PARAGRAPHS[0]],
        )
    assert isinstance(take(b"", ENTRY, status=0), Outcome)


FED = replace(
    ENTRY, title="Feed title", author="Lena Fischer", outlet="The feed's", language="fr",
    summary="The feed's summary.", content=BODY,
)  # fmt: skip
SAYS_ALL = (
    '<html lang="it"><head><title>Page title of ferries</title><meta name="author" content="Ada '
    'Cole"><meta property="og:site_name" content="The Coast"><meta name="description"'
    ' content="The page\'s summary."></head><body>{}</body></html>'
)


def test_a_page_is_asked_before_its_feed() -> None:
    """The story's own page is nearer to it; its feed says what the page does not."""
    page = article(SAYS_ALL.format(f"<article>{BODY}</article>"), FED)
    assert (page.headline, page.author, page.site) == (
        "Page title of ferries",
        "Ada Cole",
        "The Coast",
    )
    assert (page.language, page.standfirst) == ("it", "The page's summary.")
    assert page.headlines == ("Page title of ferries", "Feed title")
    silent = article(f"<html><body><article>{BODY}</article></body></html>", FED)
    assert (silent.headline, silent.author) == ("Feed title", "Lena Fischer")
    assert (silent.site, silent.language, silent.standfirst) == ("The feed's", "fr", "")


def test_a_page_whose_text_cannot_be_read_is_not_asked() -> None:
    """Its words are those of an error or a wall; the feed speaks for its own text, whose
    standfirst is the summary beside it."""
    found = article(SAYS_ALL.format("<p>Sign in</p>"), FED)
    assert (found.basis, found.headline, found.author) == (
        "feed content",
        "Feed title",
        "Lena Fischer",
    )
    assert (found.site, found.standfirst) == ("The feed's", "The feed's summary.")


def test_a_day_in_the_canonical_address_dates_a_story() -> None:
    """A feed may lead to an address without a day; the page's own has one."""
    canonical = '<link rel="canonical" href="https://coast.example/2026/11/18/ferries">'
    html = f"<html><head>{canonical}</head><body><article>{BODY}</article></body></html>"
    published = article(html).published
    assert published is not None
    assert (published.at, published.basis) == (datetime(2026, 11, 18, tzinfo=UTC), "url")


def test_a_caption_at_the_end_does_not_cut_off_a_text() -> None:
    """Only the last line of running text says by an ellipsis that there is more."""
    caption = "<figure><figcaption>Ferries at the quay...</figcaption></figure>"
    assert not article(f"<html><body><article>{BODY}{caption}</article></body></html>").truncated


def test_text_that_was_cut_off_says_so() -> None:
    """An ellipsis at the end marks a text the feed or page cut; copies of it are judged by
    containment."""
    assert article(
        f"<html><body><article>{BODY}<p>The fleet said it would [...]</p></article></body></html>"
    ).truncated
    assert not article(f"<html><body><article>{BODY}</article></body></html>").truncated


def test_a_page_rendered_by_script_gives_its_jsonld_text() -> None:
    """Where the markup holds no text, JSON-LD's articleBody is the story."""
    data = json.dumps(
        {
            "@type": "NewsArticle",
            "headline": "Ferries reach port",
            "articleBody": "\n\n".join(PARAGRAPHS),
        }
    )
    found = article(
        f'<html><head><script type="application/ld+json">{data}</script></head><body><div '
        f'id="app"></div></body></html>'
    )
    assert (found.basis, text(found)) == ("jsonld", list(PARAGRAPHS))


def test_the_page_says_what_it_is() -> None:
    """Headline, author, site, language, canonical link, time and paywall come from the tree already
    parsed."""
    data = json.dumps(
        {
            "@context": "https://schema.org",
            "@graph": [
                {"@type": "WebSite", "name": "The Coast"},
                {
                    "@type": "NewsArticle",
                    "headline": "Ferries reach the besieged port of Anselm",
                    "author": [{"name": "Anna Lindqvist"}, {"name": "Omar Haddad"}],
                    "datePublished": "2026-11-20T08:30:00+02:00",
                    "isAccessibleForFree": False,
                },
            ],
        }
    )
    html = (
        f'<html lang="en-GB"><head><script type="application/ld+json">{data}</script>'
        '<meta property="og:site_name" content="The Coast"><link rel="canonical" href="/news/1">'
        "</head><body><h1>Ferries reach the besieged port of Anselm under a quiet sky</h1>"
        f"<article>{BODY}</article></body></html>"
    )
    found = article(html, Entry("k", "f", "g", URL, ""))
    assert found.headline == "Ferries reach the besieged port of Anselm under a quiet sky"
    assert (found.author, found.site, found.language) == (
        "Anna Lindqvist; Omar Haddad",
        "The Coast",
        "en-GB",
    )
    assert found.canonical == "https://coast.example/news/1"
    assert found.paywalled
    assert found.published is not None
    assert (found.published.at, found.published.basis) == (
        datetime(2026, 11, 20, 6, 30, tzinfo=UTC),
        "page",
    )


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[" * 5000,
        '"x"',
        "[1,2]",
        '{"@graph": {"@graph": []}}',
        '{"@type": ["NewsArticle"], "author": [null, 3]}',
    ],
)
def test_broken_jsonld_is_passed_over(bad: str) -> None:
    """Metadata that is broken or strange does not cost the story."""
    html = (
        f'<html><head><script type="application/ld+json">{bad}</script></head>'
        f"<body>{BODY}</body></html>"
    )
    assert text(article(html)) == list(PARAGRAPHS)


@pytest.mark.parametrize(
    ("published", "zone", "page", "at", "basis", "precision"),
    [
        ("2026-11-20T10:00:05+00:00", "UTC", "", "2026-11-20T10:00:05+00:00", "feed", "second"),
        (
            "2026-11-20T00:00:00+00:00",
            "UTC",
            "2026-11-20T09:15:00Z",
            "2026-11-20T09:15:00+00:00",
            "page",
            "second",
        ),
        ("2026-11-20T00:00:00+00:00", "UTC", "", "2026-11-20T00:00:00+00:00", "feed", "day"),
        ("2026-11-29T10:00:00+00:00", "UTC", "", "2026-11-20T00:00:00+00:00", "url", "day"),
        (
            "0001-01-01T00:00:00+00:00",
            "UTC",
            "2026-11-20 09:15",
            "2026-11-20T09:15:00+00:00",
            "page",
            "minute",
        ),
        ("", "Asia/Beirut", "2026-11-20T09:15", "2026-11-20T07:15:00+00:00", "page", "minute"),
        ("", "UTC", "-1-99-99", "2026-11-20T00:00:00+00:00", "url", "day"),
        ("", "No/Where", "9999-12-31T23:59:59-14:00", "2026-11-20T00:00:00+00:00", "url", "day"),
    ],
)
def test_times_have_basis_and_precision(
    published: str, zone: str, page: str, at: str, basis: str, precision: str
) -> None:
    """The feed's time, refined by the page's, then the page's, then the URL's day; never after the
    fetch or absurd."""
    entry = Entry(
        "k",
        "f",
        "g",
        URL,
        "t",
        published=datetime.fromisoformat(published) if published else None,
        timezone=zone,
    )
    html = (
        f'<html><head><meta property="article:published_time" content="{page}"></head>'
        f"<body>{BODY}</body></html>"
    )
    found = article(html, entry).published
    assert found is not None
    said = found.at.astimezone(UTC).isoformat()
    assert (said, found.basis, found.precision) == (at, basis, precision)


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        ("Café".encode("cp1252"), "text/html"),
        ("Café".encode("cp1252"), "text/html; charset=iso-8859-1"),
        ("Café".encode(), "text/html; charset=iso-8859-1"),
        ("\ufeffCafé".encode(), ""),
        ("Café".encode("utf-16"), "text/html"),
        ("Café".encode("cp1252"), "text/html; charset=no-such-thing"),
    ],
)
def test_encodings_are_read(raw: bytes, content_type: str) -> None:
    """Byte order mark, valid UTF-8, the label, Windows-1252: in that order, as pages in the wild
    need it."""
    body = raw if raw[:2] == b"\xff\xfe" else raw + BODY.encode("ascii")
    body = ("\ufeff" + "Café " + BODY).encode("utf-16-le") if raw[:2] == b"\xff\xfe" else body
    found = take(body, content_type=content_type)
    assert isinstance(found, Article)
    assert found.blocks[0].text.startswith("Café")


def test_what_is_no_page_is_no_story() -> None:
    """A PDF or picture behind a link ends with its type as the reason."""
    found = take(b"%PDF-1.7", content_type="application/pdf")
    assert found == Outcome(OutcomeKind.NOT_A_STORY, "a page of type application/pdf")


def test_text_files_are_read_by_lines() -> None:
    """First line the headline; blank lines or single newlines divide paragraphs; an editor's
    wrapping is undone."""
    single = from_text("Headline here\nFirst paragraph.\nSecond paragraph.\n", "file:a")
    blank = from_text(
        "\ufeffHeadline here\r\n\r\nFirst paragraph.\r\n\r\nSecond paragraph.", "file:a"
    )
    assert single.headline == blank.headline == "Headline here"
    assert (
        [b.text for b in single.blocks]
        == [b.text for b in blank.blocks]
        == ["First paragraph.", "Second paragraph."]
    )
    lines = (
        "Headline here\n",
        "Three ferries carrying flour reached the besieged town on",
        "Sunday, the harbour master said, and were unloaded by",
        "volunteers who formed a line from the quay to the market.\n",
        "A hospital official said the fuel would run the generators",
        "for nine days.",
    )
    wrapped = from_text("\n".join(lines), "file:a")
    assert len(wrapped.blocks) == 2
    assert from_text("", "file:a").headline == ""


@given(st.binary(max_size=400))
def test_any_bytes_are_answered(body: bytes) -> None:
    """Whatever a server sends, extraction answers with an article or an outcome."""
    assert isinstance(take(body, content_type="text/html"), Article | Outcome)


_TAGS = (
    "<p> </p> <div_class='related'> </div> <br> <a_href='x'> </a> <ul><li> </ul> <h2> <table>"
    "<tr><td> <figure> <script>"
)
_RUNS = ("text. ", "A longer run of words, with a comma, that says something. ", "\x00", "é")
_PIECES = st.sampled_from([*(t.replace("_", " ") for t in _TAGS.split()), *_RUNS])


@given(st.lists(_PIECES, max_size=60))
def test_any_markup_is_answered(pieces: list[str]) -> None:
    """Unclosed, crossed and empty markup ends in an article or an outcome, with links between 0 and
    1."""
    found = take("".join(pieces).encode())
    if isinstance(found, Article):
        assert all(
            0.0 <= b.links <= 1.0 and b.text == " ".join(b.text.split()) for b in found.blocks
        )


def test_a_bare_page_takes_its_first_heading() -> None:
    """Without <title>, <h1> or metadata the first heading is the headline, so that its repeat can
    be told."""
    body = "".join(
        f"<div>{text}</div>"
        for text in ("The ferry came in late on Monday night, crews said.",) * 3
    )
    html = (
        f"<html><body><h2 class='t'>Ferry is late in harbour</h2><div "
        f"class='story-body'>{body}</div></body></html>"
    )
    at = datetime(2026, 1, 1, tzinfo=UTC)
    bare = Entry(key="k", feed_id="f", guid="", url="https://wire.example/x", title="")
    found = extract(Page(bare.url, 200, html.encode(), "text/html", at), bare, at)
    assert isinstance(found, Article)
    assert found.headline == "Ferry is late in harbour"


def test_text_may_begin_with_its_first_paragraph() -> None:
    """A first line as long as a lead is no headline: nothing of the story is lost to one."""
    lead = (
        "Rebels crossed the Osk river on Sunday and seized a grain depot, killing 12 soldiers "
        "who had been asleep, " * 2
    )
    bare = from_text(f"{lead.strip()}\n\nFamilies spent the night in a cellar.", "file:a")
    assert (bare.headline, len(bare.blocks)) == ("", 2)
    sentence = (
        "Rebels crossed the Osk river on Sunday and seized a grain depot, killing 12 of its "
        "guards, two officials said."
    )
    assert from_text(f"{sentence}\nFamilies fled.", "file:a").headline == ""
    assert from_text(sentence, "file:a").headline == sentence
    assert from_text(f"Rebels cross the Osk\n{lead}", "file:a").headline == "Rebels cross the Osk"
    margin = "\n".join(textwrap.wrap(lead, 70))
    assert len(from_text(f"{margin}\n\n{margin}", "file:a").blocks) == 2
    assert (
        from_text(f"Rebels cross the Osk\n\n{margin}\n\n{margin}", "file:a").headline
        == "Rebels cross the Osk"
    )


def test_a_sentence_above_wrapped_lines_is_a_headline() -> None:
    """A first line that a margin broke off has no end; one that has stands for itself."""
    wrapped = (
        "The harbour master said on Sunday that the flour in\n"
        "the three of them would last the town for two weeks\n"
        "and that the fuel would run its generators for nine\n"
        "days, as the coast guard held its fire at last."
    )
    headline = "Three ferries reach the besieged harbour town."
    assert from_text(f"{headline}\n{wrapped}\n\n{wrapped}\n", "").headline == headline
    broken_off = headline.replace("town.", "town on")
    assert from_text(f"{broken_off}\n{wrapped}\n\n{wrapped}\n", "").headline == ""
