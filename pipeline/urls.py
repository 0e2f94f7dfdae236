"""URLs: one spelling for one address, the host to be polite to, and links that are safe to store.

Also what a request needs of a URL. Which addresses a host may resolve to is judged in
``fetch/addresses.py``.

Which query parameters only say where a reader came from is listed in ``_TRACKING``; a parameter
stays unless it is listed, because ``?sid=1001`` and ``?sid=2002`` are two stories.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

import idna

PORTS = {"http": 80, "https": 443}

# how parameters of campaigns begin, and whole names: Meta's and Google's, other networks', Yahoo's,
# newspapers' own, sessions'
_CAMPAIGNS = (
    "utm_", "at_", "ns_", "pk_", "mtm_", "hsa_", "oly_", "vero_", "mc_", "stm_", "_hs", "__hs",
)  # fmt: skip
_NAMES = """
    fbclid gclid gclsrc dclid gbraid wbraid _ga _gl srsltid
    msclkid yclid ysclid _openstat twclid ttclid li_fat_id igshid igsh __twitter_impression
    mkt_tok s_cid ncid wt_zmc wt_mc xtor spm mbid sr_share taid ref_src
    guccounter guce_referrer guce_referrer_sig
    cmpid cmp icid ocid ftag ftcamp smid smtyp emc feedtype feedname
    phpsessid jsessionid
"""
_TRACKING = frozenset(_NAMES.split())

# what most links look like, in need of nothing
_PLAIN = re.compile(r"https?://[a-z0-9][a-z0-9.-]*[a-z0-9]/[A-Za-z0-9/._~-]*+")
_SAFE = re.compile(r"https?://[a-z0-9][a-z0-9.-]*[a-z0-9]/[A-Za-z0-9/._~?&=%+;,:@!$'()*#-]*+")
# controls and spaces, zero-width and bidi marks, half characters
_CONTROL = re.compile(
    "[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_NO_HOST = re.compile(r"[^a-z0-9._~:%-]")
_SESSION = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"
_QUERY_SAFE = "/%:@!$&'()*+,;=~-._?[]"
_SENT_SAFE = _PATH_SAFE + "|[]"  # servers take these as they are, and some take nothing else


@dataclass(frozen=True, slots=True)
class Target:
    """What a request needs of a URL.

    ``path`` is escaped, with the query. ``url`` is the URL without credentials or fragment, as it
    goes into logs and records. ``login`` are the credentials as ``user:password``, '' without any.
    """

    scheme: str
    host: str
    port: int
    path: str
    url: str
    login: str = ""

    @property
    def host_header(self) -> str:
        """The host as the Host header says it: IPv6 in brackets, the port unless it is usual."""
        return _write_host(self.scheme, self.host, self.port)


def canonical(url: str) -> str:
    """One spelling for one address: the identity of a page, '' for no absolute http/https URL.

    Tracking parameters, fragment, credentials, default port and session ids go; scheme and host
    become lower case and the host ASCII; escapes are written one way and dot segments resolved (RFC
    3986 section 6.2.2). The order of the remaining query and every path stay as they are.
    """
    if _PLAIN.fullmatch(url) and "/." not in url:
        return url
    parts = _split(_clean(url))
    if parts is None:
        return ""
    path = _unify_escapes(quote(parts.path, safe=_PATH_SAFE))
    path = _SESSION.sub("", _resolve_dots(path)) or "/"
    kept = []
    for parameter in parts.query.split("&"):
        name = unquote(parameter.partition("=")[0]).lower()
        if parameter and name not in _TRACKING and not name.startswith(_CAMPAIGNS):
            kept.append(parameter)
    query = _unify_escapes(quote("&".join(kept), safe=_QUERY_SAFE))
    place = _write_host(parts.scheme, _host_name(parts), _port(parts))
    return urlunsplit((parts.scheme, place, path, query, ""))


def spell_address(url: str) -> str:
    """The one spelling of an address, or what was given where it is no http/https URL."""
    return canonical(url) or url


def host(url: str) -> str:
    """``host:port`` in lower case, the key of politeness; '' for no absolute http/https URL."""
    parts = _split(_clean(url))
    if parts is None:
        return ""
    name = _host_name(parts)
    return f"[{name}]:{_port(parts)}" if ":" in name else f"{name}:{_port(parts)}"


def origin_of(url: str) -> str:
    """Scheme and host as printed, in lower case: what one robots.txt is for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


def safe_link(url: str, base: str = "") -> str:
    """The link as an absolute http/https URL, '' where it cannot be one.

    Without credentials or control characters. A relative link is resolved against ``base``.
    Escapes, query and fragment stay as the publisher wrote them.
    """
    if _SAFE.fullmatch(url):
        return url
    link = _clean(url)
    if base and link:
        try:
            link = urljoin(_clean(base), link)
        except ValueError:
            return ""
    parts = _split(_clean(link))
    if parts is None:
        return ""
    if "@" in parts.netloc:
        parts = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    return urlunsplit(parts)


def split_target(url: str) -> Target | None:
    """What a request of this URL needs, None where it is no http/https URL with a usable host."""
    # half characters (lone surrogates) can be written in no encoding
    parts = _split(url.strip().encode("utf-8", "replace").decode("utf-8"))
    if parts is None or "%" in (name := _host_name(parts)):
        return None
    path = quote(parts.path or "/", safe=_SENT_SAFE)
    if parts.query:
        path += "?" + quote(parts.query, safe=_SENT_SAFE + "?")
    login = ""
    if parts.username:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    shown = parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()
    return Target(parts.scheme, name, _port(parts), path, shown, login)


def join_location(url: str, location: str) -> str:
    """Where a Location header of an answer from ``url`` leads; ValueError where that is no URL.

    Headers are read as Latin-1; servers that send bytes beyond ASCII mean UTF-8.
    """
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    return urljoin(url, location.strip())


def _clean(url: str) -> str:
    """Without characters that no link holds; inner spaces become %20."""
    url = url.strip()
    if _CONTROL.search(url):
        url = _CONTROL.sub(lambda mark: "%20" if mark.group() == " " else "", url)
    return url


def _split(url: str) -> SplitResult | None:
    """The parts of an absolute http/https URL with a usable host and port, else None."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in PORTS or not parts.hostname or port == 0 or "\\" in parts.netloc:
        return None
    return parts if _host_name(parts) else None


def _host_name(parts: SplitResult) -> str:
    """Lower-case ASCII host without a trailing dot, '' where there is none such."""
    name = (parts.hostname or "").rstrip(".")
    if name.isascii():
        return "" if _NO_HOST.search(name) else name
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def _write_host(scheme: str, name: str, port: int) -> str:
    if ":" in name:
        name = f"[{name}]"
    return name if port == PORTS[scheme] else f"{name}:{port}"


def _unify_escapes(text: str) -> str:
    """Percent escapes in upper case, those of unreserved characters undone."""

    def write_one(escape: re.Match[str]) -> str:
        char = chr(int(escape.group(1), 16))
        return char if char in _UNRESERVED else escape.group().upper()

    return _ESCAPE.sub(write_one, text) if "%" in text else text


def _resolve_dots(path: str) -> str:
    """The path without ``.`` and ``..`` segments."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)
