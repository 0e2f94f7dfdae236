"""URLs: identity, politeness key and safety."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.urls import Target, canonical, host, join_location, origin_of, safe_link, split_target


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
    """Tracking, fragment, case, default port and credentials do not make another page; anything
    else stays.
    """
    assert canonical(url) == expected


def test_a_parameter_that_names_the_story_stays() -> None:
    """Two values of an unknown parameter are two stories: a rule that drops ``sid`` would lose one
    of them.
    """
    assert canonical("http://n.example/s?sid=1001") != canonical("http://n.example/s?sid=2002")


@given(
    st.text(max_size=60)
    | st.from_regex(r"https?://[a-zA-Z.]{1,12}(/[%.a-zA-Z0-9;?&=#]{0,30})?", fullmatch=True)
)
def test_canonical_is_final(text: str) -> None:
    """Whatever comes in, the canonical form of a canonical form is itself, and is '' or
    http/https.
    """
    once = canonical(text)
    assert canonical(once) == once
    assert not once or once.startswith(("http://", "https://"))


@given(st.text(max_size=60), st.sampled_from(["", "http://n.example/feeds/x", "::bad"]))
def test_safe_is_harmless_for_any_text(text: str, base: str) -> None:
    """A safe link is empty or absolute http/https, with no control, space or bidi character, and
    stays safe.
    """
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


@pytest.mark.parametrize(
    ("url", "target"),
    [
        (
            "HTTP://News.Example/a b?q=ä#part",
            Target("http", "news.example", 80, "/a%20b?q=%C3%A4", "http://News.Example/a b?q=ä"),
        ),
        (
            "https://me:se%20cret@n.example:8443",
            Target("https", "n.example", 8443, "/", "https://n.example:8443", "me:se cret"),
        ),
        ("http://n.example./%7e", Target("http", "n.example", 80, "/%7e", "http://n.example./%7e")),
        ("http://[::1]:90/", Target("http", "::1", 90, "/", "http://[::1]:90/")),
    ],
)
def test_a_request_has_its_parts_from_one_place(url: str, target: Target) -> None:
    """Host for the look-up, escaped path for the request line, a URL without secrets for the
    logs.
    """
    assert split_target(url) == target


@pytest.mark.parametrize(
    ("url", "header"),
    [
        ("http://n.example/", "n.example"),
        ("https://n.example/", "n.example"),
        ("http://n.example:443/", "n.example:443"),
        ("https://n.example:80/", "n.example:80"),
        ("http://[::1]:90/", "[::1]:90"),
    ],
)
def test_the_host_header_names_a_port_that_is_not_usual(url: str, header: str) -> None:
    """80 is usual for http only, 443 for https only; an IPv6 address stands in brackets."""
    target = split_target(url)
    assert target is not None
    assert target.host_header == header


@pytest.mark.parametrize(
    "url",
    [
        "http://n.example:0/",
        "http://n.example:65536/",
        "http://a%2eb.example/",
        "http://[fe80::1%25lo]/",
        "http://n.example\\@b.example/",
        "http://./",
        "ws://n.example/",
        "n.example/a",
    ],
)
def test_what_cannot_be_asked_for_has_no_target(url: str) -> None:
    """Ports beyond the range, escaped hosts, zones, backslashes and other schemes lead nowhere."""
    assert split_target(url) is None


def test_the_last_port_is_a_port() -> None:
    """65535 is the last one."""
    target = split_target("http://n.example:65535/")
    assert target is not None
    assert target.port == 65_535


def test_a_location_is_meant_in_utf8() -> None:
    """Bytes beyond ASCII came as Latin-1; a location is relative to the page it came from."""
    location = " ../ä ".encode().decode("latin-1")
    assert join_location("https://n.example/x/y/z", location) == "https://n.example/x/ä"
    assert join_location("https://n.example/", "/caf\xe9") == "https://n.example/café"


def test_an_origin_is_scheme_and_host_without_credentials() -> None:
    """One robots.txt for each: the port belongs to it, a login does not."""
    assert origin_of("https://me:x@N.example:8443/a?b") == "https://n.example:8443"


@pytest.mark.parametrize(
    ("name", "tracks"),
    [
        ("utm_x", True),
        ("UTM_X", True),
        ("utm", False),
        ("_hsenc", True),
        ("__hstc", True),
        ("___hs", False),
        ("fbclid", True),
        ("fbclid2", False),
        ("wt_zmc", True),
        ("wt_mc", True),
        ("wt_xmc", False),
        ("cmp", True),
        ("cmpx", False),
        ("%75tm_x", True),
    ],
)
def test_whole_names_and_families_track(name: str, tracks: bool) -> None:
    """A family goes by how a name begins, any other by its whole name: what is near one stays."""
    assert canonical(f"http://n.example/?{name}=1") == (
        "http://n.example/" if tracks else f"http://n.example/?{name}=1"
    )
