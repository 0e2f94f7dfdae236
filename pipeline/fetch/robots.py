"""robots.txt as RFC 9309 reads it: verdicts kept for a day."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from urllib.parse import urlsplit

from protego import Protego

from pipeline.errors import Permanent, Transient
from pipeline.fetch.fetcher import Fetcher

DAY = 86_400.0
_RETRY = 600.0  # seconds until an unreachable robots.txt is asked for again
_BYTES = 512_000  # RFC 9309 section 2.5: at least 500 KiB are read
_HOSTS = 10_000


class Robots:
    """Says whether a page may be fetched. Thread-safe; asks each host once a day.

    RFC 9309 section 2.3.1: a 4xx answer allows everything; an unreachable file or a 5xx answer allows nothing, unless
    an earlier copy is known.
    """

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._agent = fetcher.user_agent.partition("/")[0]
        self._known: OrderedDict[str, tuple[Protego | bool, float]] = OrderedDict()
        self._lock = Lock()

    def allowed(self, url: str, now: float) -> bool:
        """Whether robots.txt of the URL's host lets this user agent fetch it; ``now`` in epoch seconds."""
        rules = self._rules(url, now)
        return rules if isinstance(rules, bool) else bool(rules.can_fetch(url, self._agent))

    def delay(self, url: str, now: float) -> float:
        """Seconds between requests that the host asks for (Crawl-delay), 0.0 where it does not; at most 60."""
        rules = self._rules(url, now)
        said = None if isinstance(rules, bool) else rules.crawl_delay(self._agent)
        return min(max(float(said or 0.0), 0.0), 60.0)

    def _rules(self, url: str, now: float) -> Protego | bool:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"
        with self._lock:
            rules, until = self._known.get(origin, (True, 0.0))
        if now < until:
            return rules
        fresh, keep = self._ask(origin, rules if until else None)
        with self._lock:
            self._known[origin] = (fresh, now + keep)
            self._known.move_to_end(origin)
            if len(self._known) > _HOSTS:
                self._known.popitem(last=False)
        return fresh

    def _ask(self, origin: str, earlier: Protego | bool | None) -> tuple[Protego | bool, float]:
        """Rules of this origin and how many seconds they hold."""
        try:
            response = self._fetcher.get(origin + "/robots.txt", max_bytes=_BYTES, deadline=15.0)
        except Transient:
            return (False if earlier is None else earlier), _RETRY
        except Permanent:
            # too large, or refused: the fetch of the page itself will say why
            return True, DAY
        if response.status == 200:
            return Protego.parse(response.body.decode("utf-8", "replace")), DAY
        if response.status == 429 or response.status >= 500:
            return (False if earlier is None else earlier), _RETRY
        return True, DAY
