"""The headline without its tags and the site's name."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pipeline.story import Article, Entry, Removed
from pipeline.text import fold
from pipeline.wire.applying import fill
from pipeline.wire.rules import Rules
from pipeline.wire.sheet import Sheet
from pipeline.wire.verifying import verified

_SEPARATOR = re.compile(r"\s+(?:[|·•»—–]|::?|-{1,2})\s+|\s*[|]\s*")
_LONGEST_SITE = 40
_LONGEST_BARRED = 25
"""Characters of the longest part after a bar that is an outlet or section whatever its words."""

_OUTLETS = frozenset(
    ("reuters", "ap", "afp", "bbc", "cnn", "npr", "pbs", "nbc", "cbs", "abc", "sky", "itv", "rte", "rt", "tass",
     "dw", "upi", "voa", "euronews", "bloomberg", "politico", "axios", "vox", "slate", "msn", "yahoo", "aol",
     "haaretz", "xinhua", "ansa", "anadolu", "ndtv", "dawn", "aljazeera", "al-monitor", "rudaw", "arirang", "nikkei",
     "vice", "time", "newsweek", "fortune", "forbes", "wired", "variety", "guardian", "telegraph")
)  # fmt: skip
_OUTLET = re.compile(
    r"(?:the )?(?:[\w.'’&-]+ ){0,4}(?:news|times|post|herald|tribune|globe|guardian|telegraph|online|tv|gazette|journal"
    r"|chronicle|express|observer|independent|mirror|courier|inquirer|examiner|sentinel|radio|media|magazine|jazeera"
    r"|voices|sabah|mail|hurriyet|ahram)|(?:the )?daily [\w'’]+"
    r"|[\w.-]+\.(?:com|org|net|info|co|news|tv|cn|in|uk|au)(?:\.\w\w)?",
    re.IGNORECASE,
)
_SECTIONS = frozenset(
    ("world", "news", "region", "politics", "business", "sport", "sports", "opinion", "international", "middle east",
     "europe", "asia", "africa", "us", "uk", "us news", "uk news", "world news", "americas", "national", "local",
     "breaking news", "latest news", "top stories", "home", "conflict", "war")
)  # fmt: skip
_BROKEN = re.compile(r"[ .]")
_TITLE = re.compile(r"(?:(?:of|the|and|for|de|la|[^\W_a-z][\w.'’&-]*)\s?)+")


def headline(article: Article, entry: Entry, sheet: Sheet, rules: Rules) -> str:
    """The headline as its writer meant it; the cuts go into ``sheet.removed`` with line -1."""
    raw = " ".join(article.headline.split())
    names = _site_names(article, entry)
    _judge(raw, sheet, rules)
    text, start = raw, 0
    for _ in range(8):
        before = text
        if (site := _site(text, names)) is not None:
            text, start = _keep(sheet, "headline-site", "site", text, start, *site)
        for rule in rules.zones["headline"]:
            match = rule.pattern.search(text)
            if match and rule.action == "cut" and match.end() - match.start() < len(text):
                fill(sheet, rule, match, match.group())
                text, start = _keep(sheet, rule.id, rule.kind, text, start, *match.span())
        if text == before:
            break
    return text


def _judge(raw: str, sheet: Sheet, rules: Rules) -> None:
    """What the whole headline says of the item: that it is no story, that it is a notice."""
    for rule in rules.zones["headline"]:
        if rule.action == "cut" or not (match := rule.pattern.search(raw)):
            continue
        if rule.action == "refuse":
            sheet.fields.setdefault("refused", rule.set.get("genre") or rule.id)
        elif verified(rule, match, sheet, rules):
            fill(sheet, rule, match, match.group())


def _keep(
    sheet: Sheet, rule: str, kind: str, text: str, start: int, low: int, high: int
) -> tuple[str, int]:
    """Cut ``low`` to ``high`` off an end of the headline; the rest and where it begins in the raw headline."""
    sheet.removed.append(Removed(rule, kind, text[low:high].strip(), -1, start + low))
    if low == 0:
        rest = text[high:].lstrip()
        return rest, start + len(text) - len(rest)
    return (text[:low] + text[high:]).strip(), start


def _site_names(article: Article, entry: Entry) -> set[str]:
    """What the site may be called at the end of its headlines, squeezed to letters."""
    host = urlsplit(article.url or entry.url).hostname or ""
    labels = [
        x
        for x in host.split(".")[:-1]
        if x not in ("www", "m", "amp", "news", "edition", "en", "co", "com")
    ]
    names = {
        _squeeze(n)
        for n in (article.site, entry.outlet, entry.feed_name, *labels, host.removeprefix("www."))
    }
    return {n for n in names if len(n) >= 2}


def _squeeze(text: str) -> str:
    return re.sub(r"\W+|_", "", fold(text))


def _site(text: str, names: set[str]) -> tuple[int, int] | None:
    """Where the site's name stands at either end of the headline, with its separator."""
    cuts = list(_SEPARATOR.finditer(text))
    if not cuts:
        return None
    last, first = cuts[-1], cuts[0]
    ending, opening = text[last.end() :], text[: first.start()]
    if len(ending) <= _LONGEST_SITE and (
        _named(ending, names) or _outlet(ending, last.group().strip())
    ):
        return last.start(), len(text)
    if len(opening) <= _LONGEST_SITE and (_named(opening, names) or _outlet(opening, "")):
        return 0, first.end()
    return None


def _outlet(part: str, mark: str) -> bool:
    """Whether a part reads as an outlet's name: one that is known, one that is made like a name, any after a bar."""
    folded = fold(part)
    made = bool(_OUTLET.fullmatch(part)) and bool(_BROKEN.search(part)) and folded not in _SECTIONS
    if not _TITLE.fullmatch(part) and not made:
        return False
    if folded in _OUTLETS or made:
        return True
    return (mark in ["|·•::", "»"] and len(part) <= _LONGEST_BARRED) or (
        bool(mark) and folded in _SECTIONS
    )


def _named(part: str, names: set[str]) -> bool:
    squeezed = _squeeze(part)
    if not squeezed:
        return False
    return any(
        squeezed == n or (len(n) >= 3 and squeezed in (f"the{n}", f"{n}news", f"{n}com", f"{n}online", f"{n}world"))
        or (len(n) >= 5 and (squeezed.startswith(n) or n.startswith(squeezed)) and len(squeezed) >= 4)
        for n in names
    )  # fmt: skip
