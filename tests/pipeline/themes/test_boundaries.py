"""Every tuned constant of the themes just below and just above, through definitions made for it.

Strengths are read from ``Themes.measure_features``, all else from ``Themes.assess``.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from pipeline import themes
from pipeline.story import CrossHead, Modality, Moment, Story
from tests.pipeline.themes.small import BEST_ALONE, define, define_parts, tell, words

#: Enough sentences that none gains by the story's shortness.
LONG = " ".join(["Nothing of note happened to a man."] * 200)


def measure_best(definitions: themes.Themes, story: Story) -> float:
    """The strength of the story's best sentence."""
    return round(definitions.measure_features(story)["trouble"][0], 4)


def measure_more(definitions: themes.Themes, story: Story) -> float:
    """How much more there is than the best sentence, before its logarithm is taken."""
    return round(math.expm1(definitions.measure_features(story)["trouble"][1]), 4)


def says_trouble(definitions: themes.Themes, text: str) -> bool:
    """Whether any sentence of the text speaks for the theme."""
    return measure_best(definitions, tell(text)) > 0


# ------------------------------------------------------------------ words and terms


@pytest.mark.parametrize(
    ("term", "text", "expected", "why"),
    [
        ("raid .. town", f"raid {words(5)} town", True, "a gap without a figure is five words"),
        ("raid .. town", f"raid {words(6)} town", False, "a gap without a figure is five words"),
        ("raid ..9 town", f"raid {words(9)} town", True, "a gap allows as many as it says"),
        ("raid ..9 town", f"raid {words(10)} town", False, "a gap allows as many as it says"),
        ("raid ..0 town", "raid town", True, "no gap is none"),
        ("raid ..0 town", "raid quiet town", False, "no gap is none"),
        ("raid ..2 (by|gunmen)", f"raid {words(2)} by", True, "so is one before common words"),
        ("raid ..2 (by|gunmen)", f"raid {words(3)} by", False, "so is one before common words"),
        ("raid ..2 by", "raid No. 9 by", False, "a common word is not looked for past a full stop"),
        ("raid &8 town", f"raid {words(8)} town", True, "a reach is the words between"),
        ("raid &8 town", f"raid {words(9)} town", False, "a reach is the words between"),
        ("raid &8 town", f"town {words(8)} raid", True, "and the same to the left"),
        ("raid &8 town", f"town {words(9)} raid", False, "and the same to the left"),
        ("raid & town", f"raid {words(118)} town", True, "a sentence is cut after 120 words"),
        ("raid & town", f"raid {words(119)} town", False, "a sentence is cut after 120 words"),
        ("raid & town", "raid by Gen. Orsk in town", True, "a title's full stop ends no sentence"),
        ("raid & town", "raid by men. Orsk in town", False, "another word's full stop does"),
        ("raid & town", "raid by U.S. men in town", True, "nor does that of initials"),
        ("raid &! town", "raid in Karsin", True, "a word that the sentence must not have"),
        ("raid &! town", "raid in town", False, "a word that the sentence must not have"),
        ("raid &! town", "raid here. A town there", True, "in the next sentence it may stand"),
        ("raid && town", "raid here. A town there", True, "the story has it somewhere"),
        ("raid && town", "raid here. A city there", False, "the story has it nowhere"),
        ("raid &&! town", "raid here. A city there", True, "the story has it nowhere"),
        ("raid &&! town", "raid here. A town there", False, "the story has it somewhere"),
        ("NGO raid", "an N.G.O. raid", True, "initials may have dots"),
        ("NGO raid", "an NGO raid", True, "or none"),
        ("NGOS raid", "an N.G.O.S. raid", False, "four letters are a name, not initials"),
        ("Raid", "a raid", False, "a word with a capital matches as written"),
        ("raid", "A RAID", True, "one without in any case"),
        ("raid & raid town", "raid town", False, "two parts never share a word"),
        ("raid & raid town", "raid, raid town", True, "two parts never share a word"),
    ],
)
def test_a_term_reaches_as_far_as_it_says(term: str, text: str, expected: bool, why: str) -> None:
    """Gaps, reaches, sentence ends and conditions hold to the word."""
    assert says_trouble(define([term]), text) is expected, why


def test_a_part_takes_the_nearest_of_the_other() -> None:
    """Where a part's words stand twice, the nearer ones are the evidence."""
    definitions = define(["raid & town"])
    for text, expected in (
        ("town quiet raid quiet quiet town", "town quiet raid"),
        ("town quiet quiet raid quiet town", "raid quiet town"),
        ("town quiet raid quiet town", "town quiet raid"),
    ):
        (match,) = definitions.assess(tell(text)).matches
        assert [e.text for e in match.evidence] == [expected]


@pytest.mark.parametrize(("entries", "refused"), [(300, False), (301, True)])
def test_a_list_grows_to_thirty_thousand_entries(entries: int, refused: bool) -> None:
    """Lists inside a list multiply: one beyond 30,000 is a slip that would eat the memory."""
    first, second = ([f'"{kind}{i}"' for i in range(n)] for kind, n in (("a", entries), ("b", 100)))
    shared = (
        f"[lists]\none = [{','.join(first)}]\ntwo = [{','.join(second)}]\nall = ['<one> <two>']"
    )
    if refused:
        with pytest.raises(themes.ThemesError, match="grows beyond 30000 entries"):
            define(["raid"], shared=shared)
    else:
        assert define(["raid"], shared=shared).version == "trouble 1"


# ------------------------------------------------------------------ reading


@pytest.mark.parametrize(
    ("template", "accepted", "refused"),
    [
        ("[score]\nthreshold = {}", (0.01, 0.99), (0.009, 0.991)),
        ("[score]\nbias = {}", (-50, 0), (-50.1, 0.1)),
        ("[score]\nbest = {}", (0, 50), (-0.1, 50.1)),
        ("[score]\nmore = {}", (0, 50), (-0.1, 50.1)),
        ("[score]\nheadline = {}", (0, 50), (-0.1, 50.1)),
        ("[modality]\nplanned = {}", (0, 1), (-0.1, 1.1)),
        ('[[damper]]\nwhy = "w"\nwords = ["x"]\nfactor = {}', (0, 1), (-0.1, 1.1)),
        ('[[damper]]\nwhy = "w"\nwords = ["x"]\nat_least = {}', (1, 50), (0, 51)),
        ('[[cues.planned]]\nwords = ["x"]\nbefore = {}', (0, 60), (-1, 61)),
        ('[[cues.planned]]\nwords = ["x"]\nafter = {}', (0, 60), (-1, 61)),
    ],
)
def test_a_figure_stays_in_its_range(
    template: str, accepted: tuple[float, float], refused: tuple[float, float]
) -> None:
    """A figure beyond its range is a slip (1.5 for 0.15): it is refused, not cut to the range."""
    where = {"score": template} if template.startswith("[score]") else {"shared": template}
    if "score" in where:
        where["score"] = template.removeprefix("[score]\n")
    for value in accepted:
        define(["raid"], **{key: text.format(value) for key, text in where.items()})
    for value in refused:
        with pytest.raises(themes.ThemesError, match="a number from"):
            define(["raid"], **{key: text.format(value) for key, text in where.items()})


@pytest.mark.parametrize(("weight", "refused"), [(0.01, False), (2, False), (0, True), (2.1, True)])
def test_a_terms_weight_stays_in_its_range(weight: float, refused: bool) -> None:
    """A term weighs from a hundredth to two."""
    if refused:
        with pytest.raises(themes.ThemesError, match=r"core\[0\].weight: a number from 0.01 to 2"):
            define([("raid", weight)])
    else:
        assert measure_best(define([("raid", weight)]), tell(f"A raid. {LONG}")) == weight


@pytest.mark.parametrize(
    ("core", "support", "expected"), [(["raid"], [], 1.0), ([], ["raid"], 0.35)]
)
def test_core_weighs_one_and_support_a_third(
    core: list[str], support: list[str], expected: float
) -> None:
    """What a term weighs where its definition says no more than "core" or "support"."""
    assert measure_best(define(core, support), tell(f"A raid. {LONG}")) == expected


def test_a_theme_without_a_curve_has_the_common_one() -> None:
    """Unfitted: -5, 6.5 of the best, 1.5 of the rest, .5 of the headline, reported from .5 on."""
    definitions = define([("raid", 0.7)], score="")
    told = tell("A raid. A raid.", LONG, headline="raid")
    z = -5 + 6.5 * 0.7 + 1.5 * math.log1p(0.7) + 0.5 * 0.7
    assert definitions.assess(told).scores["trouble"] == round(1 / (1 + math.exp(-z)), 4)
    (theme,) = definitions.definitions
    assert theme.curve.threshold == 0.5


# ------------------------------------------------------------------ how evidence is meant


def write_cues(**cues: str) -> str:
    """A cue for each modality named, one word before the evidence, as TOML."""
    lines = [f'[[cues.{name}]]\nwords = ["{word}"]\nbefore = 1\n' for name, word in cues.items()]
    return "".join(lines)


def judge_modality(definitions: themes.Themes, text: str, year: int = 0) -> Modality:
    """How the first piece of evidence of a text is meant."""
    published = Moment(datetime(year, 6, 1, tzinfo=UTC), "feed") if year else None
    (match,) = definitions.assess(tell(text, published=published)).matches
    return match.evidence[0].modality


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        (f"planned {words(3)} raid", Modality.PLANNED, "three words between cue and evidence"),
        (f"planned {words(4)} raid", Modality.ACTUAL, "a fourth is out of the cue's reach"),
        (f"raid {words(1)} planned", Modality.PLANNED, "after: the second word is the cue"),
        (f"raid {words(2)} planned", Modality.ACTUAL, "after: the third is out of reach"),
        ("siege was planned long ago of town", Modality.PLANNED, "inside the evidence"),
        ("planned attack", Modality.ACTUAL, "the evidence's own first word is no cue for it"),
        ("ambush planned", Modality.ACTUAL, "nor is its last"),
    ],
)
def test_a_cue_reaches_as_far_as_it_says(text: str, expected: Modality, why: str) -> None:
    """``before`` words stand between cue and evidence; of ``after`` words the last is the cue."""
    shared = '[[cues.planned]]\nwords = ["planned"]\nbefore = 3\nafter = 2'
    terms = ["raid", "siege ..9 town", "planned attack", "ambush planned"]
    assert judge_modality(define(terms, shared=shared), text) is expected, why


@pytest.mark.parametrize(
    ("text", "year", "expected", "why"),
    [
        ("A raid in 2015.", 2017, Modality.HISTORICAL, "two years before the story"),
        ("A raid in 2016.", 2017, Modality.ACTUAL, "last year's is news"),
        ("A raid in 2000.", 0, Modality.HISTORICAL, "the last century where the year is unknown"),
        ("A raid in 2001.", 0, Modality.ACTUAL, "and no later one"),
        ("A raid in 1801.", 2017, Modality.HISTORICAL, "the first year that is taken for one"),
        ("A raid by 1800 men.", 2017, Modality.ACTUAL, "a figure before it is none"),
        (f"A raid since {words(7)} 2011.", 2017, Modality.ACTUAL, '"since" eight words back'),
        (f"A raid since {words(8)} 2011.", 2017, Modality.HISTORICAL, "nine words back"),
        ("No raid in 2011.", 2017, Modality.NEGATED, "negation is stronger than a date"),
        ("A planned raid in 2011.", 2017, Modality.HISTORICAL, "a plan is weaker than a date"),
    ],
)
def test_a_year_makes_history(text: str, year: int, expected: Modality, why: str) -> None:
    """A sentence dated two years back tells of the past, unless it tells what has been since."""
    shared = write_cues(negated="no", planned="planned")
    assert judge_modality(define(["raid"], shared=shared), text, year) is expected, why


ORDER = ["denied", "negated", "historical", "hypothetical", "planned", "actual"]


@pytest.mark.parametrize(("first", "second"), list(pairwise(ORDER)))
def test_of_two_cues_the_stronger_decides(first: str, second: str) -> None:
    """Where two cues reach the same words, "denied that it planned a raid" is a denial."""
    shared = "\n".join(
        f'[[cues.{name}]]\nwords = ["{name}"]\nbefore = 5' for name in (second, first)
    )
    definitions = define(["raid"], shared=shared)
    assert judge_modality(definitions, f"{first} {second} raid") == first
    assert judge_modality(definitions, f"{second} {first} raid") == first


def test_a_modality_takes_from_a_terms_weight() -> None:
    """A theme says what each modality leaves of the weight; what it does not name leaves all."""
    shared = write_cues(planned="planned", denied="denied") + "[modality]\nplanned = 0.4"
    definitions = define(["raid"], shared=shared)
    assert measure_best(definitions, tell(f"A planned raid. {LONG}")) == 0.4
    assert measure_best(definitions, tell(f"A denied raid. {LONG}")) == 1.0


# ------------------------------------------------------------------ strength


def test_a_theme_has_its_own_say_on_modality() -> None:
    """What a theme says of a modality goes before what all share."""
    shared = write_cues(planned="planned") + "[modality]\nplanned = 0.4"
    definitions = define(["raid"], more="[modality]\nplanned = 0.8", shared=shared)
    assert measure_best(definitions, tell(f"A planned raid. {LONG}")) == 0.8


@pytest.mark.parametrize(
    ("weights", "expected", "why"),
    [
        ((1.0, 0.98), 1.49, "the second piece counts half"),
        ((1.0, 1.0), 1.5, "just what a sentence can say"),
        ((1.0, 1.0, 0.2), 1.5, "no sentence says more than 1.5"),
        ((0.4, 0.2, 0.2, 0.2), 0.575, "each further piece counts half of the one before"),
        ((2.0,), 2.0, "one piece alone counts as it is"),
    ],
)
def test_a_sentence_says_so_much(weights: tuple[float, ...], expected: float, why: str) -> None:
    """Pieces of one sentence add up by halves, to one and a half at most."""
    names = ["raid", "siege", "ambush", "shelling"][: len(weights)]
    definitions = define(list(zip(names, weights, strict=True)))
    assert measure_best(definitions, tell(" and ".join(names) + ". " + LONG)) == expected, why


@pytest.mark.parametrize(
    ("terms", "expected", "why"),
    [
        ([("night raid", 0.5), ("raid", 0.6)], ["raid"], "the stronger of two that overlap"),
        ([("night raid", 0.6), ("raid", 0.5)], ["night raid"], "the stronger of two that overlap"),
        ([("night raid", 0.6), ("raid", 0.6)], ["raid"], "the shorter of two as strong"),
        ([("night raid", 0.6), ("raid town", 0.6)], ["night raid"], "the first of two as long"),
        ([("night", 0.6), ("raid", 0.5)], ["night", "raid"], "both where they only touch"),
    ],
)
def test_overlapping_evidence_counts_once(
    terms: list[tuple[str, float]], expected: list[str], why: str
) -> None:
    """A word is evidence once: of overlapping terms one is taken."""
    (match,) = define(terms).assess(tell(f"The night raid town. {LONG}")).matches
    assert [e.text for e in match.evidence] == expected, why


@pytest.mark.parametrize(
    ("first", "second", "expected", "why"),
    [
        (1.0, 0.6, 0.6, "a sentence of .6 says enough to strengthen the best"),
        (1.0, 0.59, 0.0, "a weaker one adds nothing"),
        (0.6, 0.6, 0.6, "the best itself is not counted again"),
        (0.5, 0.5, 0.0, "nor is one that did not say enough taken off"),
        (1.4, 1.3, 1.0, "no further sentence counts more than 1"),
    ],
)
def test_only_what_says_enough_adds_up(
    first: float, second: float, expected: float, why: str
) -> None:
    """Words in passing never add up, whatever the length of the story."""
    definitions = define([("raid", first), ("siege", second)])
    assert measure_more(definitions, tell(f"A raid. A siege. {LONG}")) == expected, why


def test_a_sentence_of_just_enough_adds_up() -> None:
    """Two pieces of support that say .6 together, which no shortness of the text lifts."""
    definitions = define(["raid", ("siege", 0.5), ("ambush", 0.2)])
    assert measure_more(definitions, tell(f"A raid. A siege, an ambush. {LONG}")) == 0.6


@pytest.mark.parametrize(
    ("weight", "sentences", "gain", "why"),
    [
        (0.55, 1, 0.19, "evidence that is more than support, all that is told"),
        (0.54, 1, 0.0, "support stays support"),
        (0.55, 2, 0.19, "two sentences are as short as one"),
        (0.55, 3, 0.19 * (2 / 3) ** 2, "in three it gains less"),
        (0.55, 10, 0.19 * (2 / 10) ** 2, "in ten next to nothing"),
    ],
)
def test_a_short_text_lends_weight(weight: float, sentences: int, gain: float, why: str) -> None:
    """Of forty sentences one says such a thing by chance; of one or two it is all that is told."""
    told = tell("A raid." + " Nothing happened." * (sentences - 1))
    expected = round(weight + gain, 4)
    assert measure_best(define([("raid", weight)]), told) == expected, why


def test_the_headline_and_cross_heads_say_less() -> None:
    """A headline says .9 of a sentence, a cross-head .4; both are counted as sentences."""
    definitions = define(["raid"])
    assert measure_best(definitions, tell(LONG, headline="raid")) == 0.9
    assert definitions.measure_features(tell(LONG, headline="raid"))["trouble"][2] == 1.0
    headed = tell("Nothing.", LONG, crossheads=(CrossHead("raid", 1),))
    assert measure_best(definitions, headed) == 0.4
    assert measure_best(definitions, tell("Nothing. Quiet.", headline="raid")) == round(
        (1 + 0.19 * (2 / 3) ** 2) * 0.9, 4
    )


def test_the_headline_counts_as_one_at_most() -> None:
    """A strong headline may be the best sentence beyond one, but as the headline it counts one."""
    best, _, headline = define([("raid", 1.2)]).measure_features(tell(LONG, headline="raid"))[
        "trouble"
    ]
    assert (round(best, 4), headline) == (1.08, 1.0)


@pytest.mark.parametrize(("weight", "expected"), [(1.24, 1.24), (1.25, 1.25), (1.3, 1.25)])
def test_the_best_sentence_counts_five_quarters_at_most(weight: float, expected: float) -> None:
    """Beyond 1.25 a sentence is no surer: the curve was fitted up to there."""
    scores = define([("raid", weight)]).assess(tell(f"A raid. {LONG}")).scores
    assert scores["trouble"] == round(1 / (1 + math.exp(-expected)), 4)


@pytest.mark.parametrize(("threshold", "reported"), [(0.5, True), (0.51, False)])
def test_a_theme_is_reported_from_its_threshold_on(threshold: float, reported: bool) -> None:
    """A score of just the threshold is reported; a curve of zeros makes every score a half."""
    score = f"bias = 0\nbest = 0\nmore = 0\nheadline = 0\nthreshold = {threshold}"
    assessed = define(["raid"], score=score).assess(tell(f"A raid. {LONG}"))
    assert assessed.scores == {"trouble": 0.5}
    assert bool(assessed.matches) is reported


def test_no_evidence_scores_nothing_at_all() -> None:
    """The curve is for stories with evidence: without any the score is 0, not the curve's foot."""
    assert define(["raid"]).assess(tell(LONG)).scores == {"trouble": 0.0}


# ------------------------------------------------------------------ setting


DAMPER = '[[damper]]\nwhy = "sport"\nscope = "{}"\nat_least = 2\nfactor = 0.5\n'
SPORT = 'words = ["goal~", "coach", "referee"]\nunless = ["siege", "convoy"]'


@pytest.mark.parametrize(
    ("scope", "text", "factor", "why"),
    [
        ("sentence", "A raid, a goal.", 1.0, "one word of sport is below at_least"),
        ("sentence", "A raid, a goal, a coach.", 0.5, "two are a setting"),
        ("sentence", "A raid, a goal, a goal.", 1.0, "one word twice is one"),
        ("sentence", "A raid, a goal, two goals.", 0.5, "two forms of a word are two"),
        ("sentence", "A raid, a goal. A coach.", 1.0, "the other word is in another sentence"),
        ("sentence", "A raid, a goal, a coach, a siege.", 0.5, "one word against two"),
        ("sentence", "A raid, goal, coach, siege, convoy.", 1.0, "as many against as for"),
        ("story", "A raid. A goal.", 1.0, "one word of sport is below at_least"),
        ("story", "A raid. A goal. A coach.", 0.5, "two are a setting, wherever they stand"),
        ("story", "A raid. A goal. A coach. A siege.", 0.5, "one word against two"),
        ("story", "A raid. A goal. A coach. A siege. A convoy.", 1.0, "as many against as for"),
    ],
)
def test_a_setting_dampens(scope: str, text: str, factor: float, why: str) -> None:
    """Evidence is multiplied where enough different words of the setting outnumber the others."""
    definitions = define(["raid"], more=DAMPER.format(scope) + SPORT)
    assert measure_best(definitions, tell(f"{text} {LONG}")) == factor, why


def test_a_damper_says_by_default_what_most_say() -> None:
    """One word in the sentence, three tenths of the evidence."""
    definitions = define(["raid"], more='[[damper]]\nwhy = "sport"\nwords = ["goal"]')
    assert measure_best(definitions, tell(f"A raid, a goal. {LONG}")) == 0.3
    assert measure_best(definitions, tell(f"A raid. A goal. {LONG}")) == 1.0


def test_two_dampers_multiply() -> None:
    """A sentence about a film in a story of sport is doubly damped, its evidence's weight too."""
    more = (
        DAMPER.format("story")
        + SPORT
        + '\n[[damper]]\nwhy = "film"\nwords = ["film"]\nfactor = 0.4'
    )
    assessed = define(["raid"], more=more).assess(tell(f"A raid, a film, a goal. A coach. {LONG}"))
    assert [e.weight for e in assessed.matches[0].evidence] == [0.2]


@pytest.mark.parametrize(
    ("weight", "expected", "why"),
    [
        (0.5, 0.25, "worth a look at every sentence, and those hold the setting"),
        (0.49, 0.49, "too weak for a theme: sentences that hold no term are not searched"),
    ],
)
def test_the_setting_is_looked_for_where_it_can_matter(
    weight: float, expected: float, why: str
) -> None:
    """Below half a term no theme comes near its threshold: its setting is not worth the search."""
    definitions = define([("raid", weight)], more=DAMPER.format("story") + SPORT)
    assert measure_best(definitions, tell(f"A raid. A goal. A coach. {LONG}")) == expected, why


@pytest.mark.parametrize(
    ("scope", "text", "expected", "why"),
    [
        ("words", "An air raid shelter.", False, "the evidence lies in the vetoed words"),
        ("words", "A raid shelter.", True, "those words do not stand here"),
        ("words", "An air raid shelter after a raid.", True, "other evidence stays"),
        ("sentence", "An air raid shelter after a raid.", False, "the whole sentence is vetoed"),
        ("sentence", "An air raid shelter. A raid.", True, "the next sentence is not"),
        ("words", "Troops raid air shelters.", True, "touching is not overlapping"),
    ],
)
def test_a_veto_takes_evidence_away(scope: str, text: str, expected: bool, why: str) -> None:
    """Words that mean something else take what they overlap, or all that their sentence says."""
    terms = '["air raid shelter", "air shelters"]'
    more = f'[[veto]]\nwhy = "a cellar"\nscope = "{scope}"\nterms = {terms}'
    assert says_trouble(define(["raid"], more=more), text) is expected, why


# ------------------------------------------------------------------ what is said of a match


@pytest.mark.parametrize(("pieces", "expected"), [(30, 30), (31, 30)])
def test_a_match_carries_thirty_pieces_of_evidence(pieces: int, expected: int) -> None:
    """The strongest are kept, in the story's order; the siege stands first and is the weakest."""
    definitions = define(["raid", ("siege", 0.9)])
    (match,) = definitions.assess(tell("A siege.", *["A raid."] * (pieces - 1))).matches
    assert len(match.evidence) == expected
    assert (match.evidence[0].text == "siege") is (pieces == expected)


@pytest.mark.parametrize(("weight", "texts"), [(0.4, ["raid", "siege"]), (0.39, ["raid"])])
def test_weak_sentences_are_not_shown(weight: float, texts: list[str]) -> None:
    """From .4 on a sentence shows its words as evidence; a weaker one only adds to the score."""
    definitions = define(["raid", ("siege", weight)])
    (match,) = definitions.assess(tell(f"A raid. A siege. {LONG}")).matches
    assert [e.text for e in match.evidence] == texts


def test_a_cross_head_is_not_quoted() -> None:
    """Evidence counts characters in the headline or a paragraph: a cross-head is neither."""
    told = tell("A raid.", LONG, crossheads=(CrossHead("raid", 1),))
    (match,) = define([("raid", 1.2)]).assess(told).matches
    assert [(e.text, e.paragraph) for e in match.evidence] == [("raid", 0)]


def test_scores_and_weights_are_rounded() -> None:
    """Scores have four digits and weights three: more would only look exact."""
    assessed = define([("raid", 0.456789)]).assess(tell(f"A raid. {LONG}"))
    (match,) = assessed.matches
    assert (assessed.scores["trouble"], match.score) == (0.6123, 0.6123)
    assert (match.evidence[0].weight, match.passages[0].score) == (0.457, 0.6123)


def test_where_all_is_weak_all_is_shown() -> None:
    """A match never comes without evidence."""
    (match,) = define([("raid", 0.2)]).assess(tell(f"A raid. {LONG}")).matches
    assert [(e.text, e.weight) for e in match.evidence] == [("raid", 0.2)]


@pytest.mark.parametrize(("weight", "passages"), [(0.4, [(0, 2)]), (0.39, [(0, 0), (2, 2)])])
def test_a_passage_runs_on_as_long_as_paragraphs_say_enough(
    weight: float, passages: list[tuple[int, int]]
) -> None:
    """A paragraph whose best sentence says .4 belongs to the passage, a weaker one ends it."""
    definitions = define(["raid", ("siege", weight)])
    (match,) = definitions.assess(tell("A raid.", "A siege.", "A raid.", LONG)).matches
    assert [(p.first, p.last) for p in match.passages] == passages


def test_a_cross_head_ends_a_passage() -> None:
    """Passages lie within sections, and carry the cross-head above them."""
    told = tell("A raid.", "A raid.", LONG, crossheads=(CrossHead("On the coast", 1),))
    (match,) = define(["raid"]).assess(told).matches
    assert [(p.first, p.last, p.crosshead) for p in match.passages] == [
        (0, 0, ""),
        (1, 1, "On the coast"),
    ]


@pytest.mark.parametrize(("threshold", "passages"), [(0.73, 1), (0.74, 0)])
def test_a_passage_reaches_the_theme_threshold(threshold: float, passages: int) -> None:
    """A run of paragraphs is a passage where it would be reported without the headline."""
    score = f"bias = 0\nbest = 1\nmore = 0\nheadline = 1\nthreshold = {threshold}"
    (match,) = define(["raid"], score=score).assess(tell("A raid.", LONG, headline="raid")).matches
    assert len(match.passages) == passages


@pytest.mark.parametrize(
    ("weights", "expected", "why"),
    [
        ([0.55], ["other", "any"], "one piece that is more than support"),
        ([0.54], ["other"], "support alone names no sub-theme"),
        ([0.5, 0.5], ["other", "any"], "two halves do"),
        ([0.5, 0.49], ["other"], "a little less does not"),
    ],
)
def test_a_subtheme_is_named_for_whole_evidence(
    weights: list[float], expected: list[str], why: str
) -> None:
    """A piece that is more than support names it, or pieces that add up to one; strongest first."""
    core = list(zip(["raid", "siege"], weights, strict=False))
    definitions = define_parts({"any": core, "other": [("shelling", 1.5)]})
    (match,) = definitions.assess(tell(f"A raid. A siege. Shelling. {LONG}")).matches
    assert list(match.subthemes) == expected, why


def test_a_change_names_five_words_at_most() -> None:
    """What a changed definition gains or loses is told by its first five pieces of evidence."""
    terms = ["raid", "siege", "ambush", "shelling", "assault", "attack"]
    before, after = define(terms, score=BEST_ALONE.replace("0.01", "0.99")), define(terms)
    story = tell(*(f"A {term}." for term in terms))
    (change,) = themes.compare_definitions(before, after, [story])
    assert change.words == ("raid", "siege", "ambush", "shelling", "assault")


# ------------------------------------------------------------------ what is not judged


@pytest.mark.parametrize(("count", "reason"), [(5, "the text is too short"), (6, "")])
def test_a_text_of_six_words_can_lack_a_theme(count: int, reason: str) -> None:
    """Below six words (sentence ends counted) a text is too short to say that it lacks a theme."""
    assert define(["raid"]).assess(tell(words(count))).abstained == reason
    assert define(["raid"]).assess(tell(words(count - 1) + ".")).abstained == reason
    assert define(["raid"]).assess(tell(words(count - 2), headline="Calm now")).abstained == reason


def test_a_cut_text_can_not_lack_a_theme() -> None:
    """Where a text is cut off or behind a wall, what is missing may be in the rest."""
    definitions = define(["raid"])
    for cut in ({"truncated": True}, {"paywalled": True}):
        assert definitions.assess(tell(words(9), **cut)).abstained == "the text is cut off"


@pytest.mark.parametrize(
    ("language", "served"), [("en", True), ("EN_us", True), ("en-GB", True), ("eng", False)]
)
def test_a_language_is_told_by_its_first_part(language: str, served: bool) -> None:
    """Whatever region and writing a feed declares, English is English."""
    assert bool(define(["raid"]).assess(tell("A raid.", language=language)).scores) is served


@pytest.mark.parametrize(
    ("count", "english", "judged", "why"),
    [
        (39, 0, True, "too short to tell its language by"),
        (40, 0, False, "long enough, without one English word"),
        (50, 2, False, "four in a hundred is not English"),
        (50, 3, True, "six in a hundred may be: running English has fifteen"),
    ],
)
def test_a_foreign_text_is_told_by_its_commonest_words(
    count: int, english: int, judged: bool, why: str
) -> None:
    """Text of 40 words with under six in a hundred of "the, of, and, to, in, a" is not English."""
    text = " ".join(["the", "of", "and"][:english] + ["mot"] * (count - english))
    assert bool(define(["raid"]).assess(tell(text)).scores) is judged, why
    assert define(["raid"]).assess(tell(text, language="en")).scores == {"trouble": 0.0}


@pytest.mark.parametrize(("examples", "refused"), [(8, False), (7, True)])
def test_a_subtheme_brings_eight_examples(
    tmp_path_factory: pytest.TempPathFactory, examples: int, refused: bool
) -> None:
    """Eight that match, eight that do not: with fewer the terms have not been tried."""
    folder = tmp_path_factory.mktemp("themes")
    listed = [f"Nothing happened on day {i}." for i in range(examples)]
    text = (
        'id = "t"\nlabel = "T"\nversion = "1"\n[[subtheme]]\nid = "s"\nlabel = "S"\n'
        f'core = ["raid"]\nmatch = {listed}\nleave = {listed}'
    )
    (folder / "t.toml").write_text(text, encoding="utf-8")
    if refused:
        with pytest.raises(themes.ThemesError, match="at least 8 examples are expected, not 7"):
            themes.load(folder)
    else:
        assert themes.load(folder).version == "t 1"


def test_a_theme_keeps_its_vetoes_and_dampers_to_itself(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """What stands in one theme's file changes no other theme; what is shared changes all."""
    folder = tmp_path_factory.mktemp("themes")
    examples = ["Nothing happened in Karsin."] * 8
    for name, more in (
        ("one", '[[veto]]\nwhy = "cellar"\nterms = ["raid shelter"]'),
        ("two", '[[damper]]\nwhy = "film"\nwords = ["film"]\nfactor = 0.5'),
    ):
        text = (
            f'id = "{name}"\nlabel = "L"\nversion = "1"\n{more}\n[[subtheme]]\nid = "s"\n'
            f'label = "S"\ncore = ["raid"]\nmatch = {examples}\nleave = {examples}'
        )
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    features = themes.load(folder).measure_features(tell(f"A raid shelter in a film. {LONG}"))
    assert (round(features["one"].best, 4), round(features["two"].best, 4)) == (0.0, 0.5)


def test_an_example_must_match_by_its_own_subtheme() -> None:
    """An example that only another sub-theme's terms carry shows a hole in its own."""
    definitions = define_parts({"any": ["raid"], "other": ["siege"]})
    failures = themes.check_examples(definitions)
    assert len(failures) == 16  # of both sub-themes, since "Nothing happened" matches neither
    assert failures[0] == (
        "trouble.toml: subtheme[0].match[0]: trouble must match but scores 0.00: "
        "'Nothing happened in Karsin.'"
    )
    all_raids = define_parts({"any": ["nothing"], "other": ["siege"]})
    failures = themes.check_examples(all_raids)
    assert "subtheme[0].leave[0]: trouble must not match but scores 0." in failures[0]
    assert "subtheme[1].match[0]: trouble matches as any, not other" in failures[8]
