"""``wiredesk explain --passes``: which pass cut what, in order."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from pipeline import wire
from workers.cli.explaining import explain

TEXT = """UPDATE 1-Ferries reach the besieged port

By Ada Cole

PORT OSK, Oct 3 (Reuters) - Three ferries carrying flour reached the besieged port on Friday.

The harbour master counted two hundred tonnes before the shelling began again at dusk.

(Reporting by Ada Cole; Editing by Tom Hale)
"""


def test_every_pass_is_named_with_what_it_cut(tmp_path: Path) -> None:
    """All passes stand in order with their reason; below each are its cuts with their rules."""
    file = tmp_path / "ferry.txt"
    file.write_text(TEXT, "utf-8")
    shown = CliRunner().invoke(explain, [str(file), "--passes"], catch_exceptions=False).output
    lines = shown.splitlines()
    passes = [line for line in lines if not line.startswith("      ")]
    assert [line[4:].split(":")[0] for line in passes] == [each.name for each in wire.PASSES]
    below: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        if line.startswith("      "):
            below.setdefault(name, []).append(line.split("‹")[1].split("›")[0])
        else:
            name = line[4:].split(":")[0]
    assert below == {
        "headline": ["tag-update"],
        "head": ["byline"],
        "lead": ["dateline-agency"],
        "tail": ["credit-reporting"],
    }
