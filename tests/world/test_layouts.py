"""A whole story in unusual markup, or beside a wall: it never ends empty."""

from __future__ import annotations

import json
from html import escape

from tests.world.conftest import Explained
from tests.world.doors import Answer, Site, basis, body, once, refused
from tests.world.stories import document, item, page, paragraphs, rss, told
from tests.world.table import Row, data, variants

EN = told("en")
HEAD = f"<h1>{EN.title}</h1>"


def laid_out(inside: str) -> str:
    """A page with this in its body."""
    return document(inside, title=f"{EN.title} | Lakeside Vision")


def each(template: str) -> str:
    """Each paragraph in a piece of markup."""
    return "".join(template.format(escape(text, quote=False)) for text in EN.body)


LAYOUTS = {
    "breaks": Row("Line breaks in one <div>.", laid_out(HEAD + f"<div>{each('{}<br><br>')}</div>")),
    "one-break": Row(
        "One line break between them.", laid_out(HEAD + f"<div>{each('{}<br>')}</div>")
    ),
    "table": Row(
        "A table for the layout.",
        laid_out(f"<table><tr><td>Menu</td><td>{HEAD}{each('<p>{}</p>')}</td></tr></table>"),
    ),
    "rows": Row(
        "A row for each.", laid_out(HEAD + f"<table>{each('<tr><td>{}</td></tr>')}</table>")
    ),
    "list-items": Row("A list.", laid_out(f"{HEAD}<ul>{each('<li>{}</li>')}</ul>")),
    "divs": Row("A <div> for each.", laid_out(HEAD + each("<div>{}</div>"))),
    "spans": Row("A <span> for each.", laid_out(HEAD + each("<div><span>{}</span></div>"))),
    "quote": Row("A quotation.", laid_out(f"{HEAD}<blockquote>{each('<p>{}</p>')}</blockquote>")),
    "preformatted": Row(
        "Text as it came down the wire.", laid_out(f"{HEAD}<pre>{each('{}' + chr(10) * 2)}</pre>")
    ),
    "headings": Row("A heading for each.", laid_out(HEAD + each("<h4>{}</h4>"))),
    "bold": Row("Bold paragraphs.", laid_out(HEAD + each("<p><b>{}</b></p>"))),
    "linked": Row(
        "A link around each paragraph.", laid_out(HEAD + each('<p><a href="/a">{}</a></p>'))
    ),
    "no-script": Row(
        "A text for readers without script.",
        laid_out(f"{HEAD}<noscript>{each('<p>{}</p>')}</noscript>"),
    ),
    "json-only": Row(
        "A page that is drawn by script, with its text in JSON-LD.",
        document(
            f'{HEAD}<div id="root"></div>',
            title=EN.title,
            head='<script type="application/ld+json">'
            + json.dumps(
                {"@type": "NewsArticle", "headline": EN.title, "articleBody": "\n\n".join(EN.body)}
            )
            + "</script>",
        ),
    ),
}


@variants("layout", LAYOUTS)
def test_a_story_in_unusual_markup(row: Row, explained: Explained) -> None:
    """Every paragraph is there, whatever holds it: a page that ends empty is a lost story."""
    assert explained(row.given)["body"] == list(EN.body), row.must


# --------------------------------------------------------------------------- beside a wall

BANNERS: dict[str, Row] = {}
for wall in data("walls")["consent"]:
    notice = f"<h2>{escape(wall['text'][0])}</h2>{paragraphs(*wall['text'][1:])}"
    BANNERS[f"before-{wall['name']}"] = Row(
        "A consent notice before the story.",
        page(EN, above=f'<div class="consent-layer" role="dialog">{notice}</div>'),
    )
    BANNERS[f"behind-{wall['name']}"] = Row(
        "A consent notice behind the story.",
        page(EN, after=f'<div id="cmp"><div class="box">{notice}</div></div>'),
    )


@variants("notice-beside-story", BANNERS)
def test_a_story_beside_a_consent_notice(row: Row, site: Site) -> None:
    """Look-alikes: most pages carry such a notice; the story is whole, without the notice."""
    said = once(site, rss(item(EN)), {"/a": row.given}).only
    assert said["body"] == list(EN.body), row.must
    assert not refused(said), row.must


OFFERS = {
    "en": ("To read on, subscribe", "Subscribe for 9.90 a month and read every story of the lake."),
    "fr": ("La suite est réservée aux abonnés", "Abonnez-vous à partir de 1 € le premier mois."),
    "de": ("Weiterlesen mit Abo", "Jetzt vier Wochen für 1 Euro testen und alle Artikel lesen."),
    "es": ("Contenido exclusivo para suscriptores", "Suscríbete desde 1 € el primer mes."),
    "ru": ("Продолжение доступно по подписке", "Оформите подписку от 99 рублей в месяц."),
    "tr": ("Devamı aboneler için", "Ayda 99 liraya abone olun ve bütün haberleri okuyun."),
}
PARTLY = {
    name: Row("The beginning of a story above an offer is the story's beginning.", (name, offer))
    for name, offer in OFFERS.items()
}


@variants("partly-paid", PARTLY)
def test_the_free_part_of_a_paid_story(row: Row, site: Site) -> None:
    """Look-alikes: what stands above an offer is delivered, the offer is not, no wall is told."""
    name, (heading, offer) = row.given
    story = told(name)
    free = story.body[:3]
    box = f'<div class="paywall-offer"><h3>{heading}</h3><p>{offer}</p></div>'
    html = page(story, text=paragraphs(*free) + box)
    said = once(site, rss(item(story)), {"/a": html}).only
    assert said["body"] == list(free), row.must
    assert offer not in body(said), row.must
    assert not refused(said), row.must


# --------------------------------------------------------------------------- where the text is from

WHOLE = item(EN, content=EN.paragraphs)
FORBIDDEN = Answer("Forbidden", 403)
SOURCES = {
    "page": Row("The page, where it is the story.", (item(EN), page(EN)), "page"),
    "page-over-content": Row("The page, though the feed has it too.", (WHOLE, page(EN)), "page"),
    "summary": Row("The feed's summary.", (item(EN), FORBIDDEN), "feed"),
    "content": Row("The feed's whole text.", (WHOLE, FORBIDDEN), "feed"),
    "no-address": Row(
        "The feed, where no page is named.",
        (item(EN, "", guid="a", content=EN.paragraphs), FORBIDDEN),
        "feed",
    ),
    "headline": Row("The headline alone.", (item(EN, summary=""), FORBIDDEN), "headline"),
}


@variants("basis", SOURCES)
def test_a_record_says_where_its_text_is_from(row: Row, site: Site) -> None:
    """A desk that sees only summaries of an outlet has to know it: by record, and by feed."""
    given, answer = row.given
    said = once(site, rss(given), {"/a": answer}).only
    assert basis(said) == row.want, row.must
    assert not refused(said), row.must
