"""Pages, entries and records as Redis keeps them: deflated, at half their size or less."""

from __future__ import annotations

import json
from datetime import datetime

from pipeline.story import Page

try:
    from isal import isal_zlib as deflate  # zlib's format at a quarter of its processor time
except ImportError:
    import zlib as deflate  # type: ignore[no-redef]


def pack_page(page: Page) -> bytes:
    """A page with what came with it. At level 1: time matters more than size, for seconds."""
    head = {
        "url": page.url,
        "status": page.status,
        "type": page.content_type,
        "fetched": page.fetched.isoformat() if page.fetched else "",
        "note": page.note,
    }
    return json.dumps(head).encode() + b"\n" + deflate.compress(page.body, 1)


def unpack_page(packed: bytes) -> Page:
    """The page that was packed."""
    head_raw, _, body = packed.partition(b"\n")
    head = json.loads(head_raw)
    fetched = datetime.fromisoformat(head["fetched"]) if head["fetched"] else None
    return Page(
        head["url"], head["status"], deflate.decompress(body), head["type"], fetched, head["note"]
    )


def pack_text(text: str) -> bytes:
    """An entry's or a record's JSON. At level 1: half its size, for a few microseconds."""
    return deflate.compress(text.encode("utf-8", "surrogatepass"), 1)


def unpack_text(packed: bytes) -> bytes:
    """The JSON that was packed; an earlier release wrote entries and records as they are."""
    return packed if packed.startswith(b"{") else deflate.decompress(packed)
