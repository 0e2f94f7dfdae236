"""Every figure of the feeds' readers: just below it, just above it, and why it stands where it
stands.
"""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime

import pytest

from pipeline.errors import Permanent
from pipeline.feeds import Caps, add_links, body_hash, parse
from pipeline.feeds.finding import discover_feeds, feed_id
from pipeline.feeds.hubs import Subscription, renewal_time, verify_intent
from pipeline.story import Entry, Feed, FeedHints

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED = Feed(id="f", url="https://base.example/feed")


def _rss(*items: str, head: str = "") -> bytes:
    body = f"<channel><title>t</title>{head}{''.join(items)}</channel>"
    return f'<rss version="2.0">{body}</rss>'.encode()


def _json(**item: object) -> bytes:
    """One item of a JSON Feed, whose texts are plain: no markup adds to their length."""
    return json.dumps({"version": "https://jsonfeed.org/version/1", "items": [item]}).encode()


def _entry(**item: object) -> Entry:
    return parse(_json(**item), FEED, now=NOW).entries[0]


# --------------------------------------------------------------------------- one document


def test_the_caps_are_those_of_the_decisions() -> None:
    """Far above what honest feeds hold (docs/decisions.md); a change of one can lose entries."""
    caps = Caps()
    assert (caps.body, caps.entries) == (8_000_000, 5_000)
    assert (caps.title, caps.summary, caps.content) == (1_000, 20_000, 1_000_000)
    assert (caps.guid, caps.url, caps.tags) == (2_000, 4_000, 50)


@pytest.mark.parametrize(("size", "refused"), [(8_000_000, "no feed"), (8_000_001, "over 8000000")])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_document_has_five_megabytes(size: int, refused: str, pack: object) -> None:
    """As sent and as inflated: what is larger is no feed but an attack or a mistake."""
    with pytest.raises(Permanent, match=refused):
        parse(pack(b"x" * size), FEED, now=NOW)  # type: ignore[operator]


@pytest.mark.parametrize(("count", "broken"), [(5_000, 0), (5_001, 1)])
def test_a_document_has_five_thousand_entries(count: int, broken: int) -> None:
    """What is beyond the cap is said in one broken entry, so that none is lost unseen."""
    body = _rss(*(f"<item><guid>g{n}</guid><title>t</title></item>" for n in range(count)))
    found = parse(body, FEED, now=NOW)
    assert (len(found.entries), len(found.broken)) == (5_000, broken)
    assert found.left == broken


# --------------------------------------------------------------------------- one entry


@pytest.mark.parametrize(
    ("field", "most"), [("title", 1_000), ("summary", 20_000), ("author", 300)]
)
def test_texts_are_cut_at_their_caps(field: str, most: int) -> None:
    """A text at its cap stays whole; one letter more and it ends in an ellipsis, within the cap."""

    def read(size: int) -> str:
        text: object = {"name": "x" * size} if field == "author" else "x" * size
        return str(getattr(_entry(**{"id": "a", "url": "https://a.example/1", field: text}), field))

    assert read(most) == "x" * most
    assert read(most + 1) == "x" * (most - 1) + "…"


@pytest.mark.parametrize(("size", "whole"), [(200, True), (201, False)])
def test_a_slug_has_200_characters(size: int, whole: bool) -> None:
    """Agencies' slugs have some dozens."""
    item = json.dumps({"uri": "u", "headline": "h", "slugline": "s" * size}).encode()
    slug = parse(item, FEED, now=NOW).entries[0].slug
    assert slug == ("s" * size if whole else "s" * 199 + "…")


@pytest.mark.parametrize(("size", "kept"), [(2_000, 2_000), (2_001, 32)])
def test_an_id_over_2000_characters_is_kept_as_its_hash(size: int, kept: int) -> None:
    """A cut id would make two entries one; a hash keeps them apart and small."""
    assert len(_entry(id="g" * size, title="t").guid) == kept


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"url": "https://a.example/".ljust(4_000, "x")}, ""),
        ({"url": "https://a.example/".ljust(4_001, "x")}, "link over 4000 characters"),
        ({"content_html": "x" * 1_000_000}, ""),
        ({"content_html": "x" * 1_000_001}, "text over 1000000 characters"),
    ],
)
def test_what_cannot_be_cut_has_a_cap_too(item: dict[str, str], reason: str) -> None:
    """A link or a text that was cut would be another one: over its cap the entry is broken."""
    found = parse(_json(id="a", title="t", **item), FEED, now=NOW)
    assert [b.reason for b in found.broken] == ([reason] if reason else [])


@pytest.mark.parametrize(("count", "kept"), [(49, 49), (50, 50), (51, 50)])
def test_an_entry_has_fifty_tags(count: int, kept: int) -> None:
    """The first fifty of them, 200 characters each; ten thousand are spam."""
    tags = _entry(id="a", title="t", tags=[f"{n}".ljust(201, "x") for n in range(count)]).tags
    assert (len(tags), {len(tag) for tag in tags}) == (kept, {200})


@pytest.mark.parametrize(("size", "whole"), [(300, True), (301, False)])
def test_a_feeds_title_has_300_characters(size: int, whole: bool) -> None:
    """It is shown in lists, one line a feed."""
    body = _rss().replace(b"<title>t</title>", b"<title>" + b"t" * size + b"</title>")
    assert parse(body, FEED, now=NOW).hints.title == ("t" * size if whole else "t" * 299 + "…")


# --------------------------------------------------------------------------- the XML readers


@pytest.mark.parametrize(("size", "by_feedparser"), [(299_999, True), (300_001, False)])
def test_feedparser_gets_documents_of_300_kilobytes(size: int, by_feedparser: bool) -> None:
    """It takes quadratic time on some garbage: two seconds at that size. What is larger is mended
    by libxml2, which does not know the oldest dialects.
    """
    old = b'<?xml version="1.0"?><!DOCTYPE x><channel><title>c</title></channel>'.ljust(size)
    if by_feedparser:
        assert parse(old, FEED, now=NOW).entries == ()
    else:
        with pytest.raises(Permanent, match="no feed"):
            parse(old, FEED, now=NOW)


@pytest.mark.parametrize(("depth", "marked"), [(299, False), (301, True)])
def test_titles_of_three_hundred_levels_are_cleaned_plainly(depth: int, marked: bool) -> None:
    """nh3 takes quadratic time on deep nesting. Beyond 300 levels tags are struck one by one: a
    script's words stay as words then, which harm nobody in plain text.
    """
    title = "<x>" * depth + "<script>words</script>"
    entry = _entry_of_rss(title)
    assert ("words" in entry.summary) is marked


def _entry_of_rss(text: str) -> Entry:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    body = _rss(f"<item><title>t</title><description>a {escaped}</description></item>")
    return parse(body, FEED, now=NOW).entries[0]


@pytest.mark.parametrize(
    ("hours", "skipped"),
    [("<hour>23</hour>", (23,)), ("<hour>24</hour>", (0,)), ("<hour>25</hour>", ())],
)
def test_the_hour_24_is_midnight(hours: str, skipped: tuple[int, ...]) -> None:
    """RSS 0.91 counted hours from 1 to 24; 25 is none."""
    head = f"<skipHours>{hours}</skipHours>"
    assert parse(_rss(head=head), FEED, now=NOW).hints.skip_hours == skipped


@pytest.mark.parametrize(("before", "skipped"), [(1_980, (5,)), (1_990, ())])
def test_skipped_hours_are_looked_for_in_two_kilobytes(
    before: int, skipped: tuple[int, ...]
) -> None:
    """24 hours take a few hundred bytes; an element that never ends is not read to the end of the
    document.
    """
    head = f"<skipHours>{' ' * before}<hour>5</hour></skipHours>"
    assert parse(_rss(head=head), FEED, now=NOW).hints.skip_hours == skipped


@pytest.mark.parametrize(
    ("ttl", "seconds"), [("99999999", 5_999_999_940.0), ("999999991", 5_999_999_940.0)]
)
def test_a_ttl_has_eight_digits(ttl: str, seconds: float) -> None:
    """Longer numbers are no minutes; the schedule caps what is asked for in any case."""
    assert parse(_rss(head=f"<ttl>{ttl}</ttl>"), FEED, now=NOW).hints.ttl == seconds


@pytest.mark.parametrize(("size", "named"), [(16_350, True), (16_450, False)])
def test_the_format_is_seen_in_the_first_sixteen_kilobytes(size: int, named: bool) -> None:
    """Comments may stand before the root; a document that hides its root longer is read as a feed
    or not at all.
    """
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    page = "<url><loc>https://a.example/1</loc></url>"
    body = f"<?x {'y' * (size - 50)}?><urlset {space}>{page}</urlset>"
    try:
        found = parse(body.encode(), FEED, now=NOW).format
    except Permanent:
        found = ""
    assert (found == "sitemap") is named


@pytest.mark.parametrize(("size", "same"), [(80, True), (81, False)])
def test_a_build_date_is_left_out_of_the_hash(size: int, same: bool) -> None:
    """80 characters hold any date; what is longer is text, and text that changes is a change."""
    one, two = (
        _rss("<item><title>a</title></item>", head=f"<lastBuildDate>{c * size}</lastBuildDate>")
        for c in "xy"
    )
    assert (body_hash(one) == body_hash(two)) is same


@pytest.mark.parametrize(("before", "same"), [(19_000, True), (20_001, False)])
def test_a_build_date_is_looked_for_in_twenty_kilobytes(before: int, same: bool) -> None:
    """The channel's own head is small; beyond it every byte counts, at the speed of the hash."""
    one, two = (
        _rss(head=f"{' ' * before}<lastBuildDate>{day} Nov 2026</lastBuildDate>") for day in (1, 2)
    )
    assert (body_hash(one) == body_hash(two)) is same


# ------------------------------ links, pages, lists, hubs


@pytest.mark.parametrize(("before", "hub"), [(19_900, "https://hub.example/"), (20_000, "")])
def test_a_link_header_is_read_for_twenty_kilobytes(before: int, hub: str) -> None:
    """Fetched headers are capped anyway; this one is searched by a pattern, so it has a cap of its
    own.
    """
    header = " " * before + '<https://hub.example/>; rel="hub"'
    assert add_links(FeedHints(), header, "https://a.example/").hub == hub


@pytest.mark.parametrize(("count", "kept"), [(49, 49), (50, 50), (51, 50)])
def test_a_page_names_fifty_feeds(count: int, kept: int) -> None:
    """A directory of feeds is a page as well; nobody reads more than fifty suggestions."""
    links = "".join(f'<a href="/{n}.rss">x</a>' for n in range(count))
    assert len(discover_feeds(f"<html>{links}</html>".encode(), "https://a.example/")) == kept


@pytest.mark.parametrize(("before", "kept"), [(999_900, 1), (1_000_000, 0)])
def test_a_page_is_searched_for_a_megabyte(before: int, kept: int) -> None:
    """Feeds are named in a page's head, or in its foot, which is within a megabyte of any page
    worth it.
    """
    body = b"<html>" + b" " * before + b'<a href="/a.rss">x</a>'
    assert len(discover_feeds(body, "https://a.example/")) == kept


@pytest.mark.parametrize(("size", "length"), [(60, 60), (61, 60)])
def test_an_id_of_a_feed_has_sixty_characters(size: int, length: int) -> None:
    """Ids stand in commands and log lines."""
    assert len(feed_id("x" * size, "https://a.example/")) == length


HUB = Subscription("https://hub.example/", "https://a.example/feed", "https://desk.example/1", "s")


@pytest.mark.parametrize(
    ("granted", "until"),
    [
        ("299", 300.0),  # a lease of seconds would be renewed all day
        ("301", 301.0),
        ("2591999", 2_591_999.0),
        ("2592001", 2_592_000.0),  # thirty days: a hub that forgets us is found out within a month
        ("soon", 604_800.0),  # what was asked for, where the hub does not say
    ],
)
def test_a_lease_is_between_five_minutes_and_thirty_days(granted: str, until: float) -> None:
    """Hubs grant what they like; beyond these bounds we take the bound."""
    query = {
        "hub.mode": "subscribe", "hub.topic": HUB.topic, "hub.challenge": "c",
        "hub.lease_seconds": granted,
    }  # fmt: skip
    assert verify_intent(query, HUB, "subscribe", 0.0).until == until


@pytest.mark.parametrize(("until", "renewed"), [(1_000.0, 900.0), (0.0, 0.0)])
def test_a_lease_is_renewed_at_nine_tenths(until: float, renewed: float) -> None:
    """A tenth is left for a hub that is slow to answer; of no lease nothing is left."""
    assert renewal_time(0.0, until) == pytest.approx(renewed)


@pytest.mark.parametrize(("size", "kept"), [(300, 300), (301, 300)])
def test_a_hubs_reason_has_300_characters(size: int, kept: int) -> None:
    """It goes into a log line."""
    query = {"hub.mode": "denied", "hub.topic": HUB.topic, "hub.reason": "x" * size}
    assert len(verify_intent(query, HUB, "subscribe", 0.0).denied) == kept


def test_words_between_tags_that_are_struck_stay_apart() -> None:
    """What a flood of tags parts is no single word."""
    assert _entry_of_rss("<x>" * 301 + "flour<x>fuel").summary == "a flour fuel"
