"""The pages of the sample wire: furniture and copy are on them, in every template."""

from __future__ import annotations

import re

import pytest
import trafilatura
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from pipeline.story import CrossHead, Dateline
from pipeline.text import fold
from tests.workers.sample.asking import BY_ID, WITH_PAGE, shown
from workers.sample import Furniture, SampleStory, render, sample, templates
from workers.sample.pages import lay_out


@pytest.mark.parametrize("template", sorted(templates()))
def test_every_template_is_complete(template: str) -> None:
    """A page has its story once whatever the template: headline, every line in order and the site's
    own chrome."""
    story = BY_ID["karsin-bridge-update-2"]
    text = shown(render(story, template))
    assert fold(story.printed) in text
    at = -1
    for line in lay_out(story):
        found = text.find(fold(line.text), at + 1)
        assert found > at, line
        at = found
    assert len(re.findall(r'href="/elsewhere/', render(BY_ID["orchard-frost"], template))) == 4


@pytest.mark.parametrize("story", WITH_PAGE, ids=lambda s: s.id)
def test_pages_carry_their_furniture(story: SampleStory) -> None:
    """What a story says is wrapped around it really stands on its page, teasers as links."""
    outlet = sample().outlets[story.outlet]
    page = render(story, outlet=outlet)
    text = shown(page)
    for piece in story.furniture:
        assert fold(piece.text) in text
        for item in piece.items:
            assert re.search(rf"<a [^>]*>{re.escape(item)}</a>", page), item
    if story.dateline:
        assert fold(story.dateline.text) in text


@pytest.mark.parametrize("story", WITH_PAGE, ids=lambda s: s.id)
def test_trafilatura_finds_the_body(story: SampleStory) -> None:
    """The pages are such as an extractor meets: at least nine in ten paragraphs come out of its own
    template."""
    assert found(story, story.template or sample().outlets[story.outlet].template) >= 0.9


@pytest.mark.parametrize("template", sorted(templates()))
def test_trafilatura_finds_any_body_in_any_template(template: str) -> None:
    """A story with cross-heads, captions and teasers can be found in every template."""
    for name in ("halm-front-night", "dahra-three", "telbarud-twice-a", "cancer-battle"):
        assert found(BY_ID[name], template) >= 0.9, name


def found(story: SampleStory, template: str) -> float:
    """The share of the story's paragraphs that stand in what trafilatura takes from its page."""
    page = render(story, template, outlet=sample().outlets[story.outlet])
    text = fold(trafilatura.extract(page, include_comments=False, fast=True) or "")
    return sum(fold(p) in text for p in story.body) / len(story.body)


def test_renders_a_story_made_up_by_a_test() -> None:
    """Any SampleStory can be wrapped in any template, with nothing of the sample wire around it."""
    story = SampleStory(
        id="mine",
        outlet="nowhere",
        headline="Tide & <time>",
        body=("One paragraph.", "Another."),
        crossheads=(CrossHead("Between", 1),),
        dateline=Dateline("ADEN", "", "ADEN (AP) — "),
        furniture=(Furniture("byline", "By A. Writer", "head"),),
    )
    for template in templates():
        text = shown(render(story, template))
        assert "tide & <time>" in text
        assert fold("By A. Writer") in text
        assert text.index("one paragraph.") < text.index("between") < text.index("another.")


@given(
    st.text(
        alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs")),
        max_size=40,
    )
)
def test_no_text_breaks_out_of_a_page(text: str) -> None:
    """Whatever a story says is text on the page, never markup."""
    story = SampleStory(
        id="any", outlet="x", headline=f"h {text}<script>x</script>", body=(f"<b>{text}</b> end.",)
    )
    tree = lxml_html.fromstring(render(story, "broadsheet"))
    assert not tree.xpath("//article//script|//article//b")
    assert any("<b>" in t for t in tree.itertext())


def test_glued_furniture_has_no_line_of_its_own() -> None:
    """A glued credit ends the last paragraph; a glued caption opens the next one without a
    space."""
    story = SampleStory(
        id="glue",
        outlet="x",
        headline="h",
        body=("First.", "Second."),
        furniture=(
            Furniture("caption", "A picture", 1, glued=True),
            Furniture("credit", "(Reporting by B)", "tail", glued=True),
        ),
    )
    assert [line.text for line in lay_out(story)] == ["First.", "A pictureSecond. (Reporting by B)"]


@pytest.mark.parametrize("story", WITH_PAGE, ids=lambda s: s.id)
def test_the_truth_stands_on_the_page(story: SampleStory) -> None:
    """Nothing is expected that a reader could not know: byline, agency, slug, notes and version tag
    are on the page."""
    text = shown(render(story, outlet=sample().outlets[story.outlet]))
    agency = {"AP": "associated press"}.get(story.agency, story.agency)
    assert fold(story.agency) in text or fold(agency) in text
    for truth in (
        story.byline,
        story.standfirst,
        story.slug,
        story.advisory,
        story.correction_note,
    ):
        assert fold(truth) in text
    assert fold(story.version_label) in fold(story.printed)
    assert all(fold(c.text) in text for c in story.crossheads)
