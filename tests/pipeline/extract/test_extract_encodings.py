"""Pages in any encoding, declared, undeclared or declared wrongly, come out as they were
written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.document import decode_bytes

ARABIC = "وصلت ثلاث عبارات محملة بالدقيق إلى المدينة المحاصرة يوم الأحد"
CHINESE = "三艘运载面粉的渡轮星期日抵达被围困的城镇"
JAPANESE = "小麦粉を積んだ三隻のフェリーが日曜日に到着した"
RUSSIAN = "Три парома с мукой прибыли в осаждённый город в воскресенье"
POLISH = "Trzy promy z mąką dotarły w niedzielę do oblężonego miasta, żeglując spokojnie"


@pytest.mark.parametrize(
    ("text", "encoding", "head", "header"),
    [
        (RUSSIAN, "cp1251", '<meta charset="windows-1251">', "text/html"),
        (
            RUSSIAN,
            "koi8-r",
            '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">',
            "",
        ),
        (RUSSIAN, "cp1251", "", "text/html; charset=windows-1251"),
        (RUSSIAN, "cp1251", '<meta charset="koi8-r">', "text/html; charset=windows-1251"),
        (CHINESE, "gb18030", "<meta charset=gb2312>", "text/html"),
        (JAPANESE, "cp932", "", "text/html; charset=Shift_JIS"),
        (JAPANESE, "euc_jp", "<meta charset='EUC-JP'>", "text/html"),
        (ARABIC, "cp1256", "<meta charset=windows-1256>", "text/html"),
        (ARABIC, "utf-8", "<meta charset=windows-1256>", "text/html; charset=iso-8859-1"),
        (ARABIC, "utf-16", "", "text/html"),
    ],
)
def test_declared_encodings_are_read(text: str, encoding: str, head: str, header: str) -> None:
    """Header, <meta> in both forms, a byte order mark; valid UTF-8 whatever else is declared."""
    assert text in decode_bytes(
        f"<html><head>{head}</head><p>{text}</p></html>".encode(encoding), header
    )


def test_the_servers_label_goes_over_the_pages() -> None:
    """Where one letter fits both, the word of the server counts."""
    page = '<meta charset="windows-1252"><p>Petrović'.encode("cp1250")
    assert "Petrović" in decode_bytes(page, "text/html; charset=windows-1250")


def test_an_xml_declaration_declares() -> None:
    """XHTML names its encoding in its first line."""
    page = f'<?xml version="1.0" encoding="windows-1251"?><html><p>{RUSSIAN}</p></html>'
    assert RUSSIAN in decode_bytes(page.encode("cp1251"), "text/html")


@pytest.mark.parametrize(
    ("text", "encoding", "language"),
    [
        (RUSSIAN, "cp1251", "ru-RU"),
        (POLISH, "cp1250", "pl"),
        (CHINESE, "gb18030", "zh-CN"),
        (ARABIC, "cp1256", "ar"),
    ],
)
def test_undeclared_encodings_follow_the_pages_language(
    text: str, encoding: str, language: str
) -> None:
    """Where nothing is declared, the encoding is the one that browsers assume for the language the
    page says."""
    assert text in decode_bytes(
        f'<html lang="{language}"><p>{text}</p></html>'.encode(encoding), ""
    )


@pytest.mark.parametrize("end", [1, 2])
def test_utf8_that_is_cut_off_or_broken_stays_readable(end: int) -> None:
    """A page cut in the middle of a character, or with a broken byte in it, is still UTF-8,
    declared or not."""
    body = f"<p>{CHINESE}</p>".encode()
    cut = body[: body.rindex("镇".encode()) + end]
    assert CHINESE[:-1] in decode_bytes(cut, "")
    assert CHINESE[5:] in decode_bytes(body[:6] + b"\xff" + body[9:], "text/html")


@given(
    st.text(),
    st.sampled_from(
        ["", "text/html; charset=utf-8", "text/html; charset=latin-1", "x; charset=\x00"]
    ),
)
def test_utf8_is_always_read(text: str, header: str) -> None:
    """Whatever a server says of it, valid UTF-8 comes out as it was written."""
    body = ("<p>" + text).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    assert decode_bytes(body.encode(), header) == body


@given(st.binary(max_size=200), st.text(max_size=30))
def test_any_bytes_are_decoded(body: bytes, header: str) -> None:
    """No bytes and no header are refused."""
    assert isinstance(decode_bytes(body, header), str)
