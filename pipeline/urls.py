"""URLs: one spelling for one address, the host to be polite to, and links that are safe to store
and follow.

Which query parameters only say where a reader came from is listed in ``_TRACKING``; a parameter
stays unless it is listed, because ``?sid=1001`` and ``?sid=2002`` are two stories.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit, urlunsplit

import idna

PORTS = {"http": 80, "https": 443}

_TRACKING = re.compile(
    r"""(?: utm_ | at_ | ns_ | pk_ | mtm_ | hsa_ | oly_ | vero_ | mc_ | stm_ | _{1,2}hs ) .*   # campaign families
    | fbclid | gclid | gclsrc | dclid | gbraid | wbraid | _ga | _gl | srsltid     # Meta and Google
    | msclkid | yclid | ysclid | _openstat | twclid | ttclid | li_fat_id | igshid | igsh | __twitter_impression
    | mkt_tok | s_cid | ncid | wt_z?mc | xtor | spm | mbid | sr_share | taid | ref_src
    | guccounter | guce_referrer | guce_referrer_sig                              # Yahoo
    | cmpid | cmp | icid | ocid | ftag | ftcamp | smid | smtyp | emc              # BBC, Guardian, FT, New York Times
    | feedtype | feedname                                                         # Reuters
    | phpsessid | jsessionid
    """,
    re.VERBOSE | re.IGNORECASE,
)

# what most links look like, in need of nothing
_PLAIN = re.compile(r"https?://[a-z0-9][a-z0-9.-]*[a-z0-9]/[A-Za-z0-9/._~-]*+")
_SAFE = re.compile(r"https?://[a-z0-9][a-z0-9.-]*[a-z0-9]/[A-Za-z0-9/._~?&=%+;,:@!$'()*#-]*+")
_CONTROL = re.compile(
    "[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_SESSION = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = "/%:@!$&'()*+,;=~-._"
_QUERY_SAFE = "/%:@!$&'()*+,;=~-._?[]"


def canonical(url: str) -> str:
    """One spelling for one address: the identity of a page, '' where ``url`` is not an absolute
    http/https URL.

    Tracking parameters, fragment, credentials, default port and session ids go; scheme and host
    become lower case and the host ASCII; escapes are written one way and dot segments resolved (RFC
    3986 section 6.2.2). The order of the remaining query and every path stay as they are.
    """
    if _PLAIN.fullmatch(url) and "/." not in url:
        return url
    parts = _split(url)
    if parts is None:
        return ""
    path = _SESSION.sub("", _dots(_escapes(quote(parts.path, safe=_PATH_SAFE)))) or "/"
    query = "&".join(p for p in parts.query.split("&") if p and not _tracks(p))
    query = _escapes(quote(query, safe=_QUERY_SAFE))
    return urlunsplit((parts.scheme, _netloc(parts), path, query, ""))


def host(url: str) -> str:
    """``host:port`` in lower case, the key of politeness; '' where ``url`` is not an absolute
    http/https URL.
    """
    parts = _split(url)
    if parts is None:
        return ""
    name = _hostname(parts)
    return f"[{name}]:{_port(parts)}" if ":" in name else f"{name}:{_port(parts)}"


def safe_link(url: str, base: str = "") -> str:
    """The link as an absolute http/https URL without credentials or control characters, '' where it
    cannot be one.

    A relative link is resolved against ``base``. Escapes, query and fragment stay as the publisher
    wrote them.
    """
    if _SAFE.fullmatch(url):
        return url
    link = _clean(url)
    if base and link:
        try:
            link = urljoin(_clean(base), link)
        except ValueError:
            return ""
    parts = _split(link)
    if parts is None:
        return ""
    if "@" in parts.netloc:
        parts = parts._replace(netloc=parts.netloc.rpartition("@")[2])
    return urlunsplit(parts)


def _clean(url: str) -> str:
    """Without characters that no link holds: controls, bidi and zero-width marks; inner spaces
    become %20.
    """
    url = url.strip()
    if _CONTROL.search(url):
        url = _CONTROL.sub(lambda m: "%20" if m.group() == " " else "", url)
    return url


def _split(url: str) -> SplitResult | None:
    """The parts of an absolute http/https URL with a usable host and port, else None."""
    try:
        parts = urlsplit(_clean(url))
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in PORTS or not parts.hostname or port == 0 or "\\" in parts.netloc:
        return None
    return parts if _hostname(parts) else None


def _hostname(parts: SplitResult) -> str:
    """Lower-case ASCII host without a trailing dot, '' where there is none such."""
    name = (parts.hostname or "").rstrip(".")
    if name.isascii():
        return "" if re.search(r"[^a-z0-9._~:%-]", name) else name
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def _netloc(parts: SplitResult) -> str:
    name = _hostname(parts)
    if ":" in name:
        name = f"[{name}]"
    return name if _port(parts) == PORTS[parts.scheme] else f"{name}:{_port(parts)}"


def _tracks(parameter: str) -> bool:
    return _TRACKING.fullmatch(unquote(parameter.partition("=")[0])) is not None


def _escapes(text: str) -> str:
    """Percent escapes in upper case, those of unreserved characters undone."""

    def one(match: re.Match[str]) -> str:
        char = chr(int(match.group(1), 16))
        return char if char in _UNRESERVED else match.group().upper()

    return _ESCAPE.sub(one, text) if "%" in text else text


def _dots(path: str) -> str:
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
