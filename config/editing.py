"""Feed files changed by commands: what people wrote in them stays as it is, comments included."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import tomlkit
from tomlkit.items import AoT

from pipeline.story import Feed

_HEAD: Final = (
    "# Feeds added by `wiredesk feeds add` and `import`. "
    "Edit it as you like: running workers take changes over.\n"
)


def add_feeds(file: Path, feeds: Sequence[Feed]) -> None:
    """Append feeds to a TOML file, made where there is none. Raises OSError or ValueError."""
    text = file.read_text("utf-8") if file.exists() else _HEAD
    tomlkit.parse(text)
    usual = Feed("", "")
    parts = [text if text.endswith("\n") else text + "\n"]
    for feed in feeds:
        table = tomlkit.table()
        for name in Feed.__slots__:
            value = getattr(feed, name)
            if value != getattr(usual, name):
                table[name] = value
        parts.append(f"\n[[feeds]]\n{table.as_string()}")
    _write(file, "".join(parts))


def remove_feeds(file: Path, ids: Collection[str]) -> set[str]:
    """Take feeds out of a TOML file; which were there. Raises OSError or ValueError (not TOML)."""
    document = tomlkit.parse(file.read_text("utf-8"))
    listed = document.get("feeds")
    if not isinstance(listed, AoT):
        return set()
    found = [n for n, table in enumerate(listed) if table.get("id") in ids]
    gone = {str(listed[n]["id"]) for n in found}
    for n in reversed(found):
        del listed[n]
    if gone:
        _write(file, tomlkit.dumps(document))
    return gone


def _write(file: Path, text: str) -> None:
    """All of it or nothing: a worker that reads meanwhile reads the old or the new file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        Path(name).chmod(file.stat().st_mode & 0o777 if file.exists() else 0o644)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
