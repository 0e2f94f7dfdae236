"""What leads away from the story goes by its link; what a report links to stays.

Each table has both sides in many languages: calls to the reader beside a link, and sentences about
others that hold the same words or the same link.
"""

from __future__ import annotations

from tests.world.conftest import Explained
from tests.world.stories import page, paragraphs, told
from tests.world.table import Row, variants

# a line below the text, by the story that it stands under
CALLS = {
    "en-app": ("en", 'Harbour alerts on your phone: get <a href="/app">our app</a>.'),
    "de-letter": ("de", 'Melden Sie sich an zum <a href="/nl">Newsletter vom Hafen</a>.'),
    "de-channel": ("de", 'Mehr vom Hafen in <a href="/w">unserem WhatsApp-Kanal</a>'),
    "fr-letter": ("fr", 'Recevez chaque soir <a href="/l">notre lettre du port</a>.'),
    "es-member": ("es", 'Sin lectores no hay periodismo: <a href="/u">hazte socia</a>.'),
    "ru-channel": ("ru", 'Скачайте <a href="/p">приложение «Порта»</a> на телефон'),
    "uk-channel": ("uk", 'Долучайтеся до <a href="/v">спільноти у Вайбері</a>, канал відкрито'),
    "tr-follow": ("tr", 'Liman haberleri için bizi <a href="/i">Instagram\'da</a> takip edin.'),
    "ar-channel": ("ar", 'اشترك في <a href="/y">قناة الميناء على يوتيوب</a>'),
    "fa-channel": ("fa", 'ما را در <a href="/t">تلگرام</a> دنبال کنید'),
    "hi-channel": ("hi", '<a href="/w">व्हाट्सएप चैनल</a> से जुड़ें और बंदरगाह की ख़बरें पाएँ।'),
    "zh-app": ("zh", '下载<a href="/a">海港新闻客户端</a>，随时看新闻'),
    "ja-line": ("en2", '港の速報は<a href="/l">LINE公式アカウント</a>で友だち追加'),
    "ko-app": ("en2", '<a href="/k">카카오톡 채널</a>을 친구 추가하고 소식을 받으세요'),
    "vi-follow": ("en2", 'Mời độc giả theo dõi <a href="/z">kênh Zalo của báo</a>'),
    "th-app": ("en2", 'ติดตามเราทาง <a href="/y">ยูทูบ</a>ได้ทุกวัน'),
    "el-letter": ("en2", 'Εγγραφείτε στο <a href="/n">newsletter του λιμανιού</a> σήμερα'),
    "pl-follow": ("en2", 'Śledź nas w <a href="/g">Google News</a>.'),
    "id-app": ("en2", 'Ikuti kami di <a href="/t">TikTok</a> untuk kabar pelabuhan.'),
    "nl-app": ("en2", 'Volg ons ook op <a href="/i">Instagram</a>.'),
    "sv-letter": ("en2", 'Följ oss på <a href="/f">Facebook</a>.'),
    "he-channel": ("en2", 'הצטרפו ל<a href="/w">ערוץ הוואטסאפ שלנו, בוואטסאפ</a>'),
}


@variants("call-goes", {name: Row(f"A call: {name}", given) for name, given in CALLS.items()})
def test_a_call_to_the_reader_beside_a_link(row: Row, explained: Explained) -> None:
    """A call with a link is no sentence of the story, whatever stands in the link."""
    name, html = row.given
    story = told(name)
    said = explained(page(story, text=story.paragraphs + f"<p>{html}</p>"))
    assert said["body"] == list(story.body), row.must


# what no word betrays, because no rule knows the language: only the address does
TARGETS = {
    "app-store": '<p>Zorvat la bendu <a href="https://play.google.com/store/apps/x">Harvo</a></p>',
    "letter": '<p>Zorvat la bendu <a href="/newsletter/harbour">Harvo</a>.</p>',
    "abo": '<p>Zorvat la bendu <a href="https://quay.example/abo">Harvo</a>.</p>',
    "own-app": '<p>Zorvat <a href="/app">la bendu</a> mirat.</p>',
    "author": '<p>Ilva Brandt zorvat <a href="/autor/ilva-brandt">la bendu mirat</a>.</p>',
    "label": '<p>Zorvat bendu: <a href="/b">Fleet returns to Nordhavn</a></p>',
    "label-bracket": '<p>【Zorvat】<a href="/b">Fleet returns to Nordhavn</a></p>',
}


@variants("target-goes", {name: Row(f"By address: {name}", t) for name, t in TARGETS.items()})
def test_a_last_line_whose_link_says_what_it_is(row: Row, explained: Explained) -> None:
    """In a language that no rule knows, the address of the link says that the line is none."""
    story = told("en")
    said = explained(page(story, text=story.paragraphs + row.given))
    assert said["body"] == list(story.body), row.must


# sentences of a report with a link to what it cites, as printed
CITED = {
    "en-told": (
        "en",
        'The army told residents to follow <a href="https://t.me/army">its Telegram channel</a>.',
    ),
    "en-post": ("en", 'The mayor wrote so <a href="https://x.com/mayor/status/17">on X</a>.'),
    "en-app": ("en", 'More people downloaded <a href="/b">the app that warns of rockets</a>.'),
    "de": ("de", 'Das teilte die Armee <a href="https://t.me/armee">auf Telegram</a> mit.'),
    "fr": ("fr", "L'armée l'a écrit <a href=\"https://t.me/armee\">sur sa chaîne Telegram</a>."),
    "es": ("es", 'El ejército lo publicó en <a href="https://t.me/e">su canal de Telegram</a>.'),
    "ru": ("ru", 'Об этом военные сообщили <a href="https://t.me/v">в своём Telegram-канале</a>.'),
    "uk": ("uk", 'Про це військові написали <a href="https://t.me/v">у Telegram-каналі</a>.'),
    "tr": ("tr", 'Ordu bunu <a href="https://t.me/ordu">Telegram kanalında</a> duyurdu.'),
    "ar": ("ar", 'وقال الجيش ذلك <a href="https://t.me/j">في قناته على تلغرام</a>.'),
    "fa": ("fa", 'ارتش این خبر را در <a href="https://t.me/a">کانال تلگرام خود</a> منتشر کرد.'),
    "hi": ("hi", 'सेना ने यह बात <a href="https://t.me/s">अपने टेलीग्राम चैनल</a> पर कही।'),
    "zh": ("zh", '军方在<a href="https://weibo.com/j">官方微博</a>上说，渡轮中午再次启航。'),
    "fi": ("en2", 'Puolueella on <a href="/b">enemmän tilaa Facebookissa</a>.'),
    "quoted": ("en3", '“Follow us on <a href="https://t.me/army">Telegram</a>,” he told them.'),
    "letter": ("en4", 'She read it out of <a href="/b">the letter to the harbour office</a>.'),
}


@variants("cited-stays", {name: Row(f"A sentence: {name}", given) for name, given in CITED.items()})
def test_a_sentence_that_links_to_its_source(row: Row, explained: Explained) -> None:
    """A report that cites a channel keeps its sentence: inside of the text, first and last."""
    name, html = row.given
    story = told(name)
    text = html.replace("</a>", "").split("<a ")
    line = text[0] + "".join(part.split(">", 1)[1] for part in text[1:])
    body = story.body
    for place in (1, len(body)):
        given = paragraphs(*body[:place]) + f"<p>{html}</p>" + paragraphs(*body[place:])
        said = explained(page(story, text=given))
        assert said["body"] == [*body[:place], line, *body[place:]], row.must


NOTICES = {
    "typo-ru": ("ru", "Увидели опечатку? Выделите её и нажмите Ctrl + Enter"),
    "typo-uk": ("uk", "Помітили помилку? Виділіть її мишкою"),
    "rights-it": ("en2", "Riproduzione riservata"),
    "rights-zh": ("zh", "版权所有，未经书面许可不得转载。"),
    "rights-ko": ("en2", "© 항구신문. 무단 전재 및 재배포 금지"),
    "rights-tr": ("tr", "Tüm hakları saklıdır."),
    "rights-ar": ("ar", "جميع الحقوق محفوظة"),
    "editor-zh": ("zh", "责任编辑：林舟"),
    "end-fa": ("fa", "پایان پیام"),
    "end-ja": ("en2", "（完）"),
}


@variants("notice-goes", {name: Row(f"A notice: {name}", given) for name, given in NOTICES.items()})
def test_a_notice_without_a_link(row: Row, explained: Explained) -> None:
    """Where to report a slip, whose the rights are, that the item ends: none is the story's."""
    name, line = row.given
    story = told(name)
    said = explained(page(story, text=story.paragraphs + paragraphs(line)))
    assert said["body"] == list(story.body), row.must


ROWS = "".join(
    f"<tr><th>{name}</th><td>{rate}</td><td>%0,4</td></tr>"
    for name, rate in (("Dolar", "51,20"), ("Euro", "55,10"), ("Gram Altın", "6.410"))
)
TOLLS = "".join(
    f"<tr><th>{place}</th><td>{dead}</td><td>{hurt}</td></tr>"
    for place, dead, hurt in (("Velmar", 4, 9), ("Telmark", 2, 7), ("Sarvik", 1, 3))
)
WIDGETS = {
    "rates": (f"<table>{ROWS}</table>", 0),
    "ticker": ('<ul class="ticker"><li><time>7 pm</time> Gale closes quay</li></ul>', 0),
    "tolls": (f"<table>{TOLLS}</table>", 3),
    "listed": ("<ul><li>7 pm: gale closes quay</li><li>8 pm: ferry sails</li></ul>", 2),
}


@variants("widget", {name: Row(f"Rows: {name}", given) for name, given in WIDGETS.items()})
def test_rows_of_rates_and_tickers_below_a_text(row: Row, explained: Explained) -> None:
    """Rates and a ticker's rows go; tolls by place and a list of hours are the reporter's."""
    html, kept = row.given
    story = told("tr")
    said = explained(page(story, text=story.paragraphs + html))
    assert said["body"][: len(story.body)] == list(story.body), row.must
    assert len(said["body"]) == len(story.body) + kept, row.must


INFO = {
    "zh": "2024-03-09 07:45 来源：海港晚报",
    "tr": "09.03.2024 07:45 Kaynak: Liman Haber",
    "ru": "Источник: Вестник порта 09.03.2024",
    "en": "2024-03-09 07:45 Source: Harbour Post",
}


@variants("info-row", {name: Row(f"A row: {line}", (name, line)) for name, line in INFO.items()})
def test_a_row_with_time_and_source_above_a_text(row: Row, explained: Explained) -> None:
    """What stands between headline and text and names a time and an outlet is no paragraph."""
    name, line = row.given
    story = told(name)
    said = explained(page(story, text=f"<div>{line}</div>" + story.paragraphs))
    assert said["body"] == list(story.body), row.must
