"""What HTTP headers say about time. Pure; header names are lower case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

DAY = 86_400.0

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)


def read_retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds to wait by Retry-After (RFC 9110 section 10.2.3), 0 to a day; None: not said."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", value):
        return min(float(value[:20]), DAY)
    at = read_http_date(value)
    if at is None:
        return None
    # the server's own clock, where it says it, because a date is meant by that clock
    said = read_http_date(headers.get("date", ""))
    return min(max(at - (now if said is None else said), 0.0), DAY)


def read_freshness(headers: Mapping[str, str], now: float) -> float:
    """Seconds a response may be taken as current, 0.0 where not said.

    max-age less Age, else Expires less Date (RFC 9111 section 4.2). s-maxage is for shared caches
    and not read; no-cache and no-store say 0.
    """
    control = headers.get("cache-control", "").lower()
    if "no-cache" in control or "no-store" in control:
        return 0.0
    found = _MAX_AGE.search(control)
    if found:
        age = headers.get("age", "").strip()
        return max(
            float(found.group(1)) - (float(age) if re.fullmatch(r"\d{1,10}", age) else 0.0), 0.0
        )
    expires = read_http_date(headers.get("expires", ""))
    if expires is None:
        return 0.0
    said = read_http_date(headers.get("date", ""))
    return max(expires - (now if said is None else said), 0.0)


def read_http_date(value: str) -> float | None:
    """Epoch seconds of an HTTP date, None where it is none."""
    if not value or len(value) > 64:
        return None
    try:
        return parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, OverflowError, OSError, IndexError):
        return None
