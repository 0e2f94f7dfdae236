"""What is shown holds no secret and nothing that deceives, and keeps what is neither."""

from __future__ import annotations

import time
import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workers.redaction import STRUCK, clean, clean_lines, clean_text, drop_deceiving

PLACES = (
    "redis://user:{}@host/0",
    "redis://:{}@host:6379/0",
    "redis+socket://:{}@/run/redis.sock",
    "rediss://host/0?password={}",
    "https://{}@wire.example/feed",
    "https://user:{}@wire.example/feed?page=2",
    "//{}@wire.example/feed",
    "https://wire.example/feed?key={}",
    "https://wire.example/feed?apikey={}&page=2",
    "https://wire.example/feed?page=2&api_key={}",
    "https://wire.example/feed?rss-key={}",
    "https://wire.example/feed?userKey={}",
    "https://wire.example/feed?sig={}",
    "https://wire.example/feed?signature={}",
    "https://wire.example/feed?client_secret={}",
    "https://wire.example/feed?access_token={}",
    "https://wire.example/feed?TOKEN={}",
    "https://wire.example/feed?auth={}",
    "https://wire.example/feed?pass={}",
    "https://wire.example/feed?pwd={}",
    "https://wire.example/feed?X-Amz-Signature={}",
    "https://wire.example/feed?hdnts=exp=17~acl=/*~hmac={}",
    "https://wire.example/feed?hdnea={}",
    "https://wire.example/feed?Policy={}",
    "https://wire.example/feed?Expires=17&Key-Pair-Id={}",
    "Set: a=1; CloudFront-Policy={}; b=2",
    "https://wire.example/feed?user[password]={}",
    "https://wire.example/feed?%74oken={}",
    "https://wire.example/feed?%2574oken={}",
    "https://wire.example/feed?a=1&amp;key={}",
    "https://wire.example/feed;token={}",
    "https://wire.example/feed#access_token={}",
    "https://wire.example/feed?next=https://other.example/?token={}",
    "https://wire.example/feed?next=https%3A%2F%2Fother.example%2F%3Ftoken%3D{}",
    "https://wire.example/feed?next=https%3A%2F%2Fu%3A{}%40other.example%2F",
    "https://wire.example/token/{}/rss.xml",
    "https://wire.example/api-key/{}",
    "https://hooks.slack.com/services/T0/B0/{}",
    "https://chat.example/api/webhooks/17/{}",
    "https://api.telegram.org/bot17:{}/send",
    "/feed?key={}",
    "Authorization: Bearer {}",
    "proxy-authorization: {}",
    "'Authorization': 'Basic {}'",
    "{{'api_key': '{}', 'id': 7}}",
    '{{"client_secret": "{}"}}',
    "password: {}",
    "client_secret={} was refused",
)
SECRETS = st.text(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", min_size=1, max_size=40
).map("Zq9".__add__)


@given(st.sampled_from(PLACES), SECRETS, st.text(max_size=20), st.text(max_size=20))
@example("https://{}@wire.example/", "Zq9", "", "")
def test_no_secret_is_shown(place: str, secret: str, before: str, after: str) -> None:
    """A secret is struck out wherever programs put one, whatever stands around it."""
    said = f"{before} {place.format(secret)} {after}"
    for shown in (clean_text(said), clean_lines(said), str(clean({"x": [said]}))):
        assert "Zq9" not in shown


ENDING = [place for place in PLACES if place.startswith("https") and place.endswith("{}")]
AROUND = (
    ("no entry '", "' is known"), ("(url=", ")"), ("(", ")."), ("[", "], and"), ("<", ">"),
    ('"', '"'), ("{'url': '", "', 'id': 7}"), ("{'url':'", "','id':7}"), ("{'", "': 7}"),
    ("<Url '", "'>"), ("", ", and more"), ("see ", "."), ("is it ", "?"), ("`", "` is known"),
    ("\u201c", "\u201d"), ("\u00ab", "\u00bb says"), ("", "; then"), ("", ": 404"), ("(('", "'))"),
)  # fmt: skip


@given(st.sampled_from(ENDING), SECRETS, st.sampled_from(AROUND), st.text("ab c", max_size=9))
@example(
    "https://wire.example/feed?next=https%3A%2F%2Fother.example%2F%3Ftoken%3D{}", "Zq9",
    ("\u201c", "\u201d"), "",
)  # fmt: skip
def test_what_stands_around_a_masked_address_stays(
    place: str, secret: str, around: tuple[str, str], words: str
) -> None:
    """Quotes, brackets and marks that close, and all words behind them."""
    before, after = around
    words = words.strip()
    shown = clean_text(f"{words} {before}{place.format(secret + 'x')}{after} {words}")
    masked = clean_text(place.format(secret + "x"))
    assert shown == f"{words} {before}{masked}{after} {words}"


@given(st.sampled_from(PLACES[:11]), st.text(min_size=1, max_size=30))
def test_no_escaped_secret_is_shown(place: str, secret: str) -> None:
    """A secret of any characters is struck out as an address holds it: escaped."""
    shown = clean_text(place.format(f"Zq9{quote(secret, safe='')}Zq9"))
    assert "Zq9" not in shown


@pytest.mark.parametrize(
    "text",
    [
        "redis://:pa/ss@host:6379/0",
        "redis://user:pa#ss@host/0",
        "redis://:p@ss@host/0",
        "https://wire.example/?key=p;a,ss'",
        "https://wire.example/?key=p'ss",
        "https://wire.example/?key=p)ss&x=1",
        "Port could not be cast to integer value as 'pass'",
    ],
)
def test_passwords_that_are_not_escaped_are_struck_out(text: str) -> None:
    """People write passwords as they are; what an address would end at is no end."""
    assert "ss" not in clean_text(text).removeprefix("rediss")


@pytest.mark.parametrize(
    "text",
    [
        "https://wire.example/story?id=12&page=2",
        "https://wire.example/?p=123&sid=1001&keyword=war&author=weld&monkey=1",
        "https://wire.example/@user/story",
        "http://127.0.0.1:8464/@user/story",
        "http://[::1]:8464/@user/story",
        "unix:///srv/desk/var/redis/redis.sock",
        "Envoys hold the key to truce: key=3, x=5",
        "Basic services return to Karsin",
        "50% of votes & 3/4 of seats @ Haven",
        "tokens and secrets",
        "كييف: الجيش يستعيد الجسر",
        "می\u200cخواهند",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    """Ids, pages, addresses of people and plain words stay as they are."""
    assert clean_text(text) == text


def test_a_field_named_as_a_secret_is_struck_out() -> None:
    """The name of a field is enough; one that holds nothing says so."""
    facts = {"token": "hunter2", "api_key": ["hunter2"], "password": "", "story": "k1"}
    assert clean(facts) == {"token": STRUCK, "api_key": STRUCK, "password": "", "story": "k1"}


@pytest.mark.parametrize(
    "text",
    [
        "https://" * 20_000, "a=" * 50_000, "//:" * 30_000 + "@", "eyJ" * 30_000,
        "x" * 100_000 + "token", "'a':" * 25_000, "%25" * 30_000, "bearer " * 15_000,
        "/-" * 50_000 + "token", "authorization " * 7_000, "?" * 100_000 + "@=",
        "?key=" + "'" * 100_000, "?key=" + ").," * 30_000, "/token/" + ")" * 100_000 + "=",
    ],
)  # fmt: skip
def test_a_long_text_costs_little(text: str) -> None:
    """No text makes the patterns go back and forth: 100,000 characters take less than a second."""
    began = time.process_time()
    clean_text(text)
    assert time.process_time() - began < 1


@given(st.text())
def test_nothing_that_deceives_is_shown(text: str) -> None:
    """No control survives, nor a mark that turns text round, hides in it or has no width."""
    shown = drop_deceiving(text)
    assert not [
        character
        for character in shown
        if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
        or (0xE0000 <= ord(character) < 0xE1000)
        or character in "\u00ad\u061c\u200b\u200e\u200f\u202e\u2066\u2069\u206f\u3164\ufe0f\ufeff"
    ]
    assert "\u200d\u200d" not in shown


def test_lines_stay_lines() -> None:
    """A message of several lines keeps them; a title can't add one."""
    assert clean_lines("one\ntwo\r\x1b[31m") == "one\ntwo  [31m"
    assert clean_text("one\ntwo") == "one two"
