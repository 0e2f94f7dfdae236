"""``wiredesk reprocess``: delivered stories are classified again, and only what changed goes out,
once."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from redis import Redis

from config.settings import HOME
from pipeline import themes
from pipeline.ledger import Ending
from pipeline.record import Record, classification
from pipeline.story import Outcome, OutcomeKind, Story
from tests.making import entry, record
from workers.cli import main
from workers.redis.redis_index import RedisIndex
from workers.redis.redis_ledger import RedisLedger
from workers.wiring import wiring

RAID = "Warplanes bombed the harbour of Karsin on Tuesday, killing two, residents said."
TRUCE = (
    "Envoys of both governments signed a truce agreement after peace talks in Geneva, "
    "mediators said."
)
MARKET = (
    "The covered market opened its gates for the first time in two weeks, and sold out by noon."
)


@pytest.fixture
def ledger(redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisLedger]:
    """A ledger with three delivered stories, as the definitions in force see them."""
    monkeypatch.setenv("WIREDESK_REDIS_URL", redis_url)
    found = RedisLedger(redis, RedisIndex(redis))
    found.attach(["sink"])
    definitions = themes.load(HOME / "themes")
    for name, text in (("a1", RAID), ("b2", TRUCE), ("c3", MARKET)):
        assessed = definitions.assess(Story("", "", f"Headline {name}", (text,)))
        deliver(found, record(name, body=[text], **classification(assessed)))
    wiring.cache_clear()
    yield found
    wiring.cache_clear()


def deliver(ledger: RedisLedger, sent: Record) -> None:
    """Take a story through the ledger to this record."""
    now = time.time()
    ledger.admit([(entry(sent.id), "")], now)
    [lease] = ledger.lease(now, 60, 1, 3)
    ledger.begin(lease, now, 60, "test")
    ledger.complete(lease, Ending(Outcome(OutcomeKind.NEW), (sent,)), now)


def without_bombs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Definitions that never find an air campaign are in force."""
    shutil.copytree(HOME / "themes", folder)
    path = folder / "air_campaign.toml"
    lines = path.read_text("utf-8").splitlines()
    path.write_text(
        "\n".join("bias = -40.0" if line.startswith("bias") else line for line in lines)
    )
    monkeypatch.setenv("WIREDESK_THEMES", str(folder))
    wiring.cache_clear()


def command(*args: str) -> Result:
    """Run the command in this process."""
    return CliRunner().invoke(main, ["reprocess", *args], catch_exceptions=False)


def waiting(ledger: RedisLedger) -> list[str]:
    """The kinds of records in the outbox."""
    batch = ledger.read("sink", time.time(), 0.001, 100)
    return [item.type for _, item in batch.items] if batch else []


def test_unchanged_definitions_send_nothing(ledger: RedisLedger) -> None:
    """What the definitions in force said, they say again."""
    done = command()
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("0 of 3 stories changed under air_campaign")
    assert waiting(ledger) == ["story.new"] * 3


def test_what_changed_goes_out_once(
    ledger: RedisLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A story that loses its theme is sent again with those it has now; a second time there is
    nothing to send."""
    without_bombs(tmp_path / "themes", monkeypatch)
    tried = command("--dry-run", "--json")
    [line] = [json.loads(text) for text in tried.stdout.splitlines()]
    assert (line["headline"], line["before"], line["after"], line["sent"]) == (
        "Headline a1", ["air_campaign"], [], False,
    )  # fmt: skip
    assert waiting(ledger) == ["story.new"] * 3
    done = command("--since", "1h")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[0] == "Headline a1  -air_campaign"
    assert "1 of 3 stories changed" in done.stdout
    assert waiting(ledger) == [*["story.new"] * 3, "story.reclassified"]
    assert "0 of 3 stories changed" in command().stdout
    assert waiting(ledger) == [*["story.new"] * 3, "story.reclassified"]


def test_going_back_is_sent_too(
    ledger: RedisLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change that is taken back is another reclassification, with an identity of its own."""
    without_bombs(tmp_path / "themes", monkeypatch)
    command()
    monkeypatch.delenv("WIREDESK_THEMES")
    wiring.cache_clear()
    [line] = [json.loads(text) for text in command("--json").stdout.splitlines()]
    assert line["id"].endswith("a1/1/reclassified/2")
    assert (line["before"], line["after"]) == ([], ["air_campaign"])
    assert waiting(ledger)[3:] == ["story.reclassified"] * 2


def test_told_to_stop_it_finishes_the_story_at_hand(
    ledger: RedisLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C leaves nothing half done, says how far it came, and the next run does the rest."""
    without_bombs(tmp_path / "themes", monkeypatch)
    real = RedisLedger.reclassify

    def interrupted(self: RedisLedger, changed: Record) -> bool:
        os.kill(os.getpid(), signal.SIGINT)
        return real(self, changed)

    monkeypatch.setattr(RedisLedger, "reclassify", interrupted)
    done = command()
    assert done.exit_code == 130
    assert "stopped after 1 of 3 stories: run it again for the rest" in done.stderr
    assert waiting(ledger)[3:] == ["story.reclassified"]
    monkeypatch.setattr(RedisLedger, "reclassify", real)
    assert "0 of 3 stories changed" in command().stdout


@pytest.mark.parametrize("age", ["7", "d", "-1d", "week"])
def test_an_age_is_a_number_and_a_unit(age: str) -> None:
    """What is no span of time is refused with what one looks like."""
    done = command("--since", age)
    assert done.exit_code == 2
    assert "90m, 12h or 7d" in done.stderr
