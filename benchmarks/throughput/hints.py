"""Send hints that find nothing to do: ``python -m benchmarks.throughput.hints COUNT``, in a run's
environment.

Prints the seconds of processor time that sending took, once all of them were received; what
receiving took shows in the running system.
"""

from __future__ import annotations

import sys
import time

from workers.app import app


def main(count: int) -> None:
    """Send the hints, a first one before the clock starts."""
    app.send_task("wiredesk.process", ignore_result=True)
    began = time.process_time()
    for _ in range(count):
        app.send_task("wiredesk.process", ignore_result=True)
    sent = time.process_time() - began
    with app.connection_for_read() as connection:
        queue = app.amqp.queues["process"].bind(connection.default_channel)
        while queue.queue_declare().message_count:
            time.sleep(0.1)
    time.sleep(0.3)  # the last one is taken but not acknowledged yet
    print(sent)


if __name__ == "__main__":
    main(int(sys.argv[1]))
