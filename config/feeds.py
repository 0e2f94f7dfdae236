"""Feed files: TOML with a list of ``[[feeds]]``, or OPML, read into ``pipeline.story.Feed``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipeline.errors import Permanent
from pipeline.feeds.finding import feed_id, read_opml
from pipeline.story import Feed
from pipeline.urls import canonical

OPML: Final = frozenset({".opml", ".xml"})


class FeedSettings(BaseModel):
    """One ``[[feeds]]``; see ``pipeline.story.Feed`` for what the keys mean."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")
    url: str = ""
    folder: str = ""
    name: str = ""
    outlet: str = ""
    language: str = ""
    timezone: str = "UTC"
    format: str = "auto"
    full_text: bool = False
    every: Annotated[float, Field(gt=0)] | None = None
    after: Literal["keep", "move"] = "keep"
    quota: Annotated[int, Field(ge=0)] | None = None

    @field_validator("url")
    @classmethod
    def _http(cls, url: str) -> str:
        if url and not re.match(r"https?://[^/\s]|file:(?://(?:localhost)?)?/[^/\s]", url):
            raise ValueError("a feed is asked over http or https, or is a folder: file:///srv/wire")
        return url

    @field_validator("format")
    @classmethod
    def _known(cls, name: str) -> str:
        from pipeline.feeds import (
            FORMATS,
        )  # its readers are slow to import, and most feeds name none

        if name != "auto" and name not in FORMATS:
            raise ValueError(f"there is no format {name!r}; there are auto, {', '.join(FORMATS)}")
        return name

    @field_validator("folder")
    @classmethod
    def _absolute(cls, folder: str) -> str:
        if folder and not Path(folder).is_absolute():
            raise ValueError("a folder is named by its whole path")
        return folder

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.url) == bool(self.folder):
            raise ValueError("name either url or folder")
        return self

    def feed(self) -> Feed:
        """The feed as the pipeline knows it."""
        url = self.url or Path(self.folder).as_uri()
        return Feed(**self.model_dump(exclude={"folder"}) | {"url": url})

    @field_validator("timezone")
    @classmethod
    def _zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{name!r} is not an IANA time zone such as Europe/London") from None
        return name


def read_feeds(
    files: Sequence[Path], local: Path | None = None
) -> tuple[tuple[Feed, ...], list[str]]:
    """The feeds of all files, and every fault with its file and key. Raises nothing.

    Files that end in .opml or .xml are OPML lists, the others TOML. The ``local`` one may be empty.
    """
    feeds: dict[str, Feed] = {}
    faults: list[str] = []
    for file in files:
        read = _read_opml if file.suffix.lower() in OPML else _read_toml
        try:
            read(file, feeds, faults, empty=file == local)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, Permanent) as fault:
            faults.append(f"{file}: {fault}")
    return tuple(feeds.values()), faults


def _read_toml(file: Path, feeds: dict[str, Feed], faults: list[str], *, empty: bool) -> None:
    data: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
    faults += [f"{file}: {key}: there is no such setting" for key in data.keys() - {"feeds"}]
    listed = data.get("feeds", [])
    if not isinstance(listed, list) or not (listed or empty):
        faults.append(f"{file}: feeds: name at least one [[feeds]]")
        return
    urls = {feed.url: feed.id for feed in feeds.values()}
    for i, item in enumerate(listed):
        try:
            feed = FeedSettings.model_validate(item)
        except ValidationError as error:
            faults += [_fault(file, i, item, e) for e in error.errors()]
            continue
        made = feed.feed()
        if made.id in feeds:
            faults.append(f"{file}: feeds[{i}].id: {made.id!r} is used twice")
        elif made.url in urls:
            other = f"is that of {urls[made.url]!r} already: {made.url:.200}"
            faults.append(f"{file}: feeds[{i}] ({made.id}).url: {other}")
        urls.setdefault(made.url, made.id)
        feeds[made.id] = made


def _read_opml(file: Path, feeds: dict[str, Feed], faults: list[str], *, empty: bool) -> None:
    """Feeds of an OPML list; one that another file has is that file's, a taken id gets longer."""
    found = read_opml(file.read_bytes())
    faults += [f"{file}: {fault}" for fault in found.faults]
    if not (found.feeds or found.faults or empty):
        faults.append(f"{file}: there is no outline with an xmlUrl in it")
    known = {canonical(feed.url) for feed in feeds.values()}
    for feed in found.feeds:
        if canonical(feed.url) not in known:
            own = feed_id(feed.name, feed.url, feeds) if feed.id in feeds else feed.id
            feeds[own] = replace(feed, id=own)


def _fault(file: Path, i: int, item: Any, error: Any) -> str:
    named = f" ({item['id']})" if isinstance(item, dict) and isinstance(item.get("id"), str) else ""
    key = ".".join(map(str, error["loc"])) or "url"
    if error["type"] == "extra_forbidden":
        return f"{file}: feeds[{i}]{named}.{key}: there is no such setting"
    message = error["msg"].removeprefix("Value error, ")
    return f"{file}: feeds[{i}]{named}.{key}: {message} (got {error.get('input')!r:.80})"
