"""Pages as careless publishers and crawlers leave them: without names, minified, in capitals, cut
off, unclosed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import wire
from pipeline.extract import extract
from pipeline.story import Article, Outcome, Page, utc
from pipeline.text import fold
from tests.making import NOW, entry
from tests.pipeline.wire.lines import rules
from workers.sample import render, stories, templates

ATTRIBUTES = re.compile(r"""\s(?:class|id|itemprop|role)\s*=\s*(?:"[^"]*"|'[^']*')""")
STORY = next(s for s in stories() if s.outcome.delivered and len(s.body) > 8)


def nameless(page: str) -> str:
    """No class, id, itemprop or role."""
    return ATTRIBUTES.sub("", page)


def plain(page: str) -> str:
    """Neither names nor tags that tell."""
    return re.sub(
        r"<(/?)(?:article|main|section|aside|header|footer|nav)\b", r"<\1div", nameless(page)
    )


def minified(page: str) -> str:
    """No white space between elements."""
    return re.sub(r">\s+<", "><", page)


def shouted(page: str) -> str:
    """Tags in capitals."""
    return re.sub(r"<(/?)([a-z]\w*)", lambda m: f"<{m[1]}{m[2].upper()}", page)


def by_breaks(page: str) -> str:
    """Paragraphs by <br><br>."""
    return re.sub(r"<p\b[^>]*>", "", page).replace("</p>", "<br><br>")


def by_divs(page: str) -> str:
    """Paragraphs by <div>."""
    return re.sub(r"<p\b", "<div", page).replace("</p>", "</div>")


MUTATIONS = (nameless, plain, minified, shouted, by_breaks, by_divs)


def take(page: bytes) -> Article | Outcome:
    """What extraction makes of a page."""
    return extract(
        Page("https://a.example/x", 200, page, "text/html", utc(NOW)), entry(content=""), utc(NOW)
    )


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda f: f.__name__)
@pytest.mark.parametrize("template", sorted(templates()))
def test_the_story_survives_what_is_done_to_its_page(
    template: str, mutate: Callable[[str], str]
) -> None:
    """Every paragraph of the story is in its clean copy, in every site template."""
    article = take(mutate(render(STORY, template)).encode())
    assert isinstance(article, Article)
    found = wire.clean(article, entry(), rules())
    assert not isinstance(found, Outcome)
    text = fold(" ".join(found.body))
    assert [p for p in STORY.body if fold(p) not in text] == []


@given(st.sampled_from(sorted(templates())), st.integers(0, 2**32), st.floats(0, 1))
def test_a_broken_page_is_answered(template: str, seed: int, share: float) -> None:
    """Closing tags lost, bytes flipped, the end cut off: an article or an outcome, and the desk
    takes it."""
    dice = random.Random(seed)
    page = bytearray(
        re.sub(
            r"</\w+>", lambda m: m[0] if dice.random() > share / 4 else "", render(STORY, template)
        ).encode()
    )
    for _ in range(int(share * 50)):
        page[dice.randrange(len(page))] = dice.randrange(256)
    found = take(bytes(page[: int(len(page) * (1 - share / 2))]))
    assert isinstance(found, Outcome) or isinstance(wire.clean(found, entry(), rules()), object)
