"""Which addresses may be reached: every spelling of an internal one is refused, at the door and at
every redirect.
"""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address
from threading import Event

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.errors import Permanent, Transient
from pipeline.fetch import Allowed, Fetcher, literal_place, refusal
from pipeline.fetch.connection import Head
from pipeline.fetch.fetcher import redirect_target, target_of

SPELLINGS = [
    # loopback, in the ways that inet_aton and URL parsers know
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001",
    "0x7f.0x0.0x0.0x1", "0x7f.1",
    "017700000001", "0177.0.0.1", "0177.1", "127.0.0.1.", "0", "0.0.0.0", "0x0", "00000000",
    "1２7.0.0.1",
    "１２７.０.０.１", "127。0。0。1", "①②⑦.⓪.⓪.①", "localhost", "LOCALHOST", "localhost.",
    # private, shared, link-local and reserved ranges
    "10.0.0.1", "10.255.255.255", "0xa.0.0.1", "167772161", "172.16.0.1", "172.31.255.255",
    "192.168.0.1",
    "192.168.1", "3232235521", "100.64.0.1", "100.127.255.255", "169.254.169.254", "169.254.1",
    "2852039166",
    "0xa9fea9fe", "0251.0376.0251.0376", "192.0.0.1", "192.0.0.192", "192.0.2.1", "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "192.88.99.1",
    # IPv6, plain and with an IPv4 address inside
    "[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[::127.0.0.1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
    "[::ffff:10.0.0.1]", "[::ffff:169.254.169.254]", "[0:0:0:0:0:ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::10.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::1]", "[2002:7f00:1::]",
    "[2002:a00:1::1]",
    "[2002:a9fe:a9fe::]", "[2002:c0a8:1::]", "[2001:0:53aa:64c:0:0:80ff:fffe]",
    "[2001:0:0:0:0:0:f5ff:fffe]",
    "[fe80::1]", "[fe80::1%25lo]", "[febf::1]", "[fec0::1]", "[fc00::1]", "[fd00::1]",
    "[fdff:ffff::1]", "[ff02::1]",
    "[64:ff9b:1:a00:0:100:808:808]", "[2a00:1450::5efe:a00:1]", "[2a00:1450::200:5efe:7f00:1]",
    "[::ffff:0:127.0.0.1]",
    "[2001:0:a00:1:0:0:f7f7:f7f7]",
    "[ff05::1]", "[100::1]", "[2001:db8::1]", "[2001:10::1]", "[2001:2::1]", "[3fff::1]",
    "[5f00::1]", "[4000::1]",
]  # fmt: skip


@pytest.fixture(scope="module")
def fetcher() -> Fetcher:
    """A fetcher that may reach nothing private."""
    return Fetcher()


@pytest.mark.parametrize("host", SPELLINGS)
def test_no_spelling_of_an_internal_address_is_reached(fetcher: Fetcher, host: str) -> None:
    """Every spelling is judged by the address it resolves to, and refused before anything is
    connected.
    """
    with pytest.raises(Permanent, match=r"refused address|not an http/https URL"):
        fetcher.get(f"http://{host}/")


def test_there_are_some_eighty_spellings() -> None:
    """The list is the promise: shortening it must be seen."""
    assert len(set(SPELLINGS)) >= 80


@pytest.mark.parametrize(
    "url",
    [
        "http://user@127.0.0.1/",
        "http://news.example@127.0.0.1/",
        "http://127.0.0.1:80\\@news.example/",
        "http://127.0.0.1#@news.example/",
        "http:///127.0.0.1/",
        "http:127.0.0.1",
        "//127.0.0.1/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_INFO",
        "ftp://127.0.0.1/",
        "dict://127.0.0.1:11211/stat",
        "data:text/plain,x",
        "http://",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:-1/",
        "http://exa mple/",
        "",
    ],
)
def test_no_url_trick_reaches_an_internal_address(fetcher: Fetcher, url: str) -> None:
    """Credentials, backslashes, other schemes and broken URLs are refused as what they are."""
    with pytest.raises(Permanent):
        fetcher.get(url)


@pytest.mark.parametrize(
    "answer", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["::1"], ["fe80::1%eth0"]]
)
def test_a_name_that_resolves_inside_is_refused(answer: list[str]) -> None:
    """A public name may point inside, alone or beside a public address: either is refused."""
    fetcher = Fetcher(resolve=lambda *_: answer)
    with pytest.raises(Permanent, match="refused address"):
        fetcher.get("http://rebind.example/")


def test_a_name_that_does_not_resolve_may_do_so_later() -> None:
    """Name servers fail for a while; that ends nothing for good."""

    def fails(host: str, port: int) -> list[str]:
        raise OSError("no such host")

    with pytest.raises(Transient, match="does not resolve"):
        Fetcher(resolve=fails).get("http://nowhere.example/")


def test_a_resolver_that_hangs_holds_nobody() -> None:
    """The operating system's resolver knows no deadline; ours does."""
    release = Event()

    def hangs(host: str, port: int) -> list[str]:
        release.wait(20)
        return ["93.184.216.34"]

    with pytest.raises(Transient, match="not resolved in time"):
        Fetcher(resolve=hangs).get("http://slow.example/", deadline=0.2)
    release.set()


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "64:ff9b::808:808", "2002:808:808::1"],
)
def test_public_addresses_are_not_refused(address: str) -> None:
    """The open internet is open, also through NAT64 and 6to4."""
    assert refusal(ip_address(address)) == ""


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_however_ipv6_carries_it(address: object) -> None:
    """Mapped, NAT64 and 6to4 forms get the verdict of the address inside them."""
    value = int(address)  # type: ignore[call-overload]
    forms = [(0xFFFF << 32) | value, (0x64FF9B << 96) | value, (0x2002 << 112) | (value << 80) | 1]
    verdicts = {bool(refusal(ip_address(form.to_bytes(16, "big")))) for form in forms}
    assert verdicts == {bool(refusal(ip_address(value)))}


def test_the_allow_list_opens_what_it_names_and_no_more() -> None:
    """A host, an address and a network may be allowed; their neighbours stay refused."""
    allowed = Allowed(["10.1.0.0/16", "192.168.7.7", "Intranet.example", "[::1]"])
    inside = ["10.1.2.3", "192.168.7.7", "::1"]
    outside = ["10.2.0.1", "192.168.7.8", "::2", "127.0.0.1"]
    said = [allowed.has_address(ip_address(a), 80) for a in inside + outside]
    assert said == [True] * 3 + [False] * 4
    assert allowed.has_host("intranet.EXAMPLE.", 8080)
    assert not allowed.has_host("other.example", 80)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("10.1.0.0/16:8080", "10.1.2.3"),
        ("192.168.7.7:8080", "192.168.7.7"),
        ("[::1]:8080", "::1"),
        ("[fd00::/8]:8080", "fd00::7"),
    ],
)
def test_a_port_in_the_allow_list_opens_that_port_alone(name: str, address: str) -> None:
    """What listens beside it on the same machine stays closed."""
    allowed = Allowed([name, "intranet.example:8080"])
    ports = (8079, 8080, 8081)
    assert [allowed.has_address(ip_address(address), p) for p in ports] == [False, True, False]
    assert [allowed.has_host("intranet.example", p) for p in ports] == [False, True, False]


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://127.0.0.1:8464/feed", "127.0.0.1:8464"),
        ("https://10.0.0.5/feed", "10.0.0.5:443"),
        ("http://[::1]:81/", "[::1]:81"),
        ("http://LOCALHOST:81/", "localhost:81"),
        ("http://wire.example:81/", ""),
        ("http://127.1:81/", ""),
        ("file:///srv/wire", ""),
        ("", ""),
    ],
)
def test_only_an_address_that_is_written_out_is_a_place(url: str, place: str) -> None:
    """A name could point anywhere by tomorrow."""
    assert literal_place(url) == place


def test_every_fault_of_the_allow_list_is_named_at_once() -> None:
    """An operator fixes a list in one go, not one fault a start."""
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/99.*http://x.*host:99999.*':80'"):
        Allowed(["10.0.0.0/99", "127.0.0.1", "http://x", "host:99999", "host:80", ":80"])


def _nowhere(host: str, port: int) -> list[str]:
    raise OSError("no such host")


@example("http://a.example/\ud800")
@given(
    st.text(max_size=40)
    | st.text(max_size=40).map("http://{}".format)
    | st.binary(max_size=30).map(repr)
)
def test_any_text_is_refused_or_unreachable(text: str) -> None:
    """Whatever stands where a URL should, one of the two exceptions with a policy comes out."""
    with pytest.raises((Transient, Permanent)):
        Fetcher(resolve=_nowhere).get(text)


@given(st.text(max_size=40))
def test_any_redirect_target_is_followed_or_refused(location: str) -> None:
    """A Location header leads to an http/https URL, to a refusal, or nowhere."""
    at = target_of("https://news.example/a/b?c=d")
    with suppress(Permanent):
        target = redirect_target(
            at, Head(302, {"location": location.encode("utf-8", "replace").decode("latin-1")})
        )
        assert target == "" or target_of(target).scheme in {"http", "https"}
