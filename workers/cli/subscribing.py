"""``wiredesk work websub``: the WebSub subscriber in the foreground."""

from __future__ import annotations

from urllib.parse import urlsplit

import uvicorn

from workers import logs
from workers.cli.guard import Fault
from workers.subscriptions import Subscriptions
from workers.tasks import nudge
from workers.websub import Subscriber, application
from workers.wiring import wiring


def serve() -> None:
    """Listen for hubs until told to stop. Raises Fault where no public address is configured."""
    w = wiring()
    s = w.settings
    if not s.websub.url:
        raise Fault(
            "set websub.url to the address under which hubs reach this process from outside"
        )
    logs.configure(s.log, s.log_level, "websub")
    table = Subscriptions(w.redis, s.redis.prefix, s.websub.url)

    def found() -> None:
        nudge("fetch")
        nudge("process")

    subscriber = Subscriber(w.ledger, table, w.fetcher, w.reach.rhythm, found, s.poll.max_bytes)
    app = application(subscriber, urlsplit(s.websub.url).path)
    uvicorn.run(
        app,
        host=s.websub.host,
        port=s.websub.port,
        log_config=None,
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    serve()
