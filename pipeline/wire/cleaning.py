"""A story's way through the passes: ``PASSES`` says what is cut in which order, and why there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from pipeline.dates import find_embargo_end, parse_dateline_day
from pipeline.repeats import NOTHING_REPEATS, Repeats
from pipeline.story import Article, BlockKind, Dateline, Entry, Outcome, OutcomeKind, Story
from pipeline.wire import applying, bylines, doubts, flash, naming, repeated, structure
from pipeline.wire.copy import NOT_ABOUT_ITSELF, Copy, Cut
from pipeline.wire.rules import Rules

# Genres of a page, as extraction names them, that hold many stories or none.
NO_STORIES = ("live", "gallery")
# The form that the status of an item in ninjs or NewsML-G2 makes of it.
FORM_OF_STATUS = {"canceled": "kill", "withheld": "hold"}


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass over the copy. ``if_cut``: it runs only where the pass of that name cut."""

    name: str
    run: Callable[[Copy, Rules], None]
    why: str
    if_cut: str = ""


def take_marked_lines(copy: Copy, rules: Rules) -> None:
    """Take the lines that the page itself marks as captions, bylines and standfirsts."""
    doubted = doubts.doubt_marks(copy)
    for line in copy.lines:
        if line.number in doubted:
            line.kind = BlockKind.PARAGRAPH
        elif line.kind is BlockKind.CAPTION:
            copy.fields.put("captions", line.text)
            copy.strike(line, "caption-markup", "caption")
        elif line.kind is BlockKind.BYLINE:
            if not bylines.take_dateline(copy, line, rules):
                bylines.take_byline(copy, line, rules)
        elif line.kind is BlockKind.STANDFIRST:
            copy.fields.put("standfirst", line.text)
            copy.strike(line, "standfirst-markup", "standfirst")


# Every pass in order; the reason says why it comes where it does. Cuts are recorded in this order.
PASSES: Final = (
    Pass("headline", naming.clean_headline,
         "its words without tags and site are what the body's lines are compared with"),
    Pass("marked lines", take_marked_lines,
         "the page's own markup is surer than any pattern: none guesses at these lines"),
    Pass("repeated headline", structure.strike_repeated_headline,
         "a headline on top would count as one of the lines that end the head"),
    Pass("glued headline", structure.strike_glued_headline,
         "the byline or dateline that it hides must begin its line"),
    Pass("head", applying.apply_head,
         "bylines, slugs and notes stand above the text: what follows needs its first paragraphs"),
    Pass("names and dates", bylines.strike_dated_names,
         "the rules of the head read more of such a line, where they know its form"),
    Pass("repeated headline below the head", structure.strike_repeated_headline,
         "what stood under a byline or slug is first now"),
    Pass("captions run into the lead", partial(applying.apply_lead, only="caption"),
         "a rule on whole lines would take caption and lead together as a caption"),
    Pass("whole lines", applying.apply_lines,
         "labels and share lines above it hide the paragraph with the dateline"),
    Pass("lead", applying.apply_lead,
         "repeats are compared without dateline and byline"),
    Pass("standfirst said again", structure.strike_repeated_standfirst,
         "the earlier line goes here; as a repeated paragraph the later one would"),
    Pass("repeated paragraphs", structure.strike_repeated_paragraphs,
         "the end is in the middle where the body stands twice: before the tail"),
    Pass("marks inside lines", applying.apply_inline,
         "a mark at a line's end hides the credit; notices are read here too"),
    Pass("rows of a widget", structure.strike_figure_rows,
         "dozens of short rows below the text hide the credits that the tail looks for"),
    Pass("tail", applying.apply_tail,
         "credits end as sentences, and teasers are looked for below the last sentence"),
    Pass("teasers", structure.strike_teasers,
         "what looks like a headline below the end; needs the end free of credits"),
    Pass("tail above teasers", applying.apply_tail,
         "teasers may have hidden credits above them", if_cut="teasers"),
    Pass("standfirst above teasers", structure.strike_repeated_standfirst,
         "with teasers gone, the paragraph that says it again may be near enough"),
    Pass("above the lead", structure.strike_above_lead,
         "with labels and repeats gone, what is left there is a standfirst or a kicker"),
    Pass("repeated headline at the edges", structure.strike_repeated_headline,
         "other lines are first and last now, where less likeness is enough"),
    Pass("lead below labels", applying.apply_lead,
         "what stood above may have kept the dateline out of the first paragraphs"),
    Pass("lines that repeat", repeated.strike_repeated_lines,
         "compared with what stood in other stories at last: after all that cuts inside lines"),
    Pass("cross-heads", structure.take_crossheads,
         "because their place is counted in the paragraphs that stand"),
    Pass("flash", flash.stand_headline,
         "last: only now is it known that nothing but the headline is left"),
)  # fmt: skip


def clean(
    article: Article,
    entry: Entry,
    rules: Rules,
    lap: Callable[[str], None] = lambda _: None,
    repeats: Repeats = NOTHING_REPEATS,
) -> Story | Outcome:
    """The story as its reporter wrote it, every cut recorded.

    Outcome NOT_A_STORY where something says that it is none, NO_TEXT where only furniture is there.

    A kill or withdrawal notice is a Story with that ``form``: the stage that relates stories acts
    on it. ``lap`` is called with a pass's name when it is done, so that they can be timed.
    ``repeats`` is what other stories of the feed say.
    """
    copy = _run_passes(Copy.of(flash.join_mark(article, rules), entry, repeats), rules, lap)
    reason = _find_refusal(copy)
    kind = OutcomeKind.NOT_A_STORY
    if not reason and not copy.standing():
        kind, reason = OutcomeKind.NO_TEXT, "nothing but furniture"
    if reason and copy.fields.form not in NOT_ABOUT_ITSELF:
        return Outcome(kind, reason)
    return _make_story(copy, rules)


def _find_refusal(copy: Copy) -> str:
    """Why the item is no story, or ''; prose is believed more than a word in its headline."""
    reason = copy.fields.refused
    if not reason and copy.article.genre in NO_STORIES:
        reason, copy.is_doubted = copy.article.genre, True
    if reason and copy.is_doubted and doubts.tells_a_story(copy):
        reason = ""
    if reason or not copy.standing():
        return reason
    return structure.name_shape(copy)


def trace_cuts(
    article: Article, entry: Entry, rules: Rules, repeats: Repeats = NOTHING_REPEATS
) -> tuple[Cut, ...]:
    """What ``clean`` cuts, each cut with the name of its pass, in order."""
    copy = Copy.of(flash.join_mark(article, rules), entry, repeats)
    return tuple(_run_passes(copy, rules, lambda _: None).cuts)


def _run_passes(copy: Copy, rules: Rules, lap: Callable[[str], None]) -> Copy:
    if copy.entry.status:
        copy.fields.put("form", FORM_OF_STATUS[copy.entry.status])
    for each in PASSES:
        if not each.if_cut or any(cut.made_by == each.if_cut for cut in copy.cuts):
            copy.running = each.name
            each.run(copy, rules)
            lap(each.name)
    return copy


def _make_story(copy: Copy, rules: Rules) -> Story:
    article, entry, fields = copy.article, copy.entry, copy.fields
    raw = tuple(line.raw for line in copy.lines)
    body = tuple(line.text for line in copy.standing())
    byline = bylines.choose_byline(copy, rules)
    agency, agency_basis = naming.name_agency(copy, byline, rules)
    dateline = None
    if fields.place:
        dateline = Dateline(fields.place, fields.date, fields.dateline_text)
    embargo: datetime | None = None
    if fields.embargo and article.published:
        embargo = find_embargo_end(fields.embargo, article.published.at)
    return Story(
        key=entry.key,
        url=article.url or entry.url,
        headline=copy.headline,
        headline_raw=article.headline,
        body=_set_as_print(body) if any("``" in text for text in raw) else body,
        crossheads=copy.crossheads,
        standfirst=fields.standfirst or article.standfirst,
        byline=byline,
        byline_kind=bylines.name_signer(byline, copy, rules),
        agency=agency,
        agency_basis=agency_basis,
        dateline=dateline,
        slug=fields.slug or entry.slug,
        version_label=fields.version_label,
        form=fields.form,
        urgency=fields.urgency,
        genre=fields.genre or article.genre,
        advisory=fields.advisory,
        correction_note=fields.correction_note,
        embargo=embargo,
        credits=tuple(fields.credits),
        captions=tuple(dict.fromkeys(fields.captions)),
        language=article.language or entry.language or find_language(raw, rules),
        published=article.published or parse_dateline_day(fields.date, entry.seen),
        truncated=article.truncated or fields.truncated,
        paywalled=article.paywalled or fields.paywalled,
        syndicated=fields.syndicated,
        outlet=entry.outlet or article.site,
        feed_id=entry.feed_id,
        canonical=article.canonical,
        item=entry.guid,
        raw=raw,
        removed=tuple(cut.removed for cut in copy.cuts),
        basis=article.basis,
    )


# ------------------------------------------------------------------- what a text says of itself

_ANPA_QUOTED = re.compile(r"``(.+?)''")
_ANPA_OPEN = re.compile(r"``(?=\S)")
_ANPA_DASH = re.compile(r"(?<=[\w,.!?”]) _ (?=[\w“])")


def _set_as_print(lines: tuple[str, ...]) -> tuple[str, ...]:
    """ANPA text with quotation marks and dashes: the wire's six-bit alphabet had none.

    Two grave accents, which open a quotation in ANPA 1312, are in no other text.
    """
    typeset: list[str] = []
    for line in lines:
        opened = _ANPA_OPEN.sub("“", _ANPA_QUOTED.sub("“\\1”", line))
        typeset.append(_ANPA_DASH.sub(" — ", opened))
    return tuple(typeset)


# Characters of a text that are looked at for its language.
SAMPLE = 1_500
# Small words, and characters of a script, that a text must have to be told.
LEAST_FOUND = 3
# Share of letters in a script from which the text is in it: names of foreign places are less.
SCRIPT_SHARE = 0.4
# Share of words that are a language's small words; running text has more than three times that.
SMALL_SHARE = 0.08
# Languages that share a script with another one and are told by a few letters of their own.
_OWN_LETTERS = frozenset(("ja", "uk", "fa"))

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("uk", re.compile(r"[іїєґ]")),
    ("ru", re.compile(r"[а-яё]")),
    ("fa", re.compile(r"[پچژگ]")),
    ("ar", re.compile(r"[\u0620-\u064a]")),
    ("he", re.compile(r"[\u05d0-\u05ea]")),
    ("el", re.compile(r"[α-ω]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)


def find_language(lines: Iterable[str], rules: Rules) -> str:
    """An ISO 639-1 code, or '' where the text is too short or of no language that is known.

    By the text's script; in Latin letters by the small words it is held together by.
    """
    text = " ".join(lines)[:SAMPLE].casefold()
    letters = sum(map(str.isalpha, text))
    for code, script in _SCRIPTS:
        least = LEAST_FOUND if code in _OWN_LETTERS else max(LEAST_FOUND, SCRIPT_SHARE * letters)
        if len(script.findall(text)) >= least:
            return code
    words = text.split()
    best, most = "", 0
    for code, small in rules.small_words.items():
        count = sum(word in small for word in words)
        if count > most:
            best, most = code, count
    return best if most >= max(LEAST_FOUND, SMALL_SHARE * len(words)) else ""
