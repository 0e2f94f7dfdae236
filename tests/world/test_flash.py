"""Flashes: one line is a story, at each door. A desk lives on them."""

from __future__ import annotations

from html import escape

from tests.world.conftest import Explained
from tests.world.doors import USABLE, Answer, Data, Site, basis, body, once, shown
from tests.world.stories import Item, document, page, paragraphs, rss, told
from tests.world.table import Row, variants

NO = Answer("Forbidden", 403)


def check_flash(said: Data, row: Row) -> None:
    """A one-line story with its words, marked as one."""
    assert row.want in shown(said), row.must
    assert said.get("form") == "flash", row.must
    assert said.get("truncated") is True, row.must


TEXTS = {
    "bare": Row(
        "A line without a full stop is a whole flash.",
        "Explosions heard in Velmar",
        "Explosions heard in Velmar",
    ),
    "full-stop": Row(
        "So is one with a full stop.",
        "Governor of Sahl province resigns.",
        "Governor of Sahl province resigns",
    ),
    "urgent": Row(
        "URGENT is a mark of speed; the words behind it are the story.",
        "URGENT: Truce takes effect along the Orva river",
        "Truce takes effect along the Orva river",
    ),
    "source-behind-dash": Row(
        "Snaps name their source behind a dash; that is no site's name to cut the story with.",
        "TWO JETS SHOT DOWN OVER SAHL - DEFENCE MINISTRY",
        "TWO JETS SHOT DOWN OVER SAHL",
    ),
    "state-tv-says": Row(
        "What state television says in one line is a flash.",
        "President of Dahran leaves capital by helicopter, state TV says",
        "President of Dahran leaves capital",
    ),
    "says-first": Row(
        "The speaker may stand first.",
        "Palace guard says: no shots fired at residence of Dahran's president",
        "no shots fired at residence of Dahran",
    ),
    "behind-dateline": Row(
        "A line behind a dateline is the story; the dateline is a field.",
        "VELMAR, March 9 (Reuters) - Explosions were heard near the grain port, witnesses said.",
        "Explosions were heard near the grain port",
    ),
    "headline-again": Row(
        "A text that says the headline again loses neither of the two to the other.",
        "Rebels enter Telmark\n\nRebels enter Telmark.\n",
        "Rebels enter Telmark",
    ),
    "urgent-dateline-caps": Row(
        "Mark, dateline and capitals together hide no story.",
        "BULLETIN\n\nOSTERBY (AP) - ENVOYS SIGN TRUCE",
        "ENVOYS SIGN TRUCE",
    ),
    "french": Row(
        "Flashes come in French.",
        "URGENT - Explosions entendues à Velmar (mairie)",
        "Explosions entendues à Velmar",
    ),
    "german": Row(
        "And in German.",
        "EIL: Gouverneur von Sahl tritt zurück",
        "Gouverneur von Sahl tritt zurück",
    ),
    "russian": Row(
        "And in Russian.", "СРОЧНО: В Вельмаре слышны взрывы - мэрия", "В Вельмаре слышны взрывы"
    ),
    "arabic": Row(
        "And in Arabic.", "عاجل: سماع دوي انفجارات في فلمار", "سماع دوي انفجارات في فلمار"
    ),
    "turkish": Row(
        "And in Turkish.",
        "SON DAKİKA: Velmar limanında patlama sesleri duyuldu",
        "Velmar limanında patlama sesleri duyuldu",
    ),
}


@variants("flash-text", TEXTS)
def test_a_text_of_one_line(row: Row, explained: Explained) -> None:
    """A file that holds one line goes out as a one-line story."""
    said = explained(row.given, "flash.txt")
    assert said["outcome"] in USABLE, row.must
    check_flash(said, row)


LINE = "Explosions heard near grain port of Velmar"


def flash_page(line: str, inside: str = "", *, language: str = "en", head: str = "") -> str:
    """A page with a headline and next to nothing below it."""
    text = f"<article><h1>{escape(line)}</h1>{inside}</article>"
    return document(text, title=f"{line} | Lakeside Vision", language=language, head=head)


PAGES = {
    "headline-alone": Row("A page may be its headline alone.", flash_page(LINE), LINE),
    "headline-again": Row(
        "A page whose only sentence is the headline again is a flash.",
        flash_page(LINE, f"<p>{LINE}.</p>"),
        LINE,
    ),
    "more-to-come": Row(
        "'More to come' is no text.", flash_page(LINE, "<p>More to come.</p>"), LINE
    ),
    "source": Row(
        "The source behind a dash stays told.",
        flash_page("Two jets shot down over Sahl - defence ministry"),
        "Two jets shot down over Sahl",
    ),
    "time-and-byline": Row(
        "Time, byline and buttons around a flash do not make it empty.",
        flash_page(
            LINE, '<div class="byline">By Web Desk</div><time>10:02</time><ul><li>Share</ul>'
        ),
        LINE,
    ),
    "typed-article": Row(
        "A page that calls itself a news article is believed.",
        flash_page(LINE, head='<meta property="og:type" content="article">'),
        LINE,
    ),
    "french": Row(
        "The same in French.",
        flash_page("Explosions entendues à Velmar, selon la mairie", language="fr"),
        "Explosions entendues à Velmar",
    ),
    "persian": Row(
        "The same in Persian.",
        flash_page("شنیده شدن صدای انفجار در ولمار", "<p>فوری</p>", language="fa"),
        "شنیده شدن صدای انفجار در ولمار",
    ),
    "chinese": Row(
        "The same in Chinese.",
        flash_page("快讯：维尔马粮港传出爆炸声", language="zh"),
        "维尔马粮港传出爆炸声",
    ),
}


@variants("flash-page", PAGES)
def test_a_page_of_one_line(row: Row, explained: Explained) -> None:
    """A page that is hardly more than its headline goes out as a one-line story."""
    said = explained(row.given)
    assert said["outcome"] in USABLE, row.must
    check_flash(said, row)


SPEAKERS = {
    "ministry": Row("A ministry.", "Rebel leader Mato captured - defence ministry"),
    "seat": Row("A seat of government.", "Envoys of Dahran stay home – Kremlin"),
    "bar": Row("Behind a bar, where sites have their names.", "Mato held in port town | Kremlin"),
    "state-media": Row("Two words like an outlet's.", "Bridge at Osterby blown up - state media"),
    "state-agency": Row("An agency of one side.", "Hill above Osterby retaken - SANA"),
    "german": Row("In German.", "Mato gefasst - Verteidigungsministerium"),
    "russian": Row("In Russian.", "Мост у Остерби взорван — Минобороны"),
    "french": Row("In French.", "Mato capturé - ministère de la Défense"),
}


@variants("flash-speaker", SPEAKERS)
def test_who_said_it_stays_in_headline_and_body(row: Row, explained: Explained, site: Site) -> None:
    """Without who said it a claim becomes a fact, at the door of pages and at that of feeds."""
    for said in (explained(flash_page(row.given)), once(site, rss(Item(row.given))).only):
        assert said["headline"] == row.given, row.must
        assert said["body"] == [row.given], row.must


CAPITALS = {
    "english": Row("In English.", "URGENT Rebels enter Osterby", "Rebels enter Osterby"),
    "german": Row("In German.", "EILMELDUNG Hafen von Velmar beschossen", "Hafen von Velmar besch"),
    "russian": Row("In Russian.", "СРОЧНО Порт Вельмара обстрелян", "Порт Вельмара обстрелян"),
    "turkish": Row("In Turkish.", "SON DAKİKA Velmar limanı vuruldu", "Velmar limanı vuruldu"),
    "spanish": Row("In Spanish.", "ÚLTIMA HORA Bombardeado el puerto", "Bombardeado el puerto"),
    "part-of-it": Row("A word of the headline.", "FLASH floods kill nine at Velmar", "FLASH flo"),
}


@variants("flash-capitals", CAPITALS)
def test_a_mark_of_speed_without_a_colon(row: Row, site: Site) -> None:
    """Capitals alone tell it from the headline."""
    said = once(site, rss(Item(row.given))).only
    assert said["headline"].startswith(row.want), row.must
    assert said["body"][0].startswith(row.want), row.must


ENTRIES = {
    "title-only": Row("An entry may be its title alone.", Item(LINE), LINE),
    "title-only-no-link": Row(
        "There may be no address to ask.", Item(LINE, "", guid="flash-1"), LINE
    ),
    "title-again": Row(
        "Content that says the title again adds nothing and takes nothing away.",
        Item(LINE, content=f"<p>{LINE}.</p>"),
        LINE,
    ),
    "summary-again": Row("Nor does a summary.", Item(LINE, summary=LINE), LINE),
    "urgent": Row(
        "The mark of speed is no reason to drop it.",
        Item("URGENT: Truce takes effect along the Orva river", summary="URGENT"),
        "Truce takes effect along the Orva river",
    ),
    "source": Row(
        "Nor is the source behind a dash.",
        Item("Shelling of Telmark resumes - governor", content="<p>Details follow.</p>"),
        "Shelling of Telmark resumes",
    ),
    "picture-only": Row(
        "A picture beside the title is no text and no reason to drop it.",
        Item(LINE, content='<img src="/velmar.jpg" alt="">'),
        LINE,
    ),
    "german": Row(
        "The same in German.",
        Item("Eilmeldung: Gouverneur von Sahl tritt zurück", content="<p>Mehr in Kürze.</p>"),
        "Gouverneur von Sahl tritt zurück",
    ),
    "spanish": Row(
        "The same in Spanish.",
        Item("ÚLTIMA HORA | Dimite el gobernador de Sahl", summary="Noticia en desarrollo"),
        "Dimite el gobernador de Sahl",
    ),
    "ukrainian": Row(
        "The same in Ukrainian.",
        Item("У Вельмарі пролунали вибухи - мерія"),
        "У Вельмарі пролунали вибухи",
    ),
    "hindi": Row(
        "The same in Hindi.",
        Item("वेलमार बंदरगाह के पास धमाके सुने गए", summary="ब्रेकिंग न्यूज़"),
        "वेलमार बंदरगाह के पास धमाके सुने गए",
    ),
}


@variants("flash-entry", ENTRIES)
def test_an_entry_of_one_line(row: Row, site: Site) -> None:
    """An entry with a title and no text, whose page can't be had, goes out as a one-line story."""
    said = once(site, rss(row.given), {"/a": NO}).only
    check_flash(said, row)
    if not (row.given.summary or row.given.content):
        assert basis(said) == "headline", row.must


LONE = "Guards of the grain port fired into the air on Sunday when drivers pushed at the gate."
OTHERS = (
    (
        "Fishermen of Nordhavn went back to sea on Monday "
        "after a week of storms, a harbour master said."
    ),
    "Prices on the quay fell by a third within hours, traders said, and restaurants filled again.",
    "The season lasts until March, and the fleet hopes to make up for the days that it lost.",
    "Two boats stayed in port for repairs because parts had not arrived by ship, owners said.",
)


def lone_story(beside: str, text: str = LONE) -> str:
    """A story of one sentence, and a page full of other things."""
    return page(
        told("en", title="Guards fire at gate of grain port"), text=paragraphs(text), after=beside
    )


BESIDE = {
    "related-box": Row(
        "A box of related stories is longer than the story.",
        lone_story(f'<div class="related-stories">{paragraphs(*OTHERS)}</div>'),
    ),
    "aside": Row(
        "So is an <aside>.", lone_story(f"<aside><h2>More</h2>{paragraphs(*OTHERS)}</aside>")
    ),
    "plain-section": Row(
        "A section need not be named at all.",
        lone_story(f"<section><h2>Also on this site</h2>{paragraphs(*OTHERS)}</section>"),
    ),
    "cards": Row(
        "Cards have links and summaries.",
        lone_story(
            "".join(
                f'<div class="card"><h3><a href="/{n}">Story {n}</a></h3><p>{text}</p></div>'
                for n, text in enumerate(OTHERS)
            )
        ),
    ),
    "credits": Row(
        "Wire credits behind the sentence leave it the only one.",
        lone_story(
            f'<div class="more-news">{paragraphs(*OTHERS)}</div>',
            f"VELMAR, March 9 (Reuters) - {LONE} (Reporting by Mira Solen; Editing by Idris Kalo)",
        ),
    ),
    "comments": Row(
        "Readers' comments are no part of it either.",
        lone_story(
            '<div class="comments"><h2>4 comments</h2>'
            + "".join(f'<div class="comment"><p>{text}</p></div>' for text in OTHERS)
            + "</div>"
        ),
    ),
}


@variants("flash-beside", BESIDE)
def test_a_one_line_story_beside_longer_things(row: Row, explained: Explained) -> None:
    """The story's own sentence is the body, and nothing of its neighbours is."""
    said = explained(row.given)
    assert LONE in body(said), row.must
    assert len(said["body"]) == 1, row.must


LINKS = {
    "no-scheme": Row("A link without a scheme.", Item(LINE, "//{host}/a")),
    "scheme-lost": Row("A link with its scheme cut off.", Item(LINE, "{host}/a")),
    "words": Row("A link that is no address at all.", Item(LINE, "see our site")),
    "javascript": Row("A link that runs a script.", Item(LINE, "javascript:void(0)")),
    "guid-number": Row("A guid that is a number.", Item(LINE, "", guid="481516")),
    "guid-says-link": Row(
        "A guid that is said to be an address and is none.",
        Item(LINE, "", more='<guid isPermaLink="true">lakeside-481516</guid>'),
    ),
    "doubled-scheme": Row("A scheme that stands twice.", Item(LINE, "http://{site}/a")),
    "one-slash": Row("A scheme with one slash.", Item(LINE, "http:/{host}/a")),
    "feed-scheme": Row("The scheme of old feed readers.", Item(LINE, "feed://{host}/a")),
    "lines": Row("A link over several lines.", Item(LINE, "\n   {site}/\n   a\n")),
    "in-markup": Row("A link in markup.", Item(LINE, "<a href='{site}/a'>Read</a>")),
    "placeholder": Row("A template's placeholder.", Item(LINE, "{{ story.url }}")),
    "tag": Row("A name by the tag scheme.", Item(LINE, "tag:lakeside.example,2025:1")),
    "null": Row("A program's word for nothing.", Item(LINE, "null")),
    "mail": Row("A link that writes a letter.", Item(LINE, "mailto:desk@lakeside.example")),
}


@variants("entry-links", LINKS)
def test_a_link_that_is_no_address(row: Row, site: Site) -> None:
    """An entry with its text in the feed needs no address: it goes out and is not broken."""
    story = told("en")
    given = Item(
        story.title,
        row.given.link,
        content=story.paragraphs,
        guid=row.given.guid,
        more=row.given.more,
    )
    assert once(site, rss(given), {"/a": page(story)}).only["body"] == list(story.body), row.must


ONE_PARAGRAPH = (
    "A bus with thirty pilgrims rolled into the Orva "
    "gorge on Sunday evening, police in Telmark said. "
    "Four people died and nine were taken to the hospital "
    "of Osterby, where the road had been closed "
    "by snow until noon. The driver, who jumped out, told a judge that the brakes had failed."
)
FIVE_THINGS = "".join(
    f"<h2>{n}. {head}</h2>{paragraphs(text)}"
    for n, (head, text) in enumerate(
        zip(
            ("The silos", "The river road", "The mayor", "The envoys", "The boats"),
            told("en").body,
            strict=True,
        ),
        1,
    )
)
SHORT = {
    "one-paragraph": Row(
        "One paragraph of three sentences is a whole story and no flash.",
        page(told("en", title="Bus rolls into gorge near Telmark"), text=paragraphs(ONE_PARAGRAPH)),
        1,
    ),
    "title-of-one-word": Row("A headline may be one word.", page(told("en", title="Truce")), 5),
    "title-of-two-words": Row("Or two.", page(told("en3", title="Budget passes")), 4),
    "list-article": Row(
        "A list of numbered headings with prose is a story that someone wrote.",
        page(told("en", title="Five things to know about Velmar"), text=FIVE_THINGS),
        5,
    ),
    "two-short-paragraphs": Row(
        "Two short paragraphs are a story.",
        page(
            told("en2", title="Trawler found"),
            text=paragraphs(
                "The trawler Marit was found on Monday.", "All six men are alive, a pilot said."
            ),
        ),
        2,
    ),
    "questions": Row(
        "An interview's short answers are its text.",
        page(
            told("en", title="'We sleep in the cellar'"),
            text=paragraphs(
                "Ilva Brandt has been mayor of Velmar for nine years. We met her in a school.",
                "Do you sleep?",
                "In the cellar.",
                "Will you leave?",
                "No. Who would open the gates?",
            ),
        ),
        5,
    ),
}


@variants("short-story", SHORT)
def test_a_short_story_is_no_flash(row: Row, explained: Explained) -> None:
    """Look-alikes: a short story, title or list is a whole story, neither cut nor marked as cut."""
    said = explained(row.given)
    assert said["outcome"] == "new", row.must
    assert len(said["body"]) == row.want, row.must
    assert said.get("form", "") != "flash", row.must
    assert not said.get("truncated"), row.must
