"""Deliver: read the outbox, write a batch, acknowledge."""

from __future__ import annotations

import time

from pipeline.errors import Permanent, Transient
from pipeline.ledger import Delivery, Outbox
from pipeline.run.poll import Clock
from pipeline.sinks import Sink


def deliver(
    sink: Sink, outbox: Outbox, seconds: float, limit: int, rest: float, clock: Clock = time.time
) -> tuple[Delivery | None, str]:
    """Hand the next batch to a sink and acknowledge it; the batch, and what went wrong if so.

    A sink that failed is tried again after ``rest`` seconds.
    """
    delivery = outbox.read(sink.name, clock(), seconds, limit)
    if not delivery:
        return None, ""
    try:
        sink.write([item for _, item in delivery.items])
    except (Transient, Permanent) as error:
        outbox.rest(delivery, clock() + rest, str(error))
        return delivery, str(error)
    outbox.acknowledge(delivery, clock())
    return delivery, ""
