"""The language of terms: what an editor may write, what it stands for, and how it is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import themes
from pipeline.themes.matching import ForSubtheme, Lexicon, Pattern, TermIndex
from pipeline.themes.term_language import TermError, expand_list, parse_term, spell_out
from pipeline.themes.words import (
    LONGEST_SENTENCE,
    WORD_OR_END,
    inflect_word,
    split_sentences,
    split_words,
)
from tests.pipeline.themes.small import define, tell

LISTS = """
[lists]
force = ["army", "troops"]
rebel = ["rebel~", "isis", "IS", "ISIS", "US forces"]
armed = ["<force>", "<rebel>"]
"""


def find_words(term: str, text: str) -> list[str]:
    """The words of ``text`` that ``term`` finds, as printed."""
    (match,) = define([term], shared=LISTS).assess(tell(text, language="en")).matches or (None,)
    return [evidence.text for evidence in match.evidence] if match else []


@pytest.mark.parametrize(
    ("term", "text", "words"),
    [
        (
            "air strike~",
            "Two air-strikes hit it; an Air Strike missed.",
            ["air-strikes", "Air Strike"],
        ),
        (
            "(shell|mortar) fire",
            "Mortar fire and shell fire, not tank fire.",
            ["Mortar fire", "shell fire"],
        ),
        ("<rebel>", "IS is gone, the rebels said.", ["IS", "rebels"]),
        ("<rebel>", "The U.S. forces and US forces left us.", ["U.S. forces", "US forces"]),
        ("<force> .. stormed", "The army quickly stormed it.", ["army quickly stormed"]),
        ("<force> ..1 stormed", "The army very quickly stormed it.", []),
        ("<force> .. stormed", "It stormed. The army slept.", []),
        ("<force> & <rebel>", "Rebels shot at the army.", ["Rebels shot at the army"]),
        ("<force> &1 <rebel>", "Rebels often shot at the army.", []),
        ("<force> &! <rebel>", "The army slept. Rebels shot at troops.", ["army"]),
        (
            "seized ..2 (by|from) ..2 <rebel>",
            "The town, seized last week by the rebels.",
            ["seized last week by the rebels"],
        ),
        ("talks .. failed & <rebel>", "Talks with rebels failed.", ["Talks with rebels failed"]),
        ("<armed>", "troops and rebels", ["troops", "rebels"]),
        ("<rebel>", "Isis and ISIS", ["Isis", "ISIS"]),
        ("Hamas", "HAMAS, hamas and Hamas", ["Hamas"]),
        ("army's", "the army's tanks, the army’s men", ["army", "army"]),
    ],
)
def test_a_term_finds_the_words_it_stands_for(term: str, text: str, words: list[str]) -> None:
    """Each sign of the language finds what the description of the language says, and no more."""
    assert sorted(find_words(term, text)) == sorted(words)


@pytest.mark.parametrize(
    "term",
    [
        "",
        "..",
        "a ..",
        ".. a",
        "a & ",
        "& a",
        "a &! b c ..2 d",
        "<force",
        "(a|b",
        "a) b",
        "~",
        "?!",
    ],
)
def test_what_cannot_be_read_is_refused(term: str) -> None:
    """A term that the language does not know is refused, not guessed at."""
    with pytest.raises(themes.ThemesError):
        define([term], shared=LISTS)


def test_the_example_of_the_docstring_is_true() -> None:
    """What the head of matching.py tells step by step is what happens."""
    phrases = {
        "stormed": spell_out("stormed"),
        "<force>": [("army",), *spell_out("army unit~"), ("soldiers",), ("troops",)],
        "<rebel>": [("rebel",), ("rebels",)],
    }
    lexicon = Lexicon(phrases)
    patterns = []
    for text, symbols in (
        ("<force> .. stormed", {"<force>", "stormed"}),
        ("<rebel> & <force>", {"<rebel>", "<force>"}),
    ):
        parts, purpose = parse_term(text).parts, ForSubtheme("trouble", "any", 1.0)
        asked = frozenset(symbols)
        patterns.append(
            Pattern(text, parts, purpose, asked, frozenset(), (), frozenset(), is_one_symbol=False)
        )
    words = split_words("the army units quickly fled from the rebels")
    places = lexicon.find_phrases(words, words, (0, len(words)))
    assert places == {"<force>": [(1, 2), (1, 3)], "<rebel>": [(7, 8)]}
    index = TermIndex(patterns, lexicon)
    found = [(match.pattern.text, match.span) for match in index.match_terms(places, words)]
    assert found == [("<rebel> & <force>", (1, 8))]
    assert {"stormed", "rebels"} <= index.anchors
    assert "army" not in index.anchors


def test_a_list_that_contains_itself_is_refused() -> None:
    """Lists may hold lists, but never in a circle."""
    with pytest.raises(TermError, match="contains itself"):
        expand_list({"a": ["x", "<b>"], "b": ["<a> y"]}, "a")


def test_a_list_that_does_not_exist_is_refused() -> None:
    """A misspelt list name is a fault and not an empty list."""
    with pytest.raises(TermError, match="no list <forse>"):
        expand_list({"a": ["<forse>"]}, "a")


def test_a_list_inside_an_entry_multiplies_out() -> None:
    """An entry such as "<side> forces" stands for each side's forces."""
    assert expand_list({"side": ["rebel", "army"], "all": ["<side> forces"]}, "all") == [
        "rebel forces",
        "army forces",
    ]


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("shell", {"shell", "shells", "shelled", "shelling"}),
        ("raid", {"raid", "raids", "raided", "raiding"}),
        ("strike", {"strike", "strikes", "striking"}),
        ("rally", {"rally", "rallies", "rallied", "rallying"}),
        ("clash", {"clash", "clashes", "clashed", "clashing"}),
        ("rebel", {"rebel", "rebels"}),
        ("bar", {"bars", "barred", "barring"}),
    ],
)
def test_regular_forms_are_made(word: str, forms: set[str]) -> None:
    """The tilde gives the regular forms that an editor would otherwise write out."""
    assert forms <= set(inflect_word(word))


def test_sentences_end_where_a_reader_says() -> None:
    """Initials and titles end no sentence; question marks, closing quotes and line breaks do."""
    text = 'Gen. Smith met U.S. officials. "Who won?" Nobody!\nThe end'
    low = [t.lower() for t in split_words(text)]
    assert [low[a:b] for a, b in split_sentences(low)] == [
        ["gen", ".", "smith", "met", "u.s.", "officials"],
        ["who", "won"],
        ["nobody"],
        ["the", "end"],
    ]


def test_a_flood_without_an_end_is_cut() -> None:
    """Words of a sentence are compared in pairs: an endless one would cost its square."""
    low = ["rebels"] * (10 * LONGEST_SENTENCE + 7)
    ranges = split_sentences(low)
    assert max(end - start for start, end in ranges) <= LONGEST_SENTENCE
    assert sum(end - start for start, end in ranges) == len(low)


@given(st.text(max_size=300))
def test_words_and_their_characters_agree_on_any_text(text: str) -> None:
    """Whatever the text, each word's offsets slice exactly that word: evidence depends on it."""
    located = [text[word.start(1) : word.end(1)] for word in WORD_OR_END.finditer(text)]
    assert located == split_words(text)
