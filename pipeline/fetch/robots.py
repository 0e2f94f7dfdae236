"""robots.txt as RFC 9309 reads it: verdicts kept for a day."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Protocol

from protego import Protego

from pipeline.errors import Permanent, Transient
from pipeline.fetch.addresses import literal_place
from pipeline.fetch.fetcher import Fetcher
from pipeline.headers import DAY
from pipeline.retries import RETRIES, seconds_until_retry
from pipeline.urls import origin_of

_RETRY = seconds_until_retry(RETRIES["robots"], 1)
_BYTES = 512_000  # RFC 9309 section 2.5: at least 500 KiB are read
_DEADLINE = 15.0  # seconds; a page waits meanwhile
_LONGEST_DELAY = 60.0  # seconds; some ask for a day, which archives may wait and news may not
# seconds; what holds longer was written by a clock that is off, and two that differ by some hours
# are no reason to ask again
_LONGEST = 2 * DAY
_HOSTS = 10_000  # verdicts in memory; the one longest unused goes first
_NOTHING = "User-agent: *\nDisallow: /"
_ANYTHING = Protego.parse("")


def _right_until(until: float, now: float) -> float:
    """Until when a copy holds, not past the longest: a clock that was ahead wrote that."""
    return until if until <= now + _LONGEST else now


class Kept(Protocol):
    """Where copies outlive a process and serve every worker: a text and until when it holds."""

    def read(self, origin: str) -> tuple[str, float] | None:
        """The copy of an origin, also one that holds no longer; None where there is none."""
        ...

    def write(self, origin: str, text: str, until: float) -> None:
        """Keep a copy."""
        ...


class Robots:
    """Says whether a page may be fetched. Thread-safe.

    Asks each host once a day, over all workers that share ``kept``.

    RFC 9309 section 2.3.1: a 4xx answer allows everything; an unreachable file or a 5xx answer
    allows nothing, unless an earlier copy is known.

    ``home`` as in ``Fetcher.get``: what may be reached for one feed is asked and kept apart, for
    others it is refused.
    """

    def __init__(self, fetcher: Fetcher, kept: Kept | None = None) -> None:
        self._fetcher = fetcher
        self._agent = fetcher.user_agent.partition("/")[0]
        self._kept = kept
        self._known: OrderedDict[str, tuple[Protego, float]] = OrderedDict()
        self._asking: dict[str, Lock] = {}
        self._lock = Lock()

    def allowed(self, url: str, now: float, home: str = "") -> bool:
        """Whether the host's robots.txt lets this user agent fetch it; ``now`` in epoch seconds."""
        return bool(self._rules(url, now, home).can_fetch(url, self._agent))

    def delay(self, url: str, now: float, home: str = "") -> float:
        """Seconds between requests that the host asks for (Crawl-delay), 0.0 to 60."""
        asked = float(self._rules(url, now, home).crawl_delay(self._agent) or 0.0)
        return min(max(asked, 0.0), _LONGEST_DELAY)

    def known(self, url: str, now: float, home: str = "") -> bool:
        """Whether a verdict on this URL costs no request."""
        return self._copy(_name_copy(url, home), now)[1] > now

    def _rules(self, url: str, now: float, home: str) -> Protego:
        origin = _name_copy(url, home)
        rules, until = self._copy(origin, now)
        if now < until:
            return rules
        with self._lock:
            turn = self._asking.setdefault(origin, Lock())
        with turn:  # whoever waited here finds the answer
            rules, until = self._copy(origin, now)
            if until <= now:
                text, keep = self._ask(origin_of(url), home)
                if text is None:
                    text = None if until else _NOTHING
                rules = rules if text is None else Protego.parse(text)
                self._keep(origin, rules, now + keep)
                if self._kept and text is not None:
                    self._kept.write(origin, text, now + keep)
        with self._lock:
            self._asking.pop(origin, None)
        return rules

    def _copy(self, origin: str, now: float) -> tuple[Protego, float]:
        """The rules that are known and until when they hold, 0.0 where none are."""
        with self._lock:
            rules, held = self._known.get(origin, (_ANYTHING, 0.0))
        until = _right_until(held, now)
        if until <= now and self._kept and (copy := self._kept.read(origin)) and copy[1] > until:
            rules, until = Protego.parse(copy[0]), _right_until(copy[1], now)
            self._keep(origin, rules, until)
        return rules, until

    def _keep(self, origin: str, rules: Protego, until: float) -> None:
        with self._lock:
            self._known[origin] = (rules, until)
            self._known.move_to_end(origin)
            if len(self._known) > _HOSTS:
                self._known.popitem(last=False)

    def _ask(self, origin: str, home: str) -> tuple[str | None, float]:
        """The text of an origin's rules (None: not to be had), and how many seconds that holds."""
        try:
            response = self._fetcher.get(
                origin + "/robots.txt", max_bytes=_BYTES, deadline=_DEADLINE, home=home
            )
        except Transient:
            return None, _RETRY
        except Permanent:
            # too large, or refused: the fetch of the page itself will say why
            return "", DAY
        if response.status == 200:
            return response.body.decode("utf-8", "replace"), DAY
        if response.status == 429 or response.status >= 500:
            return None, _RETRY
        return "", DAY


def _name_copy(url: str, home: str) -> str:
    """Under which name the rules for a URL are kept."""
    origin = origin_of(url)
    return f"{origin}#own" if home and literal_place(url) == home else origin
