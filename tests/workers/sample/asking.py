"""What several tests of the sample wire ask: a URL, and what a reader would see on a page."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message

from lxml import html as lxml_html

from pipeline.text import fold
from workers.sample import SampleStory, Wire, sample, stories

BY_ID: Mapping[str, SampleStory] = {s.id: s for s in stories()}
WITH_PAGE = [s for s in stories() if s.body and s.page in {"ok", "redirect"}]


def ask(url: str, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    """GET as a plain client does; an error status is an answer too."""
    request = urllib.request.Request(
        url, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as reply:
            return reply.status, _plain(reply.headers), reply.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _plain(error.headers), error.read()


def _plain(headers: Message) -> Mapping[str, str]:
    names = ("Content-Type", "Content-Encoding", "ETag", "Last-Modified", "Location")
    return {name: headers.get(name, "") for name in names}


def feed_url(wire: Wire, outlet: str) -> str:
    """Where an outlet's feed is served."""
    return f"{wire.url}/{sample().outlets[outlet].path}"


def shown(page: str) -> str:
    """What a reader sees: the page's text without markup, scripts and styles, folded."""
    tree = lxml_html.fromstring(page)
    for hidden in tree.xpath("//script|//style|//title"):
        hidden.drop_tree()
    return fold(" ".join(tree.itertext()))
