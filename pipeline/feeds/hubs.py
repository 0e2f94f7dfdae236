"""WebSub (W3C Recommendation of 2018) for the subscriber, as pure functions.

A notice with a good signature brings a document, which is read like one that was polled; any other
says nothing. Slow polling goes on beside it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

LEASE = 7 * 86_400.0
"""Seconds of subscription that are asked for; hubs grant what they like."""

# sha1: the largest hubs know no other; as an HMAC it holds
_DIGESTS = frozenset({"sha1", "sha256", "sha384", "sha512"})
_SHORTEST = 300.0  # a lease of seconds would be renewed all day
_LONGEST = 30 * 86_400.0  # a hub that forgets us is found out within a month
_RENEWED = 0.9  # share of a lease after which it is renewed, so that no notice is missed


@dataclass(frozen=True, slots=True)
class Subscription:
    """What was asked of a hub: ``topic`` is the feed's own self link, ``callback`` our address."""

    hub: str
    topic: str
    callback: str
    secret: str


@dataclass(frozen=True, slots=True)
class Intent:
    """The answer to a hub's verification: HTTP ``status`` and ``body``.

    ``until`` is when the lease ends (0.0: there is none), ``denied`` the hub's reason to refuse.
    """

    status: int
    body: str = ""
    until: float = 0.0
    denied: str = ""


def make_secret(feed_id: str, key: bytes) -> str:
    """A secret for each feed, made from the installation's key, so that none needs storing."""
    return hmac.new(key, b"websub\0" + feed_id.encode(), sha256).hexdigest()


def subscription_form(
    subscription: Subscription, mode: Literal["subscribe", "unsubscribe"]
) -> dict[str, str]:
    """The form fields to POST to the hub (section 5.1)."""
    fields = {
        "hub.mode": mode,
        "hub.topic": subscription.topic,
        "hub.callback": subscription.callback,
    }
    if mode == "subscribe":
        fields |= {"hub.secret": subscription.secret, "hub.lease_seconds": str(int(LEASE))}
    return fields


def verify_intent(
    query: Mapping[str, str],
    subscription: Subscription | None,
    wanted: Literal["subscribe", "unsubscribe"],
    now: float,
) -> Intent:
    """Answer a hub that asks whether we meant it (section 5.3); 404 for what we did not ask for."""
    if subscription is None or query.get("hub.topic") != subscription.topic:
        return Intent(404)
    mode = query.get("hub.mode", "")
    if mode == "denied":
        return Intent(200, denied=query.get("hub.reason", "")[:300] or "no reason given")
    challenge = query.get("hub.challenge", "")
    if mode != wanted or not challenge:
        return Intent(404)
    if mode == "unsubscribe":
        return Intent(200, challenge)
    granted = query.get("hub.lease_seconds", "")
    seconds = float(granted[:10]) if granted.isdecimal() else LEASE
    return Intent(200, challenge, until=now + min(max(seconds, _SHORTEST), _LONGEST))


def renewal_time(granted: float, until: float) -> float:
    """When to subscribe again: after nine tenths of the lease."""
    return granted + _RENEWED * max(until - granted, 0.0)


def verify_signature(header: str, body: bytes, secret: str) -> bool:
    """Whether ``X-Hub-Signature`` is that of this body under our secret (section 7.1).

    Compared in constant time.
    """
    method, _, given = header.strip().partition("=")
    if method.lower() not in _DIGESTS or not secret:
        return False
    expected = hmac.new(secret.encode(), body, method.lower()).hexdigest()
    return hmac.compare_digest(expected.encode(), given.strip().lower().encode("utf-8", "replace"))
