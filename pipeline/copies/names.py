"""The names of a text: of places, people and bodies, as far as capital letters tell them.

Two bulletins from one template share every word but the facts, and most of the facts that differ are names. Copies and
versions keep the names: on the labelled pairs each shares half of them or more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.copies.figures import DATES
from pipeline.text import words

# A text with more words or more names is no bulletin, and its names are not looked for or kept.
LONGEST = 250
MOST = 15
# Bodies that are named in stories from everywhere tell no event from another.
_EVERYWHERE = frozenset(
    re.split(
        " ",
        "united nations un european african union eu nato red cross crescent world health food programme organization "
        "organisation international monetary fund bank amnesty human rights watch telegram facebook twitter reuters "
        "associated press interpol greenpeace",
    )
)
# A word in the middle of a sentence, but for what ASCII says is lower case. What begins a sentence is capital anyhow.
_INSIDE = re.compile(r"(?<=[\w,;] )[^\W\d_a-z]\w+(?:['’-]\w+)*")


def names(body: Sequence[str], size: int) -> frozenset[str]:
    """The words with capitals inside sentences, folded, but days, months and world bodies.

    None where the text, of ``size`` words, is no bulletin, or where most words have capitals.
    """
    if size > LONGEST:
        return frozenset()
    inside = [
        word for paragraph in body for word in _INSIDE.findall(paragraph) if word[0].isupper()
    ]
    if 2 * len(inside) > size:
        return frozenset()
    return (
        frozenset(word.removesuffix("'s") for word in words(" ".join(inside))) - DATES - _EVERYWHERE
    )
