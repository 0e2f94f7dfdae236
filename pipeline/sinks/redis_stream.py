"""A Redis Stream that other programs read: each record is added once, by one Lua call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import Field
from redis import Redis
from redis.exceptions import RedisError

from pipeline.errors import Transient
from pipeline.record import Record

# KEYS: stream, ids held. ARGV: maxlen ('0' for no bound), now, forget before, then (id, type, JSON)
# a record.
_ADD: Final = """
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[3])
for i = 4, #ARGV, 3 do
  if redis.call('ZADD', KEYS[2], 'NX', ARGV[2], ARGV[i]) == 1 then
    redis.call('XADD', KEYS[1], '*', 'id', ARGV[i], 'type', ARGV[i + 1], 'record', ARGV[i + 2])
  end
end
if ARGV[1] ~= '0' then redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', ARGV[1]) end
"""


class RedisStreamSink:
    """Adds records to ``stream`` as fields id, type and record (JSON).

    ``maxlen`` bounds the stream (0: unbounded; its readers trim it). Ids are remembered for
    ``remember_days`` beside the stream, far longer than a batch can be repeated.
    """

    def __init__(
        self,
        name: str,
        url: str,
        stream: str,
        maxlen: Annotated[int, Field(ge=0)] = 100_000,
        remember_days: Annotated[float, Field(gt=0)] = 7.0,
    ) -> None:
        self.name = name
        self.stream = stream
        self.maxlen = maxlen
        self.remember = remember_days * 86400
        self._client = Redis.from_url(
            url, socket_timeout=30, socket_connect_timeout=5, health_check_interval=25
        )
        self._add = self._client.register_script(_ADD)

    def write(self, records: Sequence[Record]) -> None:
        """Add what the stream was not given yet. Raises Transient where Redis does not answer."""
        try:
            now = float(self._client.time()[0])
            args: list[str] = [str(self.maxlen), repr(now), repr(now - self.remember)]
            for record in records:
                args += [record.id, record.type, record.to_json()]
            self._add(keys=[self.stream, f"{self.stream}:ids"], args=args)
        except RedisError as error:
            raise Transient(f"the stream {self.stream} can't be written: {error}") from error

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
