"""Lines that stand under several stories of one outlet: furniture, unless a reporter wrote them."""

from __future__ import annotations

from collections.abc import Callable

from tests.world.doors import Polled, Site, body, once
from tests.world.stories import Told, item, page, paragraphs, rss, told
from tests.world.table import Row, variants

NAMES = ("en", "en2", "en3", "en4", "en5", "en6")
STORIES = [told(name) for name in NAMES]
UNLEARNED = 3
"""Of six stories so many may go out with a line before it is known to repeat."""

Furnished = Callable[[Told], str]


def polled_with(site: Site, furnished: Furnished) -> Polled:
    """All six stories, their texts furnished."""
    feed = rss(*(item(story, f"/{story.name}") for story in STORIES))
    pages = {f"/{story.name}": page(story, text=furnished(story)) for story in STORIES}
    return once(site, feed, pages)


def at_end(html: str) -> Furnished:
    """Behind the text."""
    return lambda story: story.paragraphs + html


def in_middle(html: str) -> Furnished:
    """Behind the first paragraph."""
    return lambda story: paragraphs(story.body[0]) + html + paragraphs(*story.body[1:])


def first_seen(story: Told) -> str:
    """A line that names the story."""
    return story.paragraphs + (
        f'<p>The post <a href="/p">{story.title}</a> '
        f'appeared first on <a href="/">Lakeside</a>.</p>'
    )


FURNITURE = {
    "offer": Row(
        "An offer.",
        at_end("<p>Get the evening boat: the lake in five lines, free, at seven.</p>"),
        "evening boat",
    ),
    "bio": Row(
        "The life of the house.",
        at_end(
            "<p><em>Lakeside Vision was founded by ferrymen and belongs to its readers.</em></p>"
        ),
        "founded by ferrymen",
    ),
    "widget": Row(
        "The rows of a widget.",
        at_end("<p>Lake level: 4.12 m</p><p>Ferry A: on time</p><p>Ferry B: on time</p>"),
        "Lake level",
    ),
    "offer-in-middle": Row(
        "An offer between two paragraphs.",
        in_middle('<p>Our map shows every shell: <a href="/map">open the map of the lake</a></p>'),
        "every shell",
    ),
    "appeared-first": Row(
        "Where it appeared first, with another title each time.", first_seen, "appeared first"
    ),
    "asking": Row(
        "A request.",
        at_end("<p>Saw something? Our desk reads every letter, day and night.</p>"),
        "every letter",
    ),
    "french": Row(
        "In French.",
        at_end("<p>La barque du soir : le lac en cinq lignes, chaque jour à sept heures.</p>"),
        "barque du soir",
    ),
    "russian": Row(
        "In Russian.",
        at_end("<p>Вечерняя лодка: новости озера в пяти строках, каждый день в семь.</p>"),
        "Вечерняя лодка",
    ),
    "life-asks": Row(
        "The house says who it is and where to write, in italics.",
        at_end("<p><i>The voices of our lake are six reporters and one very old dog.</i></p>"),
        "very old dog",
    ),
    "to-reader": Row(
        "A word to the reader.",
        at_end("<p>The evening boat brings you the lake in five lines, each day at seven.</p>"),
        "evening boat",
    ),
    "to-reader-spanish": Row(
        "In Spanish.",
        at_end(
            "<p>¿Tiene usted una historia del lago? En nuestra mesa hay sitio para contarla.</p>"
        ),
        "nuestra mesa",
    ),
    "to-reader-ukrainian": Row(
        "In Ukrainian.",
        at_end("<p>Вечірній човен щодня о сьомій приносить вам озеро у п’яти рядках.</p>"),
        "Вечірній човен",
    ),
    "german-link": Row(
        "In German, with a link in the middle of the text.",
        in_middle('<p>Unsere Karte zeigt jede Fähre: <a href="/map">zur Karte vom See</a></p>'),
        "jede Fähre",
    ),
    "two-lines": Row(
        "Two lines of it, one after another.",
        at_end(
            "<p>The evening boat brings you the lake in five lines.</p>"
            "<p>Have you seen a heron? Our desk counts them all.</p>"
        ),
        "evening boat",
    ),
    "widget-german": Row(
        "The rows of a widget in German.",
        at_end(
            "<p>Wasserstand: 4,12 m</p><p>Fähre A: pünktlich</p>"
            "<p>Fähre B: fällt aus</p><p>Wind: 4 Nord</p>"
        ),
        "Fähre B",
    ),
}


@variants("repeated-furniture", FURNITURE)
def test_a_line_under_all_stories_of_an_outlet(row: Row, site: Site) -> None:
    """What stands under several stories is struck from those that follow, and shown as a cut."""
    polled = polled_with(site, row.given)
    assert len(polled.records) == len(STORIES), row.must
    with_line = [data for data in polled.records if row.want in body(data)]
    assert len(with_line) <= UNLEARNED, row.must
    for story in STORIES:
        said = polled[f"/{story.name}"]
        assert set(story.body) <= set(said["body"]), row.must
        if said not in with_line:
            assert row.want in " ".join(cut["text"] for cut in said.get("removed", ())), row.must


BACKGROUND = {
    "war": Row(
        "The paragraph that says how the war began.",
        at_end(
            paragraphs(
                "The war between Dahran and Ostmark began in 2021, when troops of "
                "Dahran crossed the Orva river and took the grain port of Velmar."
            )
        ),
        "crossed the Orva river",
    ),
    "toll": Row(
        "The toll so far.",
        at_end(
            paragraphs(
                "At least 14,000 people have been killed since the war began, "
                "according to the count of a hospital network in Haven."
            )
        ),
        "14,000 people",
    ),
    "in-middle": Row(
        "Background in the middle.",
        in_middle(
            paragraphs(
                "Dahran, a country of nine million people, has been ruled "
                "by an emergency council since the spring of last year."
            )
        ),
        "emergency council",
    ),
    "short": Row(
        "A short sentence.",
        in_middle(paragraphs("It was not possible to verify the claims.")),
        "verify the claims",
    ),
    "denial": Row(
        "What a ministry said again.",
        at_end(paragraphs("The defence ministry of Dahran did not answer questions on Sunday.")),
        "did not answer",
    ),
    "german": Row(
        "In German.",
        at_end(
            paragraphs(
                "Der Krieg zwischen Dahran und Ostmark begann 2021, "
                "als Truppen aus Dahran den Fluss Orva überschritten."
            )
        ),
        "Fluss Orva",
    ),
    "linked": Row(
        "Background with a link in it.",
        in_middle(
            '<p>Troops of Dahran have held the port since 2021, <a href="/port">when they drove '
            "the garrison out in a single night</a>, and nobody has sailed from it since.</p>"
        ),
        "drove the garrison out",
    ),
    "own-report": Row(
        "What the outlet found out before, with a link to it.",
        at_end('<p>Lakeside Vision <a href="/r">reported in May</a> that two mayors had left.</p>'),
        "two mayors",
    ),
    "our-reporters": Row(
        "What the outlet's own reporters could not find out.",
        at_end(paragraphs("Our reporters could not reach the villages beyond the Orva river.")),
        "beyond the Orva",
    ),
    "quoted": Row(
        "What somebody said to others.",
        at_end(paragraphs("“You will not take your boats out,” the envoy had told our crews.")),
        "take your boats",
    ),
    "slanted": Row(
        "Background in italics.",
        at_end("<p><em>The truce of Osterby ended eleven years of war on the river.</em></p>"),
        "truce of Osterby",
    ),
    "label-and-names": Row(
        "A label above a fact.",
        at_end(paragraphs("What is at stake: the port of Velmar, and the grain in its silos.")),
        "What is at stake",
    ),
    "label-and-figure": Row(
        "The same with a figure.",
        at_end(paragraphs("The toll so far: more than 14,000 killed, and half as many missing.")),
        "toll so far",
    ),
    "one-word-label": Row(
        "A label of one word.",
        at_end(paragraphs("Background: the war began when troops crossed the river at night.")),
        "crossed the river",
    ),
    "two-figures": Row(
        "Two figures in a row at the end.",
        at_end(paragraphs("Killed: 14,000", "Missing: 7,200")),
        "Missing: 7,200",
    ),
    "guests": Row(
        "A column that asks each of its guests the same question.",
        in_middle(paragraphs("And what is in your lunch box?", "Bread, and a boiled egg.")),
        "your lunch box",
    ),
    "russian": Row(
        "In Russian.",
        at_end(
            paragraphs("Независимо проверить эти сведения не удалось: связи с городом нет вовсе.")
        ),
        "Независимо проверить",
    ),
}


@variants("repeated-background", BACKGROUND)
def test_background_that_repeats_is_text(row: Row, site: Site) -> None:
    """Look-alikes: agencies put one background under each story of a war; it stays in each."""
    polled = polled_with(site, row.given)
    assert len(polled.records) == len(STORIES), row.must
    for data in polled.records:
        assert row.want in body(data), row.must


SUMMARIES = {
    "wordpress": (
        "The sentence of a blog's program.",
        (
            '<p>{}</p><p>The post <a href="/p">{}</a> appeared '
            'first on <a href="/">Lakeside Vision</a>.</p>'
        ),
        "appeared first",
    ),
    "continue": (
        "A link to go on.",
        '{} <a href="/p">Continue reading {} →</a>',
        "Continue reading",
    ),
    "continue-plain": ("The same without a link.", "{} Continue reading →", "Continue reading"),
    "read-more": ("Read more.", '{} <a href="/p">Read more »</a>', "Read more"),
    "source": (
        "The feed's own mark.",
        "{}<br/><br/>Source: <a href='/'>Lakeside Vision</a>",
        "Source:",
    ),
    "comments": (
        "The count of comments.",
        "<p>{}</p><p><a href='/c'>12 Comments</a></p>",
        "12 Comments",
    ),
    "german": (
        "In German.",
        (
            '<p>{}</p><p>Der Beitrag <a href="/p">{}</a> '
            'erschien zuerst auf <a href="/">Seestimme</a>.</p>'
        ),
        "erschien zuerst",
    ),
    "french": (
        "In French.",
        (
            "<p>{}</p><p>L’article <a href='/p'>{}</a> est apparu "
            "en premier sur <a href='/'>La Voix du lac</a>.</p>"
        ),
        "apparu en premier",
    ),
    "cut-mark": ("The mark of a cut.", "{} [&#8230;]", "…"),
    "russian": ("In Russian.", "{} Читать далее →", "Читать"),
    "arabic": ("In Arabic.", "<p>{}</p><p><a href='/p'>اقرأ المزيد</a></p>", "اقرأ"),
    "chinese": ("In Chinese.", "{} 阅读全文", "阅读"),
    "italian": (
        "In Italian.",
        "<p>{}</p><p>L'articolo <a href='/p'>{}</a> proviene da <a href='/'>Lago</a>.</p>",
        "proviene",
    ),
    "plain-wordpress": (
        "The program's sentence without markup.",
        "{} The post {} appeared first on Lakeside Vision.",
        "appeared",
    ),
    "screen-reader": (
        "A link that says the title to those who listen.",
        "<p>{}</p><p><a href='/p'>Continue reading<span> “{}”</span></a></p>",
        "Continue",
    ),
    "services": (
        "Links to services.",
        "{}<br><br><a href='/s'>Share</a> | <a href='/m'>Mail</a> | <a href='/p'>Print</a>",
        "Share",
    ),
    "escaped-twice": (
        "The whole of it escaped twice.",
        "&lt;p&gt;{}&lt;/p&gt;&lt;p&gt;The post &lt;a href='/p'&gt;{}&lt;/a&gt; appeared first "
        "on &lt;a href='/'&gt;Lakeside&lt;/a&gt;.&lt;/p&gt;",
        "appeared",
    ),
}


@variants(
    "summary-furniture",
    {name: Row(must, (text, words)) for name, (must, text, words) in SUMMARIES.items()},
)
def test_what_programs_put_into_a_summary(row: Row, site: Site) -> None:
    """Where the summary serves as text, only the reporter's sentence of it does."""
    template, words = row.given
    story = told("en")
    summary = template.replace("{}", story.summary, 1).replace("{}", story.title)
    said = once(site, rss(item(story, "", guid="a", summary=summary))).only
    assert words not in body(said), row.must
    assert said["body"] == [story.summary], row.must
