"""The runner of mutants: what it kills, what it refuses to run, and that our own mutants fit the
code.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmarks.mutants import __main__ as command
from benchmarks.mutants.mutant import BadMutants, Mutant, load, load_baseline, sampled
from benchmarks.mutants.trial import Copy, Verdict

RIPE = '''"""When fruit is ripe."""

DAYS = 7


def ripe(days: int) -> bool:
    """After a week, and not for ever."""
    while days < 0:
        days += 1
    return DAYS <= days < 30
'''
TESTS = """from orchard.ripe import ripe


def test_a_week_is_enough():
    assert ripe(7) and not ripe(6)


def test_what_is_not_picked_yet_is_not_ripe():
    assert not ripe(-1)
"""
MUTANTS = """
[[mutant]]
id = "week"
file = "orchard/ripe.py"
old = "DAYS = 7"
new = "DAYS = 8"
why = "Fruit would hang a day too long."
tests = ["tests/test_ripe.py"]

[[mutant]]
id = "month"
file = "orchard/ripe.py"
old = "days < 30"
new = "days < 31"
why = "Fruit would be sold that has gone off."
tests = ["tests/test_ripe.py::test_a_week_is_enough"]

[[mutant]]
id = "endless"
file = "orchard/ripe.py"
old = "days += 1"
new = "days += 0"
why = "Whoever asks would wait for ever."
tests = ["tests/test_ripe.py"]
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A made-up tree: one module, its tests and three mutants; one hangs and one survives."""
    # the tree needs none of pytest's plugins, and without them it starts in a fifth of the time
    monkeypatch.setattr("benchmarks.mutants.trial.PLUGINS", ())
    (tmp_path / "orchard").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "mutants").mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "orchard" / "__init__.py").write_text("")
    (tmp_path / "orchard" / "ripe.py").write_text(RIPE)
    (tmp_path / "tests" / "test_ripe.py").write_text(TESTS)
    (tmp_path / "mutants" / "fruit.toml").write_text(MUTANTS)
    return tmp_path


def run(tree: Path, *more: str) -> Result:
    """The command on the made-up tree."""
    given = ["--tree", str(tree), "--mutants", str(tree / "mutants"), *more]
    return CliRunner().invoke(command.main, given, catch_exceptions=False)


def accept(tree: Path, *names: str) -> None:
    """Write a baseline that accepts these."""
    lines = "".join(f'"{name}" = "for the test"\n' for name in names)
    (tree / "mutants" / "baseline.toml").write_text(f"[survivors]\n{lines}")


def test_a_survivor_is_named_and_fails_the_run(tree: Path) -> None:
    """A moved threshold is killed by its test, what no test holds is named, and the tree itself is
    never edited.
    """
    done = run(tree, "--only", "week", "--only", "month")
    assert done.exit_code == 1, done.output
    assert "killed   fruit/week" in done.output
    assert (
        "survives: fruit/month (orchard/ripe.py): Fruit would be sold that has gone off."
        in done.output
    )
    assert "1 of 2 killed, 1 survive, 1 of these not accepted" in done.output
    assert (tree / "orchard" / "ripe.py").read_text() == RIPE


def test_a_hang_counts_as_killed(tree: Path) -> None:
    """A mutant whose tests never end is cut off, and its file is as before."""
    (endless,) = [one for one in load(tree / "mutants") if one.id == "endless"]
    copy = Copy(tree, tree / "copy")
    verdict = copy.trial(endless, limit=2.0)
    assert (verdict.killed, verdict.by) == (True, "it hung")
    assert (copy.folder / "orchard" / "ripe.py").read_text() == RIPE


def test_the_baseline_must_say_what_survives(tree: Path) -> None:
    """An accepted survivor passes; one that is not accepted, or is accepted and gets killed, fails
    the run.
    """
    week, month, _ = load(tree / "mutants")
    verdicts = [Verdict(week, True, "test", 1.0), Verdict(month, False, "", 1.0)]
    lines: list[str] = []
    assert not command.report(verdicts, {"fruit/month": "for the test"}, lines.append)
    assert "survives, as accepted: fruit/month: for the test" in lines
    assert command.report(verdicts, {}, lines.append)
    assert command.report(verdicts, {"fruit/month": "so", "fruit/week": "so"}, lines.append)
    assert "is killed now: fruit/week: take it out of baseline.toml" in lines


def test_tests_that_fail_without_a_mutant_prove_nothing(tree: Path) -> None:
    """The tests are run on the code as it is first; where they fail, nothing is mutated."""
    with (tree / "tests" / "test_ripe.py").open("a") as file:
        file.write("\n\ndef test_that_fails():\n    assert False\n")
    done = run(tree)
    assert done.exit_code == 2
    assert "the tests fail without any mutant" in done.output
    assert "[1/" not in done.output


def test_tests_that_import_nothing_of_the_file_prove_nothing(tree: Path) -> None:
    """The control: where tests pass though the file fails on import, they are about another file,
    or another copy.
    """
    (tree / "tests" / "test_ripe.py").write_text("def test_a_week_is_enough():\n    pass\n")
    done = run(tree)
    assert done.exit_code == 2
    assert "pass even where orchard/ripe.py fails" in done.output


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('"DAYS = 7"', '"DAYS = 9"', "fruit/week: `old` stands 0 times in orchard/ripe.py"),
        ('"DAYS = 7"', '"DAYS"', "fruit/week: `old` stands 2 times in orchard/ripe.py"),
        (
            'file = "orchard/ripe.py"',
            'file = "orchard/raw.py"',
            "fruit/week: there is no file orchard/raw.py",
        ),
        ("tests/test_ripe.py", "tests/test_raw.py", "fruit/week: there is no tests/test_raw.py"),
        ('id = "month"', 'id = "week"', "fruit/week: the id stands twice"),
        ('why = "Fruit would hang a day too long."', "", "mutant 1 (week): why is missing"),
        ('new = "DAYS = 8"', 'new = "DAYS = 7"', "mutant 1 (week): old and new are the same"),
        (
            'new = "DAYS = 8"',
            'new = "DAYS = 8"\nold_file = ""',
            "mutant 1 (week): there is no key old_file",
        ),
    ],
)
def test_a_mutant_that_does_not_fit_is_named(
    tree: Path, before: str, after: str, fault: str
) -> None:
    """Data that does not fit the code fails the run before any test is started, and says which
    mutant.
    """
    path = tree / "mutants" / "fruit.toml"
    path.write_text(path.read_text().replace(before, after, 1))
    done = run(tree)
    assert done.exit_code == 2
    assert fault in done.output
    assert "test files without any" not in done.output


def test_a_baseline_of_unknown_mutants_is_refused(tree: Path) -> None:
    """A name in the baseline that no mutant has is a mutant that was renamed or dropped."""
    accept(tree, "fruit/year")
    done = run(tree, "--list")
    assert done.exit_code == 2
    assert "there is no mutant fruit/year" in done.output


def test_a_list_runs_nothing(tree: Path) -> None:
    """``--list`` names every mutant with what it would do to a user."""
    done = run(tree, "--list")
    assert done.exit_code == 0
    assert (
        done.output.splitlines()[0]
        == "fruit/week  orchard/ripe.py: Fruit would hang a day too long."
    )


def test_a_sample_is_spread_over_the_rooms_and_always_the_same(tree: Path) -> None:
    """Each room gives one before any gives two, the quick ones and those with short tests first."""
    (tree / "tests" / "test_long.py").write_text(TESTS * 3)
    given = [
        Mutant(room, name, "f", "a", "b", "w", (f"tests/{tests}.py",), quick)
        for room, name, tests, quick in (
            ("a", "long", "test_long", False),
            ("a", "short", "test_ripe", False),
            ("a", "quick", "test_long", True),
            ("b", "long", "test_long", False),
        )
    ]
    names = [[one.name for one in sampled(given, number, tree)] for number in (1, 2, 3, 9)]
    assert names[0] == ["a/quick"]
    assert names[1] == ["a/quick", "b/long"]
    assert names[2] == ["a/quick", "b/long", "a/short"]
    assert names[3] == ["a/quick", "b/long", "a/short", "a/long"]


def test_our_own_mutants_fit_the_code() -> None:
    """Whoever changes a line that a mutant edits sees here which one to write anew."""
    known = load(command.HOME)
    assert [fault for one in known if (fault := one.fault(command.TREE))] == []
    load_baseline(command.HOME, known)


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    """One broken file is named, with what is wrong in it."""
    (tmp_path / "broken.toml").write_text("[[mutant]")
    with pytest.raises(BadMutants, match=r"broken\.toml"):
        load(tmp_path)
