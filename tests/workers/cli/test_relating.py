"""``wiredesk relate`` and ``cluster`` on files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from workers.cli import main

LEAD = (
    "TARSK - Rebels crossed the Osk river on Sunday and seized a grain depot, killing 12 "
    "soldiers, officials said.\n\n"
)
BODY = "\n\n".join(
    (
        "The first boats came over before dawn under cover of mortar fire, said a ferryman "
        "watching from his roof.",
        "By noon the depot's guards had withdrawn to the railway line, leaving four trucks of "
        "wheat on fire.",
        "A spokesman for the regional command called the loss temporary and promised that reserves "
        "were on their way.",
        "Families from three streets spent the night in the cellar of the old brewery, where a "
        "nurse saw nine wounded.",
        "The river has been the front line since spring, and the last bridge over it was blown up "
        "in August.",
        "Neither side would say how many of its fighters took part.",
    )
)
OTHER = (
    "GENEVA - Envoys of two governments met on Monday to agree on the agenda of grain talks "
    "planned for the spring.\n\n"
)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """An original, a trimmed copy under another headline, and an unrelated story."""
    texts = {
        "original": f"Rebels cross the Osk\n\n{LEAD}{BODY}",
        "trimmed": f"Depot falls as river line breaks\n\n{LEAD}{BODY[:420].rsplit('.', 1)[0]}.",
        "other": f"Envoys agree agenda\n\n{OTHER}" + "Nothing else was decided on the day.",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(text)
    return {name: str(tmp_path / f"{name}.txt") for name in texts}


def command(*args: str, given: str = "") -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(main, list(args), input=given, catch_exceptions=False)


def test_relate_two(files: dict[str, str]) -> None:
    """A trimmed copy is said to be one, with its scores and the reason."""
    said = json.loads(command("relate", "--json", files["original"], files["trimmed"]).stdout)
    assert list(said) == ["a", "b", "relation", "containment", "jaccard", "why"]
    assert said["relation"] in {"copy", "truncated"}
    assert said["containment"] > 0.9
    assert said["why"]
    assert "truncated" in command("relate", files["original"], files["trimmed"]).stdout
    assert (
        json.loads(command("relate", "--json", files["original"], files["other"]).stdout)[
            "relation"
        ]
        == "new"
    )


def test_relate_pairs_goes_on_after_a_bad_one(files: dict[str, str]) -> None:
    """One line a pair, whatever happened to the pair before it."""
    lines = [
        json.dumps({"a": files["original"], "b": files["trimmed"]}),
        "no JSON",
        json.dumps({"a": files["original"], "b": "/no/such.txt"}),
        json.dumps({"a": files["original"], "b": files["other"]}),
    ]
    done = command("relate", "--json", "--pairs", "-", given="\n".join(lines))
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert ["error" in line for line in said] == [False, True, True, False]
    assert done.exit_code == 1


def test_relate_wants_two_stories_or_pairs(files: dict[str, str]) -> None:
    """One file alone is a fault of use, a missing one a fault; both are said clearly."""
    assert command("relate", files["original"]).exit_code == 2
    missing = command("relate", files["original"], "/no/such.txt")
    assert missing.exit_code == 1
    assert "/no/such.txt" in missing.stderr


def test_cluster(files: dict[str, str]) -> None:
    """Copies fall together, the rest stands alone, and a file without a story is named."""
    done = command("cluster", "--json", *files.values(), "/no/such.txt")
    groups = [json.loads(line) for line in done.stdout.splitlines()]
    assert sorted(len(group["stories"]) for group in groups) == [1, 2]
    assert done.exit_code == 1
    assert "/no/such.txt" in done.stderr
    assert "trimmed.txt" in command("cluster", *files.values()).stdout


def test_paths_of_a_file_of_pairs_may_be_relative_to_it(
    files: dict[str, str], tmp_path: Path
) -> None:
    """A path that is not found from here is looked for beside the file of pairs; the line keeps it
    as it was given."""
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text(
        json.dumps({"a": "original.txt", "b": "trimmed.txt"})
        + "\n"
        + json.dumps({"a": 1, "b": []})
        + "\n"
    )
    done = command("relate", "--json", "--pairs", str(pairs))
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["a"], first["b"]) == ("original.txt", "trimmed.txt")
    assert first["relation"] in {"copy", "truncated"}
    assert "error" in second
    assert files


def test_cluster_of_a_folder(files: dict[str, str], tmp_path: Path) -> None:
    """A folder stands for the stories in it."""
    done = command("cluster", "--json", str(tmp_path))
    groups = [json.loads(line) for line in done.stdout.splitlines()]
    assert sorted(len(group["stories"]) for group in groups) == [1, 2]
    assert done.exit_code == 0
    assert files
