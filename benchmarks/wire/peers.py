"""Other extractors' bodies as lines; those that are not installed are left out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

Peer = Callable[[bytes, str], tuple[str, ...]]


def peers() -> dict[str, Peer]:
    """By name: plain trafilatura, readability-lxml, newspaper4k. None tells datelines, agencies or
    cross-heads."""
    import trafilatura

    def plain(html: bytes, url: str) -> tuple[str, ...]:
        found = trafilatura.bare_extraction(html, url=url, with_metadata=True)
        return _lines(str(found.text or "")) if found else ()

    found: dict[str, Peer] = {"trafilatura": plain}
    with suppress(ImportError):
        from lxml import html as lxml_html
        from readability import Document

        def readable(html: bytes, _url: str) -> tuple[str, ...]:
            tree = lxml_html.fromstring(
                Document(html.decode("utf-8", "replace")).summary(html_partial=True)
            )
            blocks = tree.xpath(
                "//p|//h2|//h3|//h4|//li|//figcaption|//blockquote[not(p)]|//div[not(*)]"
            )
            return tuple(" ".join(b.text_content().split()) for b in blocks)

        found["readability-lxml"] = readable
    with suppress(ImportError):
        from newspaper import Article

        def newspaper(html: bytes, url: str) -> tuple[str, ...]:
            article = Article(url, fetch_images=False)
            article.download(input_html=html.decode("utf-8", "replace"))
            article.parse()
            return _lines(article.text)

        found["newspaper4k"] = newspaper
    return found


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("\n") if line.strip())
