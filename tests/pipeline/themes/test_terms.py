"""The language of terms: what an editor may write, what it stands for, and how it is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipeline.themes.matcher import Terms
from pipeline.themes.phrases import Phrases
from pipeline.themes.terms import TermError, expand, parse, phrases
from pipeline.themes.tokens import LONGEST, inflect, offsets, sentences, tokens

LISTS = {
    "force": ["army", "troops"],
    "rebel": ["rebel~", "isis", "IS", "ISIS", "US forces"],
    "armed": ["<force>", "<rebel>"],
}


def found(term: str, text: str) -> list[str]:
    """The words of ``text`` that ``term`` finds, as printed."""
    known = Phrases()
    for name in LISTS:
        known.add(f"<{name}>", expand(LISTS, name))

    def declare(symbol: str) -> str:
        if not symbol.startswith("<"):
            known.add(symbol, [symbol])
        return symbol

    terms = Terms(
        [(parse(term, declare, lambda symbol: frozenset({declare(symbol)})), None)], known
    )
    raw = tokens(text)
    low = [t.lower() for t in raw]
    out = []
    for start, end in sentences(low):
        for (first, last), _ in terms.match(known.find(raw, low, start, end), low):
            places = offsets(text, (first, last - 1))
            out.append(text[places[first][0] : places[last - 1][1]])
    return out


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
    assert sorted(found(term, text)) == sorted(words)


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

    def read(symbol: str) -> str:
        if not symbol.startswith("<"):
            phrases(symbol)
        return symbol

    with pytest.raises(TermError):
        parse(term, read, lambda symbol: frozenset({read(symbol)}))


def test_a_list_that_contains_itself_is_refused() -> None:
    """Lists may hold lists, but never in a circle."""
    with pytest.raises(TermError, match="contains itself"):
        expand({"a": ["x", "<b>"], "b": ["<a> y"]}, "a")


def test_a_list_that_does_not_exist_is_refused() -> None:
    """A misspelt list name is a fault and not an empty list."""
    with pytest.raises(TermError, match="no list <forse>"):
        expand({"a": ["<forse>"]}, "a")


def test_a_list_inside_an_entry_multiplies_out() -> None:
    """An entry such as "<side> forces" stands for each side's forces."""
    assert expand({"side": ["rebel", "army"], "all": ["<side> forces"]}, "all") == [
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
    assert forms <= set(inflect(word))


def test_sentences_end_where_a_reader_says() -> None:
    """Initials and titles end no sentence; question marks, closing quotes and line breaks do."""
    text = 'Gen. Smith met U.S. officials. "Who won?" Nobody!\nThe end'
    low = [t.lower() for t in tokens(text)]
    assert [low[a:b] for a, b in sentences(low)] == [
        ["gen", ".", "smith", "met", "u.s.", "officials"],
        ["who", "won"],
        ["nobody"],
        ["the", "end"],
    ]


def test_a_flood_without_an_end_is_cut() -> None:
    """Words of a sentence are compared in pairs: an endless one would cost its square."""
    low = ["rebels"] * (10 * LONGEST + 7)
    ranges = sentences(low)
    assert max(end - start for start, end in ranges) <= LONGEST
    assert sum(end - start for start, end in ranges) == len(low)


@given(st.text(max_size=300), st.sets(st.integers(0, 100)))
def test_words_and_offsets_agree_on_any_text(text: str, some: set[int]) -> None:
    """Whatever the text, each word's offsets slice exactly that word: evidence depends on it."""
    words = tokens(text)
    which = {i for i in some if i < len(words)}
    for chosen in (which, range(len(words))):
        assert {i: text[a:b] for i, (a, b) in offsets(text, chosen).items()} == {
            i: words[i] for i in chosen
        }
