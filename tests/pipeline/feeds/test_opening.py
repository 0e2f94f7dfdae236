"""Feeds with something around them, and text that was escaped too often in them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.errors import Permanent
from pipeline.feeds import parse
from pipeline.feeds.opening import cut_out_document
from pipeline.feeds.plain_text import drop_cdata, plain_line, unescape_markup
from pipeline.story import Feed

NOW = datetime(2025, 3, 9, 12, tzinfo=UTC)
FEED = Feed("f", "https://a.example/feed")
RSS = (
    b'<rss version="2.0"><channel><title>t</title>'
    b"<item><title>Shells hit Velmar</title><link>https://a.example/1</link></item></channel></rss>"
)
DECLARED = b'<?xml version="1.0" encoding="utf-8"?>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\n\n  " + DECLARED, b""),
        (b"\xef\xbb\xbf\xef\xbb\xbf" + DECLARED, b""),
        (b"<br />\n<b>Warning</b>: no index in <b>/x.php</b> on line 3<br />\n" + DECLARED, b""),
        (b"Notice: nothing is wrong " + DECLARED, b""),
        (b"<html><body>", b"</body></html>"),
        (b"<!DOCTYPE html><html><body><pre>" + DECLARED, b"</pre></body></html>"),
        (DECLARED + b"<div></div>", b""),
        (DECLARED, b"<script>count()</script>"),
        (DECLARED, b"\n<!-- cached in 3 ms -->\n<b>Notice</b>: late"),
        (DECLARED + b'<?xml-stylesheet href="x.xsl"?>', b"\n\0\0\0"),
        (b"<!-- made from <rss> by <feed> -->", b"<!-- end -->"),
    ],
)
def test_what_stands_around_a_feed_is_left(before: bytes, after: bytes) -> None:
    """A warning or a counter's script does not silence an outlet."""
    found = parse(before + RSS + after, FEED, content_type="text/xml; charset=utf-16", now=NOW)
    assert [entry.title for entry in found.entries] == ["Shells hit Velmar"]


def test_a_page_that_names_a_feed_is_none() -> None:
    """A page is refused as a page."""
    with pytest.raises(Permanent, match="HTML page"):
        parse(b"<html><link type='application/rss+xml'><p>&lt;rss&gt;</p></html>", FEED, now=NOW)
    assert cut_out_document(b" <html></html>") == b"<html></html>"


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("Brandt &amp;amp;amp; Sons", "Brandt & Sons"),
        ("Velmar&amp;amp;#8217;s port", "Velmar’s port"),
        ("&lt;b&gt;Velmar&lt;/b&gt; burns", "Velmar burns"),
        ("&amp;lt;p&amp;gt;Velmar burns&amp;lt;/p&amp;gt;", "Velmar burns"),
        ("<<Velmar>> burns", "<<Velmar>> burns"),
        ("<Velmar> burns", "<Velmar> burns"),
        ("<<Велмар>> горит", "<<Велмар>> горит"),
        ("<<velmar>> burns", "<<velmar>> burns"),
        ("<b>Velmar</b> burns", "Velmar burns"),
        ("<em class='x'>Velmar</em> burns", "Velmar burns"),
        ("<o:p>Velmar</o:p> burns", "Velmar burns"),
        ("Grain < 200, oil > 90", "Grain < 200, oil > 90"),
        ("Q&A: AT&T", "Q&A: AT&T"),
        ("R&D; and more", "R&D; and more"),
    ],
)
def test_escapes_are_undone_and_names_stay(printed: str, shown: str) -> None:
    """A title is what a reader would see."""
    assert plain_line(printed) == shown


@pytest.mark.parametrize(
    "wrapped",
    ["<![CDATA[Velmar]]>", "&lt;![CDATA[Velmar]]&gt;", "<![CDATA[<![CDATA[Velmar]]>]]>",
     "&amp;lt;![CDATA[Velmar]]&amp;gt;", "<![cdata[Velmar]]>"],
)  # fmt: skip
def test_marks_of_cdata_go(wrapped: str) -> None:
    """Escaped or doubled, they are no text."""
    assert drop_cdata(wrapped) == ("Velmar" if "CDATA" in wrapped else wrapped)
    assert drop_cdata("a]]> b") == "a]]> b"


@pytest.mark.parametrize(
    ("content", "meant"),
    [
        ("&lt;p&gt;It burns.&lt;/p&gt;", "<p>It burns.</p>"),
        ("&amp;lt;p&amp;gt;It burns.&amp;lt;/p&amp;gt;", "<p>It burns.</p>"),
        ("<p>Write &lt;p&gt; here.</p>", "<p>Write &lt;p&gt; here.</p>"),
        ("a &lt;b&gt; c", "a &lt;b&gt; c"),
    ],
)
def test_content_that_was_escaped_once_too_often(content: str, meant: str) -> None:
    """Where no tag is left in it, the escaped ones were meant."""
    assert unescape_markup(content) == meant
