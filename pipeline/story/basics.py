"""Hashes and times, the same for every type."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import blake2b


def digest(*parts: str) -> str:
    """Hash of the parts in order, 32 hex digits; parts cannot run into each other."""
    h = blake2b(digest_size=16)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        h.update(len(raw).to_bytes(8, "big"))
        h.update(raw)
    return h.hexdigest()


def utc(seconds: float) -> datetime:
    """Epoch seconds as an aware datetime."""
    return datetime.fromtimestamp(seconds, UTC)


def iso(value: object) -> str:
    """A time for JSON; raises TypeError for anything else that JSON can't hold."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not go into JSON")
