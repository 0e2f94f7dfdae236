"""Large feed documents are read in a process of their own, under limits like a story's.

Polls run as threads of one worker: a document that takes its time or fills the memory would take
all of them down. ``DocumentReader`` is the worker's side; ``serve`` is the process, started for the
first document that is large, and ended when it has had nothing to do for a while. Small documents
are read in place: whatever is in them, they take less than a second and 30 MB
(``benchmarks.floods``).
"""

from __future__ import annotations

import os
import pickle
import resource
import select
import signal
import struct
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import IO, Final

from pipeline import feeds
from pipeline.errors import Permanent, Transient
from pipeline.feeds import Parsed
from pipeline.story import Feed
from workers.limits import bound_memory

IN_PLACE: Final = 200_000
"""Bytes up to which a document is read in place: most feeds, and 0.7 s of the worst flood."""
_MEMORY: Final = 400  # MiB that reading may add; floods of 8 MB take up to 390
_IDLE: Final = 300.0  # seconds without a document after which the process ends
_GROWN: Final = 150  # MiB: a process that grew by so much starts anew, and gives the memory back
_ENDS: Final = 2.0  # seconds that a process may take to end once it has closed its answers
_GZIP: Final = b"\x1f\x8b"
# imported and not run as a module: what is pickled has the name by which both sides import it
_PROGRAM: Final = "import sys; from workers import documents; documents.serve(float(sys.argv[1]))"
_SIZE: Final = struct.Struct("!Q")
_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Document:
    body: bytes
    feed: Feed
    content_type: str
    now: datetime
    url: str


class _Left(Exception):
    """The process ended of its own will before it took the document."""


class DocumentReader:
    """Reads documents like ``feeds.parse``, each within ``processor`` and ``clock`` seconds.

    For all threads of a process; large documents go one after the other.
    """

    def __init__(self, processor: float, clock: float) -> None:
        self.processor, self.clock = processor, clock
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def parse(
        self, body: bytes, feed: Feed, *, content_type: str = "", now: datetime, url: str = ""
    ) -> Parsed:
        """Entries of a document. Raises Permanent as ``feeds.parse`` does, and past a limit.

        Transient where the documents of other feeds take all the time.
        """
        if len(body) <= IN_PLACE and not body.startswith(_GZIP):
            return feeds.parse(body, feed, content_type=content_type, now=now, url=url)
        document = _Document(body, feed, content_type, now, url)
        if not self._lock.acquire(timeout=2 * self.clock):
            raise Transient("other large documents are being read", feed=feed.id, url=url)
        try:
            answer = self._ask(document)
        finally:
            self._lock.release()
        if isinstance(answer, Parsed):
            return answer
        raise Permanent(answer, feed=feed.id, url=url or feed.url)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _ask(self, document: _Document) -> Parsed | str:
        """What the document holds, or why it can't be read."""
        packed = pickle.dumps(document, pickle.HIGHEST_PROTOCOL)
        for _ in range(2):
            try:
                return self._exchange(packed)
            except _Left:
                continue
        return "the process that reads large documents does not start"

    def _exchange(self, packed: bytes) -> Parsed | str:
        if self._process and self._process.poll() is not None:
            self._end()  # it was killed while it had nothing to do
        process = self._process or self._start()
        assert process.stdin
        assert process.stdout
        ends = time.monotonic() + self.clock
        try:
            _write_whole(process.stdin, _SIZE.pack(len(packed)) + packed, ends)
            said = _read_whole(process.stdout, ends)
        except BrokenPipeError:
            self._end(_ENDS)
            raise _Left from None
        except TimeoutError:
            self._end()
            return f"reading the document took over {self.clock:g} s"
        if said:
            answer: Parsed | str = pickle.loads(said)
            return answer
        code = self._end(_ENDS)
        if code == 0:
            raise _Left
        if code == -signal.SIGXCPU:
            return f"reading the document took over {self.processor:g} s of processor time"
        return f"reading the document ended its process ({code})"

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(self.processor)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        return self._process

    def _end(self, seconds: float = 0.0) -> int:
        """How the process ended (0: there is none); after so many ``seconds`` it is killed."""
        process, self._process = self._process, None
        if process is None:
            return 0
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        for stream in (process.stdin, process.stdout):
            assert stream
            with suppress(BrokenPipeError):
                stream.close()
        return code


def _write_whole(stream: IO[bytes], said: bytes, ends: float) -> None:
    """Raises TimeoutError past ``ends``: a process that does not read would hold the writer."""
    descriptor = stream.fileno()
    os.set_blocking(descriptor, False)
    left = memoryview(said)
    while left:
        seconds = ends - time.monotonic()
        if seconds <= 0 or not select.select([], [descriptor], [], seconds)[1]:
            raise TimeoutError
        left = left[os.write(descriptor, left) :]


def _read_whole(stream: IO[bytes], ends: float) -> bytes:
    """One answer; b'' where the process ended. Raises TimeoutError past ``ends``."""
    descriptor = stream.fileno()
    held = bytearray()
    wanted = _SIZE.size
    while True:
        left = ends - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            raise TimeoutError
        part = os.read(descriptor, 1 << 20)
        if not part:
            return b""
        held += part
        if len(held) >= _SIZE.size:
            wanted = _SIZE.size + _SIZE.unpack_from(held)[0]
        if len(held) >= wanted:
            return bytes(held[_SIZE.size : wanted])


# ------------------------------ the process


def serve(processor: float) -> None:
    """Read documents from standard input until there are no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    bound_memory(_MEMORY)
    began, empty = _held(), _most_held()
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    while select.select([asked], [], [], _IDLE)[0]:
        head = asked.read(_SIZE.size)
        if len(head) < _SIZE.size:
            return
        document: _Document = pickle.loads(asked.read(_SIZE.unpack(head)[0]))
        _limit_processor(processor)
        answer = pickle.dumps(_read(document, empty), pickle.HIGHEST_PROTOCOL)
        told.write(_SIZE.pack(len(answer)))
        told.write(answer)
        told.flush()
        if _held() - began > _GROWN * _MIB:
            return


def _read(document: _Document, empty: int) -> Parsed | str:
    """What it holds; ``empty`` are the bytes of address space before any was read."""
    try:
        return feeds.parse(
            document.body,
            document.feed,
            content_type=document.content_type,
            now=document.now,
            url=document.url,
        )
    except (Permanent, MemoryError) as error:
        # libxml2 gives up a tree that it has no memory for, and says nothing of it
        if _most_held() - empty > _MEMORY * _MIB // 2:
            return f"reading the document took too much memory, over {_MEMORY} MB"
        return str(error) if isinstance(error, MemoryError) else error.what


def _limit_processor(seconds: float) -> None:
    """End this process after so many more seconds of processor time."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    last = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (last, resource.RLIM_INFINITY))


def _most_held() -> int:
    """Bytes of address space that this process ever had."""
    status = Path("/proc/self/status").read_text("ascii", "replace")
    return int(status.partition("VmPeak:")[2].split()[0]) * 1024


def _held() -> int:
    """Bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_bytes().split()[1]) * resource.getpagesize()
