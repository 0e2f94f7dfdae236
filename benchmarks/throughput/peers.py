"""Other extractors on the same pages: ``python -m benchmarks.throughput.peers NAME FOLDER
[EVERY]``.

Prints seconds of processor time, page by page, as JSON. Standard library only but for the peer
itself, so that it runs under an interpreter that has that peer and nothing of Wiredesk.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

URL = "https://news.example/2026/11/16/a-story.html"
_WARM = 6  # pages before the clock starts: imports, caches and compiled patterns are not the page's


def trafilatura() -> Callable[[bytes], object]:
    """The reference: bare_extraction with metadata, everything else as it comes."""
    from trafilatura import bare_extraction

    return lambda body: bare_extraction(body, url=URL, with_metadata=True)


def newspaper4k() -> Callable[[bytes], object]:
    """An article parsed from HTML at hand."""
    import newspaper  # type: ignore[import-untyped, import-not-found, unused-ignore]

    def parse(body: bytes) -> object:
        article = newspaper.Article(URL, fetch_images=False)
        article.download(input_html=body.decode("utf-8", "replace"))
        article.parse()
        return article.text

    return parse


def news_please() -> Callable[[bytes], object]:
    """from_html, without fetching images."""
    from newsplease import NewsPlease  # type: ignore[import-untyped, import-not-found, unused-ignore]

    return lambda body: NewsPlease.from_html(
        body.decode("utf-8", "replace"), url=URL, fetch_images=False
    )


PEERS = {"trafilatura": trafilatura, "newspaper4k": newspaper4k, "news-please": news_please}


def main(name: str, folder: Path, first: int = 0, every: int = 1) -> None:
    """Extract every so many pages of the folder."""
    warnings.simplefilter("ignore")
    logging.disable()
    extract = PEERS[name]()
    files = sorted(folder.iterdir())
    bodies = [file.read_bytes() for file in files[first::every]]
    for body in bodies[:_WARM]:
        extract(body)
    seconds, failed = [], 0
    for body in bodies:
        began = time.process_time()
        try:
            extract(body)
        except Exception:  # noqa: BLE001  a peer that fails on a page has spent its time on it all the same
            failed += 1
        seconds.append(time.process_time() - began)
    print(json.dumps({"seconds": seconds, "failed": failed}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:]))
