"""Story -> every theme's score, and the themes that are reported with their evidence."""

from __future__ import annotations

import re
from hashlib import blake2b
from operator import attrgetter

from pipeline.story import Assessment, Evidence, PassageScore, Story, ThemeMatch
from pipeline.themes.compiling import Compiled
from pipeline.themes.definitions import Theme
from pipeline.themes.evidence import StoryScan
from pipeline.themes.scoring import (
    HEADLINE_LINE,
    MORE_THAN_SUPPORT,
    Features,
    Piece,
    SpeakingSentence,
    measure_features,
    score_features,
)
from pipeline.themes.words import WORD_OR_END

#: Words (sentence ends counted) below which a story is too short to say that it lacks a theme.
TOO_SHORT = 6
#: Evidence that a match carries at most: the strongest, in the story's order. A record is read by
#: people.
MOST_EVIDENCE = 30
#: A sentence this strong belongs to a passage and shows its words as evidence; weaker ones only add
#: to the score.
TELLING = 0.4
#: What the pieces of a sub-theme add up to where it is named without one that is more than support.
WHOLE_SUBTHEME = 1.0


class Themes:
    """Compiled definitions. Immutable: one for a process, shared by its threads."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        #: Definition versions, "air_campaign 1, diplomacy 1 ...".
        self.version = ", ".join(f"{theme.id} {theme.version}" for theme in self.definitions)
        #: One hash over the content of all definitions.
        hashes = "".join(theme.hash for theme in self.definitions)
        self.hash = blake2b(hashes.encode(), digest_size=8).hexdigest()

    @property
    def definitions(self) -> tuple[Theme, ...]:
        """The themes as defined, in file order."""
        return tuple(self._compiled.themes.values())

    def classify(self, story: Story) -> tuple[ThemeMatch, ...]:
        """The themes that the story reports, strongest first."""
        return self.assess(story).matches

    def assess(self, story: Story) -> Assessment:
        """Every theme's score, those that are reported, and why what is missing may be there."""
        language = story.language.replace("_", "-").split("-")[0].lower()
        served: list[Theme] = []
        for theme in self._compiled.themes.values():
            if not language or language in theme.languages:
                served.append(theme)
        if not served:
            return Assessment({}, (), f"no definitions for language {language!r}")
        scan = StoryScan(story, self._compiled)
        if not language and not scan.is_english():
            return Assessment({}, (), "the text is in a language without definitions")
        evidence = scan.collect_evidence()
        scores: dict[str, float] = {}
        matches: list[ThemeMatch] = []
        located: dict[int, list[re.Match[str]]] = {}
        for theme in served:
            sentences = evidence[theme.id]
            score = round(score_features(theme.curve, measure_features(sentences)), 4)
            scores[theme.id] = score
            if score >= theme.curve.threshold:
                subthemes = name_subthemes(sentences)
                joins = self._compiled.joins[theme.id]
                match = ThemeMatch(
                    id=theme.id,
                    score=score,
                    evidence=quote_evidence(story, sentences, located),
                    passages=find_passages(theme, story, sentences),
                    subthemes=subthemes,
                    version=theme.version,
                    hash=theme.hash,
                    joins=tuple(join for join in joins if join.subtheme in ("", *subthemes)),
                )
                matches.append(match)
        matches.sort(key=attrgetter("score"), reverse=True)
        abstained = ""
        if story.truncated or story.paywalled:
            abstained = "the text is cut off"
        elif scan.words < TOO_SHORT:
            abstained = "the text is too short"
        return Assessment(scores, tuple(matches), abstained)

    def measure_features(self, story: Story) -> dict[str, Features]:
        """What each theme's curve is fed with: for fitting the curves."""
        features: dict[str, Features] = {}
        for theme_id, sentences in StoryScan(story, self._compiled).collect_evidence().items():
            features[theme_id] = measure_features(sentences)
        return features


def name_subthemes(sentences: list[SpeakingSentence]) -> tuple[str, ...]:
    """Those with a piece that is more than support, or pieces of one together; strongest first."""
    sums: dict[str, float] = {}
    named: set[str] = set()
    for sentence in sentences:
        for piece in sentence.pieces:
            sums[piece.subtheme] = sums.get(piece.subtheme, 0.0) + piece.weight
            if piece.weight >= MORE_THAN_SUPPORT or sums[piece.subtheme] >= WHOLE_SUBTHEME:
                named.add(piece.subtheme)
    strongest_first = sorted(sums, key=sums.__getitem__, reverse=True)
    return tuple(filter(named.__contains__, strongest_first))


def quote_evidence(
    story: Story, sentences: list[SpeakingSentence], located: dict[int, list[re.Match[str]]]
) -> tuple[Evidence, ...]:
    """The strongest pieces with their characters. Cross-heads are not quoted: a record has no place
    for them.

    ``located`` keeps where the words of a line stand, for all themes of the story.
    """
    pieces: list[Piece] = []
    weak: list[Piece] = []
    for sentence in sentences:
        if sentence.line < len(story.body):
            (pieces if sentence.strength >= TELLING else weak).extend(sentence.accepted)
    pieces = pieces or weak
    pieces.sort(key=attrgetter("weight"), reverse=True)
    quoted: list[Evidence] = []
    for piece in sorted(pieces[:MOST_EVIDENCE], key=attrgetter("line", "span")):
        text = story.headline if piece.line == HEADLINE_LINE else story.body[piece.line]
        if piece.line not in located:
            located[piece.line] = list(WORD_OR_END.finditer(text))
        words = located[piece.line][slice(*piece.span)]
        start, end = words[0].start(1), words[-1].end(1)
        weight = round(piece.weight, 3)
        quoted.append(
            Evidence(text[start:end], piece.line, start, end, piece.term, weight, piece.modality)
        )
    return tuple(quoted)


def find_passages(
    theme: Theme, story: Story, sentences: list[SpeakingSentence]
) -> tuple[PassageScore, ...]:
    """Runs of telling paragraphs that would be reported alone; a cross-head ends a run."""
    by_line: dict[int, list[SpeakingSentence]] = {}
    telling: set[int] = set()
    for sentence in sentences:
        by_line.setdefault(sentence.line, []).append(sentence)
        if sentence.strength >= TELLING:
            telling.add(sentence.line)
    heads = {head.before: head.text for head in story.crossheads}
    passages: list[PassageScore] = []
    section = ""
    run: list[SpeakingSentence] = []
    first = 0
    for paragraph in range(len(story.body) + 1):  # the one after the last ends the last run
        goes_on = paragraph in telling and paragraph < len(story.body)
        if run and (not goes_on or paragraph in heads):
            score = score_features(theme.curve, measure_features(run))
            if score >= theme.curve.threshold:
                passages.append(PassageScore(first, paragraph - 1, round(score, 4), section))
            run = []
        section = heads.get(paragraph, section)
        if goes_on:
            first = first if run else paragraph
            run += by_line[paragraph]
    return tuple(passages)
