"""The same flashes in many languages at each door: text, page, title, a title said twice."""

from __future__ import annotations

from html import escape

import pytest

from tests.world.conftest import Explained
from tests.world.doors import USABLE, Answer, Data, Site, basis, body, once, shown
from tests.world.stories import Item, rss
from tests.world.table import Row, variants
from tests.world.test_flash import flash_page

FILED = {
    "english-kremlin": (
        "Envoys of Dahran will not come to Osterby - Kremlin",
        "Envoys of Dahran will not come to Osterby",
    ),
    "english-police-say": (
        "Mayor of Velmar shot in car, police say",
        "Mayor of Velmar shot in car",
    ),
    "english-breaking": (
        "BREAKING: Bridge over the Orva blown up",
        "Bridge over the Orva blown up",
    ),
    "english-two-words": ("Telmark falls.", "Telmark falls"),
    "english-question": ("Ceasefire holds, both sides say!", "Ceasefire holds"),
    "german": ("+++ EILMELDUNG +++ Raketen treffen Hafen von Velmar", "Raketen treffen Hafen"),
    "french": ("ALERTE - Le gouverneur de Sahl démissionne (présidence)", "Le gouverneur de Sahl"),
    "spanish": (
        "ÚLTIMA HORA: Dos muertos en Velmar, según la alcaldía",
        "Dos muertos en Velmar, según la alcaldía",
    ),
    "italian": ("ULTIM'ORA - Esplosioni udite nel porto di Velmar", "Esplosioni udite nel porto"),
    "portuguese": (
        "URGENTE: Ponte sobre o Orva desaba, dizem bombeiros",
        "Ponte sobre o Orva desaba",
    ),
    "dutch": (
        "Gouverneur van Sahl treedt af, meldt staatstelevisie",
        "Gouverneur van Sahl treedt af",
    ),
    "russian": ("Молния: Посол Дахрана покинул Остерби — МИД", "Посол Дахрана покинул Остерби"),
    "ukrainian": ("ТЕРМІНОВО! Обстріляно порт Вельмара, є поранені", "Обстріляно порт Вельмара"),
    "polish": ("PILNE: Wybuchy w porcie Velmar, podał burmistrz", "Wybuchy w porcie Velmar"),
    "turkish": ("FLAŞ: Sahl valisi istifa etti", "Sahl valisi istifa etti"),
    "arabic": ("عاجل | استقالة حاكم ولاية سهل", "استقالة حاكم ولاية سهل"),
    "persian": ("فوری: استعفای فرماندار سهل - تلویزیون دولتی", "استعفای فرماندار سهل"),
    "hebrew": ("מבזק: פיצוצים נשמעו בנמל ולמאר", "פיצוצים נשמעו בנמל ולמאר"),
    "hindi": ("ब्रेकिंग न्यूज़: सहल के राज्यपाल ने इस्तीफ़ा दिया।", "सहल के राज्यपाल ने इस्तीफ़ा दिया"),
    "chinese": ("【突发】维尔马港口发生爆炸", "维尔马港口发生爆炸"),
    "japanese": ("【速報】ベルマル港で爆発音", "ベルマル港で爆発音"),
    "korean": ("[속보] 벨마르 항구에서 폭발음", "벨마르 항구에서 폭발음"),
    "thai": ("ด่วน: ได้ยินเสียงระเบิดที่ท่าเรือเวลมาร์", "ได้ยินเสียงระเบิดที่ท่าเรือเวลมาร์"),
    "greek": ("ΕΚΤΑΚΤΟ: Εκρήξεις στο λιμάνι του Βελμάρ", "Εκρήξεις στο λιμάνι του Βελμάρ"),
    "swedish": ("JUST NU: Explosioner hörda i Velmars hamn", "Explosioner hörda i Velmars hamn"),
    "romanian": (
        "ULTIMA ORĂ: Guvernatorul din Sahl a demisionat",
        "Guvernatorul din Sahl a demisionat",
    ),
}
CASES = {
    name: Row(f"A flash as filed: {filed}", filed, want) for name, (filed, want) in FILED.items()
}


def check(said: Data, row: Row) -> None:
    """A one-line story with the words of the flash in its body, without the mark of speed."""
    assert row.want in body(said), row.must
    assert len(said["body"]) == 1, row.must
    assert row.want in shown(said).partition("\n")[0], row.must
    assert said["form"] == "flash", row.must
    assert said["truncated"] is True, row.must
    for mark in ("【", "EIL", "BREAKING", "عاجل", "فوری", "ด่วน", "속보", "ब्रेकिंग", "PILNE"):
        assert mark not in shown(said), row.must


@variants("flash-door-text", CASES)
def test_a_text_in_any_language(row: Row, explained: Explained) -> None:
    """A file of one line."""
    said = explained(f"{row.given}\n", "flash.txt")
    assert said["outcome"] in USABLE, row.must
    check(said, row)


@variants("flash-door-page", CASES)
def test_a_page_in_any_language(row: Row, explained: Explained) -> None:
    """A page that is its headline."""
    said = explained(flash_page(row.given, "<p>10:41</p>"))
    assert said["outcome"] in USABLE, row.must
    check(said, row)


@variants("flash-door-title", CASES)
def test_a_title_in_any_language(row: Row, site: Site) -> None:
    """An entry that is its title, and a page that can't be had."""
    said = once(site, rss(Item(row.given)), {"/a": Answer("no", 403)}).only
    check(said, row)
    assert basis(said) == "headline", row.must


@variants("flash-door-twice", CASES)
def test_a_title_said_twice_in_any_language(row: Row, site: Site) -> None:
    """An entry whose content and summary are the title again."""
    item = Item(row.given, content=f"<p>{escape(row.given)}</p>", summary=row.given)
    check(once(site, rss(item), {"/a": Answer("no", 403)}).only, row)


MORE = {
    "english": "More details to follow.",
    "german": "Mehr in Kürze.",
    "french": "Plus d'informations à suivre.",
    "spanish": "Noticia en ampliación",
    "italian": "Seguono aggiornamenti",
    "portuguese": "Mais informações em breve.",
    "russian": "Подробности позже.",
    "ukrainian": "Деталі згодом",
    "turkish": "Ayrıntılar birazdan...",
    "arabic": "التفاصيل لاحقا",
    "persian": "خبر در حال تکمیل است",
    "chinese": "详情稍后。",
    "korean": "(계속)",
}


@variants("flash-more", {name: Row(f"No text: {more}", more) for name, more in MORE.items()})
def test_a_promise_of_more_is_no_text(row: Row, explained: Explained) -> None:
    """What says that the text is still being written does not stand in its place."""
    said = explained(f"Explosions heard in Velmar\n\n{row.given}\n", "flash.txt")
    assert said["body"] == ["Explosions heard in Velmar"], row.must
    assert said["form"] == "flash", row.must


NO_FLASH = {
    "label": "World",
    "front-page": "Lakeside Vision",
    "digest": "Top stories at 10 pm",
    "live": "LIVE: Parliament votes on truce",
    "error": "Page not found",
}


@pytest.mark.parametrize("name", NO_FLASH)
def test_a_page_without_text_that_is_no_flash(name: str, explained: Explained) -> None:
    """Look-alikes: a section's name, a list's or an error's are no news."""
    assert explained(flash_page(NO_FLASH[name]))["outcome"] not in USABLE


def test_a_page_of_links_is_no_flash(explained: Explained) -> None:
    """A front page under a long name of its own."""
    links = "".join(f'<li><a href="/{n}">Mayor of town {n} resigns</a></li>' for n in range(30))
    said = explained(flash_page("News from the lake and its towns", f"<ul>{links}</ul>"))
    assert said["outcome"] not in USABLE


FILED_LINES = {
    "agency": ("VELMAR, March 9 (Reuters) - {}.", "VELMAR", "Reuters"),
    "no-day": ("VELMAR (AP) — {}", "VELMAR", "AP"),
    "double-dash": ("VELMAR, March 9 (Xinhua) -- {}.", "VELMAR", "Xinhua"),
    "spanish": ("VELMAR, 9 mar (EFE).- {}.", "VELMAR", "EFE"),
    "russian": ("ВЕЛЬМАР, 9 марта (Рейтер) - {}.", "ВЕЛЬМАР", "Reuters"),
}


@pytest.mark.parametrize("is_content", [False, True], ids=["summary", "content"])
@variants(
    "flash-filed", {name: Row(line, line, want) for name, (line, *want) in FILED_LINES.items()}
)
def test_a_dateline_before_the_headline_again(row: Row, is_content: bool, site: Site) -> None:
    """A snap as a wire files it: place and agency are fields, and both cuts are shown."""
    title = "Two shells hit the grain port"
    line = row.given.format(title)
    item = Item(title, content=f"<p>{line}</p>") if is_content else Item(title, summary=line)
    said = once(site, rss(item), {"/a": Answer("no", 403)}).only
    assert said["body"] == [title], row.must
    assert said["form"] == "flash", row.must
    assert said["dateline"]["place"] == row.want[0], row.must
    assert row.want[1] in str(said["infoSources"]), row.must
    cuts = " ".join(cut["text"] for cut in said["removed"])
    assert cuts.startswith(line.partition(" {")[0][:6]), row.must
