"""``python -m workers.sample``: serve the sample wire, or say what it must end in."""

from __future__ import annotations

import json
import signal
import sys
import threading

import click

from workers.sample.server import DEFAULT_PORT, serve
from workers.sample.truth import expected


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="address to listen on")
@click.option(
    "--port", default=DEFAULT_PORT, show_default=True, help="port to listen on; 0 takes a free one"
)
@click.option(
    "--grow",
    default=0.0,
    metavar="SECONDS",
    help="seconds between one entry's appearance and the next",
)
@click.option("--expect", is_flag=True, help="print the expected counts as JSON and end")
def main(host: str, port: int, grow: float, expect: bool) -> None:
    """Serve the sample wire on loopback."""
    if expect:
        click.echo(json.dumps(expected().to_dict(), indent=2))
        return
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    try:
        wire = serve(host, port, grow=grow)
    except OSError as error:
        click.echo(f"the sample wire cannot listen on {host}:{port}: {error}", err=True)
        sys.exit(1)
    click.echo(f"sample wire at {wire.url}")
    stop.wait()
    wire.close()


if __name__ == "__main__":
    main()
