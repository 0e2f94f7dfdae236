"""What is remembered of a feed between two polls."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NamedTuple, Self


class Visit(NamedTuple):
    """A sitemap that an index names, and how it was when it was last asked (``asked``, epoch seconds; 0.0: never).

    ``said`` is its ``lastmod`` as the index prints it now, ``done`` as it was at the last good visit; ``parent`` the
    index that names it, '' for the feed's own; ``changed`` when its content was last new.
    """

    url: str
    said: str = ""
    done: str = ""
    etag: str = ""
    modified: str = ""
    body_hash: str = ""
    asked: float = 0.0
    changed: float = 0.0
    failures: int = 0
    parent: str = ""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What Wiredesk remembers of a feed between two polls. Epoch seconds; 0.0 means never.

    ``url`` is where the feed moved to for good (empty: still where the operator configured it, ``configured``).
    ``spacing`` is the learned time between two entries and ``longest`` the longest wait for one, in seconds; ``newest``
    the latest publication seen; ``latency`` the usual seconds from publication to sight. ``wait``, ``skip_hours``,
    ``skip_days`` keep the document's hints for the polls that bring no document. ``silent`` and ``failing_since`` say
    what operators were already told, ``told`` the last events as (when, name, in words). Before ``not_before`` its
    server wants no request (Retry-After). ``children`` are the sitemaps of an index, ``taken`` the files of a watched
    folder that were read and still lie there. Until ``pushed_until`` a hub tells of news, so that polling may be slow.
    """

    etag: str = ""
    modified: str = ""
    body_hash: str = ""
    url: str = ""
    next_poll: float = 0.0
    last_poll: float = 0.0
    last_new: float = 0.0
    interval: float = 0.0
    failures: int = 0
    status: int = 0
    error: str = ""
    gone: bool = False
    moved_to: str = ""
    moved_seen: int = 0
    last_keys: tuple[str, ...] = ()
    last_names: tuple[str, ...] = ()
    configured: str = ""
    title: str = ""
    first_poll: float = 0.0
    last_ok: float = 0.0
    last_full: float = 0.0
    newest: float = 0.0
    spacing: float = 0.0
    longest: float = 0.0
    latency: float = 0.0
    wait: float = 0.0
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[str, ...] = ()
    hub: str = ""
    self_url: str = ""
    entries: int = 0
    gaps: int = 0
    silent: bool = False
    failing_since: float = 0.0
    not_before: float = 0.0
    told: tuple[tuple[float, str, str], ...] = ()
    children: tuple[Visit, ...] = ()
    taken: tuple[str, ...] = ()
    pushed_until: float = 0.0

    def to_json(self) -> str:
        """One line of JSON without what is as at first, since there may be 100,000; ``from_json`` reads it back."""
        values = ((name, getattr(self, name)) for name in type(self).__slots__)
        said = {name: value for name, value in values if value != getattr(_FIRST, name)}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what ``to_json`` wrote; unknown fields of a newer version are ignored."""
        data = json.loads(text)
        known: dict[str, Any] = {k: v for k, v in data.items() if k in cls.__slots__}
        for name in ("last_keys", "last_names", "skip_hours", "skip_days", "taken"):
            known[name] = tuple(known.get(name, ()))
        known["told"] = tuple((at, event, words) for at, event, words in known.get("told", ()))
        known["children"] = tuple(
            Visit(*row[: len(Visit._fields)]) for row in known.get("children", ())
        )
        return cls(**known)


_FIRST = FeedState()
