"""Every old encoding under every false label: a table of sentences, encodings and labels."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.encodings import decode_text, is_plain_utf_8, mend_twice_encoded
from pipeline.legacy import name_encoding

LABELS = (
    "", "utf-8", "utf-16", "us-ascii", "iso-8859-1", "windows-1252", "iso-8859-2", "windows-1250",
    "windows-1251", "koi8-r", "windows-1253", "windows-1254", "windows-1256", "gbk", "shift_jis",
    "big5", "euc-kr", "no-such-thing",
)  # fmt: skip
WIDE = ("utf-8", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-16", "utf-32")

SENTENCES: dict[str, tuple[str, str]] = {
    "de": (
        (
            "Die Bürgermeisterin der Grenzstadt sagte am Sonntag, über fünfzig Häuser seien "
            "zerstört und die Straße müsse geschlossen bleiben."
        ),
        "cp1252 iso-8859-15 cp1250",
    ),
    "fr": (
        (
            "Le gouverneur a démissionné après la découverte de fonds détournés, a déclaré le"
            " procureur à l’issue d’une audience très brève."
        ),
        "cp1252 mac_roman",
    ),
    "es": (
        (
            "El gobernador dimitió el sábado tras la explosión que destruyó varios almacenes "
            "del puerto, según informó el ministerio español."
        ),
        "cp1252",
    ),
    "pt": (
        (
            "A população não recebeu água durante três dias, e as autoridades disseram que a "
            "situação só mudará após a reunião."
        ),
        "cp1252",
    ),
    "it": (
        (
            "Il sindaco ha detto che la città non può più aspettare: perché l'acqua è finita "
            "e la metà delle case è già vuota."
        ),
        "cp1252",
    ),
    "sv": (
        (
            "Borgmästaren sade på söndagen att två magasin vid hamnen brann hela natten och "
            "att vägen över älven är stängd."
        ),
        "cp1252",
    ),
    "da": (
        (
            "Borgmesteren sagde søndag, at to pakhuse ved havnen brændte hele natten, og at "
            "broen over åen er lukket."
        ),
        "cp1252",
    ),
    "cs": (
        (
            "Starosta v neděli řekl, že dvě skladiště u přístavu hořela celou noc a že most "
            "přes řeku zůstane uzavřený kvůli střelbě."
        ),
        "cp1250 iso-8859-2",
    ),
    "sk": (
        (
            "Starosta v nedeľu povedal, že dva sklady pri prístave horeli celú noc a most cez"
            " rieku zostane zatvorený pre streľbu."
        ),
        "cp1250 iso-8859-2",
    ),
    "pl": (
        (
            "Burmistrz powiedział w niedzielę, że dwa magazyny płonęły całą noc, a most przez"
            " rzekę pozostanie zamknięty także dziś."
        ),
        "cp1250 iso-8859-2",
    ),
    "hu": (
        (
            "A polgármester vasárnap azt mondta, hogy két raktár egész éjjel égett, és a "
            "folyó hídja zárva marad a lövések után, később több őrt küldtek."
        ),
        "cp1250 iso-8859-2",
    ),
    "ro": (
        (
            "Primarul a declarat duminică faptul că două depozite au ars toată noaptea, iar "
            "podul rămâne închis în urma împuşcăturilor şi a exploziilor."
        ),
        "cp1250 iso-8859-2",
    ),
    "hr": (
        (
            "Gradonačelnik je u nedjelju rekao da su dva skladišta gorjela cijelu noć i da će"
            " most ostati zatvoren zbog pucnjave među vojnicima, što žele riješiti."
        ),
        "cp1250 iso-8859-2",
    ),
    "tr": (
        (
            "Belediye başkanı pazar günü iki deponun bütün gece yandığını ve köprünün "
            "çatışmalar nedeniyle kapalı kalacağını söyledi."
        ),
        "cp1254 iso-8859-9",
    ),
    "lt": (
        (
            "Meras sekmadienį sakė, kad du sandėliai degė visą naktį, o tiltas per upę liks "
            "uždarytas dėl šaudymo prie geležinkelio stoties."
        ),
        "cp1257 iso-8859-13",
    ),
    "lv": (
        (
            "Mērs svētdien teica, ka divas noliktavas dega visu nakti un tilts pār upi paliks"
            " slēgts apšaudes dēļ pie dzelzceļa stacijas."
        ),
        "cp1257 iso-8859-13",
    ),
    "vi": (
        (
            "Thị trưởng nói hôm chủ nhật rằng hai nhà kho đã cháy suốt đêm và cây cầu vẫn "
            "đóng cửa vì tiếng súng."
        ),
        "cp1258",
    ),
    "ru": (
        (
            "Мэр города сообщил в воскресенье, что два склада горели всю ночь, а мост через "
            "реку останется закрытым из-за обстрела."
        ),
        "cp1251 koi8-r iso-8859-5 cp866",
    ),
    "uk": (
        (
            "Мер міста повідомив у неділю, що два склади горіли всю ніч, а міст через річку "
            "залишиться закритим через обстріл, її ґанок зник."
        ),
        "cp1251 koi8-u",
    ),
    "bg": (
        (
            "Кметът каза в неделя, че два склада са горели цяла нощ, а мостът над реката ще "
            "остане затворен заради стрелбата."
        ),
        "cp1251",
    ),
    "sr": (
        (
            "Градоначелник је у недељу рекао да су два складишта горела целу ноћ и да ће мост"
            " остати затворен због пуцњаве међу војницима."
        ),
        "cp1251",
    ),
    "el": (
        (
            "Ο δήμαρχος δήλωσε την Κυριακή ότι δύο αποθήκες καίγονταν όλη τη νύχτα και η "
            "γέφυρα θα παραμείνει κλειστή."
        ),
        "cp1253 iso-8859-7",
    ),
    "he": (
        (
            "ראש העיר אמר ביום ראשון כי שני מחסנים בערו כל הלילה והגשר מעל הנהר יישאר סגור "
            "בגלל הירי."
        ),
        "cp1255 iso-8859-8",
    ),
    "ar": (
        (
            "قال رئيس البلدية يوم الأحد إن مستودعين احترقا طوال الليل وإن الجسر فوق النهر "
            "سيبقى مغلقا بسبب إطلاق النار."
        ),
        "cp1256 iso-8859-6",
    ),
    "fa": (
        (
            "شهردار روز يكشنبه گفت كه دو انبار تمام شب در آتش سوخت و پل روي رودخانه به علت "
            "تيراندازي بسته مي ماند."
        ),
        "cp1256",
    ),
    "th": (("นายกเทศมนตรีกล่าวเมื่อวันอาทิตย์ว่าโกดังสองแห่งถูกไฟไหม้ตลอดคืนและสะพานข้ามแม่น้ำจะยังปิดอยู่"), "cp874"),
    "zh": (
        ("市长星期日表示，两座仓库整夜燃烧，由于枪击，河上的大桥将继续关闭，军方没有说明原因。"),
        "gbk gb18030 gb2312",
    ),
    "zh-TW": (
        ("市長星期日表示，兩座倉庫整夜燃燒，由於槍擊，河上的大橋將繼續關閉，軍方沒有說明原因。"),
        "big5",
    ),
    "ja": (
        ("市長は日曜日、二つの倉庫が一晩中燃え、銃撃のため川の橋は閉鎖されたままになると述べた。"),
        "cp932 euc_jp",
    ),
    "ko": (
        (
            "시장은 일요일 창고 두 곳이 밤새 불탔고 총격 때문에 "
            "강을 건너는 다리는 계속 폐쇄될 것이라고 말했다."
        ),
        "cp949 euc_kr",
    ),
}
"""A sentence of a language, and the old encodings that it was written in."""

CASES = [
    (language, encoding)
    for language, (_, encodings) in SENTENCES.items()
    for encoding in (*encodings.split(), *WIDE)
]
AMBIGUOUS = {
    ("cs", "iso-8859-2", "windows-1250"),
    ("sk", "iso-8859-2", "windows-1250"),
    ("pl", "iso-8859-2", "windows-1250"),
}
"""Where label and language agree on an encoding in which one letter is wrong."""


def vietnamese(text: str) -> str:
    """The text as windows-1258 holds it: marks of tone behind the letter, others in it."""
    written = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tones = [mark for mark in parts[1:] if mark in "\u0300\u0301\u0303\u0309\u0323"]
        shape = "".join(mark for mark in parts[1:] if mark not in tones)
        written.append(unicodedata.normalize("NFC", parts[0] + shape) + "".join(tones))
    return "".join(written)


@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_a_page_is_read_in_its_encoding_whatever_it_is_called(language: str, encoding: str) -> None:
    """The text comes out letter for letter, with and without the language, under every label."""
    text = SENTENCES[language][0]
    sent = vietnamese(text) if encoding == "cp1258" else text
    body = f"<html><title>x</title><p>{sent}</p></html>".encode(encoding)
    for label in LABELS:
        for said in ("", language):
            if said and (language, encoding, label) in AMBIGUOUS:
                continue
            read = unicodedata.normalize("NFC", decode_text(body, [label], said))
            assert text in read, (label, said)


@pytest.mark.parametrize(
    ("good", "bad", "labels", "is_utf_8"),
    [
        (3, 3, [], True),
        (3, 4, [], False),
        (2, 2, [], False),
        (2, 2, ["utf-8"], True),
        (2, 3, ["utf-8"], False),
    ],
)
def test_broken_letters_beside_whole_ones(
    good: int, bad: int, labels: list[str], is_utf_8: bool
) -> None:
    """Half of the letters may be broken in UTF-8; three must be whole where nobody says it is."""
    text = decode_text(("é " * good).encode() + b"\xe9 " * bad, labels)
    assert ("é" in text and "Ã" not in text) is is_utf_8


@pytest.mark.parametrize(
    ("bad", "read"),
    [
        (b"\xff", "\ufffd"),
        (b"\xd0", "\ufffd"),
        (b"\xe2\x80", "\ufffd"),
        (b"\x92", "’"),
        (b"\x96", "–"),
        (b"\x85", "…"),
        (b"\x98", "\ufffd"),
    ],
)
def test_one_bad_byte_is_one_bad_letter(bad: bytes, read: str) -> None:
    """A pasted quotation mark is read as what it was, the rest is U+FFFD; the page stays UTF-8."""
    text = SENTENCES["ru"][0]
    assert decode_text(f"<p>{text}".encode() + bad + b" end") == f"<p>{text}{read} end"


@pytest.mark.parametrize("language", ["fr", "pl", "tr", "ru", "uk", "el", "ar", "zh", "ja", "ko"])
@pytest.mark.parametrize("name", ["cp1252", "cp1251"])
def test_utf_8_that_was_encoded_twice_is_mended(language: str, name: str) -> None:
    """A database that took UTF-8 for its own encoding prints every letter as two."""
    if name == "cp1251" and language not in {"ru", "uk"}:
        pytest.skip("a Western site does not use windows-1251")
    text = SENTENCES[language][0]
    letters = [bytes([byte]).decode(name, "ignore") or chr(byte) for byte in text.encode()]
    assert mend_twice_encoded("Straße “x” " + "".join(letters)) == "Straße “x” " + text


@pytest.mark.parametrize("language", SENTENCES)
def test_text_that_is_right_is_not_mended(language: str) -> None:
    """Nor is one odd pair of letters, which may be meant."""
    text = SENTENCES[language][0]
    assert mend_twice_encoded(text) == text
    assert mend_twice_encoded(text + " Ã© ") == text + " Ã© "


def test_seven_bit_encodings_are_read() -> None:
    """They look like ASCII until their escapes are known."""
    text = SENTENCES["ja"][0]
    assert text in decode_text(f"<p>{text}".encode("iso2022_jp"), ["utf-8"])
    chinese = SENTENCES["zh"][0]
    assert chinese in decode_text(f"<p>{chinese}".encode("hz"), ["hz-gb-2312"])
    assert decode_text(b"<p>a ~{ b", []) == "<p>a ~{ b"


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("iso-8859-1", "cp1252"),
        ("gb2312", "gb18030"),
        ("windows-1251", "cp1251"),
        ("utf-7", ""),
        ("rot13", ""),
        ("undefined", ""),
        ("no such", ""),
    ],
)
def test_labels_name_old_encodings_alone(label: str, name: str) -> None:
    """Python knows codecs that are no encodings of texts."""
    assert name_encoding(label) == name


@given(st.binary(max_size=300), st.text(max_size=20), st.text(max_size=5))
def test_any_bytes_are_read(body: bytes, label: str, language: str) -> None:
    """No bytes, label or language are refused."""
    assert isinstance(decode_text(body, [label], language), str)


PLAIN = {
    "ascii": (b"<p>Rain</p>", True),
    "utf-8": ("<p>Bürger, 北约, дождь</p>".encode(), True),
    "old-encoding": ("<p>Bürger</p>".encode("latin-1"), False),
    "encoded-twice": ("<p>BÃ¼rger</p>".encode(), False),
    "chinese-in-seven-bits": (b"<p>~{1Gz~}</p>", False),
}


@pytest.mark.parametrize("case", PLAIN)
def test_a_page_in_plain_utf_8_is_told_from_its_bytes(case: str) -> None:
    """Such a page is parsed as it came; what may need mending is decoded."""
    body, want = PLAIN[case]
    rare = bytes(byte for byte in body if byte > 127)
    assert is_plain_utf_8(body, rare) is want
    if want:
        assert decode_text(body, ()) == body.decode()
