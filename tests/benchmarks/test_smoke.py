"""The smoke tier: every benchmark that the Makefile names is among those that are run."""

from __future__ import annotations

from importlib.util import find_spec

from benchmarks.smoke import ROOT, named_in


def test_every_benchmark_of_the_makefile_is_run() -> None:
    """The targets bench and bench-* name modules that exist, and none is left out."""
    modules = named_in((ROOT / "Makefile").read_text("utf-8"))
    assert {"throughput", "faults", "wire", "extraction", "copies", "themes", "polling"} <= {
        *modules
    }
    assert all(find_spec(f"benchmarks.{module}") for module in modules)


def test_targets_are_read_from_lines_with_several() -> None:
    """A line that makes several targets at once names each of them."""
    assert named_in("bench: x\n\t@run\nbench-a bench-b: bench-%: y\nlock: z\n") == [
        "throughput",
        "a",
        "b",
    ]
