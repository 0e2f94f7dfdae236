"""Deliver: read the outbox, write a batch, acknowledge."""

from __future__ import annotations

import time
from collections.abc import Callable

from pipeline.errors import Permanent, Transient
from pipeline.ledger import Delivery, Ledger
from pipeline.sinks import Sink


def deliver(
    sink: Sink,
    ledger: Ledger,
    seconds: float,
    limit: int,
    rest: float,
    clock: Callable[[], float] = time.time,
) -> tuple[Delivery | None, str]:
    """Hand the next batch to a sink and acknowledge it; the batch and what went wrong ('' where nothing did)."""
    delivery = ledger.read(sink.name, clock(), seconds, limit)
    if not delivery:
        return None, ""
    try:
        sink.write([item for _, item in delivery.items])
    except (Transient, Permanent) as error:
        ledger.rest(delivery, clock() + rest, str(error))
        return delivery, str(error)
    ledger.acknowledge(delivery, clock())
    return delivery, ""
