"""Dates as feeds and pages write them: one that is wrong and looks right is worse than none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.world.conftest import Explained
from tests.world.doors import Site, once, precision, published
from tests.world.stories import Item, item, page, rss, told
from tests.world.table import Row, variants

BARE = page(told("en"))
MINUTE = "2025-03-09T10:00"


def dated(date: str, more: str = "") -> Item:
    """An entry with a date as printed."""
    return item(told("en"), date=date, more=more)


YEAR_FIRST = {
    "strokes": Row("Strokes.", "2025/03/09 10:00:00", MINUTE),
    "strokes-short": Row("Strokes, without noughts or seconds.", "2025/3/9 10:00", MINUTE),
    "dots": Row("Dots.", "2025.03.09 10:00:00", MINUTE),
    "dots-spaced": Row("Dots with spaces.", "2025. 03. 09. 10:00", MINUTE),
    "chinese": Row("With the Chinese words.", "2025年3月9日 10:00", MINUTE),
    "korean": Row("With the Korean words.", "2025년 3월 9일 10:00", MINUTE),
    "strokes-day": Row("Strokes, the day alone.", "2025/03/09", "2025-03-09"),
    "compact": Row("No marks at all.", "20250309T100000Z", MINUTE),
    "go-stamp": Row("As some servers print it.", "2025-03-09 10:00:00.364419679 +0000 UTC", MINUTE),
}


@variants("date-year-first", YEAR_FIRST)
def test_a_date_with_its_year_first(row: Row, site: Site) -> None:
    """The year says the order; the day must not turn into today's."""
    said = once(site, rss(dated(row.given)), {"/a": BARE}).only
    assert published(said).startswith(row.want), row.must


ORDER = {
    "strokes-day-first": Row(
        "25/03 can only be a day and a month, so 04/03 beside it is the fourth of March.",
        ("04/03/2025 10:00", "25/03/2025 10:00"),
        "2025-03-04T10:00",
    ),
    "strokes-month-first": Row(
        "03/25 tells the other order.", ("03/04/2025 10:00", "03/25/2025 10:00"), "2025-03-04T10:00"
    ),
    "dashes-day-first": Row(
        "The same with dashes.", ("04-03-2025 10:00:00", "25-03-2025 10:00:00"), "2025-03-04T10:00"
    ),
    "dashes-month-first": Row(
        "The other way with dashes.",
        ("03-04-2025 10:00:00", "03-25-2025 10:00:00"),
        "2025-03-04T10:00",
    ),
    "am-pm-month-first": Row(
        "The American form with PM.",
        ("3/4/2025 2:05:00 PM", "3/25/2025 9:00:00 AM"),
        "2025-03-04T14:05",
    ),
    "dots-day-first": Row("Dots.", ("04.03.2025 10:00", "25.03.2025 10:00"), "2025-03-04T10:00"),
    "two-digit-year": Row(
        "Two digits of the year.", ("04/03/25 10:00", "25/03/25 10:00"), "2025-03-04T10:00"
    ),
}


@variants("date-order", ORDER)
def test_the_other_entries_tell_the_order(row: Row, site: Site) -> None:
    """Whether day or month stands first, another entry of the same feed settles."""
    unclear, clear = row.given
    other = item(told("en2"), "/b", date=clear)
    polled = once(site, rss(dated(unclear), other), {"/a": BARE, "/b": page(told("en2"))})
    assert published(polled["/a"]).startswith(row.want), row.must
    assert published(polled["/b"]).startswith("2025-03-25"), row.must


UNDECIDED = {
    "strokes": Row("Nothing tells the order.", "04/03/2025 10:00"),
    "dashes": Row("The same with dashes.", "04-03-2025 10:00"),
    "strokes-seconds": Row("Nor do seconds.", "05/06/2024 10:00:30"),
    "short": Row("Nor do missing noughts.", "4/3/2025"),
    "two-digit-year": Row("Three numbers that may each be anything.", "04/03/05"),
    "nonsense": Row("Numbers that are no date at all.", "99/99/2025 10:00"),
}


@variants("date-undecided", UNDECIDED)
def test_an_order_that_nothing_tells(row: Row, site: Site) -> None:
    """What is not known is not guessed in silence: the time is then the fetch's, and says so."""
    said = once(site, rss(dated(row.given)), {"/a": BARE}).only
    assert said["published"]["basis"] == "fetch", row.must


HALF_DAYS = {
    "rfc-822-pm": Row(
        "PM in a mail's form.", "Sun, 09 Mar 2025 02:00:00 PM GMT", "2025-03-09T14:00"
    ),
    "dotted": Row("With dots.", "Sun, 09 Mar 2025 2:00 p.m. GMT", "2025-03-09T14:00"),
    "noon": Row("12 PM is noon.", "Sun, 09 Mar 2025 12:30:00 PM GMT", "2025-03-09T12:30"),
    "midnight": Row("12 AM is midnight.", "Sun, 09 Mar 2025 12:30:00 AM GMT", "2025-03-09T00:30"),
    "american": Row("An American date.", "March 9, 2025 2:05 pm", "2025-03-09T14:05"),
    "iso-pm": Row("Behind an ISO day.", "2025-03-09 02:05 PM", "2025-03-09T14:05"),
    "day-month": Row("Day first.", "9 March 2025 - 2:05 PM", "2025-03-09T14:05"),
}


@variants("date-am-pm-feed", HALF_DAYS)
def test_am_and_pm_in_a_feed(row: Row, site: Site) -> None:
    """Twelve hours are the difference between a raid that was and one that is to come."""
    said = once(site, rss(dated(row.given)), {"/a": BARE}).only
    assert published(said).startswith(row.want), row.must


def meta(date: str) -> str:
    """A page with a time in its metadata."""
    return page(told("en"), head=f'<meta property="article:published_time" content="{date}">')


PAGE_TIMES = {
    "rfc-822-pm": Row("PM.", meta("Sun, 09 Mar 2025 02:00:00 PM"), "2025-03-09T14:00"),
    "american": Row("An American date.", meta("March 9, 2025 2:05 PM"), "2025-03-09T14:05"),
    "strokes": Row("Strokes.", meta("2025/03/09 14:05"), "2025-03-09T14:05"),
    "dots": Row("Dots, day first.", meta("25.03.2025 14:05"), "2025-03-25T14:05"),
    "dashes": Row("Dashes, day first.", meta("25-03-2025 14:05"), "2025-03-25T14:05"),
    "iso-with-am": Row("ISO with AM.", meta("2025-03-09 09:05 AM"), "2025-03-09T09:05"),
    "midnight": Row("12 AM.", meta("03/25/2025 12:05 AM"), "2025-03-25T00:05"),
}


@variants("date-page-forms", PAGE_TIMES)
def test_forms_in_the_metadata_of_a_page(row: Row, explained: Explained) -> None:
    """A page's metadata is written by people too; an hour that PM was cut off is a false one."""
    assert published(explained(row.given)).startswith(row.want), row.must


ZONES = {
    "idt": Row("Israel's summer time.", "Thu, 10 Jul 2025 10:00:00 IDT", "2025-07-10T07:00"),
    "irst": Row("Iran's time.", "Thu, 10 Jul 2025 10:00:00 IRST", "2025-07-10T06:30"),
    "cat": Row("Central Africa's time.", "Thu, 10 Jul 2025 10:00:00 CAT", "2025-07-10T08:00"),
    "eat": Row("East Africa's time.", "Thu, 10 Jul 2025 10:00:00 EAT", "2025-07-10T07:00"),
    "wat": Row("West Africa's time.", "Thu, 10 Jul 2025 10:00:00 WAT", "2025-07-10T09:00"),
    "npt": Row("Nepal's time.", "Thu, 10 Jul 2025 10:00:00 NPT", "2025-07-10T04:15"),
    "berlin": Row(
        "A name of a city.", "Thu, 10 Jul 2025 10:00:00 Europe/Berlin", "2025-07-10T08:00"
    ),
    "kyiv": Row("Another city.", "2025-07-10 10:00:00 Europe/Kyiv", "2025-07-10T07:00"),
    "words": Row(
        "Words of a name.", "Thu, 10 Jul 2025 10:00:00 Moscow Standard Time", "2025-07-10T07:00"
    ),
    "offset-and-name": Row(
        "An offset and a name.", "Thu, 10 Jul 2025 10:00:00 +0300 MSK", "2025-07-10T07:00"
    ),
    "unknown": Row("A name that nobody knows.", "Thu, 10 Jul 2025 10:00:00 XQT", ""),
}


@variants("date-zone-names", ZONES)
def test_zones_by_name(row: Row, site: Site) -> None:
    """A zone is read right, or the time is not called the feed's: else events change order."""
    said = once(site, rss(dated(row.given)), {"/a": BARE}).only
    assert said["published"]["basis"] != "feed" or (
        row.want and published(said).startswith(row.want)
    ), row.must


MONTHS = {
    "french": Row("March in French.", "dim., 9 mars 2025 10:00:00 +0000", MINUTE),
    "german": Row("In German.", "So, 9 März 2025 10:00:00 +0000", MINUTE),
    "german-october": Row(
        "October and its weekday in German.", "Do, 23 Okt 2025 10:00:00 +0000", "2025-10-23T10:00"
    ),
    "spanish": Row("In Spanish.", "9 de marzo de 2025 10:00", MINUTE),
    "russian": Row("In Russian.", "9 марта 2025, 10:00", MINUTE),
    "ukrainian": Row("In Ukrainian.", "9 березня 2025 р. 10:00", MINUTE),
    "turkish": Row("In Turkish.", "9 Ağustos 2025 10:00", "2025-08-09T10:00"),
    "arabic": Row("In Arabic.", "9 مارس 2025 10:00", MINUTE),
    "levant": Row("In the Arabic of the Levant.", "9 آذار 2025 10:00", MINUTE),
    "hindi": Row("In Hindi.", "9 मार्च 2025 10:00", MINUTE),
    "portuguese": Row("In Portuguese.", "9 de março de 2025, 10:00", MINUTE),
}


@variants("date-months", MONTHS)
def test_months_in_the_languages_of_feeds(row: Row, site: Site) -> None:
    """Feeds print months in their own language: such a story is not of the minute of its poll."""
    said = once(site, rss(dated(row.given)), {"/a": BARE}).only
    assert published(said).startswith(row.want), row.must


def ahead(**by: int) -> str:
    """A feed's time in the future."""
    return (datetime.now(UTC) + timedelta(**by)).strftime("%a, %d %b %Y %H:%M:%S GMT")


RIGHT = page(
    told("en"), head='<meta property="article:published_time" content="2025-03-09T10:00:00Z">'
)
FUTURE = {
    "years": Row("Years ahead.", "Sat, 31 Dec 2039 10:00:00 GMT"),
    "century": Row("A century ahead.", "Sun, 09 Mar 2125 10:00:00 GMT"),
    "iso": Row("Years ahead, in ISO.", "2041-03-09T10:00:00Z"),
    "days": Row("Nine days ahead, as day and month changed places make it.", ahead(days=9)),
    "two-days": Row("Two days ahead.", ahead(days=2, hours=3)),
    "month": Row("A month ahead.", ahead(days=31)),
}


@variants("date-future", FUTURE)
def test_a_feed_ahead_of_its_page(row: Row, site: Site) -> None:
    """A time that has not come yet yields to the page's right one."""
    said = once(site, rss(dated(row.given)), {"/a": RIGHT}).only
    assert published(said).startswith(MINUTE), row.must


@variants("date-future-alone", {name: Row(row.must, row.given) for name, row in FUTURE.items()})
def test_a_feed_ahead_with_nothing_else(row: Row, site: Site) -> None:
    """Where nothing else tells, the time of the fetch is called that, never the feed's."""
    said = once(site, rss(dated(row.given)), {"/a": BARE}).only
    assert said["published"]["basis"] == "fetch", row.must


OWN = '<time datetime="2025-03-09T10:00:00Z">9 March</time>'
FALSE = '<time datetime="2025-03-11T05:00:00Z">5 am</time>'
TICKERS = {
    "ticker": Row(
        "A ticker above.",
        page(told("en"), before=OWN, above=f'<div class="ticker">{FALSE} Quake</div>'),
    ),
    "header": Row(
        "Today's date in the header.",
        page(told("en"), before=OWN, above=f"<header>{FALSE}</header>"),
    ),
    "nav": Row(
        "A menu with the hour of the last bulletin.",
        page(told("en"), before=OWN, above=f"<nav><ul><li>{FALSE} Bulletin</ul></nav>"),
    ),
    "aside": Row(
        "Latest news beside the text.",
        page(
            told("en"),
            before=OWN,
            above=f"<aside><h2>Latest</h2><p>{FALSE} Quake hits islands</p></aside>",
        ),
    ),
    "plain-list": Row(
        "A list without a telling name.",
        page(
            told("en"),
            before=OWN,
            above=f'<ul class="x1"><li><a href="/q">{FALSE} Quake hits islands</a></li></ul>',
        ),
    ),
    "behind": Row(
        "Related stories behind it, and none in it before the end.",
        page(
            told("en"),
            text=told("en").paragraphs + f"<footer>{OWN}</footer>",
            above=f"<div>{FALSE} Quake</div>",
        ),
    ),
    "teaser-in-article": Row(
        "A teaser within the article.",
        page(told("en"), before=f'<div class="related"><a href="/q">{FALSE} Quake</a></div>{OWN}'),
    ),
    "comments": Row(
        "The first comment's time, where the story has one in its byline.",
        page(
            told("en"),
            before=f'<p class="byline">By Mira Solen {OWN}</p>',
            after=f'<div id="comments">{FALSE} Good</div>',
        ),
    ),
}


@variants("date-ticker", TICKERS)
def test_the_time_of_the_article_counts(row: Row, explained: Explained) -> None:
    """The first <time> of a page is often another story's."""
    assert published(explained(row.given)).startswith(MINUTE), row.must


def printed(line: str, name: str = "en") -> str:
    """A page whose only date is a line for readers."""
    return page(told(name), before=f"<div>{line}</div>")


LINES = {
    "published": Row("Day and hour.", printed("Published: 9 March 2025, 10:00"), MINUTE),
    "posted": Row("Month first.", printed("Posted on March 9, 2025 at 10:00 GMT"), MINUTE),
    "day-alone": Row("The day alone.", printed("Sunday 9 March 2025"), "2025-03-09"),
    "bar": Row("Behind a bar.", printed("World | 09.03.2025 | 10:00"), MINUTE),
    "german": Row("In German.", printed("Stand: 9. März 2025, 10:00 Uhr", "de"), MINUTE),
    "french": Row("In French.", printed("Publié le 9 mars 2025 à 10h00", "fr"), MINUTE),
    "russian": Row("In Russian.", printed("9 марта 2025, 10:00", "ru"), MINUTE),
    "turkish": Row("In Turkish.", printed("Yayınlanma: 9 Mart 2025 10:00", "tr"), MINUTE),
    "arabic": Row("In Arabic.", printed("نشر في 9 مارس 2025 10:00", "ar"), MINUTE),
    "chinese": Row("In Chinese.", printed("2025年3月9日 10:00", "zh"), MINUTE),
}


@variants("date-for-readers", LINES)
def test_a_date_without_markup(row: Row, explained: Explained) -> None:
    """Many pages tell their date to readers only; it beats the time of the fetch by years."""
    said = explained(row.given)
    assert published(said).startswith(row.want), row.must
    assert precision(said) == ("day" if "T" not in row.want else "minute"), row.must


def recounted(text: str, language: str = "en") -> str:
    """A page without a date of its own whose text or headline tells of a day."""
    return page(told(language), before=text)


EVENTS = {
    "english": Row(
        "A short first sentence.",
        recounted("<p>On 9 March 2025 at 10:00 the old mill went up in flames.</p>"),
    ),
    "german": Row(
        "In German.",
        recounted("<p>Am 9. März 2025 um 10:00 Uhr brannte die alte Mühle ab.</p>", "de"),
    ),
    "french": Row(
        "In French.", recounted("<p>Le 9 mars 2025 à 10h00, le vieux moulin a brûlé.</p>", "fr")
    ),
    "russian": Row(
        "In Russian.", recounted("<p>9 марта 2025 года в 10:00 сгорела старая мельница.</p>", "ru")
    ),
    "arabic": Row(
        "In a script without capitals.",
        recounted("<p>في 9 مارس 2025 عند الساعة 10:00 احترقت الطاحونة القديمة.</p>", "ar"),
    ),
    "chinese": Row(
        "In a script without spaces.", recounted("<p>2025年3月9日10:00，旧磨坊起火。</p>", "zh")
    ),
    "link": Row(
        "The sentence goes on in a link.",
        recounted(
            "<div>On 9 March 2025 at 10:00 <a href='/m'>the old mill</a> went up in flames, and "
            "the fire brigade of three villages came too late, as the mayor says today, because "
            "the bridge below the church had been closed to lorries since the autumn.</div>"
        ),
    ),
    "strong": Row(
        "The day is set in bold, the sentence goes on.",
        recounted(
            "<p><strong>On 9 March 2025 at 10:00</strong> the old mill went up in flames, and the "
            "fire brigade of three villages came too late, as the mayor says to this day, because "
            "the bridge below the church had been closed to lorries since the autumn.</p>"
        ),
    ),
    "headline": Row(
        "The headline tells of a day.",
        page(told("en"), h1="Village remembers the fire of 9 March 2025"),
    ),
    "question": Row("A question.", recounted("<h2>Who saw what happened on 9 March 2025?</h2>")),
    "crosshead": Row(
        "A line without a stop.", recounted("<h3>What we know about the fire of 9 March 2025</h3>")
    ),
}


@variants("date-in-the-text", EVENTS)
def test_a_day_that_the_text_tells_of(row: Row, explained: Explained) -> None:
    """A wrong date that looks right: the story would be filed years before it was written."""
    assert explained(row.given)["published"]["basis"] == "fetch", row.must


LINES_OF_DATES = {
    "dateline": Row("Place and house.", printed("Lenz, Kesteria, Sunday 9 March 2025, 10:00")),
    "spanish": Row(
        "Small words about it.", printed("domingo, 9 de marzo de 2025 a las 10:00 hs.", "es")
    ),
    "german": Row("A stop that ends no sentence.", printed("So., 9. März 2025, 10:00 Uhr.", "de")),
    "label-with-stop": Row("A sentence of a label.", printed("Published on 9 March 2025, 10:00.")),
    "reading-time": Row("With a time to read.", printed("9 March 2025, 10:00 - 4 min read")),
    "in-headline": Row(
        "An element of the headline.",
        page(told("en"), h1="Village remembers the fire <span>9 March 2025, 10:00</span>"),
    ),
}


@variants("date-line", LINES_OF_DATES)
def test_a_line_that_is_the_pages_date(row: Row, explained: Explained) -> None:
    """Look-alikes: names, labels and small words about a date make no sentence of it."""
    assert published(explained(row.given)).startswith(MINUTE), row.must


def test_the_day_of_a_change_has_no_hour(explained: Explained) -> None:
    """A day with an hour that nobody printed looks surer than it is."""
    changes = [
        printed("Updated: 9 March 2025, 10:00 IST"),
        printed("Aktualisiert: 9. März 2025, 10:00 Uhr", "de"),
        printed("Обновлено 9 марта 2025, 10:00", "ru"),
        printed("Mis à jour le 9 mars 2025 à 10h00", "fr"),
        printed("更新：2025年3月9日 10:00", "zh"),
    ]
    for given in changes:
        said = explained(given)
        assert precision(said) == "day"
        assert published(said).startswith("2025-03-09T00:00"), given


SOUND = {
    "rfc-822": Row("A mail's date.", "Sun, 09 Mar 2025 10:00:00 GMT", MINUTE),
    "offset": Row("With an offset.", "Sun, 09 Mar 2025 13:00:00 +0300", MINUTE),
    "iso": Row("ISO.", "2025-03-09T10:00:00Z", MINUTE),
    "iso-space": Row("ISO with a space.", "2025-03-09 10:00:00", MINUTE),
    "iso-fraction": Row("With parts of a second.", "2025-03-09T10:00:00.123456Z", MINUTE),
    "est": Row("A zone of America.", "Sun, 09 Mar 2025 05:00:00 EST", MINUTE),
    "no-weekday": Row("No weekday.", "9 Mar 2025 10:00:00 GMT", MINUTE),
    "wrong-weekday": Row("A wrong weekday.", "Mon, 09 Mar 2025 10:00:00 GMT", MINUTE),
}


@variants("date-sound", SOUND)
def test_a_date_that_was_always_read(row: Row, site: Site) -> None:
    """Look-alikes: the forms of the standards stay what they are, to the second."""
    said = once(site, rss(dated(row.given)), {"/a": BARE}).only
    assert said["published"]["basis"] == "feed", row.must
    assert published(said).startswith(row.want), row.must
