"""Which encoding of the time before Unicode bytes are in: the one in which they read as a language.

Each candidate reads a sample of the text. A reading is as likely as its letters are in the language
that fits it best: letters of a language by their frequency, small ones before capitals, letters of
other scripts, symbols and controls hardly ever. A label and the language that a document names
weigh as much as a few letters (docs/decisions.md, "The bytes tell their encoding").
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from math import log

_MOST_SAMPLED = 3_000  # bytes; hundreds of letters leave no doubt, and more only cost time
# what follows a byte beyond ASCII within a text: "<" and ">" are no second byte of any encoding
_STRETCH = re.compile(rb"[\x80-\xff][^<>]{0,1000}")

# letters beyond ASCII of a language, the most frequent first
_LETTERS = {
    "de": "üäöß", "fr": "éàèêçùîôâûœïëæ", "es": "óíáéñúü¿¡", "pt": "ãçáéíêóõúâôàü", "it": "àèéùòìî",
    "nl": "ëéïöüè", "ca": "óàéèíçòúïü·", "sv": "äåöé", "da": "åøæé", "is": "íáðéóúæþöý",
    "cs": "íáěéřčžýšůúóňďťö", "sk": "áíčéžšýúľťôňďäóŕĺ", "pl": "łąężśóćńź", "hu": "áéöőíóüúű",
    "ro": "ăîâşţșț", "hr": "čšžćđ", "lt": "ėšųžįąčūę", "lv": "āīēšūņļžčķģ", "et": "äõüöšž",
    "tr": "ıüşğçöiİâîû", "az": "əıüşğçöİ", "sq": "ëç", "mt": "ħġżċ", "eo": "ĝĉŭŝĥĵ",
    "vi": "\u0301\u0300\u0323đưôâ\u0309êơă\u0303áàóòíìéèúùãõý",
    "ru": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфёъ", "uk": "оаинвітерслкудмпязьбгйчхцжїюєшщфґ’",
    "bg": "аоеинтрсвлкдпмзугъябчцжйшщфхюь", "sr": "аоеинртсјвкдмупзгбљчњшцжћхфђџ",
    "mk": "аоеитнрсвлкдпмзјугбчшцжќхѓфњљѕџ", "be": "аінорелстдкўуяпзмвыцьбйгчхжшюёэф",
    "el": "αοιετσνηρυπκμλςίόάγέθήδύώχφβξζψϊϋ",
    "he": "יוהלאתרבשמםנעדקפחכגטןסצזךףץ",
    "ar": "ايلمنوترةدبعسفحهقكجصأشطخىضذثغزئءظإآؤ،",
    "fa": "اينرمدوهبتسشكعزفقحجخلگپآطصضغظثچژئکی\u200c،",
    "ur": "ےاکرنيمتہسلوںدبپجٹعقھگشحچئفخزصطڈآضذثغڑ",
    "th": "านรอกเงมยลวดทส่ต้ัะปีบิคหแจพ์ชขใำุไืโู็ผถซณศฐธภษฏฎฉฆฒญฟ",
}  # fmt: skip
# characters of the languages that have thousands: those that every text has
_HANS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能"
    "下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实"
    "加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间"
    "样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军"
    "很情最立代想已通并提直题党程展五员革位入常文总次品式活设及管特件长求老头基资边路级少图山"
    "统接知较将组见计别手期根论运农指区强放决西被干做必战先回则任取据处队南给色光门即保治北"
)
_HANT = (
    "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能"
    "下過子說產種面而方後多定行學法所民得經十三之進著等部度家電力裡如水化高自二理起小物現實"
    "加量都兩體制機當使點從業本去把性好應開它合還因由其些然前外天政四日那社義事平形相全表間"
    "樣與關各重新線內數正心反你明看原又麼利比或但質氣第向道命此變條只沒結解問意建月公無系軍"
)
_HANGUL = (
    "이다는의에가을고지하한사기를로시자서리인도은대해어아나정전수있일보부스그과장주상으원국제"
    "조구공들민트관군비연경니라우했습무여문방남선명유관동성발위치세계화미북와며당신회생만진것"
)

_TYPOGRAPHIC = frozenset(
    "“”‘’„‚«»‹›–—…•·\u00a0\u00ad€£°§©®№™¡¿´、。「」『』《》，：；！？（）・ー　"
)
_TYPOGRAPHIC_COST = 4.5
_CAPITAL_COST = 2.3  # one letter in ten is a capital
_STRANGER_COST = 8.0  # a letter that the language has not
_SYMBOL_COST = 9.0  # signs of arithmetic, fractions, lines of boxes: hardly in prose
_BROKEN_COST = 14.0  # what the encoding does not know, and controls

_MIXED_COST = 4.0  # a word in two scripts
_MIXED = re.compile("[A-Za-z][\u0370-\u05ff\u0600-\u06ff]|[\u0370-\u05ff\u0600-\u06ff][A-Za-z]")

# how a label, and what browsers assume for a language, weigh against letters
_LABEL_WEIGHT = 8.0
_LANGUAGE_WEIGHT = 6.0
_USUAL_WEIGHT = 2.0

# what browsers read when a document says one of these (WHATWG Encoding, "names and labels")
_BY_LABEL = {
    "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252",
    "us-ascii": "cp1252", "iso-8859-9": "cp1254", "latin5": "cp1254", "iso-8859-11": "cp874",
    "windows-874": "cp874", "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030",
    "x-gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "shift_jis": "cp932",
    "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "x-euc-jp": "euc_jp",
    "big5": "big5hkscs", "iso-8859-8-i": "iso-8859-8", "x-mac-cyrillic": "mac_cyrillic",
}  # fmt: skip
# what browsers assume where nothing is declared, by the reader's language; here by the document's
# (HTML standard, "determining the character encoding", the table of locales)
_BY_LANGUAGE = {
    **dict.fromkeys(("be", "bg", "kk", "mk", "ru", "sr", "uk"), "cp1251"),
    **dict.fromkeys(("ar", "fa", "ur"), "cp1256"),
    **dict.fromkeys(("et", "lt", "lv"), "cp1257"),
    **dict.fromkeys(("cs", "hr", "hu", "pl", "ro", "sk", "sl"), "cp1250"),
    "el": "cp1253", "he": "cp1255", "ja": "cp932", "ko": "cp949", "th": "cp874",
    "tr": "cp1254", "vi": "cp1258", "zh": "gb18030", "zh-tw": "big5hkscs", "zh-hk": "big5hkscs",
}  # fmt: skip
_WESTERN = "cp1252"

# every candidate with the languages it is used for
_LATIN_1 = ("de", "fr", "es", "pt", "it", "nl", "ca", "sv", "da", "is", "et", "sq")
_LATIN_2 = ("cs", "sk", "pl", "hu", "ro", "hr", "de")
_BALTIC = ("lt", "lv", "et")
_CYRILLIC = ("ru", "uk", "bg", "sr", "mk", "be")
_CANDIDATES = {
    "cp1252": _LATIN_1, "cp1250": _LATIN_2, "iso-8859-2": _LATIN_2, "iso-8859-15": _LATIN_1,
    "cp1254": ("tr", "de", "fr"), "cp1257": _BALTIC, "iso-8859-13": _BALTIC,
    "cp1258": ("vi",), "mac_roman": _LATIN_1,
    "cp1251": _CYRILLIC, "koi8-r": ("ru",), "koi8-u": ("uk", "ru"), "iso-8859-5": _CYRILLIC,
    "cp866": ("ru", "be"),
    "cp1253": ("el",), "iso-8859-7": ("el",), "cp1255": ("he",), "iso-8859-8": ("he",),
    "cp1256": ("ar", "fa", "ur"), "iso-8859-6": ("ar",), "cp874": ("th",),
    "gb18030": ("zh",), "big5hkscs": ("zh-tw",), "cp932": ("ja",), "euc_jp": ("ja",),
    "cp949": ("ko",),
}  # fmt: skip
# those without a weight of their own are rare on the web
_USUAL = frozenset(
    {"cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258",
     "koi8-r", "cp874", "gb18030", "big5hkscs", "cp932", "euc_jp", "cp949"}
)  # fmt: skip
_READABLE = re.compile(
    r"(?:cp\d|iso8859|koi8|mac|ptcp|kz|euc|big5|gb|shift|hz|johab|tis)", re.IGNORECASE
)


def guess_encoding(body: bytes, labels: Sequence[str], language: str) -> str:
    """The likeliest old encoding of the bytes; '' where they hold nothing beyond ASCII."""
    sample = take_sample(body)
    if not sample:
        return ""
    priors: dict[str, float] = {}
    for label in labels:
        name = name_encoding(label)
        if name:
            # the first label is the server's or the document's; a second one is worth as much
            priors.setdefault(name, _LABEL_WEIGHT - len(priors) * 0.5)
    language = language.lower()
    assumed = _BY_LANGUAGE.get(language) or _BY_LANGUAGE.get(language[:2])
    if not assumed and (language or not priors):
        assumed = _WESTERN
    if assumed:
        priors[assumed] = priors.get(assumed, 0.0) + _LANGUAGE_WEIGHT
    best, least = "", float("inf")
    for name in dict.fromkeys([*priors, *_CANDIDATES]):
        cost = _cost_of_reading(sample, name) - priors.get(name, 0.0)
        cost -= _USUAL_WEIGHT if name in _USUAL else 0.0
        if cost < least:
            best, least = name, cost
    return best


def name_encoding(label: str) -> str:
    """The name by which a label's encoding is read, '' where it is none of old texts."""
    label = _BY_LABEL.get(label, label)
    if label in _CANDIDATES:
        return label
    try:
        found = codecs.lookup(label)
    except (LookupError, ValueError):
        return ""
    return found.name if _READABLE.match(found.name) else ""


def take_sample(body: bytes) -> bytes:
    """Stretches of the text with bytes beyond ASCII."""
    parts: list[bytes] = []
    size = 0
    for found in _STRETCH.finditer(body):
        part = found.group()[: _MOST_SAMPLED - size]
        parts.append(part)
        size += len(part)
        if size >= _MOST_SAMPLED:
            break
    return b"\n".join(parts)


def _cost_of_reading(sample: bytes, name: str) -> float:
    """How unlikely the sample is in this encoding, in the language that fits it best."""
    text = sample.decode(name, "replace")
    beyond = [(letter, count) for letter, count in Counter(text).items() if letter > "\x7f"]
    languages = _CANDIDATES.get(name, tuple(_LETTERS))
    cost = min(_cost_in_language(beyond, language) for language in languages)
    return cost + _MIXED_COST * len(_MIXED.findall(text))


def _cost_in_language(letters: list[tuple[str, int]], language: str) -> float:
    costs = _costs_of(language)
    total = 0.0
    for letter, count in letters:
        cost = costs.get(letter)
        if cost is None:
            cost = _cost_of_letter(letter, language)
        total += cost * count
    return total


@cache
def _costs_of(language: str) -> dict[str, float]:
    """The costs of a language's own letters."""
    costs = dict.fromkeys(_TYPOGRAPHIC, _TYPOGRAPHIC_COST)
    if language in _LETTERS:
        letters = _LETTERS[language]
        whole = sum(1 / (rank + 2) for rank in range(len(letters)))
        for rank, letter in enumerate(letters):
            costs[letter] = log((rank + 2) * whole)
        for letter in letters:
            costs.setdefault(letter.upper(), costs[letter] + _CAPITAL_COST)
    for letter in {"zh": _HANS, "zh-tw": _HANT, "ko": _HANGUL}.get(language, ""):
        costs[letter] = _COMMON_COST
    return costs


# characters of East Asia: two bytes each, so that they may cost twice as much
_COMMON_COST = 5.2  # of the few hundred that every text has
_KANA_COST = 4.4
_ORDINARY_COST = 8.0  # in the first level of the national standard
_RARE_COST = 11.0  # in its second level
_UNKNOWN_COST = 13.0  # beyond the standard
_LEVELS = {  # standard of the language, the last first byte of its first level
    "zh": ("gb2312", 0xD7), "zh-tw": ("big5", 0xC6), "ja": ("euc_jp", 0xCF), "ko": ("euc_kr", 0xC8),
}  # fmt: skip


def _cost_of_letter(letter: str, language: str) -> float:
    """The cost of a letter that is not among the language's own."""
    if letter == "\ufffd" or "\x80" <= letter <= "\x9f" or "\ue000" <= letter <= "\uf8ff":
        return _BROKEN_COST
    if language in _LEVELS:
        return _cost_of_character(letter, language)
    if letter.isalpha():
        return _STRANGER_COST
    return _SYMBOL_COST


def _cost_of_character(letter: str, language: str) -> float:
    if language == "ja" and "\u3040" <= letter <= "\u30ff":
        return _KANA_COST + (letter > "\u309f")
    standard, last = _LEVELS[language]
    try:
        first = letter.encode(standard)[0]
    except UnicodeEncodeError:
        return _UNKNOWN_COST
    if "\uff61" <= letter <= "\uff9f":
        return _STRANGER_COST
    if not ("\u3400" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7a3"):
        return _SYMBOL_COST
    return _ORDINARY_COST if first <= last else _RARE_COST
