"""Names of people in bylines: where a line that names them begins, and what is shaped like a name.

Extraction and cleaning read bylines by the same rules. Words that tell a label or a role from a
name are data, in ``config/wire``.
"""

from __future__ import annotations

import re

# words of the longest name that is one person's
LONGEST_PERSON = 6

# what opens a byline in the languages of the feeds; before a name, a colon or a space
_OPENERS = (
    r"(?:(?:story|stories|written|posted|reported|published|words|text|report|article) )?by",
    r"author(?:ed by|s)?|writers?|contributors?|reporters?|posted by|reporting by|recommended by",
    r"von|autor(?:in)?(?:/autor(?:in)?)?|text von|ein beitrag von|verfasst von|geschrieben von",
    r"par|propos recueillis par|publié par|écrit par|auteur(?:s|e)?|rédigé par",
    r"por|escrito por|publicado por|redacción de|autor(?:es|a)?|texto de|reportagem de",
    r"a cura di|scritto da|autore|testo di|pubblicato da",
    r"door|geschreven door|auteur|tekst",
    r"skrevet av|skrevet af|skriven av|text av|kirjoittanut|teksti",
    r"autorka?|napisał[a]?|tekst|opracował[a]?|napsal[a]?|text|szerző|írta|scris de|autorul",
    r"yazan|yazar|haber|muhabir|oleh|penulis|ditulis oleh|bởi|tác giả",
    r"автор(?:ы|и|ка)?|текст|от|подготовил[аи]?|підготува(?:в|ла|ли)|беседовал[а]?",
    r"του|της|γράφει(?: [οη])?|γράφουν|κείμενο|מאת|نویسنده|بقلم|كتب|كتبت|إعداد|تحرير|خبرنگار",
    r"लेखक|द्वारा|रिपोर्ट",
    r"avtor(?:ica|ji)?|piše|autorius|autorė|autors|müəllif|höfundur|shkruan|pišu",
    r"пише|пишува|аўтар(?:ка)?|авторы|ავტორი|հեղինակ|লেখক|எழுதியவர்|تحریر|โดย",
)
OPENS = re.compile(
    rf"\s*(?:(?:{'|'.join(_OPENERS)})(?:\s*:\s*|\s+|$)"
    # these begin names too ("Di Maria"): they open where a whole name follows
    r"|(?:de|di|av|af)\s+(?=\w[\w.'’-]*\s+\w)"
    r"|(?:文|撰文|作者|记者|記者|编辑|報導|取材|執筆|글|기자)\s*[/／|:：]\s*|(?:记者|記者)\s?(?=\w{2,4}$))",
    re.IGNORECASE,
)
# a byline may say it twice: "By by ANNA WELD"
MOST_OPENERS = 3

_APART = re.compile(
    r"\s*(?:[;|•·/&+\n،、]|，|\s-\s|\s[–—]\s)\s*"
    r"|\s*,?\s+(?:and|with|und|mit|et|avec|y|con|e|com|en|met|og|och|i|ve|dan|и|та|й|și|και|و)\s+"
    r"|\s*,\s*"
)
# letters that stand behind a name: degrees and offices ("MD", "Ph.D.", "CFP®")
_DEGREE = re.compile(
    r"(?:[A-Z]{2,6}|[A-Z][a-z]?\.?[A-Z]\.?(?:[A-Z]\.?)?)[®™]?|(?:M\.?D|Ph\.?D|M\.?A|MBA|JD|RN)\b.*"
)
# where somebody was, whom he wrote for, and in brackets what he is
_BEHIND = re.compile(
    r"\s+(?:in|à|aus|dans|desde|da|из|з|від|for|für|pour)\s+[^\W\d_a-z].*$|\s+on behalf of\b.*$"
    r"|\s*\([^()]{2,60}\)$"
)
_PARTICLES = frozenset(
    (
        *("de", "da", "do", "dos", "das", "del", "della", "delle", "di", "du", "des", "la", "le"),
        *("el", "al", "bin", "ibn", "ben", "bint", "abu", "van", "von", "der", "den", "ter", "ten"),
        *(
            "te",
            "zu",
            "zur",
            "af",
            "av",
            "und",
            "of",
            "the",
            "y",
            "e",
            "i",
            "d'",
            "l'",
            "san",
            "st",
        ),
    )
)
_NOT_IN_NAMES = re.compile(r"[\d@#:!?<>{}\[\]_=\"“”%$€…]|https?|www\.|\.(?:com|org|net|de|ru)\b")
_LETTER = re.compile(r"[^\W\d_]")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]?\.?|[^\W\d_]\.?")


# what stands behind a name in Korean, Japanese and Chinese: "reporter", "correspondent"
CLOSES = re.compile(
    r"(?<=[^\W\d_a-z]{2})\s?(?:선임기자|전문기자|수습기자|인턴기자|기자|특파원|記者|记者)$"
)


def strip_opener(text: str) -> str:
    """The text without the words that open a byline."""
    for _ in range(MOST_OPENERS):
        opened = OPENS.match(text)
        if not opened or not opened.end():
            break
        text = text[opened.end() :]
    return text.strip(" :\u00a0")


def split_names(text: str) -> list[str]:
    """The parts of a byline that may each be a name, in order, without the degrees behind them."""
    parts: list[str] = []
    for part in _APART.split(strip_opener(" ".join(text.split()))):
        name = CLOSES.sub("", _BEHIND.sub("", strip_opener(part))).strip(" .,;-–—()")
        if name and not (parts and _DEGREE.fullmatch(name)):
            parts.append(name)
    return parts


def is_name_shaped(text: str) -> bool:
    """Whether a text has the shape of a person's full name; a script without capitals has less."""
    if not text or _NOT_IN_NAMES.search(text):
        return False
    parts = text.split()
    letters = _LETTER.findall(text)
    if not letters:
        return False
    if letters[0].upper() == letters[0].lower():
        # Chinese, Arabic, Hindi: no capitals tell a name from a label
        return len(parts) <= LONGEST_PERSON and len(text) <= 30
    if not 2 <= len(parts) <= LONGEST_PERSON:
        return False
    capitals = 0
    for part in parts:
        low = part.casefold().strip(".,'’")
        if part[0].isupper() or part[0] in "'’(" or "-" in part or part.startswith(("d'", "d’")):
            capitals += 1
        elif low not in _PARTICLES:
            return False
    return capitals >= 2


def set_in_lower_case(name: str) -> str:
    """A name in capitals as print has it elsewhere; one in any other case as it is."""
    if not name.isupper() or len(name) < 4:
        return name
    parts: list[str] = []
    for part in name.split():
        if _INITIALS.fullmatch(part):
            parts.append(part)
        elif parts and part.casefold() in _PARTICLES:
            parts.append(part.lower())
        else:
            parts.append(_set_word(part))
    return " ".join(parts)


def _set_word(word: str) -> str:
    """One part of a name in capitals: O'NEIL, MCKAY and SAN-JOSE keep their inner capitals."""
    pieces = re.split(r"([-'’])", word)
    joined = "".join(piece.capitalize() for piece in pieces)
    if joined.startswith("Mc") and len(joined) > 3:
        return "Mc" + joined[2:].capitalize()
    return joined
