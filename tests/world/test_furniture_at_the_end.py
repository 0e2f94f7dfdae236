"""Both sides of what stands below or inside a text: reporters' lines stay, furniture goes.

Each language has a last line without its stop, a label of another story and an offer of its own.
"""

from __future__ import annotations

from html import escape

from tests.world.conftest import Explained
from tests.world.doors import USABLE
from tests.world.stories import page, paragraphs, told
from tests.world.table import Row, variants

EN = told("en")


def read_body(explained: Explained, name: str, *blocks: str) -> list[str]:
    """What is read of a story with these pieces of markup behind its text."""
    story = told(name)
    said = explained(page(story, text=story.paragraphs + "\n".join(blocks)))
    assert said["outcome"] in USABLE
    body: list[str] = said["body"]
    return body


STAYS = {
    "en": ("en", "The ferry sails again at noon"),
    "figures": ("en2", "12 boats, 40 divers and 3 helicopters took part"),
    "caps": ("en3", "The bridge is called NORTH GATE by those who use it"),
    "name": ("en4", "The oldest of them is Ilva Brandt, 94"),
    "bracket": ("en5", "They are paid 30 crowns a day (2 dollars)"),
    "de": ("de", "Die Fähre fährt mittags wieder"),
    "fr": ("fr", "Le bac repart à midi"),
    "es": ("es", "El transbordador sale de nuevo al mediodía"),
    "ru": ("ru", "Паром снова отходит в полдень"),
    "uk": ("uk", "Пором знову відходить опівдні"),
    "tr": ("tr", "Vapur öğlen yeniden kalkıyor"),
    "ar": ("ar", "وستبحر العبارة مجددا عند الظهر"),
    "fa": ("fa", "کشتی ظهر دوباره حرکت می‌کند"),
    "hi": ("hi", "नाव दोपहर को फिर चलेगी"),
    "zh": ("zh", "渡轮中午再次启航"),
    "ur": ("ur", "کشتی دوپہر کو پھر چلے گی"),
}


@variants(
    "end-stays", {name: Row(f"A last line in {given[0]}.", given) for name, given in STAYS.items()}
)
def test_a_last_line_in_any_language(row: Row, explained: Explained) -> None:
    """A last line that nothing speaks against is the reporter's, and what follows it goes alone."""
    name, line = row.given
    link = '<p><a href="/b">Budget passes at dawn after a long night</a></p>'
    assert read_body(explained, name, paragraphs(line)) == [*told(name).body, line], row.must
    assert read_body(explained, name, paragraphs(line), link) == [*told(name).body, line]


SHARED = {
    "ro": ("en2", "Distribuie articolul: Facebook | X | WhatsApp", "Distribuie pâine la cheu"),
    "pl": ("en2", "Udostępnij na Facebooku", "Udostępnij swój chleb, poprosił port"),
    "hr": ("en2", "Podijeli na Facebooku", "Podijeli kruh sa susjedom"),
    "de": ("de", "Auf Facebook teilen", "Teilen will er die Beute nicht"),
    "uk": ("uk", "Поділитися у Facebook", "Поділитися хлібом вирішив порт"),
    "zh": ("zh", "分享到 微信 微博", "分享面包的人很多"),
    "ar": ("ar", "شارك الخبر", "شارك في الحفل خمسون صيادا"),
    "slip-uk": (
        "uk",
        "Якщо ви помітили помилку, виділіть необхідний текст і натисніть Ctrl+Enter",
        "Якщо ви помітили човен, дзвоніть до порту",
    ),
    "slip-ro": ("en2", "Ai văzut o greșeală? Scrie-ne!", "Ai văzut barca, a întrebat el"),
    "slip-hu": ("en2", "Hibát talált? Jelezze nekünk!", "Hibát talált a gépben a szerelő"),
}


@variants(
    "share-abroad", {name: Row(f"Controls in {name}.", given) for name, given in SHARED.items()}
)
def test_calls_to_share_and_to_report_slips(row: Row, explained: Explained) -> None:
    """A site's own buttons go, and the reporter's line in the same words stays."""
    name, control, line = row.given
    found = read_body(explained, name, paragraphs(line), paragraphs(control))
    assert found == [*told(name).body, line], row.must


LABELS = {
    "en": ("en", "Read also: Fleet returns to Nordhavn"),
    "de": ("de", "Lesen Sie auch: Flotte kehrt nach Nordhavn zurück"),
    "de-more": ("de", "Mehr zum Thema"),
    "fr": ("fr", "Lire aussi : La flotte rentre à Nordhavn"),
    "es": ("es", "Lea también: La flota vuelve a Nordhavn"),
    "ru": ("ru", "Читайте также: Флот вернулся в Нордхавн"),
    "uk": ("uk", "Читайте також: Флот повернувся до Нордхавна"),
    "tr": ("tr", "Ayrıca okuyun: Filo Nordhavn'a döndü"),
    "ar": ("ar", "اقرأ أيضا: الأسطول يعود إلى نوردهافن"),
    "fa": ("fa", "بیشتر بخوانید: ناوگان به نوردهافن بازگشت"),
    "hi": ("hi", "यह भी पढ़ें: बेड़ा लौटा"),
    "zh": ("zh", "相关报道：舰队返回诺德港"),
    "it": ("en2", "Leggi anche: La flotta torna a Nordhavn"),
    "pt": ("en2", "Leia também: Frota volta a Nordhavn"),
    "nl": ("en2", "Lees ook: Vloot keert terug"),
    "pl": ("en2", "Czytaj też: Flota wraca do Nordhavn"),
    "id": ("en2", "Baca juga: Armada kembali"),
    "ja": ("en2", "関連記事：艦隊が帰港"),
    "ko": ("en2", "관련기사: 함대 귀항"),
    "he": ("en2", "קראו גם: הצי חוזר"),
    "el": ("en2", "Διαβάστε επίσης: Ο στόλος επιστρέφει"),
    "sv": ("en2", "Läs också: Flottan återvänder"),
    "no": ("en2", "Les også: Flåten vender tilbake"),
}


@variants(
    "label-goes", {name: Row(f"A label: {given[1]}", given) for name, given in LABELS.items()}
)
def test_a_known_label_without_a_link(row: Row, explained: Explained) -> None:
    """What a known label says is another story's goes, inside of the text and below it."""
    name, line = row.given
    story = told(name)
    assert read_body(explained, name, paragraphs(line)) == list(story.body), row.must
    inside = paragraphs(*story.body[:2], line, *story.body[2:])
    assert explained(page(story, text=inside))["body"] == list(story.body), row.must


OFFERS = {
    "fr": ("fr", "Abonnez-vous et lisez tous nos articles pour 3 € par mois"),
    "de": ("de", "Jetzt drei Monate für 3 Euro testen"),
    "es": ("es", "Suscríbete a nuestro boletín de la mañana"),
    "ru": ("ru", "Подписывайтесь на наш канал в Telegram"),
    "uk": ("uk", "Підпишіться на наш Telegram-канал"),
    "tr": ("tr", "Ayda 30 liraya abone olun"),
    "it": ("en2", "Abbonati a 3 € al mese"),
    "pt": ("en2", "Assine por R$ 5 por mês"),
    "nl": ("en2", "Word abonnee voor € 3 per maand"),
    "sv": ("en2", "Prenumerera för 30 kr i månaden"),
    "pl": ("en2", "Zaprenumeruj za 9 zł na miesiąc"),
    "wall-fr": ("fr", "Cet article est réservé aux abonnés"),
    "wall-es": ("es", "Contenido exclusivo para suscriptores"),
    "wall-tr": ("tr", "Devamı aboneler için"),
}


@variants(
    "offer-goes", {name: Row(f"An offer: {given[1]}", given) for name, given in OFFERS.items()}
)
def test_an_offer_in_another_language(row: Row, explained: Explained) -> None:
    """An offer to subscribe is no sentence of the story."""
    name, line = row.given
    assert read_body(explained, name, paragraphs(line)) == list(told(name).body), row.must


LINKED = {
    "one": '<p><a href="/b">Fleet returns to Nordhavn after a month</a></p>',
    "three": "".join(f'<p><a href="/{n}">Fleet {n} returns to Nordhavn</a></p>' for n in range(3)),
    "list": "<ul>"
    + "".join(f'<li><a href="/{n}">Fleet {n} returns home</a></li>' for n in range(4))
    + "</ul>",
    "with-dates": "".join(
        f'<p><a href="/{n}">Fleet {n} returns to Nordhavn</a></p><p>{n} March</p>' for n in "345"
    )
    + '<p><a href="/z">Budget passes at dawn</a></p>',
    "cards": "".join(
        f'<div><h4><a href="/{n}">Fleet {n} returns to Nordhavn</a></h4></div>' for n in range(3)
    ),
}


@variants("linked-end", {name: Row("Links below the text.", html) for name, html in LINKED.items()})
def test_links_below_a_text(row: Row, explained: Explained) -> None:
    """A link to another story goes, in whatever markup, and takes no line of this one with it."""
    last = "Eleven people are still missing"
    found = read_body(explained, "en", paragraphs(last), row.given)
    assert found == [*EN.body, last], row.must


def between(html: str) -> str:
    """A page with a piece of markup in the middle of its text."""
    return page(EN, text=paragraphs(*EN.body[:2]) + html + paragraphs(*EN.body[2:]))


INSIDE = {
    "linked-item": (
        "<ul><li>two silos</li><li><a href='/boat'>the pilot boat Orva</a></li>"
        "<li>nine lorries</li></ul>",
        ("two silos", "the pilot boat Orva", "nine lorries"),
    ),
    "quoted-control": ("<p>“Sign in.”</p>", ("“Sign in.”",)),
    "ranks": ("<p>#1 of 3 ferries</p>", ("#1 of 3 ferries",)),
    "sentence-without-stop": (
        "<p>The customs house lost its roof</p>",
        ("The customs house lost its roof",),
    ),
    "two-sentences": (
        "<p>The customs house lost its roof</p><p>Its keeper lived</p>",
        ("The customs house lost its roof", "Its keeper lived"),
    ),
    "cookies": (
        "<p>We use cookies because the law lets us, the mayor's lawyer said.</p>",
        ("We use cookies because the law lets us, the mayor's lawyer said.",),
    ),
    "javascript": (
        "<p>Please enable JavaScript, the site told those who looked for their dead.</p>",
        ("Please enable JavaScript, the site told those who looked for their dead.",),
    ),
}


@variants("inside-stays", {name: Row(given[1][0], given) for name, given in INSIDE.items()})
def test_short_lines_inside_a_text(row: Row, explained: Explained) -> None:
    """Short lines between paragraphs stay where no link and no label speaks against them."""
    html, lines = row.given
    said = explained(between(html))
    shown = [*said["body"], *said["crossheads"]]
    assert [line for line in lines if line not in shown] == [], row.must
    assert [line for line in EN.body if line not in said["body"]] == [], row.must


BOXES = {
    "byline-inside": f'<p class="byline">{escape(EN.body[2])}</p>',
    "essay-as-caption": f'<p class="caption">{escape(" ".join(EN.body))}</p>',
}


@variants("marked-prose", {name: Row("A mark on prose.", html) for name, html in BOXES.items()})
def test_prose_in_a_box_with_a_misleading_name(row: Row, explained: Explained) -> None:
    """Long prose between paragraphs stays, whatever its box is called."""
    story = told("en2")
    said = explained(
        page(story, text=paragraphs(*story.body[:2]) + row.given + paragraphs(*story.body[2:]))
    )
    assert EN.body[2] in "\n".join(said["body"]), row.must
    assert [line for line in story.body if line not in said["body"]] == [], row.must


HEADLINES = {
    "live-quote": "LIVE: “We can hear them under the stones,” says a digger",
    "as-it-happened": "The night the bridge fell – as it happened",
    "live-updates": "Ferry sinks off Nordhavn: live updates",
    "in-pictures": "In pictures: the flood that took Lindau Bay's school",
    "week-ahead": "Week ahead: the vote that may end the war",
    "quiz": "Quiz: do you know who rules Sarvik?",
    "factbox": "FACTBOX-Who is who in the talks of Osterby",
    "fixtures": "Fixtures: league moves three games out of Velmar",
}


@variants("list-headline", {name: Row(headline, headline) for name, headline in HEADLINES.items()})
def test_prose_below_the_headline_of_a_list(row: Row, explained: Explained) -> None:
    """Five paragraphs are a story, whatever its headline; five short entries are none."""
    story = told("en", title=row.given)
    said = explained(page(story))
    assert said["outcome"] == "new", row.must
    assert said["body"] == list(story.body), row.must
    entries = ("14:02 - Rockets hit", "13:40 - Talks open", "13:05 - Port shut", "12:11 - Envoys")
    listed = explained(page(story, text=paragraphs(*entries)))
    assert listed["outcome"] not in USABLE, row.must
