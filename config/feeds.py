"""Feed files: TOML with a list of ``[[feeds]]``, read into ``pipeline.story.Feed``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipeline.story import Feed


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

    @field_validator("url")
    @classmethod
    def _http(cls, url: str) -> str:
        if url and not re.match(r"https?://[^/\s]|file:(?://(?:localhost)?)?/[^/\s]", url):
            raise ValueError("a feed is asked over http or https, or is a folder: file:///srv/wire")
        return url

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


def read_feeds(files: Sequence[Path]) -> tuple[tuple[Feed, ...], list[str]]:
    """The feeds of all files, and every fault with its file and key. Raises nothing."""
    feeds: dict[str, Feed] = {}
    faults: list[str] = []
    for file in files:
        try:
            data: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            faults.append(f"{file}: {fault}")
            continue
        faults += [f"{file}: {key}: there is no such setting" for key in data.keys() - {"feeds"}]
        listed = data.get("feeds")
        if not isinstance(listed, list) or not listed:
            faults.append(f"{file}: feeds: name at least one [[feeds]]")
            continue
        for i, item in enumerate(listed):
            try:
                feed = FeedSettings.model_validate(item)
            except ValidationError as error:
                faults += [_fault(file, i, item, e) for e in error.errors()]
                continue
            if feed.id in feeds:
                faults.append(f"{file}: feeds[{i}].id: {feed.id!r} is used twice")
            feeds[feed.id] = feed.feed()
    return tuple(feeds.values()), faults


def _fault(file: Path, i: int, item: Any, error: Any) -> str:
    named = f" ({item['id']})" if isinstance(item, dict) and isinstance(item.get("id"), str) else ""
    key = ".".join(map(str, error["loc"])) or "url"
    if error["type"] == "extra_forbidden":
        return f"{file}: feeds[{i}]{named}.{key}: there is no such setting"
    message = error["msg"].removeprefix("Value error, ")
    return f"{file}: feeds[{i}]{named}.{key}: {message} (got {error.get('input')!r:.80})"
