"""Words and their number, in scripts with and without spaces."""

from __future__ import annotations

import pytest

from pipeline.text import count_words, fold, holds_unseen, words

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
    "by-its-name": ("<p>Rain&shy;storm</p>", True),
    "by-its-number": ("<p>Rain&#8203;storm</p>", True),
}


@pytest.mark.parametrize("case", UNSEEN)
def test_unseen_characters_are_found_in_bytes(case: str) -> None:
    """As themselves, by their names and by their numbers."""
    markup, want = UNSEEN[case]
    rare = bytes(byte for byte in markup.encode() if byte > 127)
    assert holds_unseen(markup.encode(), rare) is want
