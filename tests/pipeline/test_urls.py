"""URLs: identity, politeness key and safety."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.urls import canonical, host, safe_link


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "HTTPS://News.Example:443/World/A?utm_source=rss&id=7#top",
            "https://news.example/World/A?id=7",
        ),
        ("http://news.example", "http://news.example/"),
        ("http://news.example:8080/a", "http://news.example:8080/a"),
        ("http://news.example/a?b=2&a=1&fbclid=x", "http://news.example/a?b=2&a=1"),
        ("http://news.example/a?at_medium=RSS&at_campaign=rss", "http://news.example/a"),
        ("http://news.example/a;jsessionid=99AF?x=1", "http://news.example/a?x=1"),
        ("http://news.example/a/./b/../c", "http://news.example/a/c"),
        ("http://news.example/%7euser/%e4", "http://news.example/~user/%E4"),
        ("http://user:secret@news.example/a", "http://news.example/a"),
        ("http://bücher.example/straße", "http://xn--bcher-kva.example/stra%C3%9Fe"),
        ("http://news.example./a", "http://news.example/a"),
        ("http://[2001:DB8::1]:80/a", "http://[2001:db8::1]/a"),
        (" http://news.example/a b\n", "http://news.example/a%20b"),
        ("ftp://news.example/a", ""),
        ("//news.example/a", ""),
        ("javascript:alert(1)", ""),
        ("http://", ""),
        ("http://news.example:99999/", ""),
    ],
)
def test_one_spelling_for_one_address(url: str, expected: str) -> None:
    """Tracking, fragment, case, default port and credentials do not make another page; anything else stays."""
    assert canonical(url) == expected


def test_a_parameter_that_names_the_story_stays() -> None:
    """Two values of an unknown parameter are two stories: a rule that drops ``sid`` would lose one of them."""
    assert canonical("http://n.example/s?sid=1001") != canonical("http://n.example/s?sid=2002")


@given(
    st.text(max_size=60)
    | st.from_regex(r"https?://[a-zA-Z.]{1,12}(/[%.a-zA-Z0-9;?&=#]{0,30})?", fullmatch=True)
)
def test_canonical_is_final(text: str) -> None:
    """Whatever comes in, the canonical form of a canonical form is itself, and is '' or http/https."""
    once = canonical(text)
    assert canonical(once) == once
    assert not once or once.startswith(("http://", "https://"))


@given(st.text(max_size=60), st.sampled_from(["", "http://n.example/feeds/x", "::bad"]))
def test_safe_is_harmless_for_any_text(text: str, base: str) -> None:
    """A safe link is empty or absolute http/https, with no control, space or bidi character, and stays safe."""
    link = safe_link(text, base)
    assert not link or link.startswith(("http://", "https://"))
    assert not any(c <= " " or c in "\u202e\u200b\x7f" for c in link)
    assert safe_link(link) == link


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("/a?utm_source=x#f", "https://n.example/feed", "https://n.example/a?utm_source=x#f"),
        ("../b", "https://n.example/x/y/feed", "https://n.example/x/b"),
        ("//cdn.example/c", "https://n.example/feed", "https://cdn.example/c"),
        ("https://u:p@n.example/d", "", "https://n.example/d"),
        ("javascript:alert(1)", "https://n.example/feed", ""),
        ("java\nscript:alert(1)", "https://n.example/feed", ""),
        ("data:text/html,x", "https://n.example/", ""),
        ("http://a\\@b.example/", "", ""),
        ("http://n.example:0/", "", ""),
        ("e.html", "", ""),
        ("http://[::1", "http://n.example/", ""),
    ],
)
def test_links_are_absolute_and_safe(url: str, base: str, expected: str) -> None:
    """Links are resolved against their base, and whatever is not http/https is no link."""
    assert safe_link(url, base) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://News.Example/a", "news.example:443"),
        ("http://news.example/a", "news.example:80"),
        ("http://u:p@news.example:8080/a", "news.example:8080"),
        ("http://[::1]:90/", "[::1]:90"),
        ("mailto:x@news.example", ""),
    ],
)
def test_the_politeness_key_is_host_and_port(url: str, expected: str) -> None:
    """Every spelling of a server has one key, so that its waits hold for all its pages."""
    assert host(url) == expected
