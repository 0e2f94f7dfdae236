"""Story -> for each theme the sentences that speak for it.

The order: cut the lines into words and sentences; find phrases and terms in each sentence that can
hold evidence; look at the rest only where a theme is near, for what the story is about; drop terms
whose conditions the story does not meet, and what a veto takes; say how each piece is meant; weigh
each sentence in its setting.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from pipeline.story import Modality, Story
from pipeline.themes.compiling import Compiled
from pipeline.themes.definitions import Cue
from pipeline.themes.matching import ForSubtheme, ForVeto, Places, TermMatch
from pipeline.themes.scoring import (
    CROSSHEAD_SHARE,
    HEADLINE_LINE,
    Piece,
    SpeakingSentence,
    weigh_sentence,
)
from pipeline.themes.words import Span, split_sentences, split_words

#: Where no sentence's terms add up to this, no theme can come near its threshold, and the sentences
#: that hold none are not searched for what the story is about.
WORTH_SEARCHING = 0.5
#: Text of so many words with fewer of these than this share is not English (which has 15-30 %).
ENGLISH_FROM, ENGLISH_SHARE = 40, 0.06
_ENGLISH_WORDS = ("the", "of", "and", "to", "in", "a")
#: A year this many years before the story is history; so is one up to CENTURY_END where the story's
#: year is unknown. Figures up to FIRST_YEAR are rather taken for a count of men than for a year.
YEARS_AGO, CENTURY_END, FIRST_YEAR = 2, 2000, 1800
_YEARS = frozenset(map(str, range(FIRST_YEAR + 1, 3000)))
#: A year so few words after "since" is a beginning, no date: "the worst since they split in 1961".
SINCE_REACH = 8
#: Where several cues reach the same words, the first of these decides; a year long past is a cue of
#: history. The distinction is PLOVER's (its auxiliary modes historical, future, hypothetical,
#: negation), with denial beside it.
_ORDER = "denied negated historical hypothetical planned actual"
MODALITY_ORDER = tuple(map(Modality, _ORDER.split()))


@dataclass(slots=True)
class _Line:
    """The headline (-1), a paragraph (its index) or a cross-head (``len(body)``), in words."""

    number: int
    printed: list[str]
    lowered: list[str]


@dataclass(slots=True)
class _Sentence:
    """A sentence of a line with what was found in it."""

    line: _Line
    span: Span
    places: Places = field(default_factory=dict)
    matches: list[TermMatch] = field(default_factory=list)


class StoryScan:
    """A story that is being searched. ``words`` counts words and sentence ends."""

    def __init__(self, story: Story, compiled: Compiled) -> None:
        self._story, self._compiled = story, compiled
        texts = [(HEADLINE_LINE, story.headline), *enumerate(story.body)]
        for head in story.crossheads:
            texts.append((len(story.body), head.text))
        self.words = 0
        self._lines: list[_Line] = []
        self._searched: list[_Sentence] = []
        unsearched: list[_Sentence] = []
        is_worth_searching = False
        anchors, find_phrases = compiled.terms.anchors, compiled.lexicon.find_phrases
        for number, text in texts:
            printed = split_words(text)
            line = _Line(number, printed, list(map(str.lower, printed)))
            self.words += len(printed)
            self._lines.append(line)
            for start, end in split_sentences(line.lowered):
                sentence = _Sentence(line, (start, end))
                if anchors.isdisjoint(printed[start:end]):
                    unsearched.append(sentence)
                    continue
                self._searched.append(sentence)
                sentence.places = find_phrases(printed, line.lowered, sentence.span)
                sentence.matches = compiled.terms.match_terms(sentence.places, line.lowered)
                weight = 0.0
                for match in sentence.matches:
                    weight += match.pattern.purpose.weight
                is_worth_searching |= weight >= WORTH_SEARCHING
        self._count = len(self._searched) + len(unsearched)
        if is_worth_searching:
            for sentence in unsearched:
                line = sentence.line
                sentence.places = find_phrases(line.printed, line.lowered, sentence.span)
            self._searched += unsearched

    def is_english(self) -> bool:
        """Whether the text holds enough of English's commonest words; a short text is taken to."""
        if self.words < ENGLISH_FROM:
            return True
        english = 0
        for line in self._lines:
            for word in _ENGLISH_WORDS:
                english += line.lowered.count(word)
        return english >= ENGLISH_SHARE * self.words

    def collect_evidence(self) -> dict[str, list[SpeakingSentence]]:
        """For each theme, the sentences that speak for it."""
        by_theme: dict[str, list[SpeakingSentence]] = {
            theme_id: [] for theme_id in self._compiled.themes
        }
        speaking = [sentence for sentence in self._searched if sentence.matches]
        if not speaking:
            return by_theme
        held: set[str] = set()
        for sentence in self._searched:
            held.update(sentence.places)
        story_factors = self._weigh_dampers("story", self._searched, held)
        for sentence in speaking:
            pieces_by_theme = self._gather_pieces(sentence, held)
            if not pieces_by_theme:
                continue
            factors = self._weigh_dampers("sentence", [sentence], sentence.places.keys())
            for theme_id, pieces in pieces_by_theme.items():
                factor = story_factors.get(theme_id, 1.0) * factors.get(theme_id, 1.0)
                if sentence.line.number == len(self._story.body):
                    factor *= CROSSHEAD_SHARE
                weighed = weigh_sentence(pieces, factor, self._count)
                if weighed.strength > 0.0:
                    by_theme[theme_id].append(weighed)
        return by_theme

    def _weigh_dampers(
        self, scope: str, sentences: Iterable[_Sentence], held: AbstractSet[str]
    ) -> dict[str, float]:
        """What the setting of these sentences, taken together, leaves of each theme's evidence.

        A setting is told by how many different words there are for it and against it.
        """
        factors: dict[str, float] = {}
        for compiled in self._compiled.dampers[scope]:
            if held.isdisjoint(compiled.words):
                continue
            words = _count_phrases(compiled.words, sentences)
            if words < compiled.damper.at_least:
                continue
            if words > _count_phrases(compiled.unless, sentences):
                for theme_id in compiled.themes:
                    factors[theme_id] = factors.get(theme_id, 1.0) * compiled.damper.factor
        return factors

    def _gather_pieces(self, sentence: _Sentence, held: set[str]) -> dict[str, list[Piece]]:
        """The pieces of evidence of a sentence by theme. ``held`` are the symbols of the story."""
        by_theme: dict[str, list[Piece]] = {}
        speaking: list[tuple[TermMatch, ForSubtheme]] = []
        vetoes: list[tuple[Span, ForVeto]] = []
        for match in sentence.matches:
            purpose = match.pattern.purpose
            if not match.pattern.fits_story(held):
                continue
            if isinstance(purpose, ForVeto):
                vetoes.append((match.span, purpose))
            else:
                speaking.append((match, purpose))
        if not speaking:
            return by_theme
        cues: list[tuple[Cue, list[Span]]] = []
        for symbol in self._compiled.cues.keys() & sentence.places.keys():
            for cue in self._compiled.cues[symbol]:
                cues.append((cue, sentence.places[symbol]))
        published = self._story.published
        year = published.at.year if published and published.at else 0
        is_past = _is_long_past(sentence.line.lowered[slice(*sentence.span)], year)
        for match, purpose in speaking:
            if vetoes and _is_vetoed(match.span, purpose.theme, vetoes):
                continue
            modality = _judge_modality(match.span, cues, is_past)
            factors = self._compiled.themes[purpose.theme].modality
            weight = purpose.weight * factors.get(modality, 1.0)
            term, line = match.pattern.text, sentence.line.number
            piece = Piece(line, match.span, term, purpose.subtheme, weight, modality)
            by_theme.setdefault(purpose.theme, []).append(piece)
        return by_theme


def _count_phrases(symbols: Iterable[str], sentences: Iterable[_Sentence]) -> int:
    """How many different phrases of the symbols the sentences hold."""
    phrases: set[tuple[str, ...]] = set()
    for sentence in sentences:
        for symbol in symbols:
            for start, end in sentence.places.get(symbol, ()):
                phrases.add(tuple(sentence.line.lowered[start:end]))
    return len(phrases)


def _is_vetoed(span: Span, theme_id: str, vetoes: list[tuple[Span, ForVeto]]) -> bool:
    """Whether a veto touches the words at ``span``, or takes their whole sentence."""
    start, end = span
    for (veto_start, veto_end), veto in vetoes:
        touches = veto.scope == "sentence" or (start < veto_end and veto_start < end)
        if touches and theme_id in veto.themes:
            return True
    return False


def _judge_modality(evidence: Span, cues: list[tuple[Cue, list[Span]]], is_past: bool) -> Modality:
    """How the words at ``evidence`` are meant, by the cues of the sentence that reach them."""
    reaching = {Modality.HISTORICAL if is_past else Modality.ACTUAL}
    first, after = evidence
    for cue, places in cues:
        for start, end in places:
            if end <= first:
                reaches = first - end <= cue.before
            elif start >= after:
                reaches = start - after < cue.after
            else:
                reaches = first < start and end < after
            if reaches:
                reaching.add(cue.modality)
                break
    return next(modality for modality in MODALITY_ORDER if modality in reaching)


def _is_long_past(sentence: list[str], year: int) -> bool:
    """Whether a sentence is dated years back. ``year`` is the story's (0: unknown)."""
    years = _YEARS.intersection(sentence)
    latest = year - YEARS_AGO if year else CENTURY_END
    if not years:
        return False
    for place, word in enumerate(sentence):
        if word in years and int(word) <= latest:
            is_beginning = "since" in sentence[max(place - SINCE_REACH, 0) : place]
            if not is_beginning:
                return True
    return False
