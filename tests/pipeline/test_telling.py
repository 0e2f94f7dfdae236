"""Two lines that share most words: one fact or two."""

from __future__ import annotations

import pytest

from pipeline.telling import are_two_facts, tell

TWO = {
    "name-first": ("Dahran shot down 12 drones at night.", "Ostmark shot down 12 drones at night."),
    "name-inside": ("Shells fell on Karsin at night.", "Shells fell on Velmar at night."),
    "direction": ("Four died in northern Sahl, he said.", "Four died in southern Sahl, he said."),
    "denial": ("The army said it shelled the port.", "The army denied it shelled the port."),
    "not": ("He will attend the talks.", "He will not attend the talks."),
    "contracted-not": ("He did attend the talks.", "He didn't attend the talks."),
    "not-at-the-end": ("Er sagte, er komme zum Treffen.", "Er sagte, er komme zum Treffen nicht."),
    "order": ("The first convoy came.", "The second convoy came."),
    "figure": ("It lost 12 tanks.", "It lost 21 tanks."),
    "longer": (
        "Dahran shot down 12 drones, its ministry said.",
        "Ostmark shot down 12 drones, its ministry said, and two more fell on houses by the sea.",
    ),
    "arabic": ("أسقطت روسيا 12 مسيرة ليلا", "أسقطت أوكرانيا 12 مسيرة ليلا"),
    "persian": ("در شمال سهل چهار نفر کشته شدند", "در جنوب سهل چهار نفر کشته شدند"),
    "chinese": ("俄罗斯击落十二架无人机", "乌克兰击落十二架无人机"),
    "thai": ("รัสเซียยิงโดรนตกสิบสองลำ", "ยูเครนยิงโดรนตกสิบสองลำ"),
    "hindi": ("उत्तरी इलाके में चार लोग मारे गए", "दक्षिणी इलाके में चार लोग मारे गए"),
    "turkish": ("Pazartesi günü bombardıman sürdü", "Salı günü bombardıman sürdü"),
    "polish": ("Zginęło czterech mężczyzn, powiedział.", "Zginęło czterech kobiet, powiedział."),
}
ONE = {
    "the-same": ("Shells fell on Karsin.", "Shells fell on Karsin."),
    "punctuation": ("Shells fell on “Karsin”", 'Shells fell on "Karsin".'),
    "runs-on": (
        "Shells fell on Karsin at night.",
        "Shells fell on Karsin at night, and nobody was hurt, said a doctor who did not sleep.",
    ),
    "edited": (
        "Shells killed four people in Karsin, the mayor said",
        "Shells had killed four persons in Karsin on Sunday, the city's mayor said",
    ),
    "no-capital": (
        "Rebels Seize Depot in Karsin After Week of Talks",
        "Rebels take depot in Karsin after a week of talks",
    ),
}


@pytest.mark.parametrize("case", TWO)
def test_two_facts(case: str) -> None:
    """One word parts them, and it counts, whichever of the two comes first."""
    one, other = TWO[case]
    assert are_two_facts(one, other)
    assert are_two_facts(other, one)


@pytest.mark.parametrize("case", ONE)
def test_one_fact(case: str) -> None:
    """Words that an editor changes make no other fact."""
    one, other = ONE[case]
    assert not are_two_facts(one, other)
    assert not are_two_facts(other, one)


def test_a_word_in_place_of_another_is_a_fact_only_where_all_else_is_alike() -> None:
    """For a headline, which is often put in other words, it is none."""
    assert are_two_facts("Shells hit the port.", "Rockets hit the port.")
    assert not are_two_facts("shells hit the port", "rockets hit the port", alike=False)


@pytest.mark.parametrize(
    ("word", "says"),
    [("northern", "direction north"), ("isn't", "denial no"), ("Norden".lower(), "direction north"),
     ("женщины", "sex woman"), ("port", ""), ("北", "direction north")],
)  # fmt: skip
def test_what_a_word_tells(word: str, says: str) -> None:
    """Words by the table, by how they begin, and what has no place in it."""
    assert tell(word) == says
