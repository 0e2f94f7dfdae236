"""Bytes -> text: the encoding by evidence, for pages and feeds alike.

Labels lie both ways: a server's default header says ISO-8859-1 over UTF-8, a template says UTF-8
over an old database's windows-1251. So labels are asked late: a byte order mark, UTF-16's zeros and
strict UTF-8 come first, because each is hardly ever there by chance. What is none of these is read
in each old encoding that some language uses, a label counts for a few letters, and the reading that
looks most like a language is taken (``legacy``). One bad byte in UTF-8 is one bad letter.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

from pipeline.legacy import guess_encoding

_UTF_8 = "utf-8"
_MARKS = (
    (codecs.BOM_UTF8, _UTF_8),
    # before UTF-16, whose little-endian mark it begins with
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ZEROS_SEEN = 2_000  # bytes in which markup shows UTF-16's zeros
_FEWEST_FOR_ZEROS = 40  # bytes: a short text may hold a stray zero
_ZERO_SHARE = 0.25  # of every second byte; markup in UTF-16 has far more, no text in UTF-8 any
_FEW_ZEROS = 0.05  # of the bytes between
# letters in UTF-8 that must stand beside broken bytes where nobody says that it is UTF-8
_LETTERS_UNSAID = 3
# seven-bit encodings, which look like ASCII: their escapes, and the labels they must have
_SEVEN_BIT = ((b"\x1b$)C", "iso2022_kr"), (b"\x1b$", "iso2022_jp_ext"))
_HZ_LABELS = frozenset({"hz", "hz-gb-2312"})
# what windows-1252 writes where its authors pasted a quotation mark or a dash into UTF-8
_PASTED = {byte: bytes([byte]).decode("cp1252") for byte in (0x85, *range(0x91, 0x98))}
_REPAIRING = "wiredesk-one-bad-byte"

# what letters of UTF-8 become where it is read as windows-1252: of Western and Central Europe,
# typography, Cyrillic, Arabic, Greek, Hebrew, Thai and East Asia
_WESTERN_SIGNS = (
    "Ã", "Å‚", "Ä…", "Å¡", "Ä“", "Ä—", "Ä±", "â€", "Ð", "Ø§", "Î±", "×™", "à¸", "ï¼Œ", "ã€", "ì—",
)  # fmt: skip
_CYRILLIC_SIGNS = ("Рѕ", "Рµ", "Р°")  # of windows-1251: the three most frequent letters
_SIGNS_IN_UTF_8 = tuple(sign.encode() for sign in (*_WESTERN_SIGNS, *_CYRILLIC_SIGNS))
_ASCII = bytes(range(128))
_RUNS_SEEN = 200  # runs of letters by which a text encoded twice is known
_FEWEST_MENDED = 3  # letters
_PROBES, _PROBED = 12, 4_000  # stretches of a long text that are looked at for signs; characters
_SET_ASIDE = 0xE000  # where Latin-1's letters stand meanwhile that the encoding has not


def decode_text(body: bytes, labels: Iterable[str] = (), language: str = "") -> str:
    """The text of a document; never raises.

    ``labels`` are the encodings it is said to have, the one to be believed most first; ``language``
    is what it says it is written in ("ru", "zh-TW").
    """
    said = [label.strip().lower() for label in labels if label]
    for mark, name in _MARKS:
        if body.startswith(mark):
            if name == _UTF_8:
                body, said = body[len(mark) :], [_UTF_8]
                break
            return body.decode(name, "replace").lstrip("\ufeff")
    wide = _find_utf_16(body)
    if wide:
        return body.decode(wide, "replace").lstrip("\ufeff")
    try:
        text = body.decode(_UTF_8)
    except UnicodeDecodeError:
        return _decode_without_utf_8(body, said, language)
    if text.isascii():
        return _decode_seven_bit(body, said) or text
    return mend_twice_encoded(text).lstrip("\ufeff")


def is_plain_utf_8(body: bytes, rare: bytes) -> bool:
    """Whether ``decode_text`` would only decode UTF-8, so that the bytes may stay as they are.

    ``rare`` are the bytes that are not printed ASCII. False says nothing: a close look may find
    that they may stay.
    """
    if not rare:
        return b"~{" not in body
    if any(sign in rare for sign in _SIGNS_IN_UTF_8):
        return False
    try:
        body.decode(_UTF_8)
    except UnicodeDecodeError:
        return False
    return True


def _find_utf_16(body: bytes) -> str:
    """UTF-16 without its mark, by the zeros that every second byte of markup has; '' for none."""
    start = body[:_ZEROS_SEEN]
    if b"\0" not in start or len(start) < _FEWEST_FOR_ZEROS:
        return ""
    half = max(len(start) // 2, 1)
    first, second = start[::2].count(0) / half, start[1::2].count(0) / half
    if second > _ZERO_SHARE and first < _FEW_ZEROS:
        return "utf-16-le"
    if first > _ZERO_SHARE and second < _FEW_ZEROS:
        return "utf-16-be"
    return ""


def _decode_seven_bit(body: bytes, labels: list[str]) -> str:
    """Text in an encoding that switches by escapes; '' where it is plain ASCII."""
    for escape, name in _SEVEN_BIT:
        if escape in body:
            return body.decode(name, "replace")
    if b"~{" in body and not _HZ_LABELS.isdisjoint(labels):
        return body.decode("hz", "replace")
    return ""


def _decode_without_utf_8(body: bytes, labels: list[str], language: str) -> str:
    """Text that is not strictly UTF-8: UTF-8 with faults, or an old encoding."""
    text = body.decode(_UTF_8, "replace")
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    is_said = any(label in {_UTF_8, "utf8"} for label in labels)
    # by chance one letter in five of a Chinese text in GBK is one of UTF-8, of others hardly any
    if good >= bad and (is_said or good >= _LETTERS_UNSAID):
        return mend_twice_encoded(body.decode(_UTF_8, _REPAIRING))
    name = guess_encoding(body, labels, language)
    if name:
        return body.decode(name, "replace")
    return body.decode(_UTF_8, _REPAIRING)


def _replace_bad_byte(fault: UnicodeError) -> tuple[str, int]:
    """U+FFFD for bytes that are no UTF-8, but the mark that was meant for a pasted one."""
    assert isinstance(fault, UnicodeDecodeError)
    byte = fault.object[fault.start]
    return _PASTED.get(byte, "\ufffd"), fault.end


codecs.register_error(_REPAIRING, _replace_bad_byte)


# --------------------------------------------------------------------------- encoded twice


class _Twice:
    """Mends UTF-8 that was read in one encoding and written as UTF-8 again."""

    def __init__(self, name: str) -> None:
        single = {byte: bytes([byte]).decode(name, "ignore") for byte in range(0x80, 0x100)}
        self._letters = {byte: letter or chr(byte) for byte, letter in single.items()}
        self._bytes = {ord(letter): byte for byte, letter in self._letters.items()}
        self._aside = {
            code: _SET_ASIDE + code for code in range(0xA0, 0x100) if code not in self._bytes
        }
        inside = "".join(map(re.escape, self._letters.values()))
        self._run = re.compile(f"[{inside}\x80-\x9f]{{2,402}}")
        self._errors = f"wiredesk-twice-{name}"
        codecs.register_error(self._errors, self._keep)

    def mend(self, text: str) -> str:
        """The text as it was meant; the same text where most runs of letters are meant so."""
        mended = failed = 0
        for number, run in enumerate(self._run.finditer(text)):
            if number >= _RUNS_SEEN:
                break
            letters = run.group()
            try:
                mended += len(letters.translate(self._bytes).encode("latin-1").decode(_UTF_8))
            except UnicodeError:
                failed += len(letters)
        if mended < _FEWEST_MENDED or mended <= failed:
            return text
        raw = text.translate(self._aside | self._bytes).encode("latin-1", self._errors)
        return raw.decode(_UTF_8, self._errors)

    def _keep(self, fault: UnicodeError) -> tuple[str | bytes, int]:
        """Letters that were right already stay: those of other scripts, and lone ones."""
        if isinstance(fault, UnicodeEncodeError):
            right = fault.object[fault.start : fault.end].translate(_BACK)
            return right.encode(_UTF_8, "replace"), fault.end
        assert isinstance(fault, UnicodeDecodeError)
        lone = fault.object[fault.start : fault.end]
        return "".join([self._letters.get(byte, chr(byte)) for byte in lone]), fault.end


_BACK = {_SET_ASIDE + code: code for code in range(0xA0, 0x100)}
_WESTERN_TWICE, _CYRILLIC_TWICE = _Twice("cp1252"), _Twice("cp1251")


def mend_twice_encoded(text: str) -> str:
    """The text as it was before UTF-8 was taken for an old encoding and written as UTF-8 again.

    Only where such letters outnumber all others that stand together: "Ã©" by itself may be meant.
    """
    probe = text
    if len(text) > _PROBES * _PROBED:
        step = len(text) // _PROBES
        probe = "".join([text[at : at + _PROBED] for at in range(0, len(text), step)])
    # the little that is not ASCII has every sign that the text has, and is looked through faster
    rare = probe.encode(_UTF_8, "surrogatepass").translate(None, _ASCII)
    if not any(sign in rare for sign in _SIGNS_IN_UTF_8):
        return text
    if any(sign in probe for sign in _WESTERN_SIGNS):
        text = _WESTERN_TWICE.mend(text)
    if any(sign in probe for sign in _CYRILLIC_SIGNS):
        text = _CYRILLIC_TWICE.mend(text)
    return text
