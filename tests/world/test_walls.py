"""Pages that answer 200 and hold no story: never a story, and never a reason to lose one.

The feed's own text serves then; ``basis`` says that it is the feed's and ``page_refused`` which
kind of page stood there, so that a desk can tell a site that locks it out from one that is quiet.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from html import escape
from typing import Any

from tests.world.conftest import Explained
from tests.world.doors import USABLE, Answer, Data, Site, basis, body, once, refused
from tests.world.stories import Item, Told, document, item, page, paragraphs, rss, told
from tests.world.table import Row, data, variants

LANGUAGES = {
    "german": "de",
    "french": "fr",
    "spanish": "es",
    "russian": "ru",
    "turkish": "tr",
    "arabic": "ar",
    "persian": "fa",
    "hindi": "hi",
    "chinese": "zh",
    "ukrainian": "uk",
}


def wall_page(wall: dict[str, Any], number: int) -> str:
    """A wall in one of four layouts."""
    first, *rest = wall["text"]
    language = LANGUAGES.get(wall["name"], "en")
    buttons = "".join(f"<button>{escape(text)}</button>" for text in rest if len(text) < 25)
    told_here = paragraphs(*(text for text in rest if len(text) >= 25))
    inside = (
        f"<h1>{escape(first)}</h1>{told_here}{buttons}",
        f'<div class="box"><h2>{escape(first)}</h2>{told_here}{buttons}</div>',
        f'<header><a href="/">Home</a> <a href="/world">World</a></header><main><article>'
        f"<h1>{escape(first)}</h1>{told_here}</article>{buttons}</main>"
        "<footer><p>© Lakeside Vision 2025</p></footer>",
        f'<main class="content"><div><h1>{escape(wall["title"])}</h1>'
        f"{paragraphs(first)}{told_here}{buttons}</div></main>",
    )[number % 4]
    return document(inside, title=wall["title"], language=language)


ALONE: dict[str, Row] = {}
OF_ENTRY: dict[str, Row] = {}
for kind, walls in data("walls").items():
    for number, wall in enumerate(walls):
        html = wall_page(wall, number)
        story = told(LANGUAGES.get(wall["name"], "en"))
        # every other feed has the whole text, the others a summary
        given = item(story, content=story.paragraphs if number % 2 else "")
        kinds = {kind, wall.get("also", kind)}
        case = f"{kind}-{wall['name']}"
        ALONE[case] = Row(f"A page of kind {kind} is no story; no record has its words.", html)
        OF_ENTRY[case] = Row(
            f"The feed's text serves where its page is of kind {kind}.", (html, story, given), kinds
        )


@variants("wall-alone", ALONE)
def test_a_wall_is_no_story(row: Row, explained: Explained) -> None:
    """Robot checks, consent, paywalls, logins, errors in any language are never delivered."""
    assert explained(row.given)["outcome"] not in USABLE, row.must


@variants("wall-of-entry", OF_ENTRY)
def test_a_wall_loses_no_story(row: Row, site: Site) -> None:
    """What the feed says of the story goes out, and the record tells which wall stood before it."""
    html, story, given = row.given
    said = once(site, rss(given), {"/a": html}).only
    check_feed_serves(said, story, row, whole=bool(given.content))
    assert refused(said) in row.want, row.must


def check_feed_serves(said: Data, story: Told, row: Row, *, whole: bool = False) -> None:
    """The story goes out with the feed's text and says so."""
    assert said["headline"] == story.title, row.must
    assert said["body"] == (list(story.body) if whole else [story.summary]), row.must
    assert basis(said) == "feed", row.must


# --------------------------------------------------------------------------- fronts


def teasers(*names: str) -> str:
    """What a front page shows of these stories."""
    return "".join(
        f'<div class="teaser"><h2><a href="/{name}-story">{escape(told(name).title)}</a></h2>'
        f"<p>{escape(told(name).summary, quote=False)}</p></div>"
        for name in names
    )


ENGLISH = ("en", "en2", "en3", "en4")
FRONT = document(
    f"<h1>Lakeside Vision</h1>{teasers(*ENGLISH)}",
    title="Lakeside Vision - news from the lake",
    head='<meta property="og:type" content="website">',
)
WORLD = document(
    (
        f"<header><nav>World Sport "
        f"Culture</nav></header><main><h1>World</h1>{teasers(*ENGLISH)}</main>"
    ),
    title="World news | Lakeside Vision",
)


def moved(to: str, status: int = 302) -> Answer:
    """A redirect."""
    return Answer("", status, {"Location": "{site}" + to})


REDIRECTS = {
    "302-to-root": Row("Found, at /.", (moved("/"), {"/": FRONT})),
    "301-to-root": Row("Moved for good, to /.", (moved("/", 301), {"/": FRONT})),
    "307-with-query": Row(
        "The front page with a note of where one came from.",
        (moved("/?from=gone", 307), {"/?from=gone": FRONT}),
    ),
    "to-language": Row("The front page of a language.", (moved("/en/"), {"/en/": FRONT})),
    "to-index": Row("A front page with a name.", (moved("/index.html"), {"/index.html": FRONT})),
    "to-section": Row("The front of a section.", (moved("/world/"), {"/world/": WORLD})),
    "two-hops": Row("Two hops to it.", (moved("/old"), {"/old": moved("/home"), "/home": FRONT})),
}


@variants("redirect-to-front", REDIRECTS)
def test_a_redirect_to_a_front_page(row: Row, site: Site) -> None:
    """Three stories whose pages lead to a front page are three records, none of them of teasers."""
    redirect, fronts = row.given
    stories = [told(name) for name in ENGLISH[:3]]
    given = rss(*(item(story, f"/{story.name}") for story in stories))
    polled = once(site, given, {f"/{story.name}": redirect for story in stories} | fronts)
    for story in stories:
        said = polled[f"/{story.name}"]
        check_feed_serves(said, story, row)
        assert refused(said) in {"front_page", "section_front"}, row.must


def section(language: str, heading: str, *names: str, form: str = "div") -> str:
    """The front of a section in one language, made of cards."""
    cards = "".join(
        f'<{form} class="card"><h3><a href="/s/{number}">{escape(told(name).title)}</a></h3>'
        f"<p>{escape(told(name).summary, quote=False)}</p><time>10:0{number}</time></{form}>"
        for number, name in enumerate(names)
    )
    return document(f"<main><h1>{heading}</h1>{cards}</main>", title=heading, language=language)


def headlines(language: str, heading: str, *lines: str) -> str:
    """The front of a section that is a list of headlines."""
    rows = "".join(
        f'<li><a href="/s/{number}">{escape(line, quote=False)}</a></li>'
        for number, line in enumerate(lines)
    )
    return document(f"<h1>{heading}</h1><ul>{rows}</ul>", title=heading, language=language)


SECTIONS = {
    "english": Row("Cards of other stories.", (section("en", "World", *ENGLISH[1:]), "en")),
    "articles": Row(
        "Each card an <article>.",
        (section("en", "Latest news", *ENGLISH[1:], form="article"), "en"),
    ),
    "archive": Row(
        "An archive of headlines.",
        (headlines("en", "Archive: March 2025", *(told(name).title for name in ENGLISH * 3)), "en"),
    ),
    "french": Row(
        "In French.",
        (
            headlines(
                "fr",
                "International",
                "La flotte de Nordhavn rentre au port",
                "Le budget de Sarvik adopté à l'aube",
                "Le musée de Lindau rouvre ses portes",
                "Grève des dockers à Velmar",
                "Neige sur le col d'Orva",
            ),
            "fr",
        ),
    ),
    "german": Row(
        "In German.",
        (
            headlines(
                "de",
                "Nachrichten aus aller Welt",
                "Fischer von Nordhavn kehren heim",
                "Haushalt von Sarvik nach langer Nacht",
                "Museum an der Bucht öffnet wieder",
                "Streik der Hafenarbeiter beendet",
                "Schnee auf dem Pass von Orva",
            ),
            "de",
        ),
    ),
    "russian": Row(
        "In Russian.",
        (
            headlines(
                "ru",
                "Новости",
                "Рыбаки Нордхавна вернулись домой",
                "Бюджет Сарвика принят на рассвете",
                "Музей на берегу открылся вновь",
                "Докеры завершили забастовку",
                "Снег на перевале Орва",
            ),
            "ru",
        ),
    ),
}


@variants("section-front", SECTIONS)
def test_a_front_in_place_of_a_story(row: Row, site: Site) -> None:
    """A list of other stories at a story's own address is not the story."""
    html, name = row.given
    said = once(site, rss(item(told(name))), {"/a": html}).only
    check_feed_serves(said, told(name), row)
    assert refused(said) in {"section_front", "front_page"}, row.must


# --------------------------------------------------------------------------- no text at all


def zipped() -> bytes:
    """A ZIP archive."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("story.txt", "\n".join(told("en").body) * 20)
    return held.getvalue()


NOISE = bytes((n * 73 + n // 7) % 256 for n in range(6000))
BINARIES = {
    "gzip": Row("Noise that is packed.", gzip.compress(NOISE, mtime=0)),
    "pdf": Row("A PDF.", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Length 4100>>stream\n" + NOISE),
    "zip": Row("A ZIP archive.", zipped()),
    "jpeg": Row("A photograph.", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x48" + NOISE),
    "png": Row("A drawing.", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x03\x20" + NOISE),
    "film": Row("A film.", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + NOISE),
    "noise": Row("Bytes of no known kind.", NOISE),
}


@variants("binary-page", BINARIES)
def test_binary_bytes_called_html(row: Row, site: Site) -> None:
    """What is no text is never delivered as one: it breaks sinks and scares readers."""
    said = once(site, rss(item(told("en"))), {"/a": Answer(row.given)}).only
    check_feed_serves(said, told("en"), row)
    assert refused(said) == "binary", row.must


SOURCES = {
    "json": Row(
        "An interface's answer.",
        json.dumps(
            {
                "status": "ok",
                "article": None,
                "config": {"ads": True, "locale": "en-GB"},
                "messages": ["No article with this id was found in the store of this site."],
            }
        ),
    ),
    "script": Row(
        "A bundle of script.",
        '!function(e,t){"use strict";var n=t.createElement("script");n.async=!0;n.src=e.cdn;'
        "function r(e){return e&&e.__esModule?e.default:e}t.head.appendChild(n)}"
        '({cdn:"//cdn.lakeside.example/app.js"},document);\nwindow.__STATE__={story:null};' * 6,
    ),
    "styles": Row(
        "A style sheet.",
        ".story-head{margin:0 auto;max-width:68rem}.story-head h1{font:700 2rem/1.1 Georgia,serif}"
        "@media (max-width:40em){.story-head{padding:0 1rem}}\n" * 8,
    ),
    "php": Row(
        "A page's program, sent instead of run.",
        "<?php\nrequire_once 'lib/db.php';\n$story = $db->get('stories', (int) $_GET['id']);\n"
        "if (!$story) { header('Location: /'); exit; "
        "}\necho render('story', ['story' => $story]);\n",
    ),
    "store-error": Row(
        "The error of a store of files.",
        '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access to this object is '
        "denied for your account</Message><RequestId>7F3A0C</RequestId></Error>",
    ),
    "traceback": Row(
        "A program's last words.",
        document(
            '<pre>Traceback (most recent call last):\n  File "/srv/site/views.py", line 88, in'
            " story\n    return render(request, 'story.html', context)\n  File \"/srv/site/db.py\","
            " line 12, in get\n    raise ConnectionError('the database went away')\n"
            "ConnectionError: the database went away</pre>",
            title="500",
        ),
    ),
    "template": Row(
        "A template that nobody filled in.",
        document(
            "<h1>{{ story.title }}</h1><p>{{ story.lead | safe }}</p>{% for p in story.body %}"
            "<p>{{ p.text | linebreaks }}</p>{% endfor %}<p>{% include 'share.html' %}</p>",
            title="{{ story.title }} - Lakeside Vision",
        ),
    ),
}


@variants("source-code", SOURCES)
def test_source_code_in_place_of_a_page(row: Row, site: Site) -> None:
    """JSON, scripts, styles and error dumps are no story."""
    said = once(site, rss(item(told("en"))), {"/a": row.given}).only
    check_feed_serves(said, told("en"), row)
    assert refused(said), row.must


# --------------------------------------------------------------------------- pages that are others'

REPEATED = {
    "thanks": Row(
        "A greeting that no list of words knows.",
        (
            "en",
            "Thank you for coming",
            "Our reporters are on their summer trip along the coast. The "
            "little ferry in the picture will bring all of them home on the first of the month.",
        ),
    ),
    "moved-house": Row(
        "A notice of the house.",
        (
            "en",
            "The lake has a new voice",
            "From today we publish together with our colleagues of the "
            "other shore. Take a look around; we have kept your favourite chair by the window.",
        ),
    ),
    "french": Row(
        "In French.",
        (
            "fr",
            "Merci de votre visite",
            "Notre équipe prépare une nouvelle formule qui sera dévoilée "
            "au printemps. D'ici là, le petit phare de la page d'accueil garde la lumière allumée.",
        ),
    ),
    "german": Row(
        "In German.",
        (
            "de",
            "Schön, dass Sie da sind",
            "Unsere Redaktion zieht in diesen Tagen an das andere Ufer "
            "um. Bis die Kisten ausgepackt sind, leuchtet hier nur das kleine Lämpchen am Steg.",
        ),
    ),
    "turkish": Row(
        "In Turkish.",
        (
            "tr",
            "Gölün sesi",
            "Yazı işlerimiz bu günlerde karşı kıyıya taşınıyor. Kutular açılana kadar "
            "iskeledeki küçük lamba sizin için yanmaya "
            "devam edecek, gazetemiz yakında yine burada.",
        ),
    ),
    "chinese": Row(
        "In Chinese.",
        (
            "zh",
            "湖畔之声",
            "我们的编辑部这几天正在搬往湖的对岸。在所有箱子打开之前，码头上的小灯会一直为您亮着，"
            "感谢您多年来的陪伴，也欢迎您到新的办公室来喝一杯茶。",
        ),
    ),
}


@variants("repeated-page", REPEATED)
def test_one_text_for_three_entries_is_a_wall(row: Row, site: Site) -> None:
    """Where a host answers three stories with one text, that text is none of them."""
    language, title, text = row.given
    html = document(f"<h1>{title}</h1>{paragraphs(text)}", title=title, language=language)
    stories = [told(name) for name in ENGLISH[:3]]
    given = rss(*(item(story, f"/{story.name}") for story in stories))
    polled = once(site, given, {f"/{story.name}": html for story in stories})
    for story in stories:
        said = polled[f"/{story.name}"]
        check_feed_serves(said, story, row)
        assert refused(said), row.must


def test_one_story_under_many_entries_is_no_wall(site: Site) -> None:
    """A page that tells of each of them, as a day's summary does, serves them all."""
    stories = [told(name) for name in ENGLISH]
    text = "".join(story.paragraphs for story in stories)
    html = document(f"<main><article><h1>The day at the lake</h1>{text}</article></main>")
    feed = rss(*(item(story, f"/{story.name}") for story in stories))
    polled = once(site, feed, {f"/{story.name}": html for story in stories})
    assert polled.records
    assert not any(said.get("page_refused") for said in polled.records)


OTHERS = {
    "latest": Row("The site's latest story.", ("en", page(told("en4")))),
    "canonical": Row(
        "A page that names another address as its own.",
        ("en", page(told("en2"), head='<link rel="canonical" href="{site}/storms-over">')),
    ),
    "json-ld": Row(
        "A page that describes itself as another story.",
        (
            "en2",
            page(
                told("en3"),
                head='<script type="application/ld+json">'
                + json.dumps(
                    {
                        "@type": "NewsArticle",
                        "headline": told("en3").title,
                        "url": "https://x.example/b",
                    }
                )
                + "</script>",
            ),
        ),
    ),
    "redirected": Row("Another story, by way of a redirect.", ("en3", moved("/other"))),
    "french": Row(
        "In French.",
        (
            "fr",
            page(
                told(
                    "fr",
                    title="La flotte de Nordhavn rentre au port",
                    body=(
                        (
                            "Quarante bateaux sont rentrés lundi à "
                            "Nordhavn après une semaine de tempête."
                        ),
                        (
                            "Les équipages ont déchargé la morue jusque "
                            "tard dans la soirée, sous la pluie."
                        ),
                    ),
                )
            ),
        ),
    ),
    "russian": Row(
        "In Russian.",
        (
            "ru",
            page(
                told(
                    "ru",
                    title="Рыбаки Нордхавна вернулись домой",
                    body=(
                        "Сорок лодок вернулись в понедельник в Нордхавн после недели штормов.",
                        "Экипажи выгружали треску до позднего вечера, и цены упали на треть.",
                    ),
                )
            ),
        ),
    ),
}


@variants("another-story", OTHERS)
def test_a_page_of_another_story(row: Row, site: Site) -> None:
    """A page that shares nothing with its entry is not delivered under the entry's headline."""
    name, html = row.given
    said = once(site, rss(item(told(name))), {"/a": html, "/other": page(told("en4"))}).only
    check_feed_serves(said, told(name), row)
    assert refused(said) == "another_story", row.must


# --------------------------------------------------------------------------- statuses

STATUSES = {
    "404-content": Row("404, and the feed has the whole text.", (404, True)),
    "404-summary": Row("404, and the feed has a summary.", (404, False)),
    "410-content": Row("410, and the feed has the whole text.", (410, True)),
    "410-summary": Row("410, and the feed has a summary.", (410, False)),
    "451-summary": Row("A page that the law forbids.", (451, False)),
    "403-summary": Row("A page that is forbidden.", (403, False)),
}


@variants("status", STATUSES)
def test_a_page_that_cannot_be_had(row: Row, site: Site) -> None:
    """The feed is often ahead of its page: its text goes out meanwhile, and nothing is lost."""
    status, whole = row.given
    story = told("en")
    given = item(story, content=story.paragraphs if whole else "")
    said = once(site, rss(given), {"/a": Answer("<h1>Sorry</h1>", status)}).only
    check_feed_serves(said, story, row, whole=whole)


# --------------------------------------------------------------------------- look-alikes

ABOUT_WALLS = {
    name: Row(found["must"], Told(found["language"], found["title"], "", tuple(found["body"])))
    for name, found in data("lookalikes").items()
}


@variants("about-walls", ABOUT_WALLS)
def test_a_story_about_a_wall(row: Row, explained: Explained) -> None:
    """Look-alikes: a reporter's story about cookies, checks and errors is delivered whole."""
    said = explained(page(row.given))
    assert said["outcome"] == "new", row.must
    assert said["headline"] == row.given.title, row.must
    assert said["body"] == list(row.given.body), row.must


@variants("about-walls-entry", ABOUT_WALLS)
def test_a_story_about_a_wall_behind_a_feed(row: Row, site: Site) -> None:
    """Look-alikes: such a page is not refused in favour of the feed's summary."""
    given = item(row.given, summary=row.given.body[0])
    said = once(site, rss(given), {"/a": page(row.given)}).only
    assert said["body"] == list(row.given.body), row.must
    assert not refused(said), row.must


RETITLED = {
    "other-words": Row(
        "The feed may have another headline than the page.",
        Item("What we know so far", summary=told("en").summary),
    ),
    "no-summary": Row("It may have a headline of its own and no summary.", Item("Velmar's night")),
    "summary-rewritten": Row(
        "A summary may be written anew.",
        Item("Talks under fire", summary="Silos burn in Velmar while diplomats meet in Osterby."),
    ),
    "kicker": Row("The feed may add a kicker.", Item(f"WAR BY THE LAKE | {told('en').title}")),
    "shouted": Row("It may shout.", Item(told("en").title.upper())),
    "cut": Row("It may cut its headline.", Item(told("en").title[:30] + "…")),
}


@variants("retitled", RETITLED)
def test_a_page_with_another_headline_is_still_its_story(row: Row, site: Site) -> None:
    """Look-alikes: what an editor retitles is the same story, so the page's whole text serves."""
    own = page(told("en"), head='<link rel="canonical" href="{site}/a">')
    said = once(site, rss(row.given), {"/a": own}).only
    assert body(said) == "\n".join(told("en").body), row.must
    assert not refused(said), row.must
