"""Settings: read once, typed, and refused as a whole with every fault named."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import ConfigError, load, load_feeds, load_settings

GOOD = '[[sinks]]\nname = "stories"\nkind = "jsonl"\npath = "x.jsonl"\n'
FEED = '[[feeds]]\nid = "one"\nurl = "https://wire.example/rss"\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration folder of the test's own."""
    (tmp_path / "pipeline.toml").write_text('feeds = ["feeds.toml"]\n' + GOOD)
    (tmp_path / "feeds.toml").write_text(FEED)
    monkeypatch.setenv("WIREDESK_CONFIG", str(tmp_path))
    return tmp_path


def faults() -> list[str]:
    """What load refuses."""
    with pytest.raises(ConfigError) as refused:
        load()
    return list(refused.value.faults)


def test_the_configuration_that_comes_with_wiredesk_is_good() -> None:
    """A clone runs without anything being configured, on the sample wire and with two sinks."""
    settings, feeds = load()
    assert len(feeds) >= 6
    assert [sink.kind for sink in settings.sinks] == ["jsonl", "redis-stream"]


def test_the_world_feeds_are_good(monkeypatch: pytest.MonkeyPatch) -> None:
    """The public feeds that `make run FEEDS=config/feeds.world.toml` polls are read without a
    fault."""
    monkeypatch.setenv("WIREDESK_FEEDS", "config/feeds.world.toml")
    _, feeds = load()
    assert len(feeds) >= 5
    assert all("{sample}" not in feed.url for feed in feeds)


def test_every_fault_is_named_at_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three broken places of three kinds come in one message, each with its file and key."""
    text = 'feeds = ["feeds.toml"]\nlgo = "json"\n[poll]\nfloor = -1\n' + GOOD
    (home / "pipeline.toml").write_text(text)
    (home / "feeds.toml").write_text(
        FEED + 'timezone = "Mars/Base"\n[[feeds]]\nid = "two"\nurl = "ftp://x/y"\n'
    )
    monkeypatch.setenv("WIREDESK_FETCH_SPACING", "soon")
    found = faults()
    assert len(found) == 5
    for words in (
        ("pipeline.toml", "lgo", "no such setting"),
        ("pipeline.toml", "poll.floor", "-1"),
        ("environment WIREDESK_FETCH_SPACING", "fetch.spacing", "soon"),
        ("feeds.toml", "feeds[0] (one).timezone", "Mars/Base"),
        ("feeds.toml", "feeds[1] (two).url", "http or https"),
    ):
        assert [f for f in found if all(word in f for word in words)], (words, found)


def test_environment_goes_over_the_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """WIREDESK_SECTION_KEY sets [section] key, and what it does not name stays as the file says."""
    (home / "pipeline.toml").write_text(
        'feeds = ["feeds.toml"]\n[fetch]\nspacing = 7\nattempts = 9\n' + GOOD
    )
    monkeypatch.setenv("WIREDESK_FETCH_SPACING", "2.5")
    monkeypatch.setenv("WIREDESK_REDIS_URL", "redis://there:6379/0")
    monkeypatch.setenv("WIREDESK_LOG", "json")
    monkeypatch.setenv("WIREDESK_LOG_LEVEL", "debug")
    settings, _ = load()
    assert (settings.fetch.spacing, settings.fetch.attempts) == (2.5, 9)
    assert (settings.redis.url, settings.log, settings.log_level) == (
        "redis://there:6379/0",
        "json",
        "debug",
    )


def test_unknown_variable_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A typing error in the environment is not silent."""
    monkeypatch.setenv("WIREDESK_REDISURL", "redis://there")
    monkeypatch.setenv("WIREDESK_POLL_FLOR", "5")
    assert faults() == [
        "environment WIREDESK_REDISURL: there is no such setting",
        "environment WIREDESK_POLL_FLOR: poll.flor: there is no such setting",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("feeds = [", "pipeline.toml"),
        ('feeds = ["feeds.toml"]\n', "name at least one [[sinks]]"),
        ('feeds = ["feeds.toml"]\n' + GOOD + GOOD, "two sinks are called stories"),
        ('feeds = ["feeds.toml"]\n[poll]\nfloor = 60\nceiling = 30\n' + GOOD, "poll.ceiling"),
        (
            'feeds = ["feeds.toml"]\n[process]\nsoft_limit = 9\nhard_limit = 5\n' + GOOD,
            "process.hard_limit",
        ),
        ('feeds = ["feeds.toml"]\n[process]\nlease = 15\n' + GOOD, "process.lease"),
        ('feeds = ["nowhere.toml"]\n' + GOOD, "nowhere.toml"),
    ],
)
def test_fault(home: Path, text: str, words: str) -> None:
    """Each kind of fault is refused in words that name the place."""
    (home / "pipeline.toml").write_text(text)
    assert any(words in fault for fault in faults())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "name at least one [[feeds]]"),
        ("[[feeds]]\n", "feeds[0].id"),
        (FEED + FEED, "'one' is used twice"),
        (FEED + "evry = 5\n", "feeds[0] (one).evry: there is no such setting"),
        (FEED + "every = 0\n", "feeds[0] (one).every"),
        ('feed = "x"\n' + FEED, "feed: there is no such setting"),
        (FEED + FEED.replace("one", "two"), "feeds[1] (two).url: is that of 'one' already"),
    ],
)
def test_feed_file_fault(home: Path, text: str, words: str) -> None:
    """A broken feed file is refused with the feed's place in it."""
    (home / "feeds.toml").write_text(text)
    assert any("feeds.toml" in fault and words in fault for fault in faults())


def test_a_feed_may_be_a_folder(home: Path) -> None:
    """A watched folder is named by its path or by a file URL; either is the same feed, so both are
    a fault."""
    by_path, by_url = 'folder = "/srv/wire in"\nafter = "move"\n', 'url = "file:///srv/wire%20in"\n'
    for written, after in ((by_path, "move"), (by_url, "keep")):
        (home / "feeds.toml").write_text(f'[[feeds]]\nid = "one"\n{written}')
        [feed] = load()[1]
        assert (feed.url, feed.after) == ("file:///srv/wire%20in", after)
    (home / "feeds.toml").write_text(
        f'[[feeds]]\nid = "one"\n{by_path}[[feeds]]\nid = "two"\n{by_url}'
    )
    assert any("is that of 'one' already" in fault for fault in faults())


@pytest.mark.parametrize(
    ("feed", "fault"),
    [
        ('folder = "wire"', "whole path"),
        ('folder = "/srv/wire"\nurl = "https://a.example/"', "either url or folder"),
        ("", "either url or folder"),
        ('url = "file://server/share"', "http or https"),
        ('folder = "/srv/wire"\nafter = "burn"', "'keep' or 'move'"),
    ],
)
def test_what_is_no_folder_is_refused(home: Path, feed: str, fault: str) -> None:
    """A feed has one address, a folder a whole path."""
    (home / "feeds.toml").write_text(f'[[feeds]]\nid = "one"\n{feed}\n')
    assert any(fault in found for found in faults())


def test_opml_lists_and_patterns_are_feed_files(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A subscription list stands beside TOML files; what both have is read once, and a taken id
    gets a longer one."""
    outlines = "".join(
        f'<outline text="{name}" xmlUrl="{url}"/>'
        for name, url in (
            ("A", "https://wire.example/rss"),
            ("One", "https://b.example/"),
            ("C", "mailto:x"),
        )
    )
    (home / "list.opml").write_text(f"<opml><body>{outlines}</body></opml>")
    (home / "feeds.more.toml").write_text('[[feeds]]\nid = "more"\nurl = "https://more.example/"\n')
    monkeypatch.setenv("WIREDESK_FEEDS", "feeds*.toml,list.opml")
    found = faults()
    assert len(found) == 1
    assert "list.opml: C: 'mailto:x' is not an http/https URL" in found[0]
    (home / "list.opml").write_text(
        (home / "list.opml").read_text().replace("mailto:x", "https://c.example/")
    )
    _, feeds = load()
    assert {f.url for f in feeds} == {
        "https://wire.example/rss", "https://more.example/", "https://b.example/", "https://c.example/"
    }  # fmt: skip
    assert sum(f.id.startswith("one") for f in feeds) == 2
    (home / "list.opml").write_text("<html>")
    assert any("list.opml: no OPML" in fault for fault in faults())


def test_the_local_file_is_read_where_it_is_and_may_be_empty(home: Path) -> None:
    """What `wiredesk feeds add` wrote is polled beside the named files."""
    assert len(load()[1]) == 1
    (home / "feeds.local.toml").write_text("# nothing yet\n")
    assert len(load()[1]) == 1
    (home / "feeds.local.toml").write_text('[[feeds]]\nid = "own"\nurl = "https://own.example/"\n')
    assert [f.id for f in load()[1]] == ["one", "own"]


def test_a_format_that_there_is_not_is_refused(home: Path) -> None:
    """A feed whose format is mistyped is not quietly read as something else."""
    (home / "feeds.toml").write_text(FEED + 'format = "atomm"\n')
    assert any("there is no format 'atomm'" in found for found in faults())
    (home / "feeds.toml").write_text(FEED + 'format = "news"\n')
    assert load()[1][0].format == "news"


# --------------------------------------------------------------------------- the sample wire

SAMPLE = '[[feeds]]\nid = "meridian"\nurl = "http://{sample}/rss.xml"\n'
OWN = '[[feeds]]\nid = "paper"\nurl = "https://paper.example/rss"\n'


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration that names the sample wire alone, its ``var`` beside it."""
    (tmp_path / "pipeline.toml").write_text(
        f'var = "{tmp_path}/var"\n[[sinks]]\nname = "stories"\nkind = "jsonl"\npath = "x"\n'
    )
    (tmp_path / "feeds.sample.toml").write_text(SAMPLE)
    (tmp_path / "own.toml").write_text(OWN)
    monkeypatch.setenv("WIREDESK_CONFIG", str(tmp_path))
    return tmp_path


def place(house: Path, *, to_run: bool) -> str:
    """Where things are, seen from the configuration's folder."""
    return str(load_settings(to_run=to_run).var.relative_to(house))


def test_the_sample_wire_has_a_folder_of_its_own(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`run` puts it there, always; commands look there until something real ran."""
    assert place(house, to_run=True) == "var/sample"
    assert place(house, to_run=False) == "var/sample"
    monkeypatch.setenv("WIREDESK_FEEDS", str(house / "own.toml"))
    assert place(house, to_run=True) == "var"
    (house / "var" / "redis").mkdir(parents=True)
    monkeypatch.delenv("WIREDESK_FEEDS")
    assert place(house, to_run=True) == "var/sample"
    assert place(house, to_run=False) == "var"


def test_the_folder_of_a_sample_run_is_taken_as_it_is(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The children of `run` are given it, and so is whoever names it."""
    sample = house / "var" / "sample"
    sample.mkdir(parents=True)
    (sample / "sample.port").write_text("8464")
    monkeypatch.setenv("WIREDESK_VAR", str(sample))
    assert place(house, to_run=True) == "var/sample"
    assert place(house, to_run=False) == "var/sample"


def test_feeds_of_ones_own_take_the_sample_wires_place(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What `wiredesk feeds add` wrote is polled alone; a sample that runs goes on as it is; an
    empty file takes nobody's place."""
    local = house / "feeds.local.toml"
    local.write_text("")
    assert [feed.id for feed in load_feeds()[0]] == ["meridian"]
    assert place(house, to_run=True) == "var/sample"
    local.write_text(OWN)
    assert [feed.id for feed in load_feeds()[0]] == ["paper"]
    assert load_feeds()[1] == []
    assert place(house, to_run=True) == "var"
    monkeypatch.setenv("WIREDESK_SAMPLE", "127.0.0.1:8464")
    assert [feed.id for feed in load_feeds()[0]] == ["meridian"]


def test_a_list_with_both_is_refused(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Invented stories beside real ones in one file: nobody can want that."""
    monkeypatch.setenv("WIREDESK_FEEDS", f"feeds.sample.toml,{house}/own.toml")
    _, [fault] = load_feeds()
    assert "invented stories and those of 1 other feeds" in fault
