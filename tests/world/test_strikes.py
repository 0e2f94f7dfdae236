"""What must not be struck: a reporter's line goes only on evidence, and furniture still goes."""

from __future__ import annotations

from html import escape

from tests.world.conftest import Explained
from tests.world.doors import USABLE, body
from tests.world.stories import Told, page, paragraphs, told
from tests.world.table import Row, variants

EN = told("en")


def with_end(name: str, *ends: str) -> tuple[Told, str]:
    """A story with lines at its end, and its page."""
    story = told(name, body=(*told(name).body, *ends))
    return story, page(story)


def check_whole(explained: Explained, row: Row) -> None:
    """Every paragraph of the story stands, in order, and nothing else does."""
    story, html = row.given
    said = explained(html)
    assert said["body"] == list(story.body), row.must
    assert said["headline"] == story.title, row.must


# --------------------------------------------------------------------------- last lines

LAST = {
    "toll": Row("A toll.", with_end("en", "Eleven people are still missing")),
    "quote": Row(
        "A quotation.", with_end("en2", "“We wait until the sea gives him back,” his sister said")
    ),
    "plan": Row("What comes next.", with_end("en3", "The court will hear the case on 14 April")),
    "weather": Row(
        "A line that reads like a headline.", with_end("en4", "Heavy rain is expected over the bay")
    ),
    "german": Row("In German.", with_end("de", "Elf Menschen werden noch vermisst")),
    "french": Row("In French.", with_end("fr", "Onze personnes sont toujours portées disparues")),
    "russian": Row(
        "In Russian.", with_end("ru", "Одиннадцать человек всё ещё считаются пропавшими")
    ),
    "arabic": Row("In Arabic.", with_end("ar", "ولا يزال أحد عشر شخصا في عداد المفقودين")),
}


@variants("last-line", LAST)
def test_a_last_line_without_a_full_stop(row: Row, explained: Explained) -> None:
    """A reporter who forgets the last full stop loses no sentence; the toll often stands there."""
    check_whole(explained, row)


TWO = {
    "tolls": Row(
        "Two tolls.", with_end("en", "Eleven people are still missing", "Nine are in hospital")
    ),
    "dates": Row(
        "Two dates.",
        with_end("en3", "The court will hear the case on 14 April", "A verdict is due in May"),
    ),
    "facts": Row(
        "Two facts.",
        with_end("en2", "The coast guard searches until dark", "Two helicopters help it"),
    ),
    "three": Row(
        "Three lines.",
        with_end("en4", "The museum opens at nine", "Children pay nothing", "Dogs stay outside"),
    ),
    "spanish": Row(
        "In Spanish.",
        with_end("es", "Once personas siguen desaparecidas", "Nueve están en el hospital"),
    ),
    "turkish": Row("In Turkish.", with_end("tr", "On bir kişi hâlâ kayıp", "Dokuz kişi hastanede")),
    "ukrainian": Row(
        "In Ukrainian.", with_end("uk", "Одинадцятьох людей досі шукають", "Дев'ятеро в лікарні")
    ),
}


@variants("last-lines", TWO)
def test_two_last_lines_without_full_stops(row: Row, explained: Explained) -> None:
    """Nor does he lose two: two lines in a row are no teasers unless they link to something."""
    check_whole(explained, row)


# --------------------------------------------------------------------------- lists and headings

LISTED = {
    "dashes": Row(
        "Lines with dashes.",
        ("- two silos at the customs pier", "- the pilot boat Orva", "- nine lorries in the queue"),
    ),
    "bullets": Row(
        "Lines with bullets.", ("• Velmar: four dead", "• Telmark: two dead", "• Nordhavn: none")
    ),
    "numbers": Row(
        "Numbered lines.",
        ("1. A truce from midnight", "2. An exchange of prisoners", "3. Talks every Tuesday"),
    ),
    "names": Row(
        "A list of names.", ("Ilva Brandt, mayor", "Otto Falk, pilot", "Mira Odan, ferry keeper")
    ),
    "hours": Row(
        "Hours and what happened.",
        ("04:10 - first rockets", "04:35 - silos burn", "06:00 - harbour shut"),
    ),
    "arabic": Row("In Arabic.", ("- مستودعان قرب المحطة", "- قارب الإرشاد", "- تسع شاحنات")),
}


def listed(lines: tuple[str, ...], name: str = "en") -> tuple[Told, str]:
    """A story with a list made of <p> before its last paragraph."""
    story = told(name)
    whole = told(name, body=(*story.body[:-1], *lines, story.body[-1]))
    return whole, page(whole)


@variants("list-in-paragraphs", {name: Row(r.must, r.given) for name, r in LISTED.items()})
def test_a_list_made_of_paragraphs(row: Row, explained: Explained) -> None:
    """Short lines between prose are the reporter's list: what burned, who died, what was agreed."""
    story, html = listed(row.given, "ar" if "شاحنات" in row.given[-1] else "en")
    text = body(explained(html))
    for line in (*story.body[:1], *row.given, story.body[-1]):
        assert line.lstrip("-• ") in text, row.must


def between(html: str) -> str:
    """A page with a piece of markup between the second paragraph and the third."""
    return page(EN, text=paragraphs(*EN.body[:2]) + html + paragraphs(*EN.body[2:]))


HEADINGS = {
    "linked": Row(
        "A linked heading.",
        between('<h2><a href="/tag/river">Fighting on the river road</a></h2>'),
        "Fighting on the river road",
    ),
    "linked-h3": Row(
        "A linked <h3>.",
        between('<h3 class="c"><a href="#river">Fighting on the river road</a></h3>'),
        "Fighting on the river road",
    ),
    "bold": Row(
        "A bold line.",
        between("<p><strong>Fighting on the river road</strong></p>"),
        "Fighting on the river road",
    ),
    "anchor": Row(
        "A heading with an anchor.",
        between('<h2 id="river">Fighting on the river road <a href="#river">¶</a></h2>'),
        "Fighting on the river road",
    ),
    "caps": Row(
        "A line of capitals.",
        between("<p>FIGHTING ON THE RIVER ROAD</p>"),
        "FIGHTING ON THE RIVER ROAD",
    ),
    "question": Row(
        "A question.", between("<h3>Who holds the river road?</h3>"), "Who holds the river road?"
    ),
}


@variants("cross-head", HEADINGS)
def test_headings_inside_a_story(row: Row, explained: Explained) -> None:
    """A heading is a cross-head or a paragraph, linked or not, and costs no paragraph around it."""
    said = explained(row.given)
    assert row.want in "\n".join([*said["crossheads"], *said["body"]]), row.must
    assert [p for p in said["body"] if p != row.want] == list(EN.body), row.must


def pictured(html: str) -> str:
    """A page with a picture and a line below it, in the middle of the text."""
    return between(html)


UNDER = {
    "after-figure": Row(
        "Below a <figure>.",
        pictured(
            '<figure><img src="a.jpg"></figure><p>Smoke could '
            "be seen from Haven, forty kilometres away</p>"
        ),
        "Smoke could be seen from Haven",
    ),
    "after-img": Row(
        "Below an <img>.",
        pictured('<p><img src="a.jpg"></p><p>Nobody dared to go near the silos until noon</p>'),
        "Nobody dared to go near the silos",
    ),
    "after-caption": Row(
        "Below a picture with a caption.",
        pictured(
            '<figure><img src="a.jpg"><figcaption>The port in '
            "2023</figcaption></figure><p>The customs house lost its roof</p>"
        ),
        "The customs house lost its roof",
    ),
    "after-video": Row(
        "Below a film.",
        pictured(
            '<div class="video"><iframe src="/v"></iframe></div><p>Drivers '
            "left their lorries and ran</p>"
        ),
        "Drivers left their lorries and ran",
    ),
    "same-paragraph": Row(
        "Beside it in one <p>.",
        pictured('<p><img src="a.jpg">A priest opened the chapel to families</p>'),
        "A priest opened the chapel to families",
    ),
    "two-lines": Row(
        "Two lines.",
        pictured(
            '<img src="a.jpg"><p>The customs house lost its '
            "roof</p><p>Its keeper was asleep inside and lived</p>"
        ),
        "Its keeper was asleep inside and lived",
    ),
}


@variants("under-picture", UNDER)
def test_a_line_under_a_picture(row: Row, explained: Explained) -> None:
    """What stands below a picture as a paragraph is text, not a caption, if nothing says so."""
    said = explained(row.given)
    assert row.want in body(said), row.must
    assert set(EN.body) <= set(said["body"]), row.must


# --------------------------------------------------------------------------- said twice

REFRAIN = "“Nobody came,” she said."
TWICE = {
    "refrain": Row("A refrain.", (EN.body[0], REFRAIN, EN.body[1], REFRAIN, EN.body[2])),
    "answer": Row(
        "The same answer to two questions.",
        (
            "Did you know the driver?",
            "“No comment.”",
            "Did he work for you?",
            "“No comment.”",
            EN.body[3],
        ),
    ),
    "chant": Row(
        "A chant, line by line.", (EN.body[0], "“Open the gates!”", "“Open the gates!”", EN.body[3])
    ),
    "oath": Row(
        "An oath at the beginning and at the end.",
        ("We will not leave Velmar.", *EN.body[1:4], "We will not leave Velmar."),
    ),
    "list": Row(
        "The same line under two names.",
        (
            "Ilva Brandt:",
            "Voted against the truce.",
            "Otto Falk:",
            "Voted against the truce.",
            EN.body[4],
        ),
    ),
    "spanish": Row(
        "In Spanish.",
        (
            told("es").body[0],
            "«No vino nadie», dijo.",
            told("es").body[1],
            "«No vino nadie», dijo.",
            told("es").body[2],
        ),
    ),
}


@variants("said-twice", TWICE)
def test_a_line_that_is_said_twice_on_purpose(row: Row, explained: Explained) -> None:
    """A short line that a reporter repeats is style, not a slip of the page."""
    story = told("en", title="A night in Velmar", body=row.given)
    assert explained(page(story))["body"] == list(row.given), row.must


PARALLEL = {
    "names": Row(
        "Two armies, one sentence.",
        (
            "Dahran shot down 12 drones over its territory overnight, its defence ministry said.",
            "Ostmark shot down 12 drones over its territory overnight, its defence ministry said.",
        ),
    ),
    "north-south": Row(
        "North and south.",
        (
            "Four people were killed in northern Sahl on Sunday, health officials said.",
            "Four people were killed in southern Sahl on Sunday, health officials said.",
        ),
    ),
    "said-denied": Row(
        "Said and denied.",
        (
            "The army said that it had shelled the river road at dawn.",
            "The army denied that it had shelled the river road at dawn.",
        ),
    ),
    "ordinals": Row(
        "First and second.",
        (
            "The first convoy reached Velmar with flour and medicine in the evening.",
            "The second convoy reached Velmar with flour and medicine in the evening.",
        ),
    ),
    "negation": Row(
        "With and without not.",
        (
            "The minister said he would attend the talks in Osterby.",
            "The minister said he would not attend the talks in Osterby.",
        ),
    ),
    "days": Row(
        "Two days.",
        (
            "On Saturday the shelling began at four and ended at nine.",
            "On Sunday the shelling began at four and ended at nine.",
        ),
    ),
    "men-women": Row(
        "Men and women.",
        (
            "Nine men were held in the school of Telmark for three days, a lawyer said.",
            "Nine women were held in the school of Telmark for three days, a lawyer said.",
        ),
    ),
    "numbers": Row(
        "Two numbers.",
        (
            "The regiment lost 12 tanks near Velmar, a spokesman said.",
            "The regiment lost 21 tanks near Velmar, a spokesman said.",
        ),
    ),
    "german": Row(
        "In German.",
        (
            "Im Norden von Sahl starben am Sonntag vier Menschen, sagten Ärzte.",
            "Im Süden von Sahl starben am Sonntag vier Menschen, sagten Ärzte.",
        ),
    ),
    "russian": Row(
        "In Russian.",
        (
            "Армия Дахрана сообщила, что ночью сбила 12 беспилотников над своей территорией.",
            "Армия Остмарка сообщила, что ночью сбила 12 беспилотников над своей территорией.",
        ),
    ),
}


@variants("parallel-facts", PARALLEL)
def test_two_facts_in_the_same_words(row: Row, explained: Explained) -> None:
    """One side and the other are two facts, though one word parts them: both stay."""
    text = (EN.body[0], *row.given, EN.body[3])
    story = told("en", title="What both sides say of the night", body=text)
    said = explained(page(story))
    assert said["body"] == list(text), row.must


# --------------------------------------------------------------------------- headlines

LOOK_ALIKES = {
    "live-fire": "Live: the last radio of Velmar is still on air",
    "live-on": "Lake district live on rain water since siege",
    "as-it-happened": "He filmed the raid as it happened and was shot",
    "briefing-room": "Morning briefing ends in fist fight in Sarvik parliament",
    "five": "Five killed, nine hurt in week's worst shelling",
    "roundup": "Police round-up of miners' leaders stuns Tarland",
    "week-ahead": "Week ahead of vote, governor of Sahl resigns",
    "podcast": "Podcast: the host was a spy, court in Haven finds",
    "digest": "Digest of war crimes handed to court",
    "photos": "Photos of the dead haunt Telmark's only hospital",
    "table": "Results: who won in Sarvik and what the losers will do",
    "quiz": "Quiz: jailed host of state TV's show speaks out",
    "in-brief": "Colonel in brief escape from Osterby prison",
    "letters": "Letters to the editor cost mayor of Velmar his office",
    "weather": "Weather: nine die as storm sinks ferry off Nordhavn",
    "correction": "For the record: minister admits he lied on shelling",
}


@variants(
    "headline-looks-like-list",
    {name: Row(f"A story may be headed: {title}", title) for name, title in LOOK_ALIKES.items()},
)
def test_a_headline_that_only_looks_like_a_digest(row: Row, explained: Explained) -> None:
    """A word in a headline is no evidence against five paragraphs of prose."""
    story = told("en", title=row.given)
    said = explained(page(story))
    assert said["outcome"] == "new", row.must
    assert said["body"] == list(story.body), row.must


# --------------------------------------------------------------------------- other scripts

SCRIPTS = {
    "urdu": ("ur", "Urdu ends a sentence with ۔"),
    "burmese": ("my", "Burmese ends a sentence with ။"),
    "khmer": ("km", "Khmer ends a sentence with ។"),
    "tibetan": ("bo", "Tibetan ends a sentence with །"),
    "hindi": ("hi", "Hindi ends a sentence with ।"),
    "thai": ("th", "Thai has neither spaces nor full stops."),
    "lao": ("lo", "Lao has neither spaces nor full stops."),
    "chinese": ("zh", "Chinese has no spaces."),
    "persian": ("fa", "Persian has a half-space."),
    "arabic": ("ar", "Arabic runs from right to left."),
}


@variants("scripts", {key: Row(must, name) for key, (name, must) in SCRIPTS.items()})
def test_sentences_of_other_scripts(row: Row, explained: Explained) -> None:
    """A paragraph of another script is a sentence: none is struck for want of a Latin full stop."""
    story = told(row.given)
    said = explained(page(story))
    assert said["headline"] == story.title, row.must
    assert said["body"] == list(story.body), row.must


@variants("scripts-text", {key: Row(must, name) for key, (name, must) in SCRIPTS.items()})
def test_texts_of_other_scripts(row: Row, explained: Explained) -> None:
    """The same at the door of plain texts."""
    story = told(row.given)
    said = explained("\n\n".join((story.title, *story.body)), "story.txt")
    assert said["headline"] == story.title, row.must
    assert said["body"] == list(story.body), row.must


# --------------------------------------------------------------------------- marks alone

LONG = paragraphs(*EN.body)
MARKED = {
    "standfirst": Row(
        "All paragraphs in a box called standfirst.", f'<div class="standfirst">{LONG}</div>'
    ),
    "caption": Row("All in a box called caption.", f'<div class="caption">{LONG}</div>'),
    "sidebar": Row("All in a box called sidebar.", f'<div class="main-sidebar-wrap">{LONG}</div>'),
    "widget": Row("All in a widget.", f'<div class="widget widget_text">{LONG}</div>'),
    "byline": Row("All in a box called byline.", f'<div class="byline-body">{LONG}</div>'),
    "summary": Row(
        "The lead in a box called summary.",
        f'<div class="summary"><p>{escape(EN.body[0])}</p></div>{paragraphs(*EN.body[1:])}',
    ),
    "promo": Row("All in a box called promo.", f'<div class="promo-text">{LONG}</div>'),
    "credit": Row(
        "A long paragraph marked as credit.",
        f'{paragraphs(*EN.body[:-1])}<p class="credit">{escape(EN.body[-1])}</p>',
    ),
    "credit-box": Row(
        "A paragraph in a box of that name.",
        f'{paragraphs(*EN.body[:-1])}<div class="story-credits"><p>{escape(EN.body[-1])}</p></div>',
    ),
    "credit-in-middle": Row(
        "A paragraph in the middle marked as credit.",
        f'{paragraphs(*EN.body[:2])}<p class="credit-line">{escape(EN.body[2])}</p>'
        f"{paragraphs(*EN.body[3:])}",
    ),
    "credit-first": Row(
        "The lead marked as credit.",
        f'<p class="credits">{escape(EN.body[0])}</p>{paragraphs(*EN.body[1:])}',
    ),
}


@variants("mark-alone", MARKED)
def test_a_mark_alone_strikes_no_prose(row: Row, explained: Explained) -> None:
    """A class name is a hint: it never takes most of a text, nor long prose."""
    said = explained(page(EN, text=row.given))
    assert said["body"] == list(EN.body), row.must


# --------------------------------------------------------------------------- what still goes

WIDGET = "".join(f"<li>District {chr(65 + n)} <span>{n * 7 % 40}</span></li>" for n in range(26))
GOES = {
    "widget-rows": Row(
        "Rows of a widget.",
        page(
            EN,
            text=EN.paragraphs
            + f'<div class="tracker"><h3>State and district details</h3><ul>{WIDGET}</ul></div>',
        ),
        "District",
    ),
    "prices": Row(
        "Rows of prices.",
        page(
            EN,
            text=EN.paragraphs
            + '<div class="market-widget"><h4>Grain prices today</h4><table>'
            + "".join(f"<tr><td>Grain {n}</td><td>{200 + n}.5</td></tr>" for n in range(12))
            + "</table></div>",
        ),
        "Grain 3",
    ),
    "teasers": Row(
        "Linked headlines behind the end.",
        page(
            EN,
            text=EN.paragraphs
            + (
                '<ul><li><a href="/b">Fleet returns to Nordhavn</a></li><li><a '
                'href="/c">Budget passes at dawn</a></li></ul>'
            ),
        ),
        "Budget passes",
    ),
    "read-more": Row(
        "A label.",
        page(
            EN, text=EN.paragraphs + '<p><a href="/b">Read more: Fleet returns to Nordhavn</a></p>'
        ),
        "Read more",
    ),
    "newsletter": Row(
        "An offer.",
        page(
            EN,
            text=EN.paragraphs
            + "<p>Sign up for our newsletter and get the lake's news every morning.</p>",
        ),
        "Sign up",
    ),
    "copyright": Row(
        "A notice.",
        page(EN, text=EN.paragraphs + "<p>© 2025 Lakeside Vision. All rights reserved.</p>"),
        "All rights",
    ),
    "credits": Row(
        "Wire credits.",
        page(EN, text=EN.paragraphs + "<p>(Reporting by Mira Solen; Editing by Omar Riad)</p>"),
        "Editing by",
    ),
    "headline-again": Row(
        "The headline again.", page(EN, text=EN.paragraphs + f"<p>{EN.title}</p>"), EN.title
    ),
}


@variants("furniture-goes", GOES)
def test_what_is_furniture_still_goes(row: Row, explained: Explained) -> None:
    """Look-alikes the other way: sparing the reporter's lines brings no furniture back."""
    said = explained(row.given)
    assert row.want not in body(said), row.must
    assert said["body"] == list(EN.body), row.must


FIGURES = [(f"District {chr(65 + number)}", number * 7 % 40) for number in range(26)]


def widget(row: str, around: str) -> str:
    """A page of the story with a widget of figures behind its text."""
    rows = "".join(row.format(name, figure) for name, figure in FIGURES)
    return page(EN, text=EN.paragraphs + around.format(rows))


WIDGETS = {
    "list": Row(
        "A list.", widget("<li>{}<span>{}</span></li>", "<div class='tracker'><ul>{}</ul></div>")
    ),
    "table": Row(
        "A table.",
        widget(
            "<tr><td>{}</td><td>{}</td></tr>", "<div class='stats-widget'><table>{}</table></div>"
        ),
    ),
    "divs": Row(
        "Boxes.",
        widget("<div class='cell'><div>{}</div><div>{}</div></div>", "<div class='grid'>{}</div>"),
    ),
    "terms": Row("Terms.", widget("<dt>{}</dt><dd>{}</dd>", "<dl>{}</dl>")),
    "paragraphs": Row(
        "Paragraphs.",
        widget("<p>{}: {}</p>", "<div class='dashboard'><h3>Cases by district</h3>{}</div>"),
    ),
    "select": Row(
        "A menu to choose from.",
        widget("<option value='{1}'>{0}</option>", "<form><select>{}</select></form>"),
    ),
}


@variants("widget-rows", WIDGETS)
def test_rows_of_a_widget_are_no_paragraphs(row: Row, explained: Explained) -> None:
    """Dozens of names and figures behind a story are not its text: they bury it."""
    assert explained(row.given)["body"] == list(EN.body), row.must


# --------------------------------------------------------------------------- what is no story

DIGESTS = {
    "live-blog": Row(
        "Entries with hours under a headline that says live.",
        (
            "Live: war by the lake, all updates",
            (
                "14:02 - Rockets hit Velmar",
                "13:40 - Talks open",
                "13:05 - Harbour shut",
                "12:11 - Envoys arrive",
                "11:30 - Road closed",
            ),
        ),
    ),
    "top-stories": Row(
        "A list of the hour's stories.",
        (
            "Top stories at 10 pm",
            (
                "Rockets strike Velmar.",
                "Fleet returns to Nordhavn.",
                "Budget passes in Sarvik.",
                "Museum reopens.",
            ),
        ),
    ),
    "press-digest": Row(
        "What other papers say.",
        (
            "Press digest - March 9",
            (
                "Lakeside Vision: port burns.",
                "Harbour Post: fleet home.",
                "Sarvik Courier: budget passes.",
            ),
        ),
    ),
    "coverage-plan": Row(
        "An agency's plan.",
        (
            "News schedule for Sunday",
            (
                "VELMAR - Follow the shelling. 600 words by 1400 GMT.",
                "OSTERBY - Talks open. 500 words by 1600 GMT.",
            ),
        ),
    ),
    "scores": Row(
        "A table of scores.",
        (
            "Football results",
            ("Velmar 2, Telmark 1", "Nordhavn 0, Haven 0", "Sarvik 4, Lindau Bay 3"),
        ),
    ),
    "pictures": Row(
        "Pictures without a text.", ("In pictures: the flood of Lindau Bay", ("1/9", "2/9", "3/9"))
    ),
}


@variants("digest", DIGESTS)
def test_a_digest_is_still_no_story(row: Row, explained: Explained) -> None:
    """Look-alikes the other way: what is a list in headline and text is no story."""
    title, lines = row.given
    said = explained(page(told("en", title=title), text=paragraphs(*lines)))
    assert said["outcome"] not in USABLE, row.must
