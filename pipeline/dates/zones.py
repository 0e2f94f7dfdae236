"""Time zones as feeds, pages and wires name them: figures, short names, places and words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

# hours east of Greenwich: RFC 822's zones, and what feeds and wires of other countries print. Of
# names that several countries use this is what most who print them mean; ``_SHARED`` has the others
ZONES: dict[str, float] = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0,
    "est": -5, "edt": -4, "et": -5, "cst": -6, "cdt": -5, "ct": -6, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "pt": -8, "akst": -9, "akdt": -8, "hst": -10, "hdt": -9,
    "ast": -4, "adt": -3, "nst": -3.5, "ndt": -2.5, "brt": -3, "brst": -2, "art": -3, "clt": -4,
    "clst": -3, "cot": -5, "pet": -5, "vet": -4, "bot": -4, "uyt": -3, "pyt": -4, "gft": -3,
    "bst": 1, "west": 1, "cet": 1, "mez": 1, "met": 1, "cest": 2, "mesz": 2, "mest": 2, "eet": 2,
    "eest": 3, "msk": 3, "мск": 3, "msd": 4, "trt": 3, "samt": 4, "yekt": 5, "omst": 6,
    "krat": 7, "novt": 7,
    "irkt": 8, "yakt": 9, "vlat": 10, "magt": 11, "pett": 12, "cat": 2, "eat": 3, "wat": 1,
    "sast": 2, "idt": 3, "irst": 3.5, "irdt": 4.5, "ict": 7, "gst": 4, "amt": 4, "azt": 4,
    "get": 4, "aft": 4.5, "pkt": 5, "uzt": 5, "tjt": 5, "tmt": 5, "mvt": 5, "almt": 5, "ist": 5.5,
    "npt": 5.75, "btt": 6, "kgt": 6, "mmt": 6.5, "wib": 7, "wita": 8, "wit": 9, "sgt": 8,
    "myt": 8, "hkt": 8, "pht": 8, "awst": 8, "ulat": 8, "jst": 9, "kst": 9, "acst": 9.5,
    "acdt": 10.5, "aest": 10, "aedt": 11, "chst": 10, "nzst": 12, "nzdt": 13, "fjt": 12,
}  # fmt: skip

# a short name of several countries: hours, the zones of the IANA and the languages that settle it
_SHARED: dict[str, tuple[tuple[float, str, str], ...]] = {
    "ist": (
        (2, "Asia/Jerusalem Asia/Tel_Aviv Israel Asia/Gaza Asia/Hebron", "he"),
        (1, "Europe/Dublin Eire", "ga en-ie"),
    ),
    "cst": (
        (8, "Asia/Shanghai Asia/Chongqing Asia/Taipei Asia/Macau Asia/Urumqi PRC ROC", "zh"),
        (-5, "America/Havana Cuba", "es-cu"),
    ),
    "bst": ((6, "Asia/Dhaka", "bn"), (11, "Pacific/Bougainville", "")),
    "ast": ((3, "Asia/Baghdad Asia/Riyadh Asia/Kuwait Asia/Qatar Asia/Bahrain Asia/Aden", "ar"),),
    "est": ((10, "Australia/Sydney Australia/Melbourne Australia/Brisbane", "en-au"),),
    "edt": ((11, "Australia/Sydney Australia/Melbourne", "en-au"),),
    "pst": ((8, "Asia/Manila", "fil tl en-ph"), (5, "Asia/Karachi", "ur en-pk")),
    "mst": ((8, "Asia/Kuala_Lumpur", "ms en-my"), (6.5, "Asia/Yangon Asia/Rangoon", "my")),
    "amt": ((-4, "America/Manaus America/Cuiaba America/Porto_Velho", "pt"),),
    "gst": ((-2, "Atlantic/South_Georgia", ""),),
}

# the first words of a zone that is named in full ("Moscow Standard Time", "Kyiv time")
_BY_WORDS = {
    "eastern": "America/New_York", "central": "America/Chicago", "mountain": "America/Denver",
    "pacific": "America/Los_Angeles", "alaska": "America/Anchorage", "hawaii": "Pacific/Honolulu",
    "atlantic": "America/Halifax", "newfoundland": "America/St_Johns", "greenwich mean": "UTC",
    "coordinated universal": "UTC", "universal": "UTC", "british": "Europe/London",
    "london": "Europe/London", "gmt": "Europe/London", "irish": "Europe/Dublin",
    "western european": "Europe/Lisbon", "w. europe": "Europe/Berlin",
    "central european": "Europe/Paris", "central europe": "Europe/Budapest",
    "romance": "Europe/Paris", "eastern european": "Europe/Athens", "e. europe": "Europe/Chisinau",
    "fle": "Europe/Kyiv", "gtb": "Europe/Athens", "moscow": "Europe/Moscow",
    "russian": "Europe/Moscow", "kyiv": "Europe/Kyiv", "kiev": "Europe/Kyiv",
    "turkey": "Europe/Istanbul", "turkish": "Europe/Istanbul", "israel": "Asia/Jerusalem",
    "jerusalem": "Asia/Jerusalem", "iran": "Asia/Tehran", "tehran": "Asia/Tehran",
    "arab": "Asia/Riyadh", "arabia": "Asia/Riyadh", "arabian": "Asia/Dubai", "gulf": "Asia/Dubai",
    "damascus": "Asia/Damascus", "beirut": "Asia/Beirut", "baghdad": "Asia/Baghdad",
    "afghanistan": "Asia/Kabul", "kabul": "Asia/Kabul", "pakistan": "Asia/Karachi",
    "india": "Asia/Kolkata", "indian": "Asia/Kolkata", "nepal": "Asia/Kathmandu",
    "bangladesh": "Asia/Dhaka", "myanmar": "Asia/Yangon", "indochina": "Asia/Bangkok",
    "se asia": "Asia/Bangkok", "western indonesia": "Asia/Jakarta", "singapore": "Asia/Singapore",
    "malaysia": "Asia/Kuala_Lumpur", "philippine": "Asia/Manila", "china": "Asia/Shanghai",
    "beijing": "Asia/Shanghai", "hong kong": "Asia/Hong_Kong", "taipei": "Asia/Taipei",
    "japan": "Asia/Tokyo", "tokyo": "Asia/Tokyo", "korea": "Asia/Seoul", "korean": "Asia/Seoul",
    "australian eastern": "Australia/Sydney", "aus eastern": "Australia/Sydney",
    "australian central": "Australia/Darwin", "australian western": "Australia/Perth",
    "new zealand": "Pacific/Auckland", "egypt": "Africa/Cairo", "cairo": "Africa/Cairo",
    "east africa": "Africa/Nairobi", "e. africa": "Africa/Nairobi", "west africa": "Africa/Lagos",
    "central africa": "Africa/Maputo", "south africa": "Africa/Johannesburg",
    "argentina": "America/Argentina/Buenos_Aires", "brasilia": "America/Sao_Paulo",
    "colombia": "America/Bogota", "venezuela": "America/Caracas",
}  # fmt: skip

_IN_WORDS = re.compile(
    r"(?:the )?([a-z][a-z. ]{1,24}?) (?:(standard|summer|daylight|savings?|local) )*time"
)
_IANA = re.compile(r"[A-Za-z]{2,12}/[A-Za-z_]{2,20}(?:/[A-Za-z_]{2,20})?")
_OFFSET = re.compile(r"(?:GMT|UTC|Z)?\s*([+-])\s?(\d{1,2}):?(\d{2})?(?:[\s(\[].*)?", re.IGNORECASE)

# no place on earth is farther from Greenwich than Kiritimati; a date that says so is broken
FARTHEST_ZONE = timedelta(hours=14)


@lru_cache(maxsize=64)
def find_zone(name: str) -> tzinfo:
    """The zone of an IANA name; UTC for none and for one that nobody knows."""
    try:
        return UTC if name.upper() in ("", "UTC") else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


@lru_cache(maxsize=1)
def _list_iana() -> dict[str, str]:
    """Every IANA name by itself in small letters."""
    return {name.lower(): name for name in available_timezones()}


def read_zone(text: str, home: tzinfo = UTC, language: str = "") -> tzinfo | None:
    """The zone as printed behind a time; None for one that is not known here.

    A name that several countries use is settled by ``home``, the feed's own zone, and by the
    ``language``. Raises ValueError for an offset that no place on earth has.
    """
    text = text.strip(" \t\r\n()[].,")
    if offset := _OFFSET.fullmatch(text):
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        if ahead > FARTHEST_ZONE:
            raise ValueError("no zone is so far from Greenwich")
        return timezone(ahead if offset[1] == "+" else -ahead)
    low = " ".join(text.lower().split())
    # "Z UTC", "UTC (GMT)": the first says it
    first = re.split(r"[\s(\[]", low, maxsplit=1)[0]
    for name in (low, first) if low.endswith((")", "utc", "gmt")) else (low,):
        if name in ZONES:
            return _settle_name(name, home, language)
    if _IANA.fullmatch(text):
        named = _list_iana().get(low)
        return find_zone(named) if named else None
    if (written := _IN_WORDS.fullmatch(low)) and written[1] in _BY_WORDS:
        return _find_by_words(written[1], written[2] or "")
    return None


def _settle_name(name: str, home: tzinfo, language: str) -> tzinfo:
    """The zone of a short name, which of several by where the feed is and what it is written in."""
    hours = ZONES[name]
    for other, zones, languages in _SHARED.get(name, ()):
        settled_by_home = str(home) in zones.split()
        if settled_by_home or (home is UTC and _is_among(language, languages)):
            hours = other
            break
    return timezone(timedelta(hours=hours)) if hours else UTC


def _is_among(language: str, languages: str) -> bool:
    """Whether a language tag, or its first part, is in the list."""
    return bool(language) and bool({language, language.partition("-")[0]} & set(languages.split()))


def _find_by_words(place: str, kind: str) -> tzinfo:
    """The zone of a place; where the words say winter or summer, that half of the year's."""
    zone = find_zone(_BY_WORDS[place])
    if kind in ("", "local"):
        return zone
    # the offsets of a January and a July: the smaller is standard time on either half of the globe
    offsets = sorted(
        datetime(2025, month, 1, tzinfo=zone).utcoffset() or timedelta() for month in (1, 7)
    )
    return timezone(offsets[0] if kind == "standard" else offsets[1])
