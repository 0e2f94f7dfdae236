"""Fetcher: a conditional GET with its redirects, and the page of an article."""

from __future__ import annotations

import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, quote, unquote, urlencode, urljoin, urlsplit

import certifi
import idna

from pipeline import headers as http
from pipeline.errors import Permanent, Transient
from pipeline.fetch.addresses import Allowed, Resolver, reachable, system_resolver
from pipeline.fetch.connection import Connection, Deadline, Head, Limits, Stale, open_connection
from pipeline.fetch.pool import Pool
from pipeline.story import Page, utc

USER_AGENT = "Wiredesk/0.1 (+https://github.com/wiredesk/wiredesk)"

_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PATH_SAFE = "/%:@!$&'()*+,;=~-._|[]"
_SHORT = 65_536
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
_READABLE = (
    "text/html",
    "application/xhtml",
    "text/plain",
    "application/xml",
    "text/xml",
    "application/json",
)


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered in the end. ``headers`` are lower case, ``elapsed`` seconds.

    ``redirects`` holds each hop as (status, URL it led to); ``url`` is where the answer came from.
    """

    status: int
    url: str
    body: bytes
    headers: dict[str, str]
    redirects: tuple[tuple[int, str], ...] = ()
    elapsed: float = 0.0

    @property
    def not_modified(self) -> bool:
        """Whether the server says that nothing changed."""
        return self.status == 304

    @property
    def content_type(self) -> str:
        """The Content-Type header, '' where there is none."""
        return self.headers.get("content-type", "")


class Fetcher:
    """Fetches feeds and pages. Thread-safe; connections are kept and used again.

    ``allow`` lists hosts, addresses and networks that may be private. ``resolve`` and ``tls`` stand in for the
    system's resolver and certificates.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        allow: Sequence[str] = (),
        user_agent: str = USER_AGENT,
        *,
        resolve: Resolver = system_resolver,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.user_agent = user_agent
        self._allowed = Allowed(allow)
        self._resolve = resolve
        self._tls = tls or verified()
        self._pool = Pool(self.limits.idle_connections, self.limits.keep_alive)

    def get(
        self,
        url: str,
        *,
        etag: str = "",
        modified: str = "",
        max_bytes: int | None = None,
        deadline: float | None = None,
        read: Callable[[Head], bool] | None = None,
    ) -> Response:
        """GET ``url``, sending the validators back byte for byte; any final status is a Response.

        ``read`` may decline a 200's body by its head. Raises Permanent for an address, scheme, size, redirect or header
        count that is refused; Transient for everything that may go better later.
        """
        started = time.monotonic()
        end = Deadline(self.limits.deadline if deadline is None else deadline, url)
        limit = self.limits.feed_bytes if max_bytes is None else max_bytes
        conditions = [
            (n, v) for n, v in (("If-None-Match", etag), ("If-Modified-Since", modified)) if v
        ]
        hops: list[tuple[int, str]] = []
        at, login = parts_of(url), True
        while True:
            sent = conditions + (_login(at) if login else [])
            head, body = self._hop(at, sent, end, lambda h: _cap(h, limit, read))
            target = redirect_target(at, head)
            if not target:
                return Response(
                    head.status,
                    _text(at),
                    body,
                    head.headers,
                    tuple(hops),
                    time.monotonic() - started,
                )
            hops.append((head.status, target))
            if len(hops) > self.limits.redirects:
                raise Permanent(f"more than {self.limits.redirects} redirects", url=url)
            at, login = parts_of(target), False

    def post(
        self, url: str, fields: Mapping[str, str], *, deadline: float | None = None
    ) -> Response:
        """POST a form, following 307 and 308 only, which keep the method. Raises what ``get`` raises."""
        started = time.monotonic()
        end = Deadline(self.limits.deadline if deadline is None else deadline, url)
        form = urlencode(fields).encode("ascii")
        kind = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Content-Length", str(len(form))),
        ]
        hops: list[tuple[int, str]] = []
        at = parts_of(url)
        while True:
            head, body = self._hop(at, kind, end, lambda h: _cap(h, _SHORT, None), form)
            target = redirect_target(at, head) if head.status in {307, 308} else ""
            if not target:
                return Response(
                    head.status,
                    _text(at),
                    body,
                    head.headers,
                    tuple(hops),
                    time.monotonic() - started,
                )
            hops.append((head.status, target))
            if len(hops) > self.limits.redirects:
                raise Permanent(f"more than {self.limits.redirects} redirects", url=url)
            at = parts_of(target)

    def page(self, url: str) -> Page:
        """The page of an article. 403, 404, 410 and the like come back as a Page with that status and no body.

        Raises what ``get`` raises, and Transient with ``retry_after`` for 429 and the server's own faults.
        """
        response = self.get(url, max_bytes=self.limits.page_bytes, read=_is_text)
        now = time.time()
        if response.status in _LATER:
            raise Transient(
                "page not served now",
                url=url,
                status=response.status,
                retry_after=http.retry_after(response.headers, now),
            )
        note = ""
        if response.status == 200 and not _is_text(Head(200, response.headers)):
            note = f"not a page: {response.content_type[:80]}"
        return Page(
            url=response.url,
            status=response.status,
            body=response.body if response.status == 200 else b"",
            content_type=response.content_type,
            fetched=utc(now),
            note=note,
        )

    def close(self) -> None:
        """Close the kept connections."""
        self._pool.close()

    def _hop(
        self,
        at: SplitResult,
        extra: list[tuple[str, str]],
        end: Deadline,
        cap: Callable[[Head], int],
        form: bytes | None = None,
    ) -> tuple[Head, bytes]:
        host, port = _host(at), at.port or _PORTS[at.scheme]
        named = f"[{host}]" if ":" in host else host
        headers = [
            ("Host", named if port == _PORTS[at.scheme] else f"{named}:{port}"),
            ("User-Agent", self.user_agent),
            ("Accept", "*/*"),
            ("Accept-Encoding", "gzip"),
            *extra,
        ]
        target = quote(at.path or "/", safe=_PATH_SAFE)
        if at.query:
            target += "?" + quote(at.query, safe=_PATH_SAFE + "?")
        key, url = (at.scheme, host, port), _text(at)
        while True:
            connection = self._pool.take(key) or self._open(at, host, port, end)
            try:
                head, body = connection.get(target, headers, end, url, cap, form)
            except Stale:
                continue
            self._pool.give(key, connection)
            return head, body

    def _open(self, at: SplitResult, host: str, port: int, end: Deadline) -> Connection:
        url = _text(at)
        addresses = reachable(
            host, port, self._allowed, self._resolve, timeout=end.left(self.limits.connect), url=url
        )
        tls = self._tls if at.scheme == "https" else None
        return open_connection(addresses, port, tls, host, self.limits, end, url)


@cache
def verified() -> ssl.SSLContext:
    """Certificates are checked against the system's authorities and certifi's, since a bare machine may have none."""
    context = ssl.create_default_context()
    context.load_verify_locations(cafile=certifi.where())
    return context


def parts_of(url: str) -> SplitResult:
    """The parts of a URL that may be fetched; Permanent for any other."""
    try:
        # half characters (lone surrogates) can be written in no encoding
        parts = urlsplit(url.strip().encode("utf-8", "replace").decode("utf-8"))
        good = (
            parts.scheme in _PORTS
            and parts.hostname
            and parts.port != 0
            and "\\" not in parts.netloc
        )
    except ValueError:
        good = False
    if not good or not _host(parts):
        raise Permanent("not an http/https URL", url=url)
    return parts


def _host(parts: SplitResult) -> str:
    """Host in lower-case ASCII without a final dot, '' where it is no host name."""
    name = (parts.hostname or "").rstrip(".")
    if name.isascii():
        return "" if any(c <= " " or c in '"<>^`{|}%' for c in name) else name
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""


def _text(parts: SplitResult) -> str:
    """The URL without credentials or fragment: it goes into logs and records."""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment="").geturl()


def _login(parts: SplitResult) -> list[tuple[str, str]]:
    """Basic credentials that the operator wrote into a feed's URL; they never follow a redirect."""
    if not parts.username:
        return []
    pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return [("Authorization", "Basic " + b64encode(pair).decode("ascii"))]


def redirect_target(at: SplitResult, head: Head) -> str:
    """Where a redirect leads, '' where the response is none."""
    location = head.headers.get("location", "")
    if head.status not in _REDIRECTS or not location:
        return ""
    with suppress(UnicodeError):
        # latin-1 is how headers are read; servers that send bytes beyond ASCII mean UTF-8
        location = location.encode("latin-1").decode("utf-8")
    try:
        return urljoin(_text(at), location.strip())
    except ValueError:
        raise Permanent("redirect to no URL", url=_text(at), status=head.status) from None


def _cap(head: Head, limit: int, read: Callable[[Head], bool] | None) -> int:
    """Bytes of body to read: none of a declined one, little of a redirect's or an error's."""
    if head.status == 200:
        return limit if read is None or read(head) else -1
    if head.status in _REDIRECTS or head.status >= 400:
        # a short one is read so that the connection can be kept; nothing else of it is of use
        length = head.headers.get("content-length", "")
        short = (
            length.isdecimal() and int(length) <= _SHORT and "content-encoding" not in head.headers
        )
        return _SHORT if short else -1
    return limit


def _is_text(head: Head) -> bool:
    """Whether the answer may be an article's page; a server that names no type is believed to send one."""
    kind = head.headers.get("content-type", "").strip().lower()
    return not kind or kind.startswith(_READABLE)
