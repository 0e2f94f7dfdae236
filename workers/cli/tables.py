"""The ledger's counts as tables for people."""

from __future__ import annotations

from rich.table import Table

from pipeline.ledger import Status


def summary(status: Status) -> Table:
    """Stories by outcome and by theme, and what each sink has and waits for."""
    counts = status.counts
    table = Table(title="wiredesk", title_justify="left", show_header=True, header_style="bold")
    for name, justify in (
        ("stories", "left"),
        ("", "right"),
        ("themes", "left"),
        ("", "right"),
        ("sinks", "left"),
        ("", "right"),
    ):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    outcomes = [("entries admitted", counts.get("admitted", 0))]
    outcomes += [
        (f"  {k.removeprefix('outcome.')}", v)
        for k, v in sorted(counts.items())
        if k.startswith("outcome.") and v
    ]
    outcomes += [("still open", status.fetch + status.process)]
    themes = [
        (k.removeprefix("theme."), v) for k, v in sorted(counts.items()) if k.startswith("theme.")
    ]
    sinks: list[tuple[str, int]] = []
    for sink, waiting in status.backlog.items():
        sinks.append((f"{sink}: delivered", status.delivered.get(sink, 0)))
        sinks.append((f"{sink}: waiting", waiting))
    for i in range(max(len(outcomes), len(themes), len(sinks))):
        cells: list[str] = []
        for column in (outcomes, themes, sinks):
            cells += [column[i][0], f"{column[i][1]:,}"] if i < len(column) else ["", ""]
        table.add_row(*cells)
    return table
