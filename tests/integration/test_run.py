"""`wiredesk run` as a person starts it: real Redis (the one in the wheel), real workers, real HTTP,
real files."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from config.settings import HOME
from workers.sample import expected

pytestmark = pytest.mark.system

CEILING = 600.0  # seconds; far above what it takes, only there to end a test that hangs


A_FEW = 4  # by which the sums of two runs differ: a kill is read before its story, say


@dataclass(frozen=True)
class FirstRun:
    """Where it ran, and what it said."""

    var: Path
    said: str


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def var(tmp_path: Path) -> Path:
    """A var folder whose sample wire has a port of its own."""
    folder = tmp_path / "var"
    folder.mkdir()
    (folder / "sample.port").write_text(str(free_port()))
    return folder


@pytest.fixture(scope="session")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> FirstRun:
    """The sample wire polled until nothing waits: several tests go on from there, each on a
    copy."""
    folder = tmp_path_factory.mktemp("first") / "var"
    folder.mkdir()
    (folder / "sample.port").write_text(str(free_port()))
    done = wiredesk(folder, "run", "--until-idle")
    assert done.returncode == 0, done.stderr[-3000:]
    return FirstRun(folder, done.stderr)


@pytest.fixture
def after_run(first_run: FirstRun, tmp_path: Path) -> Path:
    """A copy of the var folder of the first run, Redis's data and all."""
    sockets = shutil.ignore_patterns("*.sock")
    return Path(shutil.copytree(first_run.var, tmp_path / "var", ignore=sockets))


def environment(var: Path, **more: str) -> dict[str, str]:
    """No Redis on the PATH, JSON logs."""
    return {
        "PATH": str(Path(sys.executable).parent),
        "HOME": str(var),
        "WIREDESK_VAR": str(var),
        "WIREDESK_LOG": "json",
        **more,
    }


def wiredesk(var: Path, *args: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "workers.cli", *args],
        env=environment(var, **more), capture_output=True, text=True, timeout=CEILING, check=False,
    )  # fmt: skip


def status(var: Path, **more: str) -> dict[str, Any]:
    """What `wiredesk status --json` says."""
    done = wiredesk(var, "status", "--json", **more)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def records(var: Path) -> list[dict[str, Any]]:
    """The lines of the JSONL sink."""
    file = var / "stories.jsonl"
    return (
        [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []
    )


@contextmanager
def started(var: Path, *args: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    """A command that runs on; its standard error is read by the test, whose end is its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "workers.cli", *args],
        env=environment(var, **more),
        stderr=subprocess.PIPE,
        text=True,
    )
    with ending(process):
        yield process


@contextmanager
def ending(process: subprocess.Popen[Any]) -> Iterator[None]:
    """Wait for a process at the end of a test; one that failed kills it, or it would wait for ever.
    What is killed takes its children with it."""
    try:
        yield
    except BaseException:
        process.kill()
        raise
    finally:
        process.__exit__(None, None, None)


def says(process: subprocess.Popen[str], words: str) -> None:
    """Read on until a line has these words."""
    assert process.stderr
    for line in process.stderr:
        if words in line:
            return
    raise AssertionError(f"it ended without saying {words}")


def until(found: Callable[[], object], seconds: float = CEILING) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.2)


def test_the_sample_wire_end_to_end(first_run: FirstRun, after_run: Path) -> None:
    """Every sample story is accounted for, each record is delivered once, and a second run delivers
    nothing again."""
    var = after_run
    truth = expected()
    counts = status(var)["counts"]
    outcomes = {
        k.removeprefix("outcome."): v for k, v in counts.items() if k.startswith("outcome.")
    }
    assert counts["admitted"] == truth.entries
    assert sum(outcomes.values()) == truth.entries
    for same_in_any_order in ("broken_entry", "not_a_story"):
        assert outcomes[same_in_any_order] == truth.outcomes[same_in_any_order]
    lines = records(var)
    assert max(Counter(line["id"] for line in lines).values()) == 1
    assert len(lines) == sum(v for k, v in counts.items() if k.startswith("event."))
    assert {line["specversion"] for line in lines} == {"1.0"}
    assert [
        json.loads(x)
        for x in first_run.said.splitlines()
        if '"story.failed"' in x or '"child.died"' in x
    ] == []

    polled = set()
    with started(var, "run") as second:
        for line in second.stderr or ():
            if '"feed.polled"' in line:
                polled.add(json.loads(line)["feed"])
            if len(polled) == len(truth.feeds):
                break
        second.send_signal(signal.SIGINT)
        rest = second.stderr.read() if second.stderr else ""
        assert second.wait(CEILING) == 0
    assert '"drain.done"' in rest
    assert [line["id"] for line in records(var)] == [line["id"] for line in lines]
    # pages that are missing may be looked at meanwhile
    looks = {k: v for k, v in status(var)["counts"].items() if k.startswith("look.")}
    assert status(var)["counts"] == counts | looks


def test_the_readme_shows_what_a_run_comes_to(first_run: FirstRun) -> None:
    """Each figure of the README's table is that of a run, but for the few that differ from run to
    run."""
    seen = status(first_run.var)
    [table] = re.findall(r"(?ms)^┃ stories .*?^```", (HOME.parent / "README.md").read_text("utf-8"))
    shown = {
        name: int(n) for name, n in re.findall(r"│ +([a-z_]+(?:[: ]+[a-z]+)?) +│ +(\d+)", table)
    }
    real = {"entries admitted": seen["counts"]["admitted"], "still open": 0}
    for name, count in seen["counts"].items():
        real[name.partition(".")[2]] = count
    for sink, count in seen["delivered"].items():
        real |= {f"{sink}: delivered": count, f"{sink}: waiting": 0}
    assert len(shown) >= 12
    off = {name: (n, real[name]) for name, n in shown.items() if abs(n - real[name]) > A_FEW}
    assert off == {}


def test_status_trace_and_quarantine_after_a_run(after_run: Path) -> None:
    """When nothing runs, an operator still finds what happened to a story."""
    var = after_run
    # a story that only one entry shows: an address names the entry that showed it last
    line = next(
        line for line in records(var) if line["data"].get("url", "").endswith("/lind-interview")
    )
    traced = wiredesk(var, "trace", line["data"]["url"], "--json")
    facts = json.loads(traced.stdout)
    assert (facts["outcome"], facts["uri"], facts["stage"]) == ("new", line["subject"], "done")
    missing = wiredesk(var, "trace", "https://wire.example/never")
    assert missing.returncode == 1
    assert "never showed it" in missing.stderr
    assert wiredesk(var, "quarantine", "list").stdout.strip() == "nothing is in quarantine"
    assert "not in quarantine" in wiredesk(var, "quarantine", "retry", "abc").stderr
    assert "entries admitted" in wiredesk(var, "status").stdout


def test_two_runs_do_not_share_a_folder(var: Path) -> None:
    """A second run on the same var folder is refused with what to do about it."""
    with started(var, "run") as first:
        says(first, '"system.open"')
        second = wiredesk(var, "run")
        assert second.returncode == 1
        assert "another `wiredesk run` uses" in second.stderr
        first.send_signal(signal.SIGTERM)
        first.communicate(timeout=CEILING)
        assert first.returncode == 0


def test_faults_of_use_are_clear(var: Path) -> None:
    """What can't be done is said in one line, with an exit code."""
    for args, words, code in (
        (("status",), "nothing ran under", 1),
        (("work", "poll"), "WIREDESK_REDIS_URL", 1),
        (("run", "--only", "nobody"), "no service nobody", 1),
        (("run", "--feeds", "nowhere.toml"), "nowhere.toml", 2),
        (("once", "no-such-feed"), "no feed has the id", 1),
    ):
        done = wiredesk(var, *args)
        assert (done.returncode, words in done.stderr) == (code, True), done.stderr
        assert "Traceback" not in done.stderr


def test_a_run_that_had_nothing_says_so(var: Path, tmp_path: Path) -> None:
    """Offline, with every feed failing, `--until-idle` ends with a fault that names the cause."""
    feeds = tmp_path / "feeds.toml"
    feeds.write_text('[[feeds]]\nid = "one"\nurl = "http://127.0.0.1:9/feed"\n')
    done = wiredesk(var, "run", "--until-idle", "--feeds", str(feeds))
    assert done.returncode == 1
    said = done.stderr.splitlines()[-1]
    assert "nothing could be had: polls: 1 of 1 feeds failed" in said
    assert "it looks like the network" in said


def end(processes: list[subprocess.Popen[bytes]]) -> list[int]:
    """Ask processes to end, and their codes."""
    for process in processes:
        process.send_signal(signal.SIGTERM)
    return [process.wait(CEILING) for process in processes]


def test_the_services_of_docker_compose(var: Path) -> None:
    """Each service of docker-compose.yml starts with its own command, does its part, and drains
    when told to stop."""
    from tests.integration.compose import services

    port, sample = free_port(), (var / "sample.port").read_text()
    more = {
        "WIREDESK_REDIS_URL": f"redis://127.0.0.1:{port}/0",
        "WIREDESK_FEEDS": "feeds.sample.toml",
        "WIREDESK_SAMPLE": f"127.0.0.1:{sample}",
    }
    from workers import embedded

    found = services()
    server = [embedded.server(), *found.pop("redis").command[1:]]
    server += ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(var)]
    redis = subprocess.Popen(server, stdout=subprocess.DEVNULL)
    wire = subprocess.Popen(
        [sys.executable, "-m", "workers.sample", "--port", sample], stdout=subprocess.DEVNULL
    )
    log = (var / "services.log").open("wb")
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "workers.cli", *service.command],
            env=environment(var, **more),
            stderr=log,
        )
        for service in found.values()
    ]
    try:
        until(lambda: len(records(var)) >= expected().delivered * 0.9)
        health = next(iter(found.values())).healthcheck[1:]
        assert health[0] == "wiredesk"
        well = wiredesk(var, *health[1:], **more)
        assert well.returncode == 0, well.stderr
        assert end(running) == [0] * len(running), (var / "services.log").read_text()[-3000:]
        ill = wiredesk(var, "health", "--patience", "0.001", **more)
        assert ill.returncode == 1
        assert "nothing runs: no service has given a sign of life since" in ill.stderr
    finally:
        for process in (*running, wire, redis):
            process.kill()
            process.wait()
        log.close()


def test_a_worker_that_no_longer_consumes_is_ended(var: Path) -> None:
    """A worker that lives but takes no hints is ended by its watchdog, so that its supervisor can
    start a new one."""
    from redis import Redis

    from workers import embedded

    redis = embedded.start(var, 64)
    more = {
        "WIREDESK_REDIS_URL": embedded.url(var),
        "WIREDESK_LIMITS_STALLED_AFTER": "2",
        # a worker is not stalled while a task of it may run: the shorter that is, the shorter this
        # test
        "WIREDESK_PROCESS_SOFT_LIMIT": "0.5",
        "WIREDESK_PROCESS_HARD_LIMIT": "1",
        "WIREDESK_SAMPLE": "127.0.0.1:9",
    }
    try:
        with started(var, "work", "process", **more) as worker:
            says(worker, "ready")
            code = (
                "from workers.app import app; print(app.control.cancel_consumer('process', "
                "reply=True))"
            )
            command, env = [sys.executable, "-c", code], environment(var, **more)
            done = subprocess.run(
                command, env=env, timeout=CEILING, capture_output=True, text=True, check=True
            )
            assert "no longer consuming" in done.stdout
            with Redis.from_url(embedded.url(var)) as client:
                client.lpush("wd:mq:process", "{}")
            _, said = worker.communicate(timeout=CEILING)
            assert worker.returncode == -signal.SIGKILL
            assert '"worker.stalled"' in said
    finally:
        redis.terminate()
        redis.wait()


def test_a_watched_folder_end_to_end(var: Path, tmp_path: Path) -> None:
    """Files put into a folder become records, those that are none become broken entries, and each
    is moved away."""
    wire, feeds = tmp_path / "wire", tmp_path / "feeds.toml"
    wire.mkdir()
    feeds.write_text(f'[[feeds]]\nid = "agency"\nfolder = "{wire}"\nafter = "move"\nevery = 0.5\n')
    text = (
        "Two patrols exchanged fire at the Tarn crossing for an hour on Saturday, border "
        "officials said."
    )
    with started(var, "run", "--feeds", str(feeds)) as running:
        says(running, '"feed.polled"')
        for n in range(3):
            item = {
                "uri": f"N-{n}",
                "headline": f"Patrols clash at crossing {n}",
                "body_text": f"{text} It was {n}.",
            }
            whole = tmp_path / f"{n}.json"
            whole.write_text(json.dumps(item))
            whole.rename(wire / whole.name)
        bad = tmp_path / "bad.xml"
        bad.write_text("<nitf><bro")
        os.utime(bad, (1_700_000_000, 1_700_000_000))
        bad.rename(wire / "bad.xml")
        until(lambda: len(records(var)) == 3 and not [f for f in wire.iterdir() if f.is_file()])
        running.send_signal(signal.SIGTERM)
    assert sorted(f.name for f in (wire / "taken").iterdir()) == ["0.json", "1.json", "2.json"]
    assert [f.name for f in (wire / "broken").iterdir()] == ["bad.xml"]
    assert status(var)["counts"]["outcome.broken_entry"] == 1


def test_a_later_run_until_idle_polls_what_is_due(var: Path, tmp_path: Path) -> None:
    """What an earlier run polled is polled again, or a job that is run by the clock would work
    once."""
    wire, feeds = tmp_path / "wire", tmp_path / "feeds.toml"
    wire.mkdir()
    feeds.write_text(f'[[feeds]]\nid = "agency"\nfolder = "{wire}"\nevery = 0.1\n')
    for n in range(2):
        item = {
            "uri": f"N-{n}",
            "headline": f"Patrols clash at crossing {n}",
            "body_text": f"Two patrols exchanged fire at crossing {n} on Saturday, officials said.",
        }
        file = wire / f"{n}.json"
        file.write_text(json.dumps(item))
        os.utime(file, (1_700_000_000 + n, 1_700_000_000 + n))
        done = wiredesk(var, "run", "--until-idle", "--feeds", str(feeds))
        assert done.returncode == 0, done.stderr[-3000:]
        assert len(records(var)) == n + 1


def test_a_changed_definition_reaches_the_sinks(after_run: Path) -> None:
    """After the definitions changed, what was delivered is classified again, and each change
    arrives once."""
    var = after_run
    before = records(var)
    themes = var / "themes"
    shutil.copytree(HOME / "themes", themes)
    (themes / "air_campaign.toml").unlink()
    changed = {"WIREDESK_THEMES": str(themes)}
    tried = wiredesk(var, "reprocess", "--dry-run", "--json", **changed)
    assert tried.returncode == 0, tried.stderr
    expected_ids = {json.loads(line)["id"] for line in tried.stdout.splitlines()}
    assert expected_ids
    assert len(records(var)) == len(before)
    for _ in range(2):
        assert wiredesk(var, "reprocess", **changed).returncode == 0
    assert wiredesk(var, "run", "--until-idle", **changed).returncode == 0
    added = records(var)[len(before) :]
    assert {line["type"] for line in added} == {"story.reclassified"}
    assert sorted(line["id"] for line in added) == sorted(expected_ids)
    assert not any(
        theme["id"] == "air_campaign" for line in added for theme in line["data"]["themes"]
    )


def test_the_subscriber_runs_beside_the_rest(var: Path) -> None:
    """With a public address configured `run` also listens for hubs, answers strangers with 404, and
    drains."""
    from http.client import HTTPConnection

    port = free_port()
    more = {
        "WIREDESK_WEBSUB_URL": f"http://127.0.0.1:{port}/hooks",
        "WIREDESK_WEBSUB_PORT": str(port),
    }

    def answers() -> int:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/hooks/nobody?hub.mode=subscribe&hub.challenge=x")
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    with started(var, "run", "--only", "websub", **more) as running:
        says(running, '"system.open"')
        until(lambda: answers() == 404)
        running.send_signal(signal.SIGTERM)
        assert running.wait(CEILING) == 0
    off = wiredesk(var, "work", "websub", WIREDESK_REDIS_URL="redis://127.0.0.1:1/0")
    assert (off.returncode, "set websub.url" in off.stderr) == (1, True)


def test_the_sample_wire_and_real_feeds_do_not_mix(tmp_path: Path) -> None:
    """First the sample, as everybody begins, then feeds of one's own: each has its records, its
    ledger and its `status`, and what was known of the sample stays known."""
    config, port = tmp_path / "config", free_port()
    config.mkdir()
    for name in ("pipeline.toml", "feeds.sample.toml"):
        shutil.copy(HOME / name, config / name)
    wire = tmp_path / "wire"
    wire.mkdir()
    (wire / "1.json").write_text(
        '{"uri": "N-1", "headline": "Ferry sinks", "body_text": "It did."}'
    )
    (config / "own.toml").write_text(f'[[feeds]]\nid = "agency"\nfolder = "{wire}"\n')
    sample = tmp_path / "var" / "sample"
    sample.mkdir(parents=True)
    (sample / "sample.port").write_text(str(port))
    place = {"WIREDESK_CONFIG": str(config)}

    def admitted() -> int:
        return int(status(tmp_path / "var", **place)["counts"]["admitted"])

    down = wiredesk(tmp_path / "var", "once", "meridian", **place)
    assert (down.returncode, "served while `wiredesk run` runs" in down.stderr) == (1, True)
    assert wiredesk(tmp_path / "var", "run", "--until-idle", **place).returncode == 0
    assert admitted() == expected().entries
    invented = records(sample)
    own = wiredesk(
        tmp_path / "var", "run", "--until-idle", "--feeds", str(config / "own.toml"), **place
    )
    assert own.returncode == 0, own.stderr[-3000:]
    assert [line["data"]["headline"] for line in records(tmp_path / "var")] == ["Ferry sinks"]
    assert admitted() == 1
    assert records(sample) == invented
    both = ("--feeds", "feeds.sample.toml", "--feeds", str(config / "own.toml"))
    mixed = wiredesk(tmp_path / "var", "run", *both, **place)
    assert (mixed.returncode, "invented stories" in mixed.stderr) == (2, True)
