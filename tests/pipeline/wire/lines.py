"""Lines of a story of our own, and the short ways to have them cleaned by the project's own
rules."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from pipeline import wire
from pipeline.story import Article, Block, Entry, Outcome, Story

ROOT = Path(__file__).parents[3]
RULES = ROOT / "config" / "wire"
ENTRY = Entry(key="k", feed_id="f", guid="g", url="https://coast.example/a", title="")
LEDE = (
    "Three ferries carrying flour reached the besieged town on Sunday, the harbour master said, as "
    "the coast guard held its fire at the request of an envoy."
)
SECOND = (
    "A hospital official said the fuel would run the generators for nine days and that the flour "
    "would last two weeks."
)
THIRD = (
    "Residents watched the convoy from the roofs in silence, said a teacher who had counted the "
    "masts at dawn."
)
FOURTH = (
    "The envoy asked both sides to keep their boats in the lee of the mole until he is back from "
    "the islands."
)
BODY = (LEDE, SECOND, THIRD, FOURTH)


@cache
def rules() -> wire.Rules:
    """The project's own rules, read once."""
    return wire.load(RULES)


def story(
    *lines: str | Block, headline: str = "Ferry convoy reaches besieged port", **fields: object
) -> Story:
    """The lines as a clean story; fails where they are none."""
    found = clean(*lines, headline=headline, **fields)
    assert isinstance(found, Story), found
    return found


def clean(
    *lines: str | Block, headline: str = "Ferry convoy reaches besieged port", **fields: object
) -> Story | Outcome:
    """The lines cleaned, as an article with these fields."""
    blocks = tuple(x if isinstance(x, Block) else Block(x) for x in lines)
    article = Article(url="https://coast.example/a", headline=headline, blocks=blocks)
    return wire.clean(replace(article, **fields), ENTRY, rules())  # type: ignore[arg-type]
