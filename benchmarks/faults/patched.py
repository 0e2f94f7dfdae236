"""The command with a fault in it: some pages kill, hang or fill whoever extracts them.

The supervisor, the command and the services are the system's own; only the Celery app they load is
``benchmarks.faults.app``, which imports ``workers.app`` and adds what can't be provoked from
outside.
"""

from __future__ import annotations

from benchmarks.faults import poison, sink
from config.settings import Settings
from workers import cli, logs, supervisor

_services = supervisor.services


def services(settings: Settings) -> dict[str, list[str]]:
    """The system's own command lines, with the harness's app in the place of ``workers.app``."""
    lines = _services(settings)
    return {
        name: ["benchmarks.faults.app" if p == "workers.app" else p for p in line]
        for name, line in lines.items()
    }


if __name__ == "__main__":
    poison.install()
    sink.install()
    supervisor.services = services
    logs.configure()
    cli.main()
