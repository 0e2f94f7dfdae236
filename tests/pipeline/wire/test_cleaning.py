"""What is cut, what goes to which field, and what must stand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import wire
from pipeline.extract import from_text
from pipeline.story import Article, Block, BlockKind, Moment, Outcome, OutcomeKind, Story
from tests.pipeline.wire.lines import BODY, ENTRY, LEDE, ROOT, SECOND, THIRD, clean, rules, story

FERRY = ROOT / "tests" / "data" / "wire" / "ferry.txt"


def test_every_rule_holds_its_own_examples() -> None:
    """No rule misses what it says it cuts, takes what it says it keeps, or touches a look-alike."""
    assert wire.check(rules()) == []


def test_check_names_a_rule_whose_examples_fail(tmp_path: Path) -> None:
    """A rule that does not do what its examples say is named with the words in question."""
    (tmp_path / "a.toml").write_text(
        '[[rule]]\nid = "broken"\nzone = "line"\npattern = "Share"\n'
        'cuts = ["Print"]\nkeeps = ["Share"]\n',
        "utf-8",
    )
    found = wire.check(wire.load(tmp_path))
    assert len(found) == 2
    assert all(line.startswith("broken: ") for line in found)
    assert "'Print'" in found[0]
    assert "'Share'" in found[1]


def test_load_names_every_fault_with_file_and_rule(tmp_path: Path) -> None:
    """Broken rule files are refused as a whole, and one message names all that is wrong in them."""
    (tmp_path / "a.toml").write_text(
        '[[rule]]\nid = "one"\nzone = "attic"\npattern = "("\ncuts = ["x"]\n'
        '[[rule]]\nid = "one"\nzone = "line"\npattern = "{{nothing}}"\ncuts = ["x"]\n'
        'set = { colour = "red" }\n'
        '[[rule]]\nid = "bare"\nzone = "line"\npattern = "x"\nwhat = 1\n',
        "utf-8",
    )
    (tmp_path / "b.toml").write_text("not = toml = at all", "utf-8")
    with pytest.raises(wire.RulesError) as caught:
        wire.load(tmp_path)
    message = str(caught.value)
    for part in (
        "a.toml: rule 'one': zone must be one of",
        "a.toml: rule 'one': pattern:",
        "a.toml: rule 'one': this id stands twice",
        "unknown term 'nothing'",
        "unknown field 'colour'",
        "a.toml: rule 'bare': has no example of what it cuts",
        "a.toml: rule 'bare': unknown key 'what'",
        "b.toml: ",
    ):
        assert part in message


def test_an_empty_folder_of_rules_is_refused(tmp_path: Path) -> None:
    """No rules at all is a fault of configuration, not a way to cut nothing."""
    with pytest.raises(wire.RulesError, match="no rule files"):
        wire.load(tmp_path)


def test_the_ferry_story_comes_out_as_its_reporter_wrote_it() -> None:
    """Headline, standfirst, house byline and bare dateline are off the body and in fields; both
    cross-heads stand."""
    found = wire.clean(from_text(FERRY.read_text("utf-8"), "file:ferry.txt"), ENTRY, rules())
    assert isinstance(found, Story)
    assert (found.byline, found.byline_kind) == ("Vision Reporter", "house")
    assert found.dateline is not None
    assert found.dateline.place == "ODESA"
    assert [h.text for h in found.crossheads] == ["Gunboats in the bay", "Envoy, generals talk"]
    assert [found.body[h.before][:12] for h in found.crossheads] == ["Gunboats of ", "The envoy, I"]
    assert found.body[0].startswith("Three ferries carrying flour and fuel")
    assert len(found.body) == 9
    assert found.headline not in found.body
    assert {r.kind for r in found.removed} == {"headline", "byline", "dateline", "standfirst"}


def test_every_cut_can_be_put_back() -> None:
    """Each removed span stands in the raw line at the offset it names; together with the body
    nothing is lost."""
    found = story(
        "By Anna Lindqvist",
        f"ODESA, Oct 19 (Reuters) - {LEDE}",
        SECOND,
        f"{THIRD} (Reporting by Anna Lindqvist; Editing by Tom Reyes)",
    )
    for cut in found.removed:
        if cut.line >= 0:
            assert found.raw[cut.line][cut.start :].startswith(cut.text)
    assert found.body == (LEDE, SECOND, THIRD)
    assert found.credits == ("(Reporting by Anna Lindqvist; Editing by Tom Reyes)",)


@pytest.mark.parametrize(
    ("printed", "place", "date", "agency"),
    [
        ("BEIRUT (AP) — ", "BEIRUT", "", "AP"),
        ("BEIRUT, Oct 19 (Reuters) - ", "BEIRUT", "Oct 19", "Reuters"),
        ("(Reuters) - ", "", "", "Reuters"),
        ("BEIRUT - ", "BEIRUT", "", ""),
        ("DAMASCUS, Syria -- ", "DAMASCUS, Syria", "", ""),
        ("MOSCOW, November 7. /TASS/. ", "MOSCOW", "November 7", "TASS"),
        ("MOSCOW. Oct 10 (Interfax) - ", "MOSCOW", "Oct 10", "Interfax"),
        ("Berlin (dpa) - ", "Berlin", "", "dpa"),
        ("Strasbourg, 10 juil 2024 (AFP) - ", "Strasbourg", "10 juil 2024", "AFP"),
        ("TEHRAN, Sep. 23 (MNA) – ", "TEHRAN", "Sep. 23", "MNA"),
        ("New Delhi [India], Feb 15 (ANI): ", "New Delhi", "Feb 15", "ANI"),
        ("New Delhi, Oct 13 (PTI) ", "New Delhi", "Oct 13", "PTI"),
        ("Chandigarh: ", "Chandigarh", "", ""),
        ("LONDON/SINGAPORE, June 14 (Reuters) - ", "LONDON/SINGAPORE", "June 14", "Reuters"),
        ("QASR NUWA - ", "QASR NUWA", "", ""),
        ("Дамаск. 18 сентября. INTERFAX.RU - ", "Дамаск", "18 сентября", "Interfax"),
        ("بيروت (رويترز) - ", "بيروت", "", "Reuters"),
        ("新华社北京10月10日电（记者张三）", "北京", "10月10日", "Xinhua"),
    ],
)
def test_datelines_in_house_styles(printed: str, place: str, date: str, agency: str) -> None:
    """The dateline of every house goes to its fields and leaves the first sentence whole."""
    found = story(printed + LEDE, SECOND, THIRD)
    assert found.body[0] == LEDE
    assert (found.dateline.place if found.dateline else "") == place
    assert (found.dateline.date if found.dateline else "") == date
    assert found.agency == agency


@pytest.mark.parametrize(
    "opening",
    [
        "BOKO HARAM - Its men left the port on Sunday, officials said, before the ferries.",
        (
            "ISIS - which held the town for two years - left no one to run the waterworks, the "
            "harbour master said."
        ),
        (
            "NATO - “We are watching the strait” - has said little else since the ferries "
            "sailed, the harbour master said."
        ),
        (
            "US-led forces left the al-Bab road on Sunday, the harbour master said, and the "
            "ferries sailed."
        ),
        (
            "By Friday the army had taken the ridge and the ferries could sail, the harbour "
            "master said on Sunday."
        ),
        (
            "The Islamic State (IS) - once strong here - has not been seen since the ferries "
            "sailed, officials said."
        ),
    ],
)
def test_openings_that_are_no_datelines_stand(opening: str) -> None:
    """Acronyms, compounds and sentences that begin like a dateline or byline are left alone."""
    found = story(opening, SECOND, THIRD)
    assert found.body[0] == opening
    assert found.dateline is None
    assert found.byline == ""


@pytest.mark.parametrize(
    ("printed", "clear", "label", "form"),
    [
        ("UPDATE 2-Ferries reach port", "Ferries reach port", "UPDATE 2", "update"),
        (
            "CORRECTED-UPDATE 2-Ferries reach port",
            "Ferries reach port",
            "CORRECTED-UPDATE 2",
            "correction",
        ),
        ("REFILE-Ferries reach port", "Ferries reach port", "REFILE", "refile"),
        ("RPT-Ferries reach port", "Ferries reach port", "RPT", "repeat"),
        (
            "Ferries reach port, 2nd Ld-Writethru",
            "Ferries reach port",
            "2nd Ld-Writethru",
            "update",
        ),
        (
            "1st LD-Writethru: Ferries reach port",
            "Ferries reach port",
            "1st LD-Writethru",
            "update",
        ),
        ("URGENT: Ferries reach port", "Ferries reach port", "", ""),
        ("Ferries reach port -agencies", "Ferries reach port", "", ""),
        ("Ferries reach port | Coast", "Ferries reach port", "", ""),
        ("Ferries reach port - The Coast", "Ferries reach port", "", ""),
    ],
)
def test_tags_and_site_names_come_off_the_headline(
    printed: str, clear: str, label: str, form: str
) -> None:
    """Version, form and urgency tags and the site's name go to fields or off; the words of the
    headline stay."""
    found = story(LEDE, SECOND, THIRD, headline=printed)
    assert (found.headline, found.version_label, found.form) == (clear, label, form)
    assert found.headline_raw == printed


@pytest.mark.parametrize("bar", [" | ", "|", " · ", " • ", " » ", " :: "])
def test_an_outlet_no_list_holds_comes_off_after_a_bar(bar: str) -> None:
    """What has a name's capitals and stands after a bar is the outlet; words of a sentence are
    not."""
    named = story(*BODY, headline=f"Ferries reach the besieged port{bar}Karsin Weekend")
    assert named.headline == "Ferries reach the besieged port"
    going_on = f"Ferries reach the besieged port{bar}Nine days of flour"
    assert story(*BODY, headline=going_on).headline == going_on


@pytest.mark.parametrize("mark", [" - ", " – ", " — ", " : ", " -- "])
def test_a_name_after_a_dash_or_colon_stays(mark: str) -> None:
    """A dash or colon may stand inside a headline: only a known outlet or a section goes after
    it."""
    printed = f"Ferries reach the besieged port{mark}Karsin Weekend"
    assert story(*BODY, headline=printed).headline == printed
    listed = story(*BODY, headline=f"Ferries reach the besieged port{mark}Reuters")
    assert listed.headline == "Ferries reach the besieged port"


@pytest.mark.parametrize(
    "again",
    [
        "Ferry convoy reaches besieged port",
        "FERRY CONVOY REACHES BESIEGED PORT",
        "“Ferry convoy reaches besieged port”",
        "Ferry convoy reaches besieged port | The Coast",
        "Ferry convoy reaches the besieged port",
    ],
)
@pytest.mark.parametrize("at", [0, 2, 3])
def test_a_repeated_headline_goes_wherever_it_stands(again: str, at: int) -> None:
    """First, in the middle or last; in capitals, in quotes, with the site's name or a word more."""
    lines = [LEDE, SECOND, THIRD]
    lines.insert(at, again)
    assert story(*lines).body == (LEDE, SECOND, THIRD)


def test_a_body_printed_twice_is_kept_once() -> None:
    """A feed that prints its description above the content doubles the body; the second copy
    goes."""
    assert story(LEDE, SECOND, THIRD, LEDE, SECOND, THIRD).body == (LEDE, SECOND, THIRD)


def test_an_edited_standfirst_goes() -> None:
    """A standfirst that the lead says again in other order or with a word changed is a repeat."""
    edited = (
        "Ferries carrying flour reached the besieged town Sunday as the coast guard held fire at "
        "an envoy's request."
    )
    found = story(edited, LEDE, SECOND, THIRD)
    assert found.body == (LEDE, SECOND, THIRD)
    assert found.standfirst == edited


def test_parallel_sentences_with_other_figures_stay() -> None:
    """Two towns, two counts: the same sentence with another figure is another fact, not a
    standfirst repeated."""
    first = (
        "Shelling of the northern district killed 14 people on Sunday night, the regional health "
        "office said."
    )
    second = (
        "Shelling of the southern district killed 9 people on Sunday night, the regional health "
        "office said."
    )
    assert story(first, second, SECOND, THIRD).body == (first, second, SECOND, THIRD)


def test_teasers_inside_and_after_the_story_go() -> None:
    """Labels with other headlines, linked lines and the run of links after the last sentence are
    cut."""
    found = story(
        LEDE,
        "READ MORE: Storm closes northern strait",
        Block("Storm closes northern strait to ferries", links=1.0),
        SECOND,
        THIRD,
        Block("Northern lighthouse goes dark for repairs", links=1.0),
        Block("Envoy Lund flies home from island talks", links=1.0),
    )
    assert found.body == (LEDE, SECOND, THIRD)
    assert {r.kind for r in found.removed} == {"teaser"}


def test_a_list_under_its_label_goes_to_the_end() -> None:
    """Other stories' headlines under "Read more", some with a full stop, go; paragraphs under such
    a label stay."""
    listed = story(
        LEDE,
        SECOND,
        THIRD,
        "Read more:",
        "Storm closes strait",
        "“It is over.” A keeper's tale",
        "Envoy flies home.",
    )
    assert listed.body == (LEDE, SECOND, THIRD)
    assert story(LEDE, "Read more:", SECOND, THIRD).body == (LEDE, SECOND, THIRD)


def test_a_line_in_capitals_with_a_dash_ends_no_story() -> None:
    """An advertisement that looks like a dateline does not make a standfirst of the lead above
    it."""
    assert story(LEDE, "THE POINT — Watch the show every week.", SECOND, THIRD).body[0] == LEDE


def test_a_linked_sentence_is_no_teaser() -> None:
    """A sentence that is a link from end to end still belongs to the story."""
    linked = Block("The fleet said so in a statement on Monday.", links=1.0)
    assert story(LEDE, linked, SECOND, THIRD).body[1] == linked.text


def test_captions_go_to_their_field() -> None:
    """What the page marks as caption, and what reads as one, leaves the body: old pictures are no
    news."""
    found = story(
        Block("Ferries at the quay in March.", BlockKind.CAPTION),
        (
            "FILE - In this March 3, 2014 file photo, a tanker burns off the mole. (AP "
            "Photo/Omar Haddad, File)"
        ),
        LEDE,
        SECOND,
        THIRD,
    )
    assert found.body == (LEDE, SECOND, THIRD)
    assert len(found.captions) == 2


def test_a_caption_glued_to_the_lead_is_split_off() -> None:
    """A republisher that loses the break between caption and lead does not move the news to the
    picture's day."""
    caption = (
        "A picture taken from the lighthouse shows smoke over the bay near Anselm on October 6, "
        "2015"
    )
    found = story(caption + LEDE, SECOND, THIRD)
    assert found.body == (LEDE, SECOND, THIRD)
    assert found.captions == (caption,)


def test_advisory_and_correction_notes_go_to_fields() -> None:
    """What an agency tells editors is no news of the day; a correction makes the story one."""
    found = story("(Adds envoy's comment in paragraph 3)", LEDE, SECOND, THIRD)
    assert found.advisory == "Adds envoy's comment in paragraph 3"
    corrected = story(
        LEDE,
        SECOND,
        THIRD,
        "This story has been corrected to show that three ferries sailed, not two.",
    )
    assert corrected.form == "correction"
    assert corrected.correction_note.startswith("This story has been corrected")
    assert corrected.body == (LEDE, SECOND, THIRD)


def test_an_embargo_is_read() -> None:
    """An embargo line gives the time until which the story is held."""
    at = datetime(2025, 10, 12, 18, tzinfo=UTC)
    found = story("EMBARGOED UNTIL 0001 GMT", LEDE, SECOND, THIRD, published=Moment(at, "feed"))
    assert found.embargo == datetime(2025, 10, 13, 0, 1, tzinfo=UTC)
    dated = story(
        "EMBARGOED until 0600 GMT Oct 15, 2025", LEDE, SECOND, THIRD, published=Moment(at, "feed")
    )
    assert dated.embargo == datetime(2025, 10, 15, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headline", "line", "form"),
    [
        (
            "BC-Anselm-Ferries-KILL",
            "Please kill the story Anselm-Ferries, V1234. A kill is mandatory.",
            "kill",
        ),
        (
            "ADVISORY: Port Anselm story on ferries is withdrawn",
            (
                "The PORT ANSELM item headlined 'Ferry convoy reaches port' is withdrawn. The "
                "story was sent in error."
            ),
            "withdrawal",
        ),
        (
            "Anselm/ HOLD HOLD HOLD",
            "Please hold the story on the ferries while it is checked.",
            "hold",
        ),
    ],
)
def test_notices_are_stories_that_keep_their_words(headline: str, line: str, form: str) -> None:
    """A kill or withdrawal must reach the next stage with the words that name its target."""
    found = story(line, headline=headline)
    assert found.form == form
    assert found.body == (line,)


def test_kill_as_a_verb_is_no_notice() -> None:
    """In conflict news "kill" is a verb: only short items in a notice's words are notices."""
    assert story("Rebels kill the lights of the town each night.", LEDE, SECOND, THIRD).form == ""


@pytest.mark.parametrize(
    "headline",
    [
        "BC-AP News Digest 3 pm",
        "Top stories at 10 pm",
        "Live updates: truce vote",
        "Pictures of the week",
        "TABLE-Port traffic",
    ],
)
def test_non_stories_end_with_their_reason(headline: str) -> None:
    """Digests, plans, live pages, galleries and tables do not enter the copies and themes of
    stories."""
    found = clean(LEDE, SECOND, THIRD, headline=headline)
    assert isinstance(found, Outcome)
    assert found.kind is OutcomeKind.NOT_A_STORY
    assert found.reason


def test_a_story_without_text_is_none() -> None:
    """Where only furniture stood, nothing is delivered."""
    found = clean("By Anna Lindqvist", "Share this article")
    assert isinstance(found, Outcome)


def test_the_agency_says_what_says_so() -> None:
    """The agency is read from dateline, then credit, then byline, and the story says from which."""
    assert (story(f"BEIRUT (AP) — {LEDE}", SECOND).agency_basis) == "dateline"
    credited = story(
        LEDE, SECOND, THIRD, "Associated Press writer Ada Cole in Odesa contributed to this report."
    )
    assert (credited.agency, credited.agency_basis) == ("AP", "credit")
    signed = story("By Reuters", LEDE, SECOND, THIRD)
    assert (signed.byline, signed.byline_kind, signed.agency) == ("Reuters", "agency", "Reuters")


def test_the_sites_name_signs_only_where_nobody_else_does() -> None:
    """A page that names itself as its author has a house byline, and none where the copy is
    signed."""
    alone = story(LEDE, SECOND, THIRD, author="The Coast", site="The Coast")
    assert (alone.byline, alone.byline_kind) == ("The Coast", "house")
    signed = story("By ANNA LINDQVIST", LEDE, SECOND, THIRD, author="The Coast", site="The Coast")
    assert (signed.byline, signed.byline_kind) == ("Anna Lindqvist", "person")
    assert (
        story("By ANNA LINDQVIST", LEDE, SECOND, author="Anna Lindqvist").byline == "Anna Lindqvist"
    )


_PAGE = Article(
    url="https://coast.example/a",
    headline="Ferry convoy reaches besieged port",
    blocks=tuple(map(Block, BODY)),
    standfirst="The page's standfirst.",
    author="Tom Reyes",
    site="The page's site",
    language="de",
    genre="video",
    paywalled=True,
    truncated=True,
)
_ITEM = replace(
    ENTRY,
    url="https://feed.example/a",
    slug="port-fees",
    language="fr",
    outlet="The feed's",
    author="Lena Fischer",
)


def test_a_story_says_what_its_page_says_and_then_what_its_item_says() -> None:
    """What stands in no line is the page's word and, where it has none, the item's; the outlet is
    first the operator's, who knows whose feed it is."""
    of_page = wire.clean(_PAGE, _ITEM, rules())
    assert isinstance(of_page, Story)
    assert (of_page.standfirst, of_page.byline) == ("The page's standfirst.", "Tom Reyes")
    assert (of_page.language, of_page.genre, of_page.slug) == ("de", "video", "port-fees")
    assert (of_page.outlet, of_page.paywalled, of_page.truncated) == ("The feed's", True, True)
    assert of_page.url == "https://coast.example/a"
    silent = replace(_PAGE, url="", author="", language="")
    of_item = wire.clean(silent, replace(_ITEM, outlet=""), rules())
    assert isinstance(of_item, Story)
    assert of_item.url == "https://feed.example/a"
    assert (of_item.byline, of_item.language) == ("Lena Fischer", "fr")
    assert of_item.outlet == "The page's site"


@pytest.mark.parametrize(("status", "form"), [("canceled", "kill"), ("withheld", "hold"), ("", "")])
def test_the_status_of_an_item_is_a_notice(status: str, form: str) -> None:
    """An agency kills a story by its item's status alone; such an item is no story of its own, but
    never refused, though its page says that it is a gallery. Prose is a story there too."""
    item = replace(_ITEM, status=status)
    found = wire.clean(replace(_PAGE, genre=""), item, rules())
    assert isinstance(found, Story)
    assert found.form == form
    gallery = replace(_PAGE, genre="gallery")
    assert isinstance(wire.clean(gallery, item, rules()), Story)
    pictures = replace(gallery, blocks=(Block("Smoke over the mole"), Block("A ferry at dusk")))
    assert isinstance(wire.clean(pictures, item, rules()), Story) is bool(form)


def test_a_dateline_dates_a_story_that_nothing_else_does() -> None:
    """It knows the day alone; what its page or feed says is surer and finer."""
    lines = (f"BEIRUT, Nov 20, 2026 (AP) - {LEDE}", *BODY[1:])
    found = story(*lines)
    assert found.published == Moment(datetime(2026, 11, 20, tzinfo=UTC), "dateline", "day")
    of_page = Moment(datetime(2026, 11, 21, 8, 30, tzinfo=UTC), "page")
    assert story(*lines, published=of_page).published == of_page


def test_what_the_copy_prints_counts_before_what_its_page_says() -> None:
    """The wire's own words are nearer to the story than the metadata of whoever printed it."""
    caption = Block("Ferries enter the port.", BlockKind.CAPTION)
    blocks = (
        *(Block("US-DELTA-CONFLICT-SHELLING"), Block("Two ports reopen.", BlockKind.STANDFIRST)),
        *(Block("By Ada Cole"), caption, *map(Block, BODY), caption),
    )
    article = replace(_PAGE, headline=f"Analysis: {_PAGE.headline}", blocks=blocks)
    found = wire.clean(article, _ITEM, rules())
    assert isinstance(found, Story)
    assert (found.slug, found.genre) == ("US-DELTA-CONFLICT-SHELLING", "Analysis")
    assert (found.standfirst, found.byline) == ("Two ports reopen.", "Ada Cole")
    assert found.captions == ("Ferries enter the port.",), "a caption printed twice is one"


@given(st.lists(st.text(max_size=160), max_size=12), st.text(max_size=100))
def test_any_lines_are_cleaned_without_loss(lines: list[str], headline: str) -> None:
    """Whatever comes, nothing raises, and every character of the raw lines is in the body, a cut
    or a cross-head."""
    found = clean(*lines, headline=headline)
    if isinstance(found, Outcome):
        return
    kept = len("".join("".join(found.body).split()))
    cut = sum(len("".join(r.text.split())) for r in found.removed if r.line >= 0)
    heads = [h.text for h in found.crossheads]
    raw = len("".join("".join(found.raw).split()))
    assert kept + cut + sum(len("".join(h.split())) for h in heads) <= raw
    if not heads:
        assert kept + cut == raw


@pytest.mark.parametrize(
    "line",
    ["Read more:", "By Anna Lindqvist", "The same words again and again in it.", "BEIRUT - It"],
)
def test_floods_of_one_line_come_to_an_end(line: str) -> None:
    """As many lines as extraction lets through, all alike and all suspicious, stall nothing."""
    assert clean(*[line] * 2_000) is not None


def test_rules_carry_their_sources() -> None:
    """Every rule says where its pattern comes from, so that a reader can judge it."""
    assert [rule.id for rule in rules() if not rule.source] == []
    json.dumps([rule.id for rule in rules()])
