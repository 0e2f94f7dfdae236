"""Feed documents: bytes to entries, every entry judged alone.

A format is one function that reads a document and trusts nothing in it; ``parse`` makes its items
safe: titles and summaries plain text, links absolute http/https, dates clamped. Content stays as
printed, for the extractor alone to read. One line in ``FORMATS`` (``parsing.py``) adds a format.

``syndication`` reads what most feeds are, ``forgiving`` what is out of the ordinary in them;
``json_documents`` and ``news_xml`` read the other formats. ``finding`` finds feeds, ``hubs`` speaks
with those who push them.
"""

from __future__ import annotations

from pipeline.feeds.items import BrokenEntry, Parsed, SitemapLink
from pipeline.feeds.parsing import (
    FORMATS,
    Caps,
    add_links,
    body_hash,
    broken_key,
    parse,
    refuse_file,
)
from pipeline.feeds.plain_text import content_length

__all__ = [
    "FORMATS",
    "BrokenEntry",
    "Caps",
    "Parsed",
    "SitemapLink",
    "add_links",
    "body_hash",
    "broken_key",
    "content_length",
    "parse",
    "refuse_file",
]
