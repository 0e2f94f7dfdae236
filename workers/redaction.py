"""What is shown to people and written into logs: without secrets and without characters that
deceive.

One function, ``clean``, for log lines and for what commands print. A secret stands where programs
put one: before the ``@`` of an address, in a parameter, a fragment or a path that names it, in a
header. What is stored stays as it is; only what is shown is cleaned.

Parameters are judged by their names. ``key``, ``auth``, ``pass``, ``sig`` and the like are secret
in an address only: elsewhere they are words. ``id``, ``p``, ``page`` and ``sid`` stay, because
lines tell pages apart by them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote, unquote

STRUCK: Final = "***"
"""What stands in place of a secret."""

# Controls and line separators become a space: they part words, and forge lines.
_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# What nobody sees or what turns text round goes: soft hyphen, marks and overrides of direction,
# spaces and fillers without width, deprecated formats, annotations, tags, selectors of shapes,
# halves of characters. Joiners stay, one at a time: Persian, Hindi and emoji are spelled with them.
_UNSEEN: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    "|(?<=[\u200c\u200d])[\u200c\u200d]+"
)

# parts of a name that make what it names a secret, wherever the name stands
_ALWAYS: Final = (
    "password|passwd|passwort|passphrase|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key"
    "|authorization|credential|signature|session[-_.]?(?:id|key)|cookie|jwt"
    # what lets anybody past a network of caches: Akamai's and CloudFront's signed addresses
    "|hdnts|hdnea|hdntl|cloudfront[-_]policy|key[-_.]?pair[-_.]?id"
)
_SECRET_NAME: Final = re.compile(_ALWAYS, re.IGNORECASE)
# words that name a secret in an address, alone or as a part: rss_key, userPass, X-Sig
_ADDRESS_WORDS: Final = (
    "key apikey auth authkey pass pwd pw psw pswd sig sign hmac otp pin session policy"
)
_IN_ADDRESS: Final = frozenset([*_ADDRESS_WORDS.split(), "phpsessid", "jsessionid"])
_PART: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")

_HINT: Final = re.compile(
    r"[@=%]|//|/bot\d|eyJ|(?i:bearer|basic |authoriz|pass|secret|token|key|webhook|slack|cast to)"
)
_ADDRESS: Final = re.compile(r"//(?:[^\s/]|/(?!/))*+")
_LOGIN: Final = re.compile(r"[^/?#\s]*@")
# a password may hold a slash, but what follows the colon may also be a port
_BOLD_LOGIN: Final = re.compile(r"[^\[/?#@:\s][^/?#@:\s]*+:(?!\d{1,5}(?:[/?#]|$))\S*@|:\S*@")
_PARAMETER: Final = re.compile(r"(?<![\w.%\[\]~$-])([\w.%\[\]~$-]++)=")
_VALUE: Final = re.compile(r"(?:[^&\s\"'<>]|'(?![,:)\]}]))+")
# marks at a secret's end belong to the text around it; amid a secret they may be part of it
_CLOSING: Final = "'`)]}>,.;:!?\u2019\u201d\u00bb\u203a"
_IN_PATH: Final = re.compile(
    rf"(?i)(/(?:(?:[\w-]*[-_])?(?:{_ALWAYS}))/)[^/?#\s\"'<>]+"
    r"|(hooks\.slack\.com/|/(?:[\w-]*-)?webhook\w*/)[^\s\"'<>]+|(/bot\d+:)[^/?#\s\"'<>]+"
)
_HEADER: Final = re.compile(
    r"(?i)\b((?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?)"
    r"(?:(?:digest|aws4-hmac-sha256)\s[^\n]*|(?:[a-z]+\s+)?[^\s\"',]+)"
)
_QUOTED: Final = re.compile(
    r"([\"'])([\w.-]++)\1(\s*+[:=]\s*+)(\"[^\"\n]*+\"|'[^'\n]*+'|[^\s,}\])]++)"
)
_SAID: Final = re.compile(
    r"(?i)((?:password|passwd|passphrase|api[-_]key|(?<=\w)[-_](?:secret|token)):\s*)\S+"
)
# of an address that can't be read urllib quotes what it took for the port: part of a password
_PORT: Final = re.compile(r"(cast to integer value as )('[^']*'|\S+)")
_BEARER: Final = re.compile(r"(?i)\b(bearer|basic)\s+(?=[\w.~+/=-]*[\d=])[\w.~+/=-]{6,}")
_WEB_TOKEN: Final = re.compile(r"\beyJ[\w-]{8,}\.[\w.-]+")
_NOT_ASCII: Final = re.compile("[^ -~]")
_DEPTH: Final = 4  # addresses in parameters of addresses that are looked into


def clean(value: Any) -> Any:
    """The value as it may be shown, through lists and mappings."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return {
            clean(k): STRUCK if v and names_secret(str(k)) else clean(v) for k, v in value.items()
        }
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    return value


def clean_text(text: str) -> str:
    """One line without secrets, and without characters that are not what they look like."""
    return strike_secrets(drop_deceiving(text))


def clean_lines(text: str) -> str:
    """The same for text of several lines, which stay lines."""
    return "\n".join(map(clean_text, text.split("\n")))


def drop_deceiving(text: str) -> str:
    """The text without controls (a space each) and without what hides or turns text."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub("", _CONTROLS.sub(" ", text))


@lru_cache(1024)
def names_secret(name: str) -> bool:
    """Whether a field of this name holds a secret."""
    return bool(_SECRET_NAME.search(name))


def strike_secrets(text: str, depth: int = _DEPTH) -> str:
    """The text with each secret struck out."""
    if not _HINT.search(text):
        return text
    text = _ADDRESS.sub(_strike_login, text)
    text = _strike_parameters(text)
    text = _IN_PATH.sub(_strike_in_path, text)
    text = _QUOTED.sub(_strike_quoted, text)
    text = _HEADER.sub(rf"\g<1>{STRUCK}", text)
    text = _SAID.sub(rf"\g<1>{STRUCK}", text)
    text = _BEARER.sub(rf"\g<1> {STRUCK}", text)
    text = _WEB_TOKEN.sub(STRUCK, text)
    text = _PORT.sub(rf"\g<1>{STRUCK}", text)
    if "%" in text and depth:
        return re.sub(r"\S*%\S*", lambda word: _strike_escaped(word.group(), depth - 1), text)
    return text


def _strike_escaped(word: str, depth: int) -> str:
    """A word whose escapes may hide an address; written out where they do."""
    meant = unquote(word)
    if meant == word:
        return word
    struck = strike_secrets(meant, depth)
    if struck == meant:
        return word
    # only what stood escaped is escaped again: quotation marks around an address stay
    plain = frozenset(word)
    return _NOT_ASCII.sub(
        lambda found: found.group() if found.group() in plain else quote(found.group()), struck
    )


def _strike_login(found: re.Match[str]) -> str:
    rest = found.group()[2:]
    login = _LOGIN.match(rest) or _BOLD_LOGIN.match(rest)
    return f"//{STRUCK}@{rest[login.end() :]}" if login else found.group()


def _strike_parameters(text: str) -> str:
    """Without the values of secret parameters; other values may hold parameters again."""
    kept, done = [], 0
    for found in _PARAMETER.finditer(text):
        start = found.start()
        before = text[start - 1 : start] if start else " "
        if start < done or not _is_secret_parameter(found[1], in_address=before in "?&;#/"):
            continue
        value = _VALUE.match(text, found.end())
        if value and (secret := value.group().rstrip(_CLOSING)):
            kept += [text[done : found.end()], STRUCK]
            done = found.end() + len(secret)
    return "".join([*kept, text[done:]])


def _strike_in_path(found: re.Match[str]) -> str:
    before = found[1] or found[2] or found[3]
    rest = found.group().removeprefix(before)
    secret = rest.rstrip(_CLOSING)
    return f"{before}{STRUCK}{rest[len(secret) :]}" if secret else found.group()


@lru_cache(1024)
def _is_secret_parameter(name: str, *, in_address: bool) -> bool:
    for _ in range(_DEPTH):
        name = unquote(name)
    if names_secret(name):
        return True
    parts = {part.lower() for part in _PART.findall(name)}
    return in_address and bool(_IN_ADDRESS & (parts | {name.lower()}))


def _strike_quoted(found: re.Match[str]) -> str:
    mark, name, between, value = found.groups()
    if not names_secret(name):
        return found.group()
    end = value[0] if value[0] in "\"'" else ""
    return f"{mark}{name}{mark}{between}{end}{STRUCK}{end}"
