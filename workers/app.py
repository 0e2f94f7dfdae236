"""The Celery app: settings and signals, nothing else.

A message is only a hint to look into the ledger, so losing one costs seconds. What each setting is
for stands beside it; the measurements behind them are in docs/decisions.md.
"""

from __future__ import annotations

import os
import time
import warnings
from datetime import UTC, datetime
from typing import Any, Final

from celery import Celery, signals
from celery.apps import worker as celery_worker
from celery.exceptions import CPendingDeprecationWarning
from celery.schedules import schedule
from kombu.entity import Exchange, Queue

from workers import holding, limits, logs, metrics, pulse
from workers.health import watchdog
from workers.redis.clock_watch import read_steady
from workers.redis.keys import name_key
from workers.wiring import wiring

QUEUES: Final = ("poll", "fetch", "process", "deliver", "tick")
TASK_SECONDS: Final = 20.0  # a task stops taking up new work after this long


def broker_url(url: str) -> str:
    """The ledger's Redis address in kombu's spelling."""
    return "redis+socket://" + url.removeprefix("unix://") if url.startswith("unix://") else url


def every(seconds: float) -> schedule:
    """A schedule by a clock that nobody sets.

    Celery's own goes by the machine's, and beat would send nothing until a clock that went back is
    where it was.
    """
    ahead = time.time() - read_steady()
    return schedule(seconds, nowfun=lambda: datetime.fromtimestamp(read_steady() + ahead, UTC))


def _settings() -> dict[str, Any]:
    s = wiring().settings
    longest = TASK_SECONDS + s.process.hard_limit + 10
    return {
        "broker_url": broker_url(wiring().redis_url),
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,  # never give up on the broker
        "broker_transport_options": {
            "global_keyprefix": f"{s.redis.prefix}mq:",
            # far above the hard limit, or a running task starts twice; a day, because it counts by
            # the clocks of the workers, of which one may be an hour off
            "visibility_timeout": 86_400,
            "socket_timeout": 30,  # a half-open connection must not hang a worker
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
            "health_check_interval": 25,
            "retry_on_timeout": True,
        },
        "task_queues": [Queue(name, Exchange(name), routing_key=name) for name in QUEUES],
        "task_default_queue": "tick",
        "task_create_missing_queues": False,
        "task_routes": {f"wiredesk.{name}": {"queue": name} for name in QUEUES},
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,  # a killed child's hint comes back at once
        "task_ignore_result": True,  # the ledger is the result
        "result_backend": None,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_time_limit": longest,
        "worker_prefetch_multiplier": 1,
        "worker_disable_prefetch": True,  # prefetched hints stall when Redis restarts
        "worker_max_tasks_per_child": 500,  # bounds what a leak can take
        "worker_max_memory_per_child": 400_000,  # KiB
        "worker_proc_alive_timeout": 60,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "worker_send_task_events": False,
        # the ledger fences work, so a lost connection is no reason to throw it away
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "beat_schedule": {
            # without "expires": a worker whose clock is ahead would throw each tick away. Those
            # that pile up while no worker runs go with the first one that is taken up
            "tick": {"task": "wiredesk.tick", "schedule": every(s.limits.tick)}
        },
        "beat_max_loop_interval": 1,
        "imports": ["workers.tasks"],
        "timezone": "UTC",
    }


# in a container root is the usual user; what a message may carry is bounded by accept_content
warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")
# it writes past every log that it shuts down, or how: `drain.began` says it
setattr(celery_worker, "safe_say", lambda *_: None)  # noqa: B010  Celery has no setting for it

app = Celery("wiredesk")
app.conf.update(_settings())


@signals.setup_logging.connect(weak=False)
def _logging(**_: object) -> None:
    s = wiring().settings
    logs.configure(s.log, s.log_level, os.environ.get("WIREDESK_SERVICE", ""), wide=s.log_wide)


@signals.worker_init.connect(weak=False)
def _prepare(**_: object) -> None:
    """Compile rules and themes before the pool forks: its children share them."""
    if os.environ.get("WIREDESK_SERVICE") == "process":
        wiring().definitions  # noqa: B018  cached


@signals.worker_ready.connect(weak=False)
def _watch(sender: Any, **_: object) -> None:
    # Celery asks at each reconnect whether running tasks should be cancelled; the setting above
    # says that they should not. Its start has turned on its warnings before this.
    warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)
    pulse.begin()
    settings = wiring().settings
    queues = [queue.name for queue in sender.task_consumer.queues]
    keys = [name_key(settings.redis.prefix, "mq:", queue) for queue in queues]
    watchdog.Watchdog(wiring().redis_url, keys, patience()).start()
    if "process" in queues:
        holding.watch_held()
    metrics.serve(settings.metrics.address, wiring().ledger, wiring().private_log)


@signals.beat_init.connect(weak=False)
def _beats(**_: object) -> None:
    pulse.begin()
    metrics.serve(wiring().settings.metrics.address, wiring().ledger, wiring().private_log)


def patience() -> float:
    """Seconds without a task that make a worker stalled: while its tasks run it takes none."""
    return max(wiring().settings.limits.stalled_after, float(app.conf.task_time_limit))


@signals.task_received.connect(weak=False)
def _received(**_: object) -> None:
    watchdog.progressed()


@signals.worker_process_init.connect(weak=False)
def _limit(**_: object) -> None:
    limits.bound_memory(wiring().settings.process.memory_mb)


@signals.task_prerun.connect(weak=False)
def _bind(task_id: str, task: Any, **_: object) -> None:
    logs.bind(task=task.name.removeprefix("wiredesk."), task_id=task_id)


@signals.after_task_publish.connect(weak=False)
def _published(**_: object) -> None:
    logs.note_redis()


@signals.task_postrun.connect(weak=False)
def _unbind(state: str = "", **_: object) -> None:
    logs.unbind("task", "task_id")
    if state == "SUCCESS":  # no task goes well without Redis
        logs.note_redis()
    watchdog.progressed()
