"""The news: everything that happens to a story, as plain calls on plain data.

The listing is the pipeline, in a story's order::

    story/       the words: Feed, Entry, Page, Article, Story, Relation, ThemeMatch, Outcome, Record
    errors.py    Transient and Permanent, the two exceptions that carry a policy
    text.py      folding and words: one way to compare text, used by every stage that compares
    urls.py      canonical URLs
    encodings.py bytes -> text by evidence, with legacy.py for encodings older than Unicode
    headers.py   what HTTP headers say about time
    retries.py   how long to wait before something is tried again: one table
    dates/       every reading of a date: one vocabulary of months, zones and forms
    feeds/       bytes -> entries
    schedule/    when to poll a feed next
    fetch/       the only outbound HTTP
    extract/     Page + Entry -> Article
    walls/       what stands at a story's address instead of it, told by its words
    wire/        Article -> Story: furniture off the copy and into fields
    copies/      the relation between a story and those already known
    themes/      Story -> the themes it carries, with the words that say so
    ledger/      the port that makes the promise, and MemoryLedger
    record.py    what sinks receive
    sinks/       where records go
    run/         a story's life: these stages called in order

**Times**: what a story says of itself is an aware datetime; ``now``, due times and leases are
epoch seconds, and ``now`` is always an argument. ``story.utc`` is the one way from these to those.

**Import rule** (held by import-linter): this package imports no celery, no redis and nothing of
``workers`` or ``config``; stages never import each other. The one exception is a file in
``sinks/``, which may import the client of the system it writes to.
"""
