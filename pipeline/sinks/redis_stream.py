"""A Redis Stream that other programs read: each record is added once, by one Lua call."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Annotated, Final

from pydantic import Field
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from pipeline.errors import Transient
from pipeline.record import Record

# KEYS: stream, its ids. ARGV: maxlen ('0' for no bound), ids of a generation, then (id, type, JSON,
# bucket, number) a record. Beside the stream, `ids:at` holds the generation that is filled and how
# many ids it has; `ids:GENERATION:BUCKET` are sets of numbers, which Redis packs into eight bytes
# each while a set has at most 512. Two generations are kept, so the last `remember` ids always are.
# `ids` itself was an earlier release's: it is looked into until a generation is full.
_ADD: Final = """
local ids, places = KEYS[2], KEYS[2] .. ':at'
local at = redis.call('HMGET', places, 'generation', 'held')
local now, held = tonumber(at[1] or 1), tonumber(at[2] or 0)
local function bucket(generation, name)
  return string.format('%s:%.0f:%s', ids, generation, name)
end
for i = 3, #ARGV, 5 do
  local name, number = ARGV[i + 3], ARGV[i + 4]
  if redis.call('SISMEMBER', bucket(now - 1, name), number) == 0
    and not redis.call('ZSCORE', ids, ARGV[i])
    and redis.call('SADD', bucket(now, name), number) == 1 then
    redis.call('XADD', KEYS[1], '*', 'id', ARGV[i], 'type', ARGV[i + 1], 'record', ARGV[i + 2])
    held = held + 1
    if held >= tonumber(ARGV[2]) then
      for old = 0, 255 do redis.call('UNLINK', bucket(now - 1, old)) end
      redis.call('UNLINK', ids)
      now, held = now + 1, 0
    end
  end
end
redis.call('HSET', places, 'generation', now, 'held', held)
if ARGV[1] ~= '0' then redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', ARGV[1]) end
"""

# KEYS: stream. ARGV: bytes it may take. Records differ in size, so it is weighed again after each
# cut; the bytes that are left.
_BOUND: Final = """
local most = tonumber(ARGV[1])
for _ = 1, 20 do
  local used = redis.call('MEMORY', 'USAGE', KEYS[1], 'SAMPLES', 0)
  local length = redis.call('XLEN', KEYS[1])
  if not used or used <= most or length <= 1 then return used or 0 end
  local kept = math.floor(length * math.max(most / used, .5) * .97)
  redis.call('XTRIM', KEYS[1], 'MAXLEN', math.max(1, kept))
end
"""

_PATIENCE: Final = 3.0  # seconds that a probe waits for each answer
_BUCKETS: Final = 256
_ENTRY: Final = 150  # bytes of an entry beside its record: id, type, names

DEFAULT_SHARE: Final = 0.08
"""Of Redis's ``maxmemory``: what the stream takes at most where ``max_mb`` does not say. About a
day of 40,000 stories in 2 GB (4 kB a record); see ``make bench-memory``."""

_UNLIMITED_MB: Final = 200  # where Redis itself has no bound either


class RedisStreamSink:
    """Adds records to ``stream`` as fields id, type and record (JSON).

    ``max_mb`` bounds the stream by memory (0: ``DEFAULT_SHARE`` of Redis's own bound), ``maxlen``
    by records (0: not); past either the oldest go, read or not. At least the last ``remember`` ids
    are remembered beside the stream, however long ago they came: a batch that is repeated, be it
    after weeks of rest, holds only what was written last.
    """

    def __init__(
        self,
        name: str,
        url: str,
        stream: str,
        maxlen: Annotated[int, Field(ge=0)] = 0,
        max_mb: Annotated[float, Field(ge=0)] = 0.0,
        remember: Annotated[int, Field(ge=1)] = 100_000,
    ) -> None:
        self.name = name
        self.url = url
        self.stream = stream
        self.maxlen = maxlen
        self.remember = remember
        self._most = int(max_mb * 1e6)
        # bytes written since the stream was weighed; at first nothing is known of it
        self._unweighed = float("inf")
        self._client = Redis.from_url(
            url, socket_timeout=30, socket_connect_timeout=5, health_check_interval=25
        )
        self._add = self._client.register_script(_ADD)
        self._bound = self._client.register_script(_BOUND)

    def write(self, records: Sequence[Record]) -> None:
        """Add what the stream was not given yet. Raises Transient where Redis does not answer."""
        # a batch is smaller than a generation: it may be repeated whole
        args: list[str | bytes] = [str(self.maxlen), str(max(self.remember, 2 * len(records)))]
        size = 0
        for record in records:
            number = int.from_bytes(blake2b(record.id.encode(), digest_size=8).digest(), "big")
            # half a character, as broken pages hold them, can't be written: a mark stands for it
            text = record.to_json().encode("utf-8", "replace")
            size += len(text) + _ENTRY
            # Redis packs numbers of 63 bits; the lowest bits tell the bucket
            args += [record.id, record.type, text, str(number % _BUCKETS), str(number >> 1)]
        try:
            self._add(keys=[self.stream, f"{self.stream}:ids"], args=args)
            self._unweighed += size
            # weighing takes a millisecond for each 20 MB, so it is not done at each batch
            if self._unweighed > self.most / 32:
                self._bound(keys=[self.stream], args=[self.most * 15 // 16])
                self._unweighed = 0.0
        except RedisError as error:
            raise Transient(f"the stream {self.stream} can't be written: {error}") from error

    @property
    def most(self) -> int:
        """Bytes that the stream may take.

        Raises RedisError where Redis has to be asked and does not answer.
        """
        if not self._most:
            own = int(self._client.info("memory").get("maxmemory", 0))
            self._most = int(own * DEFAULT_SHARE) or int(_UNLIMITED_MB * 1e6)
        return self._most

    def probe(self) -> str:
        """Why the stream could not be written: no answer in time, or something else is there."""
        try:
            with Redis.from_url(
                self.url,
                socket_timeout=_PATIENCE,
                socket_connect_timeout=_PATIENCE,
                retry=Retry(NoBackoff(), 0),
            ) as client:
                kind = client.type(self.stream)
        except (RedisError, OSError) as error:
            return f"the stream {self.stream} can't be reached: {error}"
        if kind not in {b"stream", b"none"}:
            return f"{self.stream} holds something that is no stream"
        return ""

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
