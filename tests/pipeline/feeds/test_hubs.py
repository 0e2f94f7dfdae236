"""WebSub: what is asked of hubs, and what is believed of what they bring."""

from __future__ import annotations

import hmac
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.feeds.hubs import (
    LEASE,
    Subscription,
    make_secret,
    renewal_time,
    subscription_form,
    verify_intent,
    verify_signature,
)

HUB = Subscription(
    "https://hub.example/", "https://a.example/feed", "https://desk.example/hook/1", "s3cret"
)


def test_a_subscription_asks_for_topic_callback_secret_and_lease() -> None:
    """The fields of the Recommendation; leaving needs no secret."""
    assert subscription_form(HUB, "subscribe")["hub.lease_seconds"] == str(int(LEASE))
    assert subscription_form(HUB, "subscribe")["hub.secret"] == "s3cret"
    assert "hub.secret" not in subscription_form(HUB, "unsubscribe")


def test_intent_is_confirmed_for_what_was_asked_only() -> None:
    """The challenge goes back for our topic and mode; any other call gets a 404 and no
    subscription.
    """
    query = {
        "hub.mode": "subscribe",
        "hub.topic": HUB.topic,
        "hub.challenge": "abc",
        "hub.lease_seconds": "86400",
    }
    good = verify_intent(query, HUB, "subscribe", 1_000.0)
    assert (good.status, good.body, good.until) == (200, "abc", 87_400.0)
    assert verify_intent(query, None, "subscribe", 0.0).status == 404
    assert verify_intent(query, HUB, "unsubscribe", 0.0).status == 404
    assert (
        verify_intent({**query, "hub.topic": "https://evil.example/"}, HUB, "subscribe", 0.0).status
        == 404
    )
    assert verify_intent({**query, "hub.challenge": ""}, HUB, "subscribe", 0.0).status == 404
    assert (
        verify_intent({**query, "hub.lease_seconds": "9" * 30}, HUB, "subscribe", 0.0).until
        == 30 * 86_400.0
    )


def test_a_denied_subscription_says_why() -> None:
    """A hub may refuse at any time; polling goes on, and the reason is known."""
    query = {"hub.mode": "denied", "hub.topic": HUB.topic, "hub.reason": "closed"}
    assert verify_intent(query, HUB, "subscribe", 0.0).denied == "closed"


def test_a_lease_is_renewed_before_it_ends() -> None:
    """At nine tenths of it."""
    assert renewal_time(100.0, 1_100.0) == 1_000.0


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signature_holds_for_its_body_and_secret(method: str) -> None:
    """One byte or one letter of the secret more, and it is somebody else's."""
    mac = hmac.new(b"s3cret", b"body", method).hexdigest()
    assert verify_signature(f"{method}={mac}", b"body", "s3cret")
    assert verify_signature(f" {method.upper()}={mac.upper()} ", b"body", "s3cret")
    assert not verify_signature(f"{method}={mac}", b"body!", "s3cret")
    assert not verify_signature(f"{method}={mac}", b"body", "s3crets")


@given(st.text(max_size=80))
def test_no_other_signature_holds(header: str) -> None:
    """Weak, unknown and garbled signatures are none, and raise nothing."""
    assert not verify_signature(header, b"body", "s3cret")
    assert not verify_signature(
        "md5=" + hmac.new(b"s3cret", b"body", "md5").hexdigest(), b"body", "s3cret"
    )
    assert not verify_signature(
        "sha256=" + hmac.new(b"", b"body", "sha256").hexdigest(), b"body", ""
    )


def test_each_feed_has_its_secret() -> None:
    """Secrets differ by feed and by installation, and need no storing."""
    assert make_secret("a", b"k") == make_secret("a", b"k")
    assert len({make_secret("a", b"k"), make_secret("b", b"k"), make_secret("a", b"l")}) == 3
    assert replace(HUB, secret=make_secret("a", b"k")).secret != HUB.secret


def test_who_leaves_a_hub_has_no_lease() -> None:
    """The hub's challenge goes back, and nothing is left that would be renewed."""
    query = {"hub.mode": "unsubscribe", "hub.topic": HUB.topic, "hub.challenge": "abc"}
    gone = verify_intent(query, HUB, "unsubscribe", 1_000.0)
    assert (gone.status, gone.body, gone.until) == (200, "abc", 0.0)
