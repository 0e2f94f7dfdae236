"""Fetcher: a conditional GET with its redirects, and the page of an article."""

from __future__ import annotations

import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

import certifi

from pipeline.errors import Permanent, Transient
from pipeline.fetch.addresses import Allowed, Resolver, place_of, reachable, system_resolver
from pipeline.fetch.connection import (
    Connection,
    Deadline,
    Head,
    Limits,
    Pool,
    Stale,
    open_connection,
)
from pipeline.headers import read_retry_after
from pipeline.story import Page, PageMark, utc
from pipeline.story.feed import NO_MARK
from pipeline.urls import Target, join_location, split_target

USER_AGENT = "Wiredesk/0.1 (+https://github.com/wiredesk/wiredesk)"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SHORT = 65_536  # bytes that are sooner read than a new connection is made
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

    ``allow`` lists hosts, addresses and networks that may be private, as ``Allowed`` reads them.
    ``resolve`` and ``tls`` stand in for the system's resolver and certificates.
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
        self._tls = tls or trusted_context()
        self._pool = Pool(self.limits.idle_connections, self.limits.keep_alive)

    def get(  # noqa: PLR0913  each is a part of one request
        self,
        url: str,
        *,
        etag: str = "",
        modified: str = "",
        max_bytes: int | None = None,
        deadline: float | None = None,
        read: Callable[[Head], bool] | None = None,
        home: str = "",
    ) -> Response:
        """GET ``url``, sending the validators back byte for byte; any final status is a Response.

        ``read`` may decline a 200's body by its head. ``home`` is the place of the request's own
        feed (``literal_place``), which it may reach though it is private, unless by a redirect from
        elsewhere. Raises Permanent for an address, scheme,
        size, redirect or header count that is refused; Transient for everything that may go better
        later.
        """
        started = time.monotonic()
        end = Deadline(self.limits.deadline if deadline is None else deadline, url)
        limit = self.limits.feed_bytes if max_bytes is None else max_bytes
        conditions = [
            (n, v) for n, v in (("If-None-Match", etag), ("If-Modified-Since", modified)) if v
        ]
        hops: list[tuple[int, str]] = []
        at = target_of(url)
        # credentials are for the host that the operator wrote them for, never for a redirect's
        sent = conditions + _credentials(at)
        while True:
            home = _stay_home(at, home)
            head, body = self._ask(
                at, sent, end, lambda answer: _body_cap(answer, limit, read), home=home
            )
            location = redirect_target(at, head)
            if not location:
                spent = time.monotonic() - started
                return Response(head.status, at.url, body, head.headers, tuple(hops), spent)
            hops.append((head.status, location))
            if len(hops) > self.limits.redirects:
                raise Permanent(f"more than {self.limits.redirects} redirects", url=url)
            at, sent = target_of(location), conditions

    def post(
        self, url: str, fields: Mapping[str, str], *, deadline: float | None = None, home: str = ""
    ) -> Response:
        """POST a form, following 307 and 308 only, which keep the method; raises as ``get``."""
        started = time.monotonic()
        end = Deadline(self.limits.deadline if deadline is None else deadline, url)
        form = urlencode(fields).encode("ascii")
        kind = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Content-Length", str(len(form))),
        ]
        hops: list[tuple[int, str]] = []
        at = target_of(url)
        while True:
            home = _stay_home(at, home)
            head, body = self._ask(
                at, kind, end, lambda answer: _body_cap(answer, _SHORT, None), form, home=home
            )
            location = redirect_target(at, head) if head.status in {307, 308} else ""
            if not location:
                spent = time.monotonic() - started
                return Response(head.status, at.url, body, head.headers, tuple(hops), spent)
            hops.append((head.status, location))
            if len(hops) > self.limits.redirects:
                raise Permanent(f"more than {self.limits.redirects} redirects", url=url)
            at = target_of(location)

    def page(self, url: str, mark: PageMark = NO_MARK, home: str = "") -> Page:
        """The page of an article; 304, 403, 404, 410 and the like are Pages without a body.

        With the ``mark`` of the page as it was, it is asked for only if it is another by now;
        ``home`` as in ``get``.

        Raises what ``get`` raises, and Transient with ``retry_after`` for 429 and the server's own
        faults.
        """
        response = self.get(
            url,
            etag=mark.etag,
            modified=mark.modified,
            max_bytes=self.limits.page_bytes,
            read=_is_text,
            home=home,
        )
        now = time.time()
        if response.status in _LATER:
            raise Transient(
                "page not served now",
                url=url,
                status=response.status,
                retry_after=read_retry_after(response.headers, now),
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
            etag=response.headers.get("etag", ""),
            modified=response.headers.get("last-modified", ""),
        )

    def close(self) -> None:
        """Close the kept connections."""
        self._pool.close()

    def _ask(
        self,
        at: Target,
        extra: list[tuple[str, str]],
        end: Deadline,
        cap: Callable[[Head], int],
        form: bytes | None = None,
        *,
        home: str,
    ) -> tuple[Head, bytes]:
        """One request and its answer, by a kept connection where there is one."""
        headers = [
            ("Host", at.host_header),
            ("User-Agent", self.user_agent),
            ("Accept", "*/*"),
            ("Accept-Encoding", "gzip"),
            *extra,
        ]
        key = (at.scheme, at.host, at.port, home)
        while True:
            connection = self._pool.take(key) or self._connect(at, end, home)
            try:
                head, body = connection.get(at.path, headers, end, at.url, cap, form)
            except Stale:
                continue
            self._pool.give(key, connection)
            return head, body

    def _connect(self, at: Target, end: Deadline, home: str) -> Connection:
        # resolved and judged for each connection, so that a name can't be rebound in between
        timeout = end.left(self.limits.connect)
        addresses = reachable(at, self._allowed, self._resolve, timeout=timeout, home=home)
        tls = self._tls if at.scheme == "https" else None
        return open_connection(addresses, at, tls, self.limits, end)


@cache
def trusted_context() -> ssl.SSLContext:
    """Checks certificates by the system's authorities and certifi's: a bare machine has none."""
    context = ssl.create_default_context()
    context.load_verify_locations(cafile=certifi.where())
    return context


def target_of(url: str) -> Target:
    """What a request of this URL needs; Permanent where it may not be fetched."""
    target = split_target(url)
    if target is None:
        raise Permanent("not an http/https URL", url=url)
    return target


def _stay_home(at: Target, home: str) -> str:
    """The place that may be private for the next request: none once it has been elsewhere."""
    return home if place_of(at.host, at.port) == home else ""


def _credentials(at: Target) -> list[tuple[str, str]]:
    """Basic credentials that the operator wrote into a feed's URL."""
    if not at.login:
        return []
    return [("Authorization", "Basic " + b64encode(at.login.encode()).decode("ascii"))]


def redirect_target(at: Target, head: Head) -> str:
    """Where a redirect leads, '' where the response is none."""
    location = head.headers.get("location", "")
    if head.status not in _REDIRECTS or not location:
        return ""
    try:
        return join_location(at.url, location)
    except ValueError:
        raise Permanent("redirect to no URL", url=at.url, status=head.status) from None


def _body_cap(head: Head, limit: int, read: Callable[[Head], bool] | None) -> int:
    """Bytes of body to read: none of a declined one, little of a redirect's or an error's."""
    if head.status == 200:
        return limit if read is None or read(head) else -1
    if head.status in _REDIRECTS or head.status >= 400:
        # a short one is read so that the connection can be kept; nothing else of it is of use
        length = head.headers.get("content-length", "")
        plain = length.isdecimal() and "content-encoding" not in head.headers
        return _SHORT if plain and int(length) <= _SHORT else -1
    return limit


def _is_text(head: Head) -> bool:
    """Whether the answer may be an article's page; one without a type is believed to be one."""
    kind = head.headers.get("content-type", "").strip().lower()
    return not kind or kind.startswith(_READABLE)
