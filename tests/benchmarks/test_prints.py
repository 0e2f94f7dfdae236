"""The frozen print: what counts as a part, what is left out, and how a difference is named."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.prints import __main__ as command
from benchmarks.prints import asking
from benchmarks.prints.differences import Difference, between, side_by_side
from benchmarks.prints.inputs import Group, gathered
from benchmarks.prints.printing import NOW, Print, parts, read, without_clock, write

ANSWER = {
    "file": "texts/one.txt",
    "outcome": "version",
    "headline": "Ferry reaches Port Anselm",
    "body": ["Three ferries reached the town."],
    "removed": [{"rule": "byline", "text": "By Ines Lund"}],
    "themes": [{"id": "ground_fighting", "score": 0.957, "evidence": [{"text": "besieged"}]}],
    "byline": "Ines Lund",
    "relation": {
        "kind": "version",
        "of": "x",
        "why": "half is new",
        "containment": 0.5,
        "jaccard": 0.4,
    },
}
FAKE = """
import json, pathlib, sys
for name in sys.argv[3:]:
    headline = pathlib.Path(name).read_text().split()[WORD]
    print(json.dumps({"file": name, "headline": headline, "outcome": "new"}))
"""


def test_an_answer_is_printed_part_by_part() -> None:
    """Words of our own vocabulary stand in clear, all else as a digest; nothing is quoted."""
    found = parts(ANSWER)
    assert (found["outcome"], found["relation.kind"], found["relation.scores"]) == (
        "version",
        "version",
        "0.5 0.4",
    )
    assert found["themes"] == "ground_fighting=0.957"
    names = (
        "headline",
        "body",
        "removed",
        "evidence",
        "field.byline",
        "relation.why",
        "relation.of",
    )
    assert [len(found[name]) for name in names] == [10] * len(names)
    assert "file" not in str(found) and "Ferry" not in str(found) and "Lund" not in str(found)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"headline": "Ferry sinks"}, "headline"),
        ({"body": ["Two ferries reached the town."]}, "body"),
        ({"captions": ["A ferry"]}, "body"),
        ({"removed": []}, "removed"),
        ({"byline": "Doran Hesh"}, "field.byline"),
        (
            {
                "relation": {
                    "kind": "version",
                    "of": "x",
                    "why": "new",
                    "containment": 0.5,
                    "jaccard": 0.4,
                }
            },
            "relation.why",
        ),
        ({"themes": [{"id": "ground_fighting", "score": 0.957, "evidence": []}]}, "evidence"),
        ({"outcome": "copy"}, "outcome"),
    ],
)
def test_a_change_is_named_by_its_part(change: dict[str, object], part: str) -> None:
    """Whatever changes in an answer changes one part, and the difference says which."""
    before = Print("texts/one", "", parts(ANSWER))
    after = Print("texts/one", "", parts(ANSWER | change))
    assert [difference.part for difference in between([before], [after])] == [part]


def test_items_that_come_go_or_are_asked_otherwise_are_named() -> None:
    """A new question is not taken for a new answer."""
    before = [
        Print("a", "1", {"outcome": "new"}),
        Print("b", "1", {}),
        Print("c", "1", {"outcome": "new"}),
    ]
    after = [
        Print("a", "2", {"outcome": "copy"}),
        Print("c", "1", {"outcome": "new"}),
        Print("d", "1", {}),
    ]
    assert between(before, after) == [
        Difference("a", "asked", "1", "2"),
        Difference("b", "item", "there", ""),
        Difference("d", "item", "", "there"),
    ]


def test_times_read_off_the_clock_are_left_out() -> None:
    """A time near to now would differ in the next run; one of the story itself stays."""
    now = datetime.now(UTC)
    told = {
        "near": (now - timedelta(hours=35)).isoformat(),
        "far": (now - timedelta(hours=37)).isoformat(),
    }
    assert without_clock([told]) == [{"near": NOW, "far": told["far"]}]
    assert without_clock("2026-11-20Tnot a time") == "2026-11-20Tnot a time"


def test_a_print_is_read_as_it_was_written(tmp_path: Path) -> None:
    """The file keeps ids, questions and parts, in the order of the ids."""
    prints = [Print("b", "1", {"outcome": "new"}), Print("a", "", {})]
    write(tmp_path / "print.jsonl", prints)
    assert read(tmp_path / "print.jsonl") == prints[::-1]


def test_two_versions_of_the_command_are_told_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same questions go to both; the print names the part, and ``--show`` prints both values of
    it.
    """
    commands = []
    for word in (0, 1):
        script = tmp_path / f"wiredesk-{word}.py"
        script.write_text(FAKE.replace("WORD", str(word)))
        commands.append(f"NAME=value {sys.executable} {script}")
    group = Group("texts", "explain")
    group.add("one", (".txt", b"Ferry sinks"))
    group.add("two", (".txt", b"Same Same"))
    for module in ("__main__", "differences"):
        monkeypatch.setattr(f"benchmarks.prints.{module}.gathered", lambda _data: [group])
    file = str(tmp_path / "print.jsonl")
    written = CliRunner().invoke(command.main, ["--write", file, "--wiredesk", commands[0]])
    assert written.exit_code == 0, written.output
    same = CliRunner().invoke(command.main, ["--against", file, "--wiredesk", commands[0]])
    assert (same.exit_code, "2 items, no difference" in same.output) == (0, True)
    other = CliRunner().invoke(command.main, ["--against", file, "--wiredesk", commands[1]])
    assert other.exit_code == 1
    assert "texts/one  headline: " in other.output and "1 items differ: headline 1" in other.output
    old, new = (asking.Command.parse(line) for line in commands)
    assert side_by_side("texts/one", old, new, None) == ["headline", "  - Ferry", "  + sinks"]


def test_a_command_that_answers_nothing_is_a_fault(tmp_path: Path) -> None:
    """A traceback is no print: the run stops and shows what the command said."""
    group = Group("texts", "explain")
    group.add("one", (".txt", b"Ferry"))
    broken = asking.Command.parse(f"{sys.executable} -c 'raise SystemExit(\"no such option\")'")
    with pytest.raises(asking.CommandFailed, match="no such option"):
        list(asking.answers(broken, group))


def test_our_own_sets_are_gathered_under_names_of_their_own() -> None:
    """Ids tell items apart, and each source has a file of its own."""
    groups = list(gathered(None))
    ids = [item.id for group in groups for item in group.items]
    assert len(ids) == len(set(ids)) > 1000
    assert {group.kind for group in groups} == {"explain", "relate", "feed", "folder"}
    assert all(
        name in group.files for group in groups for item in group.items for name in item.sources
    )
