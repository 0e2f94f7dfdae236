"""Single-edit mutants: small faults put into the code on purpose, to see whether the tests notice.

Each room has a file of its own beside this one, ``<room>.toml``, and each mutant is a table in it::

    [[mutant]]
    id = "floor-is-not-kept"
    file = "pipeline/schedule/learning.py"
    old = "own = min(max(own, rhythm.floor), rhythm.ceiling)"
    new = "own = min(own, rhythm.ceiling)"
    why = "A feed that publishes each second would be asked as often: its publisher shuts us out."
    tests = ["tests/pipeline/schedule/test_polls.py"]
    quick = true

``id`` is unique within its room. ``old`` is text that stands exactly once in ``file``, as many
lines of it as that takes (TOML's literal strings, in three single quotes, need no escapes); the
run fails, and names the mutant, where it does not. ``new`` takes its place. ``why`` says in a
sentence what would go wrong for a user. ``tests`` are paths or node ids for pytest, the fewer the
faster. ``quick``, if true, prefers the mutant for ``--sample``, which ``make check`` runs: say so
where the tests take a second or two.

A mutant that survives shows what no test holds. Add a test, best a boundary case with its reason.
Only a mutant that changes nothing a user could see is accepted: name it in ``baseline.toml`` with
the reason::

    [survivors]
    "schedule/floor-is-not-kept" = "why nobody would notice"
"""
