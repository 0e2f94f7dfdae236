"""Settings, typed and validated once. A fault is refused with every other fault, each with its file
and key.

``load()`` reads ``pipeline.toml``, the environment over it, and the feed files that it names.
Nothing bad is replaced by a default.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from config.feeds import read_feeds
from pipeline.story import Feed

HOME: Final = Path(__file__).parent
ENV: Final = "WIREDESK_"
LOCAL_FEEDS: Final = "feeds.local.toml"
SAMPLE_FEEDS: Final = "feeds.sample.toml"
"""The feed file of the sample wire, which is polled where nothing else is named."""
SAMPLE_PORT: Final = "sample.port"
"""Remembers in the folder of a sample run which port is in its addresses; it marks that folder."""

Seconds = Annotated[float, Field(gt=0, le=10 * 365 * 86400)]
Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, le=1)]


class ConfigError(ValueError):
    """The configuration is refused; ``faults`` says why, one line a fault with its file and key."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            "the configuration has faults:\n" + "\n".join(f"  - {fault}" for fault in faults)
        )


class Section(BaseModel):
    """A part of the settings: frozen, and no key in it is unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RedisSettings(Section):
    """[redis]: where the ledger and the broker are."""

    url: str = ""
    prefix: Annotated[str, Field(min_length=1, max_length=40)] = "wd:"
    maxmemory_mb: Count = 3072
    retention_days: Annotated[float, Field(gt=0, le=3650)] = 30.0
    texts_days: Annotated[float, Field(ge=0, le=3650)] = 7.0
    texts_mb: Annotated[int, Field(ge=0)] = 0


class PollSettings(Section):
    """[poll]: how often and how patiently feeds are polled."""

    floor: Seconds = 60.0
    ceiling: Seconds = 3600.0
    entries_per_hour: Annotated[int, Field(ge=0)] = 2000
    timeout: Seconds = 30.0
    max_bytes: Count = 8_000_000
    threads: Count = 16


class FetchSettings(Section):
    """[fetch]: how article pages are asked for."""

    user_agent: Annotated[str, Field(min_length=3)] = (
        "wiredesk/0.1 (+https://github.com/wiredesk/wiredesk)"
    )
    spacing: Annotated[float, Field(ge=0)] = 5.0
    spacing_by_host: Mapping[str, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    allow: tuple[str, ...] = ()
    timeout: Seconds = 20.0
    max_bytes: Count = 8_000_000
    attempts: Count = 4
    backoff: Seconds = 30.0
    robots: bool = True
    looks: tuple[Seconds, ...] = (3600.0, 6 * 3600.0, 24 * 3600.0)
    looks_per_hour: Count = 360


class ProcessSettings(Section):
    """[process]: the limits under which a story is cleaned, related and classified."""

    processes: Count = 2
    batch: Count = 25
    lease: Seconds = 60.0
    attempts: Count = 3
    soft_limit: Seconds = 10.0
    hard_limit: Seconds = 20.0
    memory_mb: Count = 320


class DeliverSettings(Section):
    """[deliver]: how records go to sinks."""

    batch: Count = 100
    lease: Seconds = 60.0
    rest: Seconds = 5.0


class LimitSettings(Section):
    """[limits]: where back-pressure begins, and how silence is noticed."""

    outbox: Count = 100_000
    memory_share: Share = 0.7
    stalled_after: Seconds = 60.0
    tick: Seconds = 1.0


class MetricsSettings(Section):
    """[metrics]: where Prometheus may ask for metrics."""

    address: Annotated[str, Field(pattern=r"^$|^\[?[A-Za-z0-9:.-]*\]?:\d{1,5}$")] = ""


class WebSubSettings(Section):
    """[websub]: where hubs reach us; without a ``url`` nothing is subscribed to."""

    url: Annotated[str, Field(pattern=r"^(https?://[^/\s?#]+[^\s?#]*)?$")] = ""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535)] = 8470


class SinkSettings(BaseModel):
    """[[sinks]]: one place that records go to. Further keys belong to its kind."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,40}$")
    kind: str

    @property
    def options(self) -> dict[str, Any]:
        """The keys that belong to the sink's kind."""
        return dict(self.model_extra or {})


class Settings(BaseSettings):
    """All settings of one installation."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix=ENV,
        env_nested_delimiter="_",
        env_nested_max_split=1,
    )

    feeds: Annotated[tuple[str, ...], NoDecode] = (SAMPLE_FEEDS,)
    local_feeds: str = LOCAL_FEEDS
    var: Path = Path("var")
    log: Literal["auto", "console", "json"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_wide: bool = False
    rules: Path = HOME / "wire"
    themes: Path = HOME / "themes"
    walls: Path = HOME / "walls"
    redis: RedisSettings = RedisSettings()
    poll: PollSettings = PollSettings()
    fetch: FetchSettings = FetchSettings()
    process: ProcessSettings = ProcessSettings()
    deliver: DeliverSettings = DeliverSettings()
    limits: LimitSettings = LimitSettings()
    metrics: MetricsSettings = MetricsSettings()
    websub: WebSubSettings = WebSubSettings()
    sinks: tuple[SinkSettings, ...] = ()

    @field_validator("feeds", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return _several(value) if isinstance(value, str) else value

    @field_validator("sinks")
    @classmethod
    def _unique(cls, sinks: tuple[SinkSettings, ...]) -> tuple[SinkSettings, ...]:
        names = [sink.name for sink in sinks]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two sinks are called {', '.join(twice)}")
        return sinks

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  pydantic-settings passes all five by name
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes over the file."""
        return env_settings, init_settings


def folder() -> Path:
    """Where pipeline.toml stands: WIREDESK_CONFIG, or the folder that came with Wiredesk."""
    return Path(os.environ.get("WIREDESK_CONFIG") or HOME)


def load(*, to_run: bool = False) -> tuple[Settings, tuple[Feed, ...]]:
    """Settings and feeds; raises ConfigError with every fault of both. See ``load_settings``."""
    feeds, feed_faults = load_feeds()
    try:
        settings = load_settings(to_run=to_run)
    except ConfigError as error:
        # a pipeline.toml that can't be read names no feeds either: that is said once
        raise ConfigError(
            [*error.faults, *(f for f in feed_faults if f not in error.faults)]
        ) from None
    if feed_faults:
        raise ConfigError(feed_faults)
    return settings, feeds


def load_settings(*, to_run: bool = False) -> Settings:
    """The settings alone; feed files are not looked into. Raises ConfigError with every fault.

    The sample wire has a ``var`` of its own inside the other: invented stories never lie beside
    real ones. ``to_run`` always takes it where only the sample is configured; a command takes it
    until something real ran.
    """
    file = folder() / "pipeline.toml"
    data, faults = _read(file)
    faults += _unknown_environment()
    try:
        settings = Settings(**data)
    except ValidationError as error:
        found = [_fault(e["loc"], e["msg"], e.get("input")) for e in error.errors()]
        raise ConfigError([*faults, *found]) from None
    faults += _across(file, settings)
    if faults:
        raise ConfigError(faults)
    var = settings.var
    nothing_real = to_run or not (var / "redis").exists()
    if nothing_real and names_only_sample() and not (var / SAMPLE_PORT).exists():
        return settings.model_copy(update={"var": var / "sample"})
    return settings


def names_only_sample() -> bool:
    """Whether the sample wire is all that is configured. Feed files are not read for it."""
    data, _ = _read(folder() / "pipeline.toml")
    local = _local(data)
    named = [file.name for file in _files(data, local) if file != local]
    return named == [SAMPLE_FEEDS] and not _has_feeds(local)


def _has_feeds(local: Path) -> bool:
    try:
        return "[[feeds]]" in local.read_text("utf-8", "replace")
    except OSError:
        return False


def is_sample(feed: Feed) -> bool:
    """Whether a feed is the sample wire's: its address has a place to be filled in."""
    return "{sample}" in feed.url


def load_feeds() -> tuple[tuple[Feed, ...], list[str]]:
    """The feeds of every file that the settings name, and every fault. Raises nothing."""
    data, faults = _read(folder() / "pipeline.toml")
    local = _local(data)
    files = _files(data, local)
    feeds, found = read_feeds(files, local)
    sample = tuple(feed for feed in feeds if is_sample(feed))
    own = tuple(feed for feed in feeds if not is_sample(feed))
    if sample and own:
        named, _ = read_feeds([file for file in files if file != local], local)
        if not all(map(is_sample, named)):
            found.append(
                f"{folder() / 'pipeline.toml'}: feeds: the sample wire's invented stories and "
                f"those of {len(own)} other feeds would go into one file: name {SAMPLE_FEEDS} "
                "or the others"
            )
        # what `wiredesk feeds add` wrote takes the sample's place; a sample that runs goes on
        feeds = sample if os.environ.get(f"{ENV}SAMPLE") else own
    return feeds, faults + found


def feed_files() -> list[Path]:
    """The files that ``feeds`` names, and that of ``local_feeds`` where it exists."""
    data, _ = _read(folder() / "pipeline.toml")
    return _files(data, _local(data))


def local_file() -> Path:
    """The file that `wiredesk feeds add` and `import` write."""
    data, _ = _read(folder() / "pipeline.toml")
    return _local(data)


def _files(data: dict[str, Any], local: Path) -> list[Path]:
    named = os.environ.get(f"{ENV}FEEDS", data.get("feeds", Settings.model_fields["feeds"].default))
    files = [file for name in _several(named) for file in _matching(name)]
    return files if local in files or not local.exists() else [*files, local]


def _local(data: dict[str, Any]) -> Path:
    named = os.environ.get(f"{ENV}LOCAL_FEEDS", data.get("local_feeds", LOCAL_FEEDS))
    return folder() / str(named)


def _read(file: Path) -> tuple[dict[str, Any], list[str]]:
    try:
        return tomllib.loads(file.read_text("utf-8")), []
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        return {}, [f"{file}: {fault}"]


def _several(value: object) -> tuple[str, ...]:
    """Names as a list, or as one string with commas (the environment's form)."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    listed = value if isinstance(value, list | tuple) else ()
    return tuple(part for part in listed if isinstance(part, str))


def _matching(name: str) -> list[Path]:
    """A file as given or beside pipeline.toml, or all that a pattern (feeds*.toml) matches."""
    given = Path(name)
    if not any(c in name for c in "*?["):
        return [given if given.is_absolute() or given.exists() else folder() / given.name]
    home = given.parent if given.is_absolute() or given.parent.name else folder()
    return sorted(home.glob(given.name)) or [home / given.name]


def _across(file: Path, s: Settings) -> list[str]:
    """Faults that lie between two keys."""
    faults = []
    if s.poll.ceiling < s.poll.floor:
        faults.append(
            f"{file}: poll.ceiling: is below poll.floor ({s.poll.ceiling:g} < {s.poll.floor:g})"
        )
    if s.process.hard_limit <= s.process.soft_limit:
        faults.append(f"{file}: process.hard_limit: must be above process.soft_limit")
    if s.process.lease <= s.process.hard_limit:
        faults.append(
            f"{file}: process.lease: must be above process.hard_limit, or a story is leased twice"
        )
    if not s.sinks:
        faults.append(f"{file}: sinks: name at least one [[sinks]]; records would go nowhere")
    return faults


def source_of(key: str) -> str:
    """Where a key ("redis.url") has its value from: the environment's variable, or the file."""
    variable = ENV + "_".join(key.split(".")[:2]).upper()
    return f"environment {variable}" if variable in os.environ else str(folder() / "pipeline.toml")


def _fault(loc: tuple[int | str, ...], message: str, given: object) -> str:
    where = source_of(".".join(map(str, loc)))
    what = message.removeprefix("Value error, ")
    if message == "Extra inputs are not permitted":
        return f"{where}: {'.'.join(map(str, loc))}: there is no such setting"
    return f"{where}: {'.'.join(map(str, loc))}: {what} (got {given!r:.80})"


def _unknown_environment() -> list[str]:
    """WIREDESK_ variables that set nothing: a typing error is not silent."""
    # what has no key in the file: where it is, and what the supervisor tells its children
    known = {f"{ENV}{name}" for name in ("CONFIG", "SAMPLE", "SERVICE", "PULSE")}
    sections: list[str] = []
    for name, info in Settings.model_fields.items():
        known.add(f"{ENV}{name}".upper())
        if isinstance(info.annotation, type) and issubclass(info.annotation, Section):
            sections.append(f"{ENV}{name}_".upper())
    strange = sorted(name for name in os.environ if name.startswith(ENV) and name not in known)
    typos = [name for name in strange if not name.startswith(tuple(sections))]
    return [f"environment {name}: there is no such setting" for name in typos]
