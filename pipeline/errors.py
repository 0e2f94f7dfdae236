"""The two exceptions with a policy. Everything else that ends a story is a returned Outcome."""

from __future__ import annotations


class WireError(Exception):
    """Something outside Wiredesk went wrong; says for which feed and URL."""

    def __init__(self, what: str, *, feed: str = "", url: str = "", status: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.feed = feed
        self.url = url
        self.status = status

    def __str__(self) -> str:
        where = " ".join(
            f"{k}={v}"
            for k, v in (("feed", self.feed), ("url", self.url), ("status", self.status))
            if v
        )
        return f"{self.what} ({where})" if where else self.what


class Transient(WireError):
    """May go better later: try again, no sooner than ``retry_after`` seconds from now (None: the
    caller's back-off)."""

    def __init__(
        self,
        what: str,
        *,
        feed: str = "",
        url: str = "",
        status: int = 0,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(what, feed=feed, url=url, status=status)
        self.retry_after = retry_after


class Permanent(WireError):
    """Will not go better by trying again: end with an Outcome that says so."""
