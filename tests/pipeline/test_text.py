"""Words and their number, in scripts with and without spaces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import count_words, drop_unseen, fold, holds_unseen, resolve_unseen, words

WORDS = {
    "latin": ("“U.S.” envoys don’t – won’t", ["u.s", "envoys", "don't", "won't"]),
    "chinese": ("炮弹击中 2 座", ["炮", "弹", "击", "中", "2", "座"]),
    "thai-marks-stay-on-their-letter": ("ปืน", ["ปื", "น"]),
    "hindi-vowels-are-part-of-a-word": ("धमाके सुने।", ["धमाके", "सुने"]),
    "burmese": ("မြို့ ။", ["မြို့"]),
    "arabic-vowel-signs-are-not-told-apart": ("انفجاراتٌ كـبيرة", ["انفجارات", "كبيرة"]),
    "hebrew-points-neither": ("שָׁלוֹם", ["שלום"]),
    "latin-in-chinese": ("北约NATO说", ["北", "约", "nato", "说"]),
}


@pytest.mark.parametrize("case", WORDS)
def test_words_of_a_line(case: str) -> None:
    """Marks stay on their letters; a sign of a script without spaces is a word of its own."""
    text, want = WORDS[case]
    assert words(text) == want


COUNTS = {
    "spaces": ("Shells hit the market of Velmar", 6),
    "one": ("Truce", 1),
    "curly-quotes": ("“Truce” – now", 3),
    # fifteen signs are seven words and a half, sixteen are eight
    "chinese-fifteen": ("会谈开始前炮弹击中维尔马市场中", 7),
    "chinese-sixteen": ("会谈开始前炮弹击中维尔马市场中心", 8),
    "thai": ("โกดังสองหลังใกล้สถานีรถไฟ", 5),
    "hindi": ("वेलमार बंदरगाह के पास धमाके", 5),
}


@pytest.mark.parametrize("case", COUNTS)
def test_number_of_words(case: str) -> None:
    """Limits in words hold for scripts without spaces too."""
    text, want = COUNTS[case]
    assert count_words(text) == want


def test_fold_drops_signs_that_may_be_left_out() -> None:
    """A copy with vowel signs is the same text."""
    assert fold("كـبيرةٌ  جدا") == "كبيرة جدا"


UNSEEN = {
    "plain": ("<p>Rain &amp; snow</p>", False),
    "letters-that-are-not-ascii": ("<p>Bürger, 北约</p>", False),
    "soft-hyphen": ("<p>Rain\u00adstorm</p>", True),
    "zero-width-space": ("<p>Rain\u200bstorm</p>", True),
    "tag": ("<p>Rain\U000e0041storm</p>", True),
    "two-selectors": ("<p>Rain\ufe0f\ufe0fstorm</p>", True),
    "one-selector": ("<p>Rain ☂\ufe0f</p>", False),
    "tag-by-its-number": ("<p>Rain&#xE0041;storm</p>", True),
    "override-by-its-number": ("<p>Rain&#x202E;storm</p>", True),
    "by-its-name": ("<p>Rain&shy;storm</p>", True),
    "by-its-number": ("<p>Rain&#8203;storm</p>", True),
}


@pytest.mark.parametrize("case", UNSEEN)
def test_unseen_characters_are_found_in_bytes(case: str) -> None:
    """As themselves, by their names and by their numbers."""
    markup, want = UNSEEN[case]
    rare = bytes(byte for byte in markup.encode() if byte > 127)
    assert holds_unseen(markup.encode(), rare) is want


# what no text needs: overrides and isolates, tags, deprecated formats, annotations, fillers
HIDING = [*map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x2070), 0x061C, 0x3164, 0xFFA0))]
HIDING += [*map(chr, (*range(0xFFF9, 0xFFFC), *range(0xE0000, 0xE0080), 0xE01F0))]


@given(st.text(), st.lists(st.sampled_from(HIDING), min_size=1, max_size=5), st.text())
def test_nothing_that_hides_or_turns_words_stays(before: str, marks: list[str], after: str) -> None:
    """Marks of direction and tags go wherever they stand, and also where markup names them."""
    named = "".join(f"&#x{ord(mark):X};" for mark in marks)
    for hidden in ("".join(marks), resolve_unseen(named)):
        left = drop_unseen(f"{before}{hidden}{after}".replace("\U0001f3f4", ""))
        assert not set(left) & set(HIDING)


@given(st.integers(1, 300))
def test_a_row_of_selectors_is_one(count: int) -> None:
    """One selector chooses a shape; many of them hide what they spell."""
    row = "".join(chr(0xE0100 + number % 240) for number in range(count))
    assert drop_unseen(f"雪{row}") == f"雪{row[0]}"
    assert drop_unseen(f"a {row}b") == "a b"


SPELLED = {
    "persian": "می\u200cخواهند",
    "hindi": "क्\u200dष",
    "emoji-of-several": "👩\u200d🚒",
    "emoji-in-colour": "❤\ufe0f",
    "flag-of-scotland": "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "ideograph-in-its-shape": "葛\U000e0100",
    "old-hangul": "\u1112\u119e\u11ab",
}


@pytest.mark.parametrize("case", SPELLED)
def test_what_is_spelled_with_unseen_characters_stays(case: str) -> None:
    """Joiners, one selector and the tags of a flag are part of what is read."""
    assert drop_unseen(SPELLED[case]) == SPELLED[case]
