"""Watched folders: an agency's files, each admitted once when it is complete, whatever lies beside
them.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import copies, run, themes, wire
from pipeline.fetch import Fetcher
from pipeline.ledger.memory import MemoryLedger
from pipeline.run import Definitions, Polled, Reach
from pipeline.story import Feed

CONFIG = Path(__file__).parents[2] / "config"
NOW = 1_795_000_000.0
_TEXT = (
    "Two patrols exchanged fire at the Tarn crossing for an hour on Saturday, border "
    "officials "
    "said. "
)


def _nitf(guid: str, headline: str, text: str = _TEXT, status: str = "usable") -> bytes:
    return (
        f'<nitf><head><docdata management-status="{status}"><doc-id id-string="{guid}"/>'
        f'<date.issue norm="20261121T081500Z"/></docdata></head><body><body.head>'
        f"<hedline><hl1>{headline}</hl1></hedline></body.head><body.content><p>{text}</p>"
        "</body.content></body></nitf>"
    ).encode()


class Watched:
    """A folder that is watched, with a clock of its own."""

    def __init__(self, folder: Path, desk: Definitions, **feed: str) -> None:
        self.folder, self.now, self.desk = folder, NOW, desk
        self.feed = replace(Feed("wire", folder.as_uri(), outlet="Agency"), **feed)  # type: ignore[arg-type]
        self.ledger = MemoryLedger(copies.MemoryIndex())
        self.ledger.attach(["shown"])
        self.reach = Reach(Fetcher())

    def put(self, name: str, body: bytes, age: float = 300.0) -> Path:
        """A file last written ``age`` seconds ago."""
        file = self.folder / name
        file.write_bytes(body)
        os.utime(file, (self.now - age, self.now - age))
        return file

    def look(self) -> Polled:
        """The next poll."""
        self.now += 3_600.0
        self.ledger.schedule([self.feed], self.now)
        lease = self.ledger.claim_feed(self.now, 60.0)
        assert lease is not None
        return run.poll(lease, self.reach, self.ledger, lambda: self.now)

    def process(self) -> list[run.Ended]:
        """Every story that waits, to its end."""
        ended = []
        while leases := self.ledger.lease(self.now, 60.0, 1, 3):
            self.ledger.begin(leases[0], self.now, 60.0, "test")
            ended.append(run.process(leases[0], self.desk, self.ledger, lambda: self.now))
        return ended


@pytest.fixture(scope="module")
def desk() -> Definitions:
    """The rules and definitions that come with Wiredesk."""
    return Definitions(wire.load(CONFIG / "wire"), themes.load(CONFIG / "themes"))


@pytest.fixture
def watched(tmp_path: Path, desk: Definitions) -> Watched:
    """A folder whose files stay."""
    return Watched(tmp_path, desk)


def test_a_file_is_read_once(watched: Watched) -> None:
    """What was read and still lies there is not read again; a file written over is, as a change."""
    watched.put("a.xml", _nitf("N-1", "Patrols clash"))
    assert watched.look().new == 1
    again = watched.look()
    assert (again.new, again.known, again.status) == (0, 0, 200)
    watched.put("a.xml", _nitf("N-1", "Patrols clash again"))
    assert watched.look().changed == 1


def test_a_file_waits_until_it_is_complete(watched: Watched) -> None:
    """Names of unfinished files, files just written and documents cut short are left for the next
    look.
    """
    whole = _nitf("N-1", "Patrols clash")
    watched.put(".a.xml", whole)
    watched.put("b.xml.part", whole)
    watched.put("c.xml", whole, age=-3_600.0)
    watched.put("d.xml", whole[:100], age=-3_590.0)
    first = watched.look()
    assert (first.new, first.broken, first.waiting) == (0, (), 2)
    watched.put("d.xml", whole)
    assert watched.look().new == 1


@pytest.mark.parametrize(("ahead", "new"), [(1.9, 0), (2.1, 1), (3_600.0, 1)])
def test_a_file_of_a_clock_that_is_ahead_is_read(watched: Watched, ahead: float, new: int) -> None:
    """Its server's, or that of this machine before it was set right; one cut short waits still."""
    watched.put("a.xml", _nitf("N-1", "Patrols clash"), age=-3_600.0 - ahead)
    watched.put("b.xml", _nitf("N-2", "Patrols rest")[:100], age=-3_600.0 - ahead)
    looked = watched.look()
    assert (looked.new, looked.broken, looked.waiting) == (new, (), 2 - new)


def test_a_bad_file_is_a_broken_entry_and_harms_no_other(watched: Watched) -> None:
    """A file that holds no document is named once, with its reason; its neighbours are admitted."""
    watched.put("1-bad.xml", b"<nitf><bro")
    watched.put("2-picture.jpg", b"\xff\xd8\xff\xe0 JFIF")
    watched.put("3-good.xml", _nitf("N-1", "Patrols clash"))
    polled = watched.look()
    assert polled.new == 1
    assert [b.title for b in polled.broken] == ["1-bad.xml", "2-picture.jpg"]
    assert all(b.reason for b in polled.broken)
    assert watched.look().broken == ()


def test_files_are_moved_where_the_feed_says_so(tmp_path: Path, desk: Definitions) -> None:
    """What was read goes to taken/, what could not be read to broken/;
    a name that is taken there is no loss.
    """
    watched = Watched(tmp_path, desk, after="move")
    for _ in range(2):
        watched.put("a.xml", _nitf("N-1", "Patrols clash"))
        watched.put("b.xml", b"<nitf><bro")
        watched.look()
    assert [f.name for f in tmp_path.iterdir() if f.is_file()] == []
    assert len(list((tmp_path / "taken").iterdir())) == 2
    assert len(list((tmp_path / "broken").iterdir())) == 2


def test_links_and_folders_inside_are_left_alone(watched: Watched, tmp_path: Path) -> None:
    """A link could name any file of the machine, and a folder is another feed."""
    outside = tmp_path.parent / "secret.xml"
    outside.write_bytes(_nitf("N-9", "Not for the wire"))
    (tmp_path / "link.xml").symlink_to(outside)
    (tmp_path / "more").mkdir()
    os.mkfifo(tmp_path / "pipe.xml")
    polled = watched.look()
    assert (polled.new, polled.broken, polled.waiting) == (0, (), 0)


def test_a_file_over_the_cap_ends_visibly(watched: Watched) -> None:
    """Nothing is dropped in silence for its size."""
    watched.put("huge.xml", b"x" * 8_000_001)
    assert [b.reason for b in watched.look().broken] == ["file over 8000000 bytes"]


def test_a_folder_that_is_not_there_is_said(watched: Watched) -> None:
    """A disk that is not mounted is a failing feed, and comes back by itself."""
    watched.folder.rmdir()
    assert "no such folder" in watched.look().error
    watched.folder.mkdir()
    watched.put("a.xml", _nitf("N-1", "Patrols clash"))
    polled = watched.look()
    assert (polled.new, polled.error) == (1, "")


def test_many_files_are_read_in_several_looks(watched: Watched) -> None:
    """A backlog is taken in by and by, the oldest first, and what waits is counted."""
    for n in range(205):
        watched.put(f"{n:03}.xml", _nitf(f"N-{n}", f"Patrols clash {n}"), age=10_000.0 - n)
    first = watched.look()
    assert (first.new, first.waiting) == (200, 5)
    assert watched.look().new == 5


@pytest.mark.parametrize("text", [_TEXT, ""])
def test_an_item_cancelled_by_its_agency_withdraws_its_story(watched: Watched, text: str) -> None:
    """The same item again with a cancelled status is a kill, also where nothing of its text is
    left.
    """
    watched.put("a.xml", _nitf("N-1", "Patrols clash at Tarn crossing", _TEXT * 3))
    watched.look()
    assert [str(end.outcome.kind) for end in watched.process() if end.outcome] == ["new"]
    watched.put("b.xml", _nitf("N-1", "Patrols clash at Tarn crossing", text, status="canceled"))
    watched.look()
    [end] = watched.process()
    assert end.outcome is not None
    assert (str(end.outcome.kind), end.outcome.reason) == ("withdrawal", "names a known story")
    delivery = watched.ledger.read("shown", watched.now, 60.0, 10)
    assert delivery is not None
    assert [record.type for _, record in delivery.items] == ["story.new", "story.withdrawn"]


@pytest.mark.parametrize(("every", "wait"), [(None, 10.0), (45.0, 45.0)])
def test_a_folder_is_looked_into_every_ten_seconds(
    tmp_path: Path, desk: Definitions, every: float | None, wait: float
) -> None:
    """A look costs nobody anything, so there is no rhythm to learn: an agency's file is on the desk
    in seconds, after a quiet night too.
    """
    watched = Watched(tmp_path, desk)
    watched.feed = replace(watched.feed, every=every)
    watched.put("a.xml", _nitf("N-1", "Patrols clash"))
    for _ in range(3):
        assert watched.look().next_poll == watched.now + wait


def test_another_folder_is_read_from_the_start(tmp_path: Path, desk: Definitions) -> None:
    """Where a feed is given a new folder, a file of the same name, size and time is another file:
    what was read in the old folder says nothing of it.
    """
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
    watched = Watched(old, desk)
    watched.put("a.xml", _nitf("N-1", "Patrols clash"))
    assert watched.look().new == 1
    watched.folder, watched.feed = new, replace(watched.feed, url=new.as_uri())
    watched.put("a.xml", _nitf("N-2", "Patrols clash"), age=300.0 + 3_600.0)
    assert watched.look().new == 1
