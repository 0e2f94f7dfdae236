"""JSON with the slips of real pages -> values: wrappers, commas too many, quotes nobody escaped.

Sound JSON is read as it is. Only what does not read is mended, in one pass, and read again; both
are linear in the size of the text. Never raises.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from typing import Any

# values that one text may hold one after another, as scripts do that several plug-ins wrote to
MOST_VALUES = 200

_CDATA = ("<![CDATA[", "]]>")
_BEGINS = re.compile(r"[{\[]")
_BETWEEN = re.compile(r"[\s,;]*")
_SPACES = re.compile(r"\s*")
_TOKEN = re.compile(r"[^\"\[\]{},:/]+|.", re.DOTALL)
_BARE_VALUE = re.compile(r"-?\d[\d.eE+-]*|true|false|null")
_STOPS_IN_STRING = re.compile(r"[\"\\]")
_UNICODE_ESCAPE = re.compile(r"u[0-9a-fA-F]{4}")
# what follows a string that is at its end; 100 characters hold the longest key
_KEY = r"\"[^\"\\]{0,100}\"\s*:"
_AFTER_KEY = re.compile(r"\s*:")
_AFTER_VALUE = re.compile(rf"\s*(?:[}}\]]|$|,[\s,]*(?:[}}\]]|$|{_KEY}))")
_AFTER_ITEM = re.compile(r"\s*(?:[}\]]|$|,[\s,]*(?:[\"{\[\]]|$|-?\d|true|false|null))")
_COMMA_FORGOTTEN = re.compile(rf"\s+{_KEY}")
_CLOSES = {"{": "}", "[": "]"}


def read_values(text: str) -> list[Any]:
    """The values of a text, in order; those that can be read where a part of it can't."""
    text = _unwrap(text)
    values, whole = _decode_values(text)
    if whole or not text:
        return values
    mended, _ = _decode_values(_Mending(text).mend())
    return mended or values


def _unwrap(text: str) -> str:
    """From the first bracket to the last: comments, CDATA marks and semicolons stand outside.

    To the end where a text is cut off before it closes any.
    """
    if _CDATA[0] in text:
        for mark in _CDATA:
            text = text.replace(mark, "")
    if '"' not in text and "&" in text:
        text = html.unescape(text)
    begins = _BEGINS.search(text)
    if not begins:
        return ""
    end = max(text.rfind("}"), text.rfind("]")) + 1
    return text[begins.start() : end] if end else text[begins.start() :]


def _decode_values(text: str) -> tuple[list[Any], bool]:
    """The values up to the first slip, and whether there was none."""
    decoder = json.JSONDecoder(strict=False)
    values: list[Any] = []
    position = 0
    for _ in range(MOST_VALUES):
        between = _BETWEEN.match(text, position)
        position = between.end() if between else position
        if position == len(text):
            return values, True
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return values, False
        values.append(value)
    return values, True


@dataclass(slots=True)
class _Mending:
    """The state of one pass over broken JSON: what is open and what may come next."""

    text: str
    out: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    wants_key: bool = False
    wants_value: bool = False

    def mend(self) -> str:
        """The text with its slips mended and all that is open closed."""
        position = 0
        while position < len(self.text):
            found = _TOKEN.match(self.text, position)
            token = found.group() if found else self.text[position]
            position += len(token)
            if token == '"':
                position = self._read_string(position)
            elif token == "/":
                position = self._skip_comment(position)
            elif token == ",":
                self._read_comma(position)
            else:
                self._read_token(token)
        self._fill_value()
        while self.open:
            self.out.append(_CLOSES[self.open.pop()])
        return "".join(self.out)

    def _read_token(self, token: str) -> None:
        """A bracket, a colon, or what stands without quotes."""
        if token in _CLOSES:
            self.open.append(token)
            self.out.append(token)
            self.wants_key, self.wants_value = token == "{", False
        elif token in "}]":
            if self.open and _CLOSES[self.open[-1]] == token:
                self._fill_value()
                self.open.pop()
                self.out.append(token)
        elif token == ":":
            self.out.append(token)
            self.wants_key, self.wants_value = False, True
        elif token.isspace():
            self.out.append(token)
        elif _BARE_VALUE.fullmatch(token.strip()):
            self.out.append(token)
            self.wants_value = False
        else:
            # an expression of a script, or what a template left
            self._fill_value()

    def _read_comma(self, position: int) -> None:
        """A comma, but for one before a bracket, another comma or the end."""
        self._fill_value()
        spaces = _SPACES.match(self.text, position)
        place = spaces.end() if spaces else position
        after = self.text[place : place + 1]
        if self.open and after and after not in ",}]":
            self.out.append(",")
        self.wants_key = bool(self.open) and self.open[-1] == "{"

    def _fill_value(self) -> None:
        """Null where a key has no value."""
        if self.wants_value:
            self.out.append("null")
            self.wants_value = False

    def _skip_comment(self, position: int) -> int:
        """Where the text goes on behind a comment that begins with the stroke before this place."""
        kind = self.text[position : position + 1]
        end = self.text.find("\n" if kind == "/" else "*/", position) if kind in "/*" else position
        return len(self.text) if end < 0 else end + 2 * (kind == "*")

    def _read_string(self, position: int) -> int:
        """Copy a string, its stray quotes escaped, its odd escapes resolved; where it ends."""
        text, out = self.text, self.out
        out.append('"')
        while stop := _STOPS_IN_STRING.search(text, position):
            place = stop.start()
            out.append(text[position:place])
            position = place + 1
            if text[place] == "\\":
                following = text[position : position + 1]
                good = following in '"\\/bfnrt' or _UNICODE_ESCAPE.match(text, position)
                out.append("\\" + following if good else following)
                position += 1
                continue
            if self._ends_string(position):
                break
            out.append('\\"')
        else:
            out.append(text[position:])
            position = len(text)
        out.append('"')
        if not self.wants_key and _COMMA_FORGOTTEN.match(text, position):
            out.append(",")
            self.wants_key = bool(self.open) and self.open[-1] == "{"
        self.wants_value = False
        return position

    def _ends_string(self, position: int) -> bool:
        """Whether what follows a quotation mark shows that it ends its string."""
        if self.wants_key:
            return bool(_AFTER_KEY.match(self.text, position))
        if self.open and self.open[-1] == "[":
            return bool(_AFTER_ITEM.match(self.text, position))
        after = _AFTER_VALUE.match(self.text, position)
        return bool(after or _COMMA_FORGOTTEN.match(self.text, position))
