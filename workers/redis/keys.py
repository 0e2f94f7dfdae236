"""Every key in Redis, in one table; names are built from it and nowhere else.

A name is the installation's prefix (``wd:``), the head of the key, and what its last word in
capitals stands for. Lua writes the same heads as ``p .. 'job:'``, and docs/operating.md shows the
table; a test compares all three.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_TABLE: Final = """
job:KEY      |hash  |stories|retention|where an entry stands, its facts; its text while of use
page:KEY     |string|stories|         |the page of an open story, compressed
ended        |list  |stories|         |stories whose facts are kept, by when they ended
url:DIGEST   |string|stories|retention|the key of the entry that an address belongs to
withdrawn:URI|hash  |stories|retention|the notice that withdrew each version of a record, and when
yield:FEED   |hash  |stories|retention|what the stories of a feed were made of, and pages refused
due          |zset  |stories|         |stories to process, by when they are due
host:HOST    |zset  |stories|         |stories that want a page of that host, by when they are due
looks:HOST   |zset  |stories|         |stories that ended whose page of that host is looked at again
lookfree     |zset  |stories|         |until when a host made its looks; without it many are owed
lookless     |zset  |stories|         |hosts that said no, until when they are spared looks
suspects     |zset  |stories|         |stories to process that failed before, by when they are due
trying       |zset  |stories|         |of these, the ones that a worker holds, until when
quarantine   |zset  |stories|         |stories that were set aside, by when
aside        |list  |stories|         |of these, the ones that no log line told of yet
lines:FEED   |list  |stories|retention|what a feed's last stories said, as hashes of their lines
pages:HOST   |list  |stories|retention|what stood at the last pages of a host, in a word each
doubted      |zset  |stories|         |hosts where it was no page of a story, by when; for a day
flow         |hash  |stories|         |entries admitted by the hour, the last one, the longest wait
pausing      |hash  |stories|         |since when polling pauses, and when that was last told
counts       |hash  |all    |         |what was admitted, and ended how, since the ledger began
progress     |hash  |all    |         |when a poll, ending, tick, acknowledgement last happened
clock        |hash  |shared |         |the ledger's last moment, how far it is ahead, the last step
steps        |list  |shared |         |steps of clocks that no log line told of yet
token        |string|all    |         |the last fencing token that was given
hosts        |zset  |feeds  |         |hosts with pages, by when one may be asked for
feedhosts    |zset  |feeds  |         |hosts with feeds, by when one may be asked for
hostfree     |zset  |feeds  |         |until when a host rests; for an hour more
hostheld     |zset  |feeds  |         |until when a worker holds a host; for an hour more
hosttoken    |hash  |feeds  |         |the token by which a worker holds a host
fed          |zset  |feeds  |         |hosts whose last turn was a feed's, by when; for an hour
paged        |zset  |feeds  |         |hosts whose last turn was a page's, by when; for an hour
feed         |hash  |feeds  |         |each feed as it is configured
feeds        |zset  |feeds  |         |feeds that are polled, by when they are due
feeds:HOST   |zset  |feeds  |         |the feeds of that host, by when they are due
feedhost     |hash  |feeds  |         |the host where each feed is polled
feedstate    |hash  |feeds  |         |what was learned of each feed, also of those taken out
feedtoken    |hash  |feeds  |         |the token by which a worker polls a feed
feedhealth   |hash  |feeds  |         |whether a feed does well, fails, is silent, empty, gone
health       |hash  |feeds  |         |how many feeds do well, fail, are silent, empty, gone
paused       |set   |feeds  |         |feeds that an operator paused
polls        |hash  |feeds  |         |polls by their end, events of feeds, how late they were
polled       |list  |feeds  |         |the newest polls of all feeds, in short
feedfaults   |hash  |feeds  |         |feeds whose last poll failed, and why
quota        |hash  |stories|         |how many more entries of a feed are taken in, as of when
feedfault    |string|ledger |         |why the feed files are refused just now
outbox       |stream|outbox |         |records, until every sink has acknowledged them
written      |string|outbox |         |how many records were ever put into the outbox
sinks        |zset  |outbox |         |sinks, by when they may be handed a batch
sinktoken    |hash  |outbox |         |the token by which a worker writes to a sink
begun        |hash  |outbox |         |how many records were written before each sink's place began
taken        |hash  |outbox |         |how many each sink acknowledged since
delivered    |hash  |outbox |         |how many each sink acknowledged, whatever its place
resting      |hash  |outbox |         |why a sink rests
text:URI     |hash  |outbox |texts    |the record that last told a story, to classify again
texts        |zset  |outbox |         |stories whose record is kept, by when they were delivered
textbytes    |string|outbox |         |how many bytes these records take
index:numbers|string|index  |         |the last number of a story, and the first that may be alive
index:pHHHH  |string|index  |retention|a page of the table from posts and names to numbers
index:bN     |list  |index  |retention|what is stored of 32 stories to compare others with
robots:ORIGIN|string|workers|7 days   |a copy of an origin's robots.txt
hinted:SINK  |string|workers|0.5 s    |that a sink was hinted at a moment ago
websub       |hash  |workers|         |what was agreed with hubs, feed by feed
websub:until |hash  |workers|         |until when a hub tells of a feed's news
websub:key   |string|workers|         |what the secrets of subscriptions are made from
mq:NAME      |any   |Celery |         |its hints and what it keeps of them
"""


@dataclass(frozen=True, slots=True)
class RedisKey:
    """A row of the table: ``writer`` is the Lua library or the part of ``workers`` that writes it.

    ``expires`` is after which time of the settings it does; '' where it stays until it is removed.
    """

    pattern: str
    type: str
    writer: str
    expires: str
    holds: str

    @property
    def head(self) -> str:
        """The name without what the word in capitals stands for."""
        return self.pattern.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _read_table() -> dict[str, RedisKey]:
    rows = {}
    for line in _TABLE.strip().splitlines():
        row = RedisKey(*[cell.strip() for cell in line.split("|")])
        rows[row.head] = row
    return rows


KEYS: Final = _read_table()
"""Head -> its row."""


def name_key(prefix: str, head: str, part: str = "") -> str:
    """The name of a key. Raises KeyError where the table has none, or one with (without) a part."""
    if bool(part) == (KEYS[head].pattern == head):
        raise KeyError(f"{KEYS[head].pattern}: {part or 'nothing'}")
    return prefix + head + part
