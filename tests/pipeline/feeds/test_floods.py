"""Floods: each format has the same cap of entries, and no flood of one thing takes long."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from benchmarks.floods.feed_floods import FEED_FLOODS
from pipeline.feeds import FORMATS, parse, parsing
from pipeline.feeds.items import Document, Item
from pipeline.feeds.parsing import Format
from pipeline.story import Feed

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FEED = Feed(id="f", url="http://base.example/feed")
# floods of whole entries: their entries are those of the flood, or these and one more
OF_ENTRIES = (
    "rss items",
    "rss items, titled",
    "rdf items",
    "atom entries",
    "newsml items",
    "newsml items, titled",
    "sitemap pages",
    "sitemap pages, empty",
    "sitemaps of an index",
    "json items",
    "json items, none an object",
    "ninjs items",
    "ninjs items, others",
)


@pytest.mark.parametrize("name", OF_ENTRIES)
def test_every_format_has_one_cap(name: str) -> None:
    """Broken entries count within it; what is over it is one broken entry that says how many."""
    at_cap, over = (parse(FEED_FLOODS[name](n), FEED, now=NOW) for n in (4_000, 7_000))
    assert at_cap.left == 0
    kept = len(over.entries) + len(over.children) + len(over.broken)
    assert kept == 5_000 + 1
    assert 2_000 <= over.left <= 2_002
    assert over.broken[-1].reason == f"{over.left} more entries, over the cap of 5000 a document"


def test_a_small_document_in_odd_markup_has_the_cap_too() -> None:
    """What feedparser reads."""
    body = b"<rss><channel><title>t&nbsp;</title><x><b></x>" + b"<item/>" * 5_010
    found = parse(body, FEED, now=NOW)
    assert len(body) < 300_000
    assert found.left == 10


def test_a_format_that_makes_all_its_items_has_the_cap_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new format need not know of it."""

    def read(body: bytes, url: str) -> Document:
        return Document("x", [Item(guid=str(n), title="t") for n in range(5_003)])

    monkeypatch.setattr(parsing, "FORMATS", {"syndication": Format(read)})
    found = parse(b"<x/>", FEED, now=NOW)
    assert (len(found.entries), found.left) == (5_000, 3)


def test_what_is_over_the_cap_has_one_name() -> None:
    """A feed that grows with every poll fills the ledger with one broken entry, not with many."""
    keys = set()
    for n in (6_000, 7_000):
        keys.add(parse(FEED_FLOODS["newsml items"](n), FEED, now=NOW).broken[-1].key)
    assert len(keys) == 1


def test_every_format_is_flooded() -> None:
    """A format without a flood here would not be measured by ``benchmarks.floods`` either."""
    found = {parse(FEED_FLOODS[name](3), FEED, now=NOW).format for name in OF_ENTRIES}
    assert {"rss20", "rss10", "atom10", "newsml-g2", "sitemap", "jsonfeed11", "ninjs"} <= found
    assert set(FORMATS) == {"json", "sitemap", "news", "syndication"}


@pytest.mark.parametrize("name", FEED_FLOODS)
def test_no_flood_of_a_document_takes_more_than_linear_time(name: str) -> None:
    """Twice as much takes about twice as long; four times would be quadratic."""
    spent = []
    for n in (4_000, 16_000):
        body = FEED_FLOODS[name](n)
        began = time.process_time()
        try:
            parse(body, FEED, now=NOW)
        except Exception as error:  # noqa: BLE001  how it ends is told by others
            assert type(error).__name__ == "Permanent"
        spent.append(time.process_time() - began)
    # what is quadratic takes sixteen times as long; below a second nobody waits
    assert spent[1] < max(10 * spent[0], 1.0), spent
