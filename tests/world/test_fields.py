"""Headline, byline, dateline and the end of a story, wherever a page's layout puts them."""

from __future__ import annotations

from tests.world.conftest import Explained
from tests.world.doors import body
from tests.world.stories import document, page, paragraphs, told
from tests.world.table import Row, variants

EN = told("en")
FIRST, REST = EN.body[0], paragraphs(*EN.body[1:])

# --------------------------------------------------------------------------- headline

HEADLINES = {
    "constant-title": Row(
        "A site whose <title> is its name on every page.", page(EN, title="Lakeside Vision")
    ),
    "constant-og-title": Row(
        "Its metadata say the name as well.",
        page(
            EN,
            title="Lakeside Vision - the voice of the lake",
            head='<meta property="og:title" content="Lakeside Vision - the voice of the lake">',
        ),
    ),
    "section-title": Row(
        "A <title> that names the section.", page(EN, title="World news | Lakeside")
    ),
    "no-title": Row("No <title> at all.", page(EN, title="")),
    "br": Row(
        "<br> in the headline.",
        page(EN, h1="Rockets strike grain port at Velmar<br>as truce talks open"),
    ),
    "two-lines": Row(
        "Two blocks in the headline.",
        page(EN, h1="<div>Rockets strike grain port at Velmar</div><div>as truce talks open</div>"),
    ),
    "kicker": Row(
        "A kicker within it.",
        page(EN, h1=f'<span class="kicker">War by the lake</span> {EN.title}'),
    ),
    "kicker-colon": Row(
        "A kicker without a name, set off as a block.",
        page(EN, h1=f"<small>Analysis</small><br>{EN.title}"),
    ),
    "style": Row("A <style> within it.", page(EN, h1=f"<style>.h{{color:#111}}</style>{EN.title}")),
    "script": Row(
        "A <script> within it.", page(EN, h1=f"{EN.title}<script>track('headline')</script>")
    ),
    "svg": Row(
        "An icon with a title of its own.",
        page(EN, h1=f"<svg><title>Lock</title><path d='M0 0h9v9z'/></svg>{EN.title}"),
    ),
    "hidden": Row(
        "Words for screen readers.",
        page(EN, h1=f'<span class="visually-hidden">Headline:</span>{EN.title}'),
    ),
    "share": Row(
        "A button within it.", page(EN, h1=f'{EN.title}<button type="button">Share</button>')
    ),
}


BELOW_THE_SITE = {
    "site-class": (
        "The theme names the site's heading.",
        '<h1 class="site-title"><a href="/">Lakeside Vision</a></h1>'
        '<h2 class="entry-title" itemprop="headline">{}</h2>',
    ),
    "site-linked": (
        "Its heading is a link to the root, and the headline has a class alone.",
        '<h1><a href="https://lake.example/">Lakeside Vision</a></h1>'
        '<h2 class="article-headline">{}</h2>',
    ),
    "site-in-link": (
        "The link is around the heading.",
        '<a href="/"><h1>Lakeside Vision</h1></a><h2 class="post-title">{}</h2>',
    ),
    "site-masthead": (
        "The headline is an <h1> too.",
        '<h1 class="masthead">Lakeside Vision</h1><h1>{}</h1>',
    ),
    "site-logo": (
        "The name is long, as a headline is.",
        '<h1 id="logo">The daily Lakeside Vision of Velmar</h1><h2 class="news-title">{}</h2>',
    ),
    "site-first": (
        "Other stories are named as headlines too.",
        '<h1 class="brand"><a href="/">Lakeside Vision</a></h1><h2 class="entry-title">{}</h2>',
    ),
}


@variants("headline-site", {name: Row(must, html) for name, (must, html) in BELOW_THE_SITE.items()})
def test_a_site_named_as_the_first_heading(row: Row, explained: Explained) -> None:
    """The headline stands below the site's name, which every page and title bears."""
    others = (
        '<section><h2 class="entry-title"><a href="/b">Ferry fares rise in spring</a></h2>'
        '<h2 class="entry-title"><a href="/c">Velmar bakers win prize</a></h2></section>'
    )
    html = f"{row.given.format(EN.title)}<article>{EN.paragraphs}</article>"
    said = explained(document(html + others, title="Lakeside Vision"))
    assert said["headline"] == EN.title, row.must


LIKE_A_SITE = {
    "root-link": '<h1><a href="/">{}</a></h1>',
    "site-class": '<h1 class="site-title">{}</h1>',
    "other-below": '<h1 class="logo">{}</h1><h2 class="entry-title">Ferry fares rise again</h2>',
    "own-link": '<h1><a href="/a">{}</a></h1>',
    "brand-font": '<h1 class="brand-font">{}</h1><h2 class="article-title">Read on</h2>',
}


@variants("headline-like-site", {name: Row(name, html) for name, html in LIKE_A_SITE.items()})
def test_a_headline_named_as_the_sites(row: Row, explained: Explained) -> None:
    """Themes misname: a heading that stands alone is the headline whatever it is called."""
    html = f"<main>{row.given.format(EN.title)}<article>{EN.paragraphs}</article></main>"
    assert explained(document(html, title=f"{EN.title} | Lakeside"))["headline"] == EN.title


def test_the_longest_name_of_a_site(explained: Explained) -> None:
    """Six words may be a site's name; seven are a headline that is named as one."""
    for words, is_site in (("The Lakeside Vision of all Velmar", True),
                           ("The Lakeside Vision of all old Velmar", False)):  # fmt: skip
        html = f'<h1 class="logo">{words}</h1><h2 class="entry-title">{EN.title}</h2>'
        said = explained(document(html + EN.paragraphs, title=words))
        assert (said["headline"] == EN.title) is is_site, words


@variants("headline", HEADLINES)
def test_the_headline_is_the_storys(row: Row, explained: Explained) -> None:
    """Everybody reads the headline: it is whole, its words apart, and nothing else is in it."""
    said = explained(row.given)
    assert said["headline"] == EN.title, row.must
    assert said["body"] == list(EN.body), row.must


OWN_HEADLINES = {
    "dash": ("A headline may hold a dash.", "Velmar - a port without grain"),
    "bar": ("Or a bar.", "Before | after: a street in Velmar in two pictures"),
    "colon": ("Or begin like a kicker.", "Velmar: rockets strike grain port again"),
    "site-in-it": ("It may name the outlet.", "Lakeside Vision reporter freed after nine days"),
    "question": ("It may be a question.", "Who rules the river?"),
    "number": ("It may begin with a number.", "9 dead as ferry sinks off Nordhavn"),
}


@variants("headline-own", {name: Row(must, title) for name, (must, title) in OWN_HEADLINES.items()})
def test_a_headline_with_marks_of_its_own(row: Row, explained: Explained) -> None:
    """Look-alikes: dashes, bars and colons of a headline are its own; nothing is cut at them."""
    story = told("en2", title=row.given)
    assert explained(page(story))["headline"] == row.given, row.must


# --------------------------------------------------------------------------- byline

BOTH = ("Mira Solen", "Omar Riad")
ONE = ("Mira Solen",)


def by(html: str, name: str = "en") -> str:
    """A page with this between headline and text."""
    return page(told(name), before=html)


BYLINES = {
    "two-spans": Row(
        "Two elements, one name each.",
        by(
            '<div class="authors"><span class="author">By Mira Solen</span>'
            '<span class="author">Omar Riad</span></div>'
        ),
        BOTH,
    ),
    "two-links": Row(
        "Two links.",
        by(
            '<p class="byline">By <a rel="author" href="/m">Mira Solen</a> and '
            '<a rel="author" href="/o">Omar Riad</a></p>'
        ),
        BOTH,
    ),
    "list": Row(
        "A list.", by('<ul class="byline"><li>Mira Solen</li><li>Omar Riad</li></ul>'), BOTH
    ),
    "cards": Row(
        "A card for each, with a role.",
        by(
            '<div class="author-card"><a class="author-name">Mira '
            'Solen</a><span class="author-role">'
            "Defence correspondent</span></div><div "
            'class="author-card"><a class="author-name">Omar '
            'Riad</a><span class="author-role">Reporter in Haven</span></div>'
        ),
        BOTH,
    ),
    "and": Row("A line with 'and'.", by("<p>By Mira Solen and Omar Riad</p>"), BOTH),
    "caps": Row(
        "Capitals, which become a name, and 'by' said twice.",
        by(
            '<div class="ShareByline"><span>By</span><span>by MIRA SOLEN and OMAR RIAD</span></div>'
        ),
        BOTH,
    ),
    "with": Row(
        "A second name behind 'with'.",
        by('<div class="byline">By Mira Solen in Velmar with Omar Riad in Haven</div>'),
        BOTH,
    ),
    "role-line": Row(
        "A role in a line of its own.",
        by('<div class="byline"><div>By Mira Solen</div><div>Foreign editor</div></div>'),
        ONE,
    ),
    "json-ld": Row(
        "Both in JSON-LD, one on the page.",
        page(
            EN,
            before='<p class="byline">By Mira Solen</p>',
            head='<script type="application/ld+json">'
            '{"@type":"NewsArticle","author":[{"@type":"Person","name":"Mira Solen"},'
            '{"@type":"Person","name":"Omar Riad"}]}</script>',
        ),
        BOTH,
    ),
    "two-metas": Row(
        "Two <meta>.",
        page(
            EN,
            head=(
                '<meta name="author" content="Mira Solen"><meta name="author" content="Omar Riad">'
            ),
        ),
        BOTH,
    ),
    "at-the-end": Row(
        "At the end of the text.",
        page(EN, text=EN.paragraphs + '<p class="author">By Mira Solen</p>'),
        ONE,
    ),
    "above": Row(
        "Above the headline.",
        page(EN, above='<div class="byline">By Mira Solen</div>').replace("<main><article>", "", 1),
        ONE,
    ),
    "saved": Row(
        "A page that a browser saved.",
        page(EN, head='<meta name="author" value="Mira Solen">'),
        ONE,
    ),
    "account": Row(
        "Metadata name the account of a desk.",
        page(
            EN,
            before='<p class="byline">By Mira Solen</p>',
            head='<meta name="author" content="msolen2">',
        ),
        ONE,
    ),
    "author-box": Row(
        "Marked in a box far below.",
        page(EN, text=EN.paragraphs + '<div><h4 class="author-box__name">Mira Solen</h4></div>'),
        ONE,
    ),
    "network": Row(
        "The site's profile on a network stands before the author.",
        page(
            EN,
            head='<link rel="canonical" href="https://lake.example/a">',
            before='<ul><li><a href="https://sky.example/profile/lakeside">Bluesky</a></li></ul>'
            '<div><a href="/contributor/mira-solen/">Mira Solen</a></div>',
        ),
        ONE,
    ),
    "french": Row(
        "In French.", by('<p class="signature">Par Mira Solen et Omar Riad</p>', "fr"), BOTH
    ),
    "german": Row(
        "In German.", by('<p class="autor">Von Mira Solen und Omar Riad</p>', "de"), BOTH
    ),
    "data-component": Row(
        "A box that a data attribute names, its parts unnamed.",
        by('<div data-component="byline-block"><div>Mira Solen</div><div>Omar Riad</div></div>'),
        BOTH,
    ),
    "data-testid": Row(
        "Classes made by a machine beside a name for tests.",
        by(
            '<div class="css-1q8xz" data-testid="byline"><span class="css-9">Mira Solen</span>'
            '<span class="css-8">Lakeside Vision, Velmar</span></div>'
        ),
        ONE,
    ),
    "data-testid-contributors": Row(
        "The name for tests says more.",
        by('<div data-testid="byline-new-contributors"><div><b>Mira Solen</b></div></div>'),
        ONE,
    ),
    "data-qa": Row(
        "Another attribute, at the name itself.",
        by('<p><span data-qa="author-name">Mira Solen</span></p>'),
        ONE,
    ),
    "data-date": Row(
        "A date in a box of that kind beside it.",
        by(
            '<div data-component="byline-block"><div>By Mira Solen</div></div>'
            '<div data-testid="timestamp">2 days ago</div>'
        ),
        ONE,
    ),
    "spanish": Row(
        "In Spanish.", by('<p class="firma">Por Mira Solen y Omar Riad</p>', "es"), BOTH
    ),
}


@variants("byline", BYLINES)
def test_all_authors_wherever_they_stand(row: Row, explained: Explained) -> None:
    """Every author is named, none twice, and no role in place of a name."""
    said = explained(row.given)
    for name in row.want:
        assert said["byline"].count(name) == 1, f"{row.must} {said['byline']!r}"
    for word in ("editor", "Defence", "Reporter", "By ", "by "):
        assert word not in said["byline"], f"{row.must} {said['byline']!r}"
    assert not [name for name in row.want if name in body(said)], row.must


def labelled(label: str) -> str:
    """A byline box with a label beside the name."""
    return by(f'<div class="byline"><a class="author">Mira Solen</a><span>{label}</span></div>')


LABELS = {
    "bio": ("A link to a life.", "See full bio"),
    "copy-link": ("A button.", "Copy Link"),
    "text-size": ("Another one.", "Text Size"),
    "more-stories": ("A link to other stories.", "More stories by Mira Solen"),
    "follow": ("A link to a network.", "Follow @mirasolen"),
    "reading-time": ("The time that reading takes.", "4 min read"),
    "updated": ("A time.", "Updated 9 March 2025"),
    "german": ("A label in German.", "Alle Artikel der Autorin"),
    "french": ("One in French.", "Voir tous ses articles"),
}


@variants("byline-label", {name: Row(must, label) for name, (must, label) in LABELS.items()})
def test_a_label_is_no_author(row: Row, explained: Explained) -> None:
    """The name alone is the byline; a desk counts reporters by it."""
    said = explained(labelled(row.given))
    assert said["byline"] == "Mira Solen", row.must
    assert said["body"] == list(EN.body), row.must


ALONE = {
    "bio": Row("A link to a life.", by('<div class="byline"><a>See full bio</a></div>')),
    "copy-link": Row("A button.", by('<div class="byline"><button>Copy Link</button></div>')),
    "copy-span": Row(
        "A button made of a <span>.", by('<div class="byline"><span>Copy Link</span></div>')
    ),
    "text-size": Row("A menu.", by('<div class="byline"><span>Text Size</span></div>')),
    "more-by": Row("A link to others.", by('<p class="author">More stories by our reporters</p>')),
    "follow": Row("An invitation.", by('<div class="author">Follow us</div>')),
    "network": Row(
        "A profile of the site on a network.",
        page(
            EN,
            head='<link rel="canonical" href="https://lake.example/a">',
            before='<ul><li><a href="https://sky.example/profile/lakeside">Bluesky</a></li></ul>',
        ),
    ),
    "json-ld": Row(
        "A label in JSON-LD.",
        page(
            EN,
            head='<script type="application/ld+json">{"@type":"NewsArticle",'
            '"author":{"@type":"Person","name":"See full bio"}}</script>',
        ),
    ),
    "meta": Row(
        "An address in <meta>.",
        page(EN, head='<meta name="author" content="https://social.example/lakeside">'),
    ),
}


@variants("byline-label-alone", ALONE)
def test_a_label_alone_is_no_byline(row: Row, explained: Explained) -> None:
    """Where no author is named, the byline is empty, whatever else stands in its box."""
    said = explained(row.given)
    assert said["byline"] == "", row.must
    assert said["body"] == list(EN.body), row.must


BARE = {
    "bare-dated": Row(
        "A name without a mark beside the date.",
        by("<div><span>Mira Solen</span><span>9 March 2025</span></div>"),
    ),
    "bare-one-line": Row("Both in one line.", by("<div>9 March 2025 · Mira Solen</div>")),
    "bare-portrait": Row(
        "A name without a mark that a portrait bears too.",
        by('<div><img src="/p.jpg" alt="Mira Solen"><div>Mira Solen</div></div>'),
    ),
    "bare-twice": Row(
        "A name without a mark that stands at the end again.",
        page(
            EN,
            before="<div>Mira Solen</div>",
            text=EN.paragraphs + "<div><div>Mira Solen</div></div>",
        ),
    ),
}


@variants("byline-bare", BARE)
def test_a_bare_name_at_the_headline_is_the_byline(row: Row, explained: Explained) -> None:
    """Many sites mark nothing: a name with its date or a portrait is an author all the same."""
    assert explained(row.given)["byline"] == "Mira Solen", row.must


CREDITED = {
    "at": "Mira Solen,Omar Riad,Lena Fisk at Vision Models,Ada Cole at Harbour Agency",
    "for": "Ada Cole for Gloss; Mira Solen; Omar Riad for Lake Light; Lena Fisk",
    "using": "Mira Solen, Lena Fisk using Lake Light, Ada Cole using Gloss, Omar Riad",
    "roles": "Mira Solen, photographs: Omar Riad, hair by Lena Fisk, Ada Cole",
}


@variants("byline-credits", {name: Row(name, list_) for name, list_ in CREDITED.items()})
def test_credits_in_metadata_are_no_authors(row: Row, explained: Explained) -> None:
    """Metadata that list all who had a hand in a page: the printed byline says who wrote it."""
    head = f'<meta name="author" content="{row.given}">'
    byline = '<div class="byline"><a href="/author/mira-solen">Mira Solen</a></div>'
    assert explained(page(EN, head=head, before=byline))["byline"] == "Mira Solen", row.must


AUTHORS_KNOWN = {
    "outlet": "Mira Solen, Omar Riad, Lakeside Vision",
    "agency": "Mira Solen; Omar Riad; Reuters",
    "names": "Mira Solen, Omar Riad",
}


@variants("byline-meta", {name: Row(name, list_) for name, list_ in AUTHORS_KNOWN.items()})
def test_metadata_know_authors_that_are_not_printed(row: Row, explained: Explained) -> None:
    """Look-alikes: an outlet or an agency among the names makes no list of credits."""
    head = f'<meta name="author" content="{row.given}">'
    byline = '<div class="byline"><a href="/author/mira-solen">Mira Solen</a></div>'
    said = explained(page(EN, head=head, before=byline))["byline"]
    assert "Mira Solen" in said, row.must
    assert "Omar Riad" in said, row.must


AUTHOR = '<meta name="author" content="Mira Solen">'
NAMES_AND_DATES = {
    "spans": "<div><span>Mira Solen</span><span>9 March 2025</span></div>",
    "paragraph": "<p><span>Mira Solen</span><span>Mar 9, 2025 10:00 AM GMT</span></p>",
    "link-and-time": '<div><a href="/x">Mira Solen</a><time>09.03.2025 10:00</time></div>',
    "french": "<div><span>Mira Solen</span><span>9 mars 2025 à 10h00</span></div>",
    "russian": "<div><span>Mira Solen</span> / <span>9 марта 2025 в 10:00</span></div>",
    "dash": "<p>Mira Solen - March 9, 2025</p>",
    "date-first": "<p><small>Sunday 9 March 2025</small><small>Mira Solen</small></p>",
    "chinese": "<p><span>Mira Solen</span><span>2025年3月9日 10:00</span></p>",
    "capitals": "<p>MIRA SOLEN, 9 March 2025</p>",
}


@variants("byline-and-date", {name: Row(name, html) for name, html in NAMES_AND_DATES.items()})
def test_a_name_and_a_date_are_no_first_line(row: Row, explained: Explained) -> None:
    """The author and the date in one line without a mark: both are fields, the line is a cut."""
    said = explained(page(EN, head=AUTHOR, before=row.given))
    assert said["byline"] == "Mira Solen", row.must
    assert said["body"] == list(EN.body), row.must
    [cut] = [cut["text"] for cut in said["removed"] if "olen" in cut["text"].lower()]
    assert "Solen9" not in cut, row.must
    assert "2025Mira" not in cut, row.must


STORIES_OF_AUTHORS = {
    "sentence": "Mira Solen walked over the bridge on 9 March 2025 and has not been seen again.",
    "short": "Mira Solen left Velmar by the night ferry of 9 March 2025.",
    "another": "Omar Riad, 9 March 2025",
}


@variants("author-told", {name: Row(name, text) for name, text in STORIES_OF_AUTHORS.items()})
def test_a_line_that_tells_of_its_author_stays(row: Row, explained: Explained) -> None:
    """Look-alikes: a sentence with name and date is the story's, and so is another's name."""
    said = explained(page(EN, head=AUTHOR, before=f"<p>{row.given}</p>"))
    assert said["body"][0] == row.given, row.must


ONE_WORD = {
    "initial": "<div><span>R</span><span>ockets</span> struck the port of Velmar at dawn.</div>",
    "camel": "<p><span>Rock</span><span>Ets</span> is the name of the fund at Velmar.</p>",
    "half": "<div><span>Rock</span><span>ets</span> struck the port of Velmar at dawn.</div>",
    "capitals": "<div><span>ROCK</span><span>ETS</span> struck the port of Velmar at dawn.</div>",
    "text-before": "<div>Rock<span>Ets</span> struck the port of Velmar before dawn.</div>",
}


@variants("one-word", {name: Row(name, html) for name, html in ONE_WORD.items()})
def test_a_word_cut_into_elements_stays_one(row: Row, explained: Explained) -> None:
    """Look-alikes: styles cut words into elements, too."""
    text = f"{row.given}{EN.paragraphs}"
    assert body(explained(page(EN, text=text))).lower().startswith("rockets "), row.must


TOPICS = {
    "section-dated": Row(
        "A topic beside the date, whose words the text has in small letters.",
        by("<div><span>Grain Port</span><span>9 March 2025</span></div>"),
    ),
    "topic-box": Row(
        "A topic in a box of that name.",
        by('<div><span class="category">Lakeside Voices</span><span>9 March 2025</span></div>'),
    ),
    "topic-link": Row(
        "A topic whose link does not bear its name.",
        by('<div><a href="/t/17">Lakeside Voices</a><span>9 March 2025</span></div>'),
    ),
    "button-dated": Row(
        "A button beside the date.", by("<div><span>Join Now</span><span>9 March 2025</span></div>")
    ),
    "bare-once": Row(
        "A name that nothing bears out may be whatever.", by("<div>Lakeside Voices</div>")
    ),
}


@variants("byline-topic", TOPICS)
def test_a_topic_at_the_headline_is_no_byline(row: Row, explained: Explained) -> None:
    """Topics, sections and buttons stand in a name's place and are set like one."""
    assert explained(row.given)["byline"] == "", row.must


HOUSES = {
    "staff": Row("Its staff.", by('<p class="author">Lakeside Staff</p>'), "Lakeside Staff"),
    "newsroom": Row("A meta tag.", page(EN, head='<meta name="author" content="Sarvik Newsroom">'),
                    "Sarvik Newsroom"),
}  # fmt: skip


@variants("byline-house", HOUSES)
def test_a_house_signs_where_no_person_does(row: Row, explained: Explained) -> None:
    """Readers of the field learn that a desk wrote it."""
    assert explained(row.given)["byline"] == row.want, row.must


# --------------------------------------------------------------------------- dateline

DATELINES = {
    "span": Row(
        "A <span>.", f'<p><span class="dateline">VELMAR, Sarvik — </span>{FIRST}</p>', "VELMAR"
    ),
    "strong": Row(
        "A <strong>.", f"<p><strong>VELMAR, March 9 (Reuters) -</strong> {FIRST}</p>", "VELMAR"
    ),
    "own-paragraph": Row(
        "A paragraph of its own.", f"<p>VELMAR, Sarvik (AP) —</p><p>{FIRST}</p>", "VELMAR"
    ),
    "own-div": Row(
        "A <div> of its own.", f'<div class="dateline">VELMAR, Sarvik</div><p>{FIRST}</p>', "VELMAR"
    ),
    "city-alone": Row(
        "A city alone in its paragraph.", f"<p>VELMAR (AFP)</p><p>{FIRST}</p>", "VELMAR"
    ),
    "location-class": Row(
        "A place with another name.",
        f'<p><span class="location">Velmar</span> (dpa) - {FIRST}</p>',
        "VELMAR",
    ),
    "em-and-time": Row(
        "A place, and a time behind it.",
        f"<p><em>VELMAR, Sarvik, March 9</em> — {FIRST}</p>",
        "VELMAR",
    ),
    "br": Row(
        "A line break behind it.", f"<p>VELMAR, March 9 (Reuters) -<br>{FIRST}</p>", "VELMAR"
    ),
}


@variants("dateline", DATELINES)
def test_a_dateline_in_an_element_of_its_own(row: Row, explained: Explained) -> None:
    """The place is the dateline, no person and no paragraph: maps are drawn from it."""
    said = explained(page(EN, text=row.given + REST))
    assert said["dateline"], row.must
    assert row.want in said["dateline"]["place"].upper(), row.must
    assert row.want not in said["byline"].upper(), row.must
    assert said["body"] == list(EN.body), row.must


def round_up(*paragraphs_: str) -> str:
    """A story of several places."""
    return page(
        told("en", title="Shells, storms and a budget: the day by the lake"),
        text=paragraphs(*paragraphs_),
    )


ROUND_UPS = {
    "agency": Row(
        "With the agency's name.",
        ("VELMAR (AP) - " + FIRST, EN.body[1], "NORDHAVN (AP) - " + told("en2").summary),
    ),
    "reuters": Row(
        "With a date.",
        (
            "VELMAR, March 9 (Reuters) - " + FIRST,
            EN.body[1],
            "SARVIK, March 9 (Reuters) - " + told("en3").summary,
        ),
    ),
    "plain": Row(
        "A place and a dash.",
        ("VELMAR — " + FIRST, EN.body[1], "LINDAU BAY — " + told("en4").summary),
    ),
    "colon": Row(
        "A place and a colon.",
        ("VELMAR: " + FIRST, "NORDHAVN: " + told("en2").summary, "SARVIK: " + told("en3").summary),
    ),
    "three": Row(
        "Three places.",
        (
            "VELMAR, Sarvik — " + FIRST,
            "NORDHAVN, Ostmark — " + told("en2").summary,
            "LINDAU BAY, Tarland — " + told("en4").summary,
        ),
    ),
    "meanwhile": Row(
        "Within a sentence.",
        (
            "VELMAR (AFP) - " + FIRST,
            EN.body[1],
            "Meanwhile in NORDHAVN (AFP) - " + told("en2").summary,
        ),
    ),
}


@variants("dateline-second", ROUND_UPS)
def test_second_datelines_of_a_round_up_stay(row: Row, explained: Explained) -> None:
    """A later paragraph keeps its dateline: else its event moves to the first place."""
    said = explained(round_up(*row.given))
    for paragraph in row.given[1:]:
        assert paragraph in said["body"], row.must


# --------------------------------------------------------------------------- one article of several


def article(name: str, tag: str = "article", mark: str = "") -> str:
    """One story as an element."""
    story = told(name)
    return f"<{tag}{mark}><h1>{story.title}</h1>{story.paragraphs}</{tag}>"


def scroll(*articles: str, wrap: str = "{}") -> str:
    """A page on which the reader gets the next stories below the first."""
    return document(wrap.format("".join(articles)), title=f"{EN.title} | Lakeside Vision")


SCROLLS = {
    "articles": Row("Each in an <article>.", scroll(article("en"), article("en2"))),
    "divs": Row(
        "Each in a <div> of the same class.",
        scroll(*(article(n, "div", ' class="story-body"') for n in ("en", "en2"))),
    ),
    "three": Row("Three of them.", scroll(article("en"), article("en2"), article("en3"))),
    "sections": Row(
        "Each in a <section> of one <main>.",
        scroll(article("en", "section"), article("en2", "section"), wrap="<main>{}</main>"),
    ),
    "urls": Row(
        "Each with its address.",
        scroll(article("en", "div", ' data-url="/a"'), article("en4", "div", ' data-url="/b"')),
    ),
    "nested": Row(
        "The next within the first's wrapper.",
        scroll(
            article("en"),
            f'<div class="next">{article("en3")}</div>',
            wrap='<div class="article-wrapper">{}</div>',
        ),
    ),
    "added": Row(
        "The next ones in a box of another make, longer than the first.",
        scroll(
            f"<article><h1>{EN.title}</h1>{EN.paragraphs}</article>",
            '<div id="add-box">',
            article("en2", "div", ' class="add-story"'),
            article("en3", "div", ' class="add-story"'),
            "</div>",
            wrap='<div id="content">{}</div>',
        ),
    ),
    "added-one": Row(
        "One of another make.", scroll(article("en"), article("en5", "section", ' id="more-7"'))
    ),
    "h2": Row(
        "The next under an <h2>.", scroll(article("en"), article("en2").replace("h1>", "h2>"))
    ),
    "label": Row(
        "A label between them.", scroll(article("en"), "<p>Up next</p><hr>", article("en4"))
    ),
}


@variants("infinite-scroll", SCROLLS)
def test_only_the_first_article_of_a_scroll(row: Row, explained: Explained) -> None:
    """The next story is no part of this one: else two events stand in one record."""
    said = explained(row.given)
    assert said["headline"] == EN.title, row.must
    assert said["body"] == list(EN.body), row.must


# --------------------------------------------------------------------------- datelines apart


def set_apart(dateline: str, dash: str, tag: str = "strong", name: str = "en") -> str:
    """A page that sets its dateline in an element of its own in front of the lead."""
    story = told(name)
    lead = f'<p><{tag} class="dateline">{dateline}</{tag}>{dash}{story.body[0]}</p>'
    return page(story, text=lead + paragraphs(*story.body[1:]))


APART = {
    "land": Row("Place and land.", set_apart("VELMAR, Kesteria", " — "), "VELMAR, Kesteria"),
    "small": Row("In small letters.", set_apart("Osterby, Kesteria", " – "), "Osterby, Kesteria"),
    "agency": Row("With an agency.", set_apart("Velmar (Reuters)", " - "), "Velmar"),
    "day": Row("With a day.", set_apart("VELMAR, Nov 25", " -- ", "span"), "VELMAR"),
    "russian": Row("In Russian.", set_apart("Вельмар, Кестерия", " — ", "b", "ru"), "Вельмар"),
    "german": Row("In German.", set_apart("Osterby", " – ", "em", "de"), "Osterby"),
    "spanish": Row("In Spanish.", set_apart("Osterby", " — ", "b", "es"), "Ost"),
}


@variants("dateline-apart", APART)
def test_a_dateline_in_front_of_its_dash(row: Row, explained: Explained) -> None:
    """The dash outside of it is the dateline's: a body begins with a word, and a place is kept."""
    said = explained(row.given)
    assert said["dateline"]["place"].startswith(row.want), row.must
    assert said["byline"] == "", row.must
    assert said["body"][0][0].isalnum(), row.must


def test_a_name_before_the_dash_is_no_place(explained: Explained) -> None:
    """Look-alike: who signs, signs."""
    said = explained(set_apart("Ada Cole", " — "))
    assert (said["dateline"], said["byline"]) == (None, "Ada Cole")
    assert said["body"][0].startswith(told("en").body[0][:20])
