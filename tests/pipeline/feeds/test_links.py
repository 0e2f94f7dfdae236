"""Links of entries as feeds print them, and ids that are addresses or only names."""

from __future__ import annotations

import pytest

from pipeline.feeds.links import read_guid, read_link

BASE = "https://news.example/rss/all.xml"
STORY = "https://a.example/x"


@pytest.mark.parametrize(
    ("printed", "leads_to"),
    [
        (STORY, STORY),
        (f"\n\t{STORY}\n", STORY),
        ("HTTPS://a.example/x", "https://a.example/x"),
        ("//a.example/x", STORY),
        ("a.example/x", STORY),
        ("www.a.example", "https://www.a.example"),
        ("news.example", "https://news.example"),
        ("новости.рф/1", "https://новости.рф/1"),
        ("10.9.8.7:80/x", "https://10.9.8.7:80/x"),
        ("/x", "https://news.example/x"),
        ("x.html", "https://news.example/rss/x.html"),
        ("story.php/3", "https://news.example/rss/story.php/3"),
        ("?p=12", "https://news.example/rss/all.xml?p=12"),
        ("feed://a.example/x", STORY),
        ("feed:https://a.example/x", STORY),
        ("https://a.example/\n      long/\n      x", "https://a.example/long/x"),
        ("https://a.example/a b", "https://a.example/a%20b"),
        ("https:/a.example/x", STORY),
        ("https//a.example/x", STORY),
        ("https:\\\\a.example\\x", STORY),
        ("https ://a.example/x", STORY),
        ("htps://a.example/x", "http://a.example/x"),
        ("http://https://a.example/x", STORY),
        ("<a href='https://a.example/x'>Read</a>", STORY),
        ("<https://a.example/x>", STORY),
        ('"https://a.example/x"', STORY),
        ("https://t.example/r?url=https%3A%2F%2Fa.example", None),
        ("https://t.example/r?u=http://a.example/x", None),
        ("see our site", ""),
        ("смотрите на сайте", ""),
        ("null", ""),
        ("javascript:void(0)", ""),
        ("mailto:desk@a.example", ""),
        ("tag:a.example,2025:1", ""),
        ("ftp://a.example/x", ""),
        ("{{ story.url }}", ""),
        ("%link%", ""),
        ("#", ""),
        ("//", ""),
        ("http://", ""),
        ("", ""),
    ],
)
def test_a_link_as_printed(printed: str, leads_to: str | None) -> None:
    """What was meant is mended; what is no address leads nowhere instead of into the void."""
    assert read_link(printed, BASE) == (printed if leads_to is None else leads_to)


@pytest.mark.parametrize(
    ("guid", "leads_to"),
    [
        (STORY, STORY),
        ("/2025/x", "https://news.example/2025/x"),
        ("x.html", "https://news.example/rss/x.html"),
        ("a.example/x", STORY),
        ("lakeside-481516", ""),
        ("481516", ""),
        ("481516 at https://a.example", ""),
        ("urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", ""),
    ],
)
def test_an_id_as_address(guid: str, leads_to: str) -> None:
    """A feed that says isPermaLink may still mean a name."""
    assert read_guid(guid, BASE) == leads_to
