"""The many forms one piece of furniture has on the wires and on pages: each is off the body, in
the right field."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from tests.pipeline.wire.lines import BODY, FOURTH, LEDE, SECOND, THIRD, story


def faults(forms: Iterable[str], place: str) -> list[str]:
    """The forms that leave something in the body, take something from it, or make a cross-head."""
    found = []
    for form in forms:
        lines = {
            "above": (form, *BODY),
            "inside": (*BODY[:2], form, *BODY[2:]),
            "below": (*BODY, form),
        }[place]
        clean = story(*lines)
        if clean.body != BODY or clean.crossheads:
            found.append(f"{form!r} {place}: {clean.body} {clean.crossheads}")
    return found


HEADERS = """z6715-----
r i BC-ML--Harbour-Shelling 1stLd-Writethru   02-20 0500
^BC-ML--Harbour Shelling, 2nd Ld-Writethru,412<
PM-Port Fees, Bjt,0780
eca062 4 i 211 ccccb   dpa 061
Ruritania/migration/UN/ =
US-DELTA-CONFLICT-SHELLING
HARBOUR-TALKS/SHELLING (WRAPUP 2)
Delta-conflict-diplomacy,lead
1ST LEAD =
/// URGENT ///
=2
Take 2 of 3
(2nd LD)
[ATTN: adds image]
(Eds: Note date of release)
ATTENTION - ADDS details, quotes ///
Eds: This version CORRECTS the name in paragraph 4.
(Adds envoy's reaction in paragraph 3, updates count in paragraph 4)
(Recasts headline, adds byline)
(This Nov. 12 story corrects the name of the port in paragraph 2)
(Official corrects figure for losses)
* Ferries reach port
- Ferries reach port for second day
KEY POINTS:
Text of report in English by Ruritanian news agency Runa on 3 November
SECTION: NEWS; Pg. 4
Strictly embargoed until 0001 GMT""".splitlines()

BYLINES = """By CHARLES NORTH
By Ada Cole, Harbour Tribune
By ADA COLE, OMAR HADDAD and LENA FISCHER
Story by Ada Cole
Ada Cole, Reuters
Ada Cole in Odesa
By Ada Cole / AFP
By Ada Cole November 20, 2026
By Ada Cole • 20/11/2026 - 10:14
Published: 20 November 2026 | By Ada Cole
Par Claire Moreau
Von Lena Fischer""".splitlines()

HOUSE = """By Vision Reporter
By Our Foreign Staff
Staff and agencies
Express Web Desk
From our correspondent
By Daily Coast Reporter
Times News Network
By Reuters and AFP
NEWS AGENCIES""".splitlines()

CREDITS = """(Reporting by Ada Cole; Editing by Tom Reyes)
Reporting By Ada Cole; Editing by Tom Reyes
— With reporting by Ada Cole and Tom Reyes.
[Reporting by Ada Cole; Editing by Tom Reyes]
Edited by: Tom Reyes
Editor: Tom Reyes
Associated Press writer Ada A. Cole in Odesa contributed to this report.
Ada Cole contributed reporting.
Cole reported from Odesa and Reyes from Tyre.
Agencies contributed to this report.
(With inputs from agencies)
With AFP
(AFP, Reuters)
Source: The Harbour Times
(© AFP)""".splitlines()

SIGN_OFFS = """-30-
# # #
//END//
(ends)
Enditem
(more)
More to follow
bur-rh/jkb/srm
dpa abc def
PTI ABC DEF
© 2024 AFP
Copyright (c) 2026 Harbour
Distributed by Harbour Content Agency, LLC.
This copy comes from an agency feed and has not been edited.
Views expressed are personal.
Correction (Nov. 20): The wrong age was given for the keeper.
• This article was amended on 20 November 2026.
This is a developing story. It will be updated.
Our Standards: The Thomson Reuters Trust Principles.
【1】 【2】 【3】
pic.twitter.com/jEIrBms88""".splitlines()

CHROME = """READ MORE: Storm closes northern strait
Also Read | Storm closes northern strait
EXPLAINER: Why the strait matters
>> Storm closes northern strait
Related post: Storm closes northern strait
Facebook Twitter WhatsApp Email
Share on:
Already a subscriber? Log in
This article is for subscribers only.
For all the latest news, follow our Google News channel.
The Coast is now on Telegram. Click here to join.
Let us know your thoughts in the comments below.
Stay informed: sign up for our alerts
10:14, 20 NOV 2026
Last modified on Fri 20 Nov 2026 10.14 GMT
This article is more than 5 years old
Home > World
120 views
opens new tab
Add as a preferred source on Google
[How the ferry inquiry stalled]""".splitlines()

CAPTIONS = """FILE PHOTO: Smoke rises over the mole, November 3, 2025. REUTERS/Milo Venn/File Photo
Smoke rises over the mole. (AP Photo/Milo Venn)
Smoke rises over the mole. Photograph: Milo Venn/AFP/Getty Images
Smoke rises over the mole on Tuesday. — AFP
Smoke rises over the mole [Milo Venn/Harbour TV]
(AP Photo/Milo Venn)
Milo Venn | Reuters
Image caption, Smoke rises over the mole
Representational image
Photo courtesy of the harbour office""".splitlines()


@pytest.mark.parametrize(
    ("forms", "places"),
    [
        (HEADERS, ("above",)),
        (BYLINES + HOUSE, ("above",)),
        (CREDITS + SIGN_OFFS, ("below",)),
        (CHROME + CAPTIONS, ("above", "inside")),
        (CHROME, ("below",)),
    ],
    ids=["headers", "bylines", "tails", "inside", "chrome below"],
)
def test_every_form_is_off_the_body(forms: list[str], places: tuple[str, ...]) -> None:
    """Whatever form the piece has, nothing of it is left, nothing of the story is lost, and it
    heads no passage."""
    assert [fault for place in places for fault in faults(forms, place)] == []


def test_bylines_are_people_or_the_house() -> None:
    """A signed line gives its names; a line that names nobody, or an agency, is told from them."""
    assert [form for form in BYLINES if story(form, *BODY).byline_kind != "person"] == []
    assert [
        form for form in HOUSE if story(form, *BODY).byline_kind not in ("house", "agency", "")
    ] == []
    assert story("By Reuters and AFP", *BODY).byline_kind == "agency"


def test_credits_and_captions_go_to_their_fields() -> None:
    """Who reported and edited is kept as a credit, what a picture shows as a caption."""
    assert [form for form in CREDITS if not story(*BODY, form).credits] == []
    assert [form for form in CAPTIONS if not story(form, *BODY).captions] == []


GLUED = """ (AFP)
 -- PTI
 /TASS/
 [AFP]
 Source: Reuters
 bur-rh/jkb
 Enditem
 (ends)
 (Reporting by Ada Cole; Editing by Tom Reyes)
 Agencies contributed to this report.
 ($1 = 24 crowns)""".splitlines()


@pytest.mark.parametrize("end", GLUED)
def test_what_is_glued_to_the_last_sentence_comes_off(end: str) -> None:
    """An agency's tag, an end mark or a credit after the last full stop leaves the sentence
    whole."""
    assert story(*BODY[:3], FOURTH + end).body == BODY


@pytest.mark.parametrize(
    ("printed", "place", "agency"),
    [
        ("MOSCOW, November 7 /TASS/. ", "MOSCOW", "TASS"),
        ("ДАМАСК, 7 ноября. /Корр. ТАСС Иван Орлов/. ", "ДАМАСК", "TASS"),
        ("МОСКВА, 7 ноя - РИА Новости. ", "МОСКВА", "RIA Novosti"),
        ("Киев (Рейтер) - ", "Киев", "Reuters"),
        ("Madrid, 10 oct (EFE).- ", "Madrid", "EFE"),
        ("(ANSA) - ROMA, 20 NOV - ", "ROMA", "ANSA"),
        ("Wien/Berlin (APA/dpa) - ", "Wien/Berlin", "APA/dpa"),
        ("Beyrouth (Liban), le 20 novembre 2026 (AFP) – ", "Beyrouth", "AFP"),
        ("الرياض في 10 أكتوبر /واس/ ", "الرياض", "SPA"),
        ("دمشق-سانا ", "دمشق", "SANA"),
        ("القاهرة - أ ش أ: ", "القاهرة", "MENA"),
        ("路透贝鲁特11月20日电 - ", "贝鲁特", "Reuters"),
        ("中新网11月20日电 ", "", "中新网"),
        ("AMMAN, Reuters - ", "AMMAN", "Reuters"),
        ("Beirut: AFP: ", "Beirut", "AFP"),
        ("BEIRUT ", "BEIRUT", ""),
        ("ERBIL, Iraq ", "ERBIL, Iraq", ""),
        ("By John North BEIRUT (Reuters) - ", "BEIRUT", "Reuters"),
        ("Last Updated Nov 20, 2026 6:37 AM EST BEIRUT: ", "BEIRUT", ""),
        ("BEIRUT (Agencies) - ", "BEIRUT", ""),
    ],
)
def test_datelines_of_more_houses(printed: str, place: str, agency: str) -> None:
    """In other scripts, beside the place instead of in brackets, or with the agency and dash
    lost."""
    found = story(printed + LEDE, SECOND, THIRD)
    assert found.body[0] == LEDE
    assert (found.dateline.place if found.dateline else "", found.agency) == (place, agency)


@pytest.mark.parametrize(
    ("printed", "field", "value"),
    [
        ("CORRECTED-(OFFICIAL)-{}", "form", "correction"),
        ("RPT-WRAPUP 1-{}", "form", "repeat"),
        ("2ndlead: {}", "version_label", "2ndlead"),
        ("(2nd LD) {}", "version_label", "2nd LD"),
        ("DEL51 PM-HARBOUR-2NDLD FERRIES {}", "version_label", "2NDLD"),
        ("[BREAKING] {}", "urgency", "BREAKING"),
        ("快讯：{}", "urgency", "快讯"),
        ("(Feature) {}", "genre", "Feature"),
        ("{} - VIDEO", "genre", ""),
        ("{} | World | The Harbour Times", "form", ""),
        ("{} – Reuters", "form", ""),
        ("CNN.com - {}", "form", ""),
    ],
)
def test_headlines_lose_their_tags(printed: str, field: str, value: str) -> None:
    """Tags, forms and outlets that nothing else on the page names come off; the
    words stay."""
    found = story(*BODY, headline=printed.format("Ferries reach besieged port"))
    assert found.headline == "Ferries reach besieged port"
    assert getattr(found, field) == value


def test_anpa_text_is_set_as_print_has_it() -> None:
    """Two grave accents open a quotation and a low line is a dash, in a story sent so; raw stays
    as it came."""
    found = story("PORT ANSELM (AP) _ ``Nobody came,'' he said _ and left the quay.", SECOND, THIRD)
    assert found.body[0] == "“Nobody came,” he said — and left the quay."
    assert "``Nobody" in found.raw[0]
    assert (
        story("He typed _ and left the quay to the gulls and to the children.", SECOND)
        .body[0]
        .startswith("He typed _")
    )


def test_a_paywall_and_a_coming_take_are_flags() -> None:
    """A wall makes the story paywalled, "more" makes it truncated."""
    assert story(*BODY, "This article is for subscribers only.").paywalled
    assert story(*BODY, "(more)").truncated
