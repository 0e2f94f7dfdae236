"""Feeds made for measuring, and a loopback server for them in a process of its own."""

from __future__ import annotations

import random
import re
import socket
import threading
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from multiprocessing import get_context
from multiprocessing.connection import Connection

_WORDS = re.findall(
    r"\w+",
    "envoy talks border convoy shelling northern district residents ministry troops village river "
    "bridge truce "
    "monitors drone depot overnight council harbour power hospital refugees minister airport "
    "crossing patrol",
)


def _sentence(pick: random.Random, words: int) -> str:
    return " ".join(pick.choice(_WORDS) for _ in range(words)).capitalize() + "."


def rss(entries: int, *, full: bool = False, seed: int = 1) -> bytes:
    """An RSS 2.0 feed as a newspaper's: CDATA titles, escaped summaries, pictures, full text where
    asked for."""
    pick, at = random.Random(seed), datetime(2026, 11, 22, 10, tzinfo=UTC)
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:media="http://search.yahoo.com/mrss/"'
        ' xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>World</title>'
        "<link>https://news.example/</link>"
        '<atom:link href="https://news.example/rss" rel="self"/><language>en-gb</language><ttl>15'
        "</ttl>"
    ]
    for n in range(entries):
        url = f"https://news.example/world/{seed}-{n}"
        date = (at - timedelta(minutes=7 * n)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        parts.append(
            f"<item><title><![CDATA[{_sentence(pick, 9)}]]></title><link>{url}?utm_source=rss"
            "</link>"
            f'<guid isPermaLink="true">{url}</guid><pubDate>{date}</pubDate><dc:creator>A. Writer'
            "</dc:creator>"
            f"<category>World</category>"
            f"<description><![CDATA[<p>{_sentence(pick, 25)} It&#8217;s “so”.</p>]]></description>"
            f'<media:content url="https://img.example/{n}.jpg"><media:title>A picture'
            "</media:title></media:content>"
        )
        if full:
            text = "".join(
                f'<p class="x">{_sentence(pick, 40)} <a href="/map">map</a></p>' for _ in range(12)
            )
            parts.append(f"<content:encoded><![CDATA[{text}]]></content:encoded>")
        parts.append("</item>")
    return ("\n".join(parts) + "</channel></rss>").encode()


def atom(entries: int, seed: int = 2) -> bytes:
    """An Atom feed with HTML titles and summaries."""
    pick, at = random.Random(seed), datetime(2026, 11, 22, 10, tzinfo=UTC)
    parts = [
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>World</title><link '
        'href="https://a.example/"/>'
    ]
    for n in range(entries):
        stamp = (at - timedelta(minutes=7 * n)).isoformat()
        parts.append(
            f'<entry><id>tag:a.example,2026:{n}</id><title type="html">{_sentence(pick, 9)} '
            "&amp;amp; more</title>"
            f'<link href="https://a.example/{n}"/><updated>{stamp}</updated><published>{stamp}'
            "</published>"
            f'<author><name>B. Writer</name></author><category term="war"/>'
            f'<summary type="html">&lt;p&gt;{_sentence(pick, 20)}&lt;/p&gt;</summary></entry>'
        )
    return ("\n".join(parts) + "</feed>").encode()


class Server:
    """Serves one body at ``/`` with an ETag, in another process, so that its time is not the
    client's."""

    def __init__(self, body: bytes) -> None:
        here, there = get_context("spawn").Pipe()
        self._process = get_context("spawn").Process(target=_serve, args=(body, there), daemon=True)
        self._process.start()
        self.etag = '"' + blake2b(body, digest_size=8).hexdigest() + '"'
        self.url = f"http://127.0.0.1:{here.recv()}/"

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.join()


def _serve(body: bytes, pipe: Connection) -> None:
    etag = '"' + blake2b(body, digest_size=8).hexdigest() + '"'
    whole = (
        f"HTTP/1.1 200 OK\r\nETag: {etag}\r\nContent-Type: application/rss+xml\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    answers = (f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode(), whole.encode() + body)
    listener = socket.create_server(("127.0.0.1", 0))
    pipe.send(listener.getsockname()[1])
    while True:
        peer, _ = listener.accept()
        threading.Thread(target=_talk, args=(peer, answers, etag.encode()), daemon=True).start()


def _talk(peer: socket.socket, answers: tuple[bytes, bytes], etag: bytes) -> None:
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with peer:
        while data := peer.recv(65_536):
            peer.sendall(answers[0] if etag in data else answers[1])


class Many:
    """Serves thousands of feeds, each at ``url`` and its number, in another process; ``say``
    changes how it answers.

    Mode ``etag`` answers a known ETag with 304, ``plain`` knows none; a higher version has as many
    new entries on top. Every tenth feed has a DOCTYPE, which only feedparser reads.
    """

    def __init__(self) -> None:
        here, there = get_context("spawn").Pipe()
        self._process = get_context("spawn").Process(target=_serve_many, args=(there,), daemon=True)
        self._process.start()
        self._pipe = here
        self.url = f"http://127.0.0.1:{here.recv()}/"

    def say(self, mode: str, version: int) -> None:
        """Answer so from now on."""
        self._pipe.send((mode, version))
        self._pipe.recv()

    def stop(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.join()


def _serve_many(pipe: Connection) -> None:
    items = re.findall(rb"<item>.*?</item>", rss(60, seed=9), re.DOTALL)
    head = rss(0, seed=9).partition(b"</channel>")[0]
    said: dict[str, bytes | str] = {}
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    pipe.send(listener.getsockname()[1])

    def accept() -> None:
        while True:
            peer, _ = listener.accept()
            threading.Thread(target=_talk_many, args=(peer, said), daemon=True).start()

    mode, version = pipe.recv()
    threading.Thread(target=accept, daemon=True).start()
    while True:
        body = head + b"".join(items[10 - version : 60 - version]) + b"</channel></rss>"
        said["etag"] = (
            '"' + blake2b(body, digest_size=8).hexdigest() + '"' if mode == "etag" else ""
        )
        said["body"] = body
        pipe.send("done")
        mode, version = pipe.recv()


def _talk_many(peer: socket.socket, said: dict[str, bytes | str]) -> None:
    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with peer:
        while data := peer.recv(65_536):
            number = data.split(b" ", 2)[1][1:]
            etag = str(said["etag"]).encode()
            if etag and etag in data:
                peer.sendall(b"HTTP/1.1 304 Not Modified\r\nETag: " + etag + b"\r\n\r\n")
                continue
            # an ETag is always given, so that the next phase may ask with it
            body = bytes(said["body"]).replace(b"/world/9-", b"/world/%s-" % number)
            if number.endswith(b"0"):
                body = body.replace(b"<rss", b"<!DOCTYPE rss><rss", 1)
            tag = b'"' + blake2b(bytes(said["body"]), digest_size=8).hexdigest().encode() + b'"'
            head = (
                b"HTTP/1.1 200 OK\r\nETag: %s\r\nContent-Type: application/rss+xml\r\n"
                b"Content-Length: %d\r\n\r\n"
            )
            peer.sendall(head % (tag, len(body)) + body)
