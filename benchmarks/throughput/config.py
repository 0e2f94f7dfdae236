"""The settings of a run: Wiredesk's own, with the benchmark's feeds and folder."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import config
from benchmarks.throughput.corpus import HOSTS, WebFeed
from pipeline.story import Feed

WARM, MAIN = "warm", "main"


def write(folder: Path, feeds: Sequence[WebFeed], port: int, processes: int) -> Path:
    """Write pipeline.toml and the feed file; the folder to be named by WIREDESK_CONFIG.

    Beside names and places, two things differ from the settings as they ship: no spacing between
    the requests to the benchmark's loopback hosts, and how many processes there are.
    """
    shipped = (Path(next(iter(config.__path__))) / "pipeline.toml").read_text("utf-8")
    hosts = [f"127.0.0.{host}" for host in range(2, 2 + HOSTS)]
    changed = {
        "feeds": f'["{folder}/feeds.toml"]',
        "var": f'"{folder}/var"',
        "log": '"json"',
        "spacing_by_host": "{ " + ", ".join(f'"{host}" = 0.0' for host in hosts) + " }",
        "allow": "[" + ", ".join(f'"{host}"' for host in hosts) + "]",
        "processes": str(processes),
        "path": f'"{folder}/var/stories.jsonl"',
    }
    for key, value in changed.items():
        shipped, count = re.subn(
            rf"(?m)^{key} = .*$", f"{key} = {value}".replace("\\", r"\\\\"), shipped
        )
        if count != 1:
            raise SystemExit(
                f"config/pipeline.toml: {key} stands there {count} times; the benchmark needs it "
                "once"
            )
    (folder / "pipeline.toml").write_text(shipped, "utf-8")
    (folder / "feeds.toml").write_text("\n".join(map(_feed, as_configured(feeds, port))), "utf-8")
    return folder


def as_configured(feeds: Iterable[WebFeed], port: int) -> list[Feed]:
    """The feeds as the system that runs on the written files knows them."""
    configured = []
    for feed in feeds:
        url = f"http://127.0.0.{feed.host}:{port}{feed.path}"
        outlet = f"Outlet {feed.id}"
        configured.append(Feed(feed.id, url, name=feed.id, outlet=outlet, every=86400.0))
    return configured


def _feed(feed: Feed) -> str:
    keys = {"id": feed.id, "url": feed.url, "name": feed.name, "outlet": feed.outlet}
    return (
        "[[feeds]]\n"
        + "".join(f'{key} = "{value}"\n' for key, value in keys.items())
        + f"every = {feed.every}\n"
    )


def names(feeds: Iterable[WebFeed], prefix: str) -> list[str]:
    """The ids of the feeds of one part of the corpus."""
    return [feed.id for feed in feeds if feed.id.startswith(prefix)]


def level(stories: int) -> str:
    """What the feed ids begin with that are taken when so many stories are known."""
    return f"known{stories}-"
