"""A response's body within its caps: bytes as sent and bytes inflated are both bounded before they
are kept.
"""

from __future__ import annotations

import zlib
from typing import NoReturn

from pipeline.errors import Permanent, Transient

_GZIP = b"\x1f\x8b"


class TooLarge(Permanent):
    """The body passes its cap; the story ends as ``too_large``."""


class Body:
    """Collects a body of at most ``limit`` bytes, inflating as it comes.

    Raises TooLarge past the cap, Permanent for a coding that was not asked for, Transient for a
    broken stream.
    """

    def __init__(self, coding: str, limit: int, url: str) -> None:
        self._limit = limit
        self._url = url
        self._parts: list[bytes] = []
        self._size = 0
        self._received = 0
        self._inflate: zlib._Decompress | None = None
        coding = coding.strip().lower()
        if coding in {"gzip", "x-gzip"}:
            self._inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        elif coding not in {"", "identity"}:
            raise Permanent(f"content coding {coding[:40]!r} was not asked for", url=url)

    def refuse(self, announced: int) -> NoReturn:
        """Say that the announced length alone is over the cap."""
        raise TooLarge(f"body of {announced} bytes, over {self._limit}", url=self._url)

    def feed(self, data: bytes) -> None:
        """Take the next bytes as they came off the wire."""
        self._received += len(data)
        if self._received > self._limit:
            raise TooLarge(f"body over {self._limit} bytes", url=self._url)
        if self._inflate is None:
            self._keep(data)
            return
        try:
            self._unzip(data)
        except zlib.error as error:
            raise Transient(f"broken gzip: {error}", url=self._url) from None

    def _unzip(self, data: bytes) -> None:
        assert self._inflate is not None
        while data:
            if self._inflate.eof:
                if not data.startswith(_GZIP):
                    return  # padding after the last member, which every reader ignores
                self._inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
            self._keep(self._inflate.decompress(data, self._limit - self._size + 1))
            data = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail

    def _keep(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._limit:
            raise TooLarge(f"body inflates over {self._limit} bytes", url=self._url)
        self._parts.append(data)

    def whole(self) -> bytes:
        """The finished body; Transient where a compressed one stops in the middle."""
        if self._inflate is not None and not self._inflate.eof and self._received:
            raise Transient("gzip body cut short", url=self._url)
        return b"".join(self._parts)
