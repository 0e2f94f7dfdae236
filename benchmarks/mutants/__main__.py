"""``python -m benchmarks.mutants``: kill every mutant, or say which one survives."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Any, Final

import click

from benchmarks.mutants import mutant, trial
from benchmarks.mutants.mutant import BadMutants, Mutant
from benchmarks.mutants.trial import Copy, Verdict

HOME: Final = Path(__file__).parent
TREE: Final = HOME.parents[1]
UNMUTATED: Final = 3600.0  # seconds that all tests together may take
EXIT_CHANGED: Final = 1
EXIT_BAD: Final = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """Which mutants to run: all where nothing is said."""

    rooms: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    sample: int = 0

    def of(self, known: Sequence[Mutant], tree: Path) -> list[Mutant]:
        """The chosen ones. Raises BadMutants where a name is unknown or one does not fit."""
        unknown = [room for room in self.rooms if room not in {one.room for one in known}]
        unknown += [
            name for name in self.only if not any(name in {one.id, one.name} for one in known)
        ]
        if unknown:
            raise BadMutants([f"there is no {name}" for name in unknown])
        chosen = [one for one in known if not self.rooms or one.room in self.rooms]
        if self.only:
            chosen = [one for one in chosen if one.id in self.only or one.name in self.only]
        faults = [fault for one in chosen if (fault := one.fault(tree))]
        if faults:
            raise BadMutants(faults)
        return mutant.sampled(chosen, self.sample, tree) if self.sample else chosen


@click.command()
@click.option(
    "--room",
    "rooms",
    multiple=True,
    metavar="ROOM",
    help="Only the mutants of this room; repeatable.",
)
@click.option("--only", multiple=True, metavar="ID", help="Only this mutant; repeatable.")
@click.option(
    "--sample",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Only N, spread over the rooms.",
)
@click.option(
    "--jobs", type=click.IntRange(min=1), default=2, show_default=True, help="Runs side by side."
)
@click.option("--list", "as_list", is_flag=True, help="Name the mutants and run nothing.")
@click.option(
    "--tree", type=click.Path(exists=True, path_type=Path), default=TREE, help="The code to mutate."
)
@click.option(
    "--mutants",
    type=click.Path(exists=True, path_type=Path),
    default=HOME,
    help="Where their files lie.",
)
def main(
    rooms: tuple[str, ...], only: tuple[str, ...], sample: int, as_list: bool, **where: Any
) -> None:
    """Kill every mutant. Exit 1 where one survives, or an accepted one is killed; 2 where they
    can't be run.
    """
    tree: Path = where["tree"]
    try:
        known = mutant.load(where["mutants"])
        accepted = mutant.load_baseline(where["mutants"], known)
        chosen = Choice(rooms, only, sample).of(known, tree)
        if as_list:
            for one in chosen:
                click.echo(f"{one.name}  {one.file}: {one.why}")
            return
        verdicts = kill(chosen, tree, where["jobs"], click.echo)
    except BadMutants as bad:
        for fault in bad.faults:
            click.echo(fault, err=True)
        sys.exit(EXIT_BAD)
    sys.exit(EXIT_CHANGED if report(verdicts, accepted, click.echo) else 0)


def kill(
    chosen: Sequence[Mutant], tree: Path, jobs: int, say: Callable[[str], None]
) -> list[Verdict]:
    """Run each mutant in one of ``jobs`` copies of ``tree``. Raises BadMutants where that proves
    nothing.
    """
    if not chosen:
        return []
    # an unresolved path would differ from what Python says of the modules it imported
    with TemporaryDirectory(prefix="wd-mutants-") as name, ThreadPoolExecutor(jobs) as pool:
        copies = [
            Copy(tree, Path(name).resolve() / f"copy-{number}")
            for number in range(min(jobs, len(chosen)))
        ]
        tests = sorted({test for one in chosen for test in one.tests})
        say(f"{len(chosen)} mutants; first {len(tests)} test files without any")
        timing = copies[0].unmutated(tests, UNMUTATED)
        for copy in copies:
            copy.prove_imported(one.file for one in chosen)
        copies[0].prove_mutated(chosen[0])
        say(f"the tests pass in {timing.of_all():.0f} s, and the control mutant was killed")
        free: SimpleQueue[Copy] = SimpleQueue()
        for copy in copies:
            free.put(copy)
        allowed = trial.limits(chosen, timing)

        def attempt(one: Mutant) -> Verdict:
            copy = free.get()
            try:
                return copy.trial(one, allowed[one.name])
            finally:
                free.put(copy)

        verdicts = []
        for number, verdict in enumerate(pool.map(attempt, chosen), 1):
            how = "killed  " if verdict.killed else "SURVIVED"
            say(
                f"[{number}/{len(chosen)}] {how} {verdict.mutant.name}"
                f"  {verdict.seconds:.1f} s  {verdict.by}"
            )
            verdicts.append(verdict)
    return verdicts


def report(
    verdicts: Sequence[Verdict], accepted: Mapping[str, str], say: Callable[[str], None]
) -> bool:
    """Say how it ended; whether that differs from the baseline."""
    alive = [verdict.mutant for verdict in verdicts if not verdict.killed]
    killed = [verdict.mutant for verdict in verdicts if verdict.killed]
    unknown = [one for one in alive if one.name not in accepted]
    better = [one for one in killed if one.name in accepted]
    for one in alive:
        if one.name in accepted:
            say(f"survives, as accepted: {one.name}: {accepted[one.name]}")
    for one in unknown:
        say(
            f"survives: {one.name} ({one.file}): {one.why}\n"
            "  add a test, or accept it in baseline.toml"
        )
    for one in better:
        say(f"is killed now: {one.name}: take it out of baseline.toml")
    say(
        f"{len(killed)} of {len(verdicts)} killed, {len(alive)} survive, "
        f"{len(unknown)} of these not accepted"
    )
    return bool(unknown or better)


if __name__ == "__main__":
    main()
