"""Story + relation + themes -> the records that sinks receive.

Names are those of ninjs where ninjs has the field. ``docs/schema/record.json`` describes the
document; ``SCHEMA`` is its version.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

from pipeline.story import Assessment, CrossHead, Entry, Moment, Page, Relation, Story, utc
from pipeline.story.kinds import BRINGS_TEXT, KINDS, EventKind

SCHEMA: Final = "1.0"


@dataclass(frozen=True, slots=True)
class Record:
    """What a sink receives: an event about one version of one story.

    ``uri`` with ``version`` and ``type`` identifies it, a reclassification also its turn; ``data``
    is the JSON document that docs/schema describes.
    """

    uri: str
    version: int
    type: str
    data: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Stable identity of the event: a sink that has it once never needs it again."""
        turn = f"/{self.reclassification}" if self.type == EventKind.RECLASSIFIED else ""
        return f"{self.uri}/{self.version}/{self.type.removeprefix('story.')}{turn}"

    @property
    def reclassification(self) -> int:
        """How often this version of the story was given other themes (0: as it first went out)."""
        return int(self.data.get("reclassification", 0))

    @property
    def brings_text(self) -> bool:
        """Whether it brings a story's text, rather than take one down or join clusters."""
        # an event of another release that is not in the table brings none that we could use
        return self.type in BRINGS_TEXT

    def to_json(self) -> str:
        """One line of JSON: the CloudEvents 1.0 envelope around the document."""
        return json.dumps(
            {
                "specversion": "1.0",
                "id": self.id,
                "source": "urn:wiredesk",
                "type": self.type,
                "subject": self.uri,
                "time": self.data.get("filed", ""),
                "version": self.version,
                "data": self.data,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read what ``to_json`` wrote."""
        d = json.loads(text)
        return cls(uri=d["subject"], version=d["version"], type=d["type"], data=d["data"])


def records(
    story: Story,
    entry: Entry,
    page: Page | None,
    relation: Relation,
    assessed: Assessment,
    now: float,
) -> tuple[Record, ...]:
    """The events that a processed story gives rise to: its own, withdrawals, merged clusters."""
    filed = utc(now)
    found = []
    event = KINDS[relation.kind].event
    # a story that comes after its own kill goes out as withdrawn and never as usable
    if event and (relation.uri, relation.version) not in relation.withdrawn:
        data = document(story, entry, page, relation, assessed, filed)
        found.append(Record(relation.uri, relation.version, event, data))
    for uri, version in relation.withdrawn:
        data = {
            "schema": SCHEMA,
            "uri": uri,
            "version": str(version),
            "pubStatus": "canceled",
            "edNote": relation.why,
            "notice": {
                "url": story.url,
                "headline": story.headline_raw or story.headline,
                "text": story.text,
            },
            "filed": filed.isoformat(),
        }
        found.append(Record(uri, version, EventKind.WITHDRAWN, data))
    for cluster in relation.merged:
        data = {
            "schema": SCHEMA,
            "cluster": cluster,
            "into": relation.cluster,
            "filed": filed.isoformat(),
        }
        found.append(Record(cluster, 1, EventKind.CLUSTER_MERGED, data))
    return tuple(found)


def document(
    story: Story,
    entry: Entry,
    page: Page | None,
    relation: Relation,
    assessed: Assessment,
    filed: datetime,
) -> dict[str, Any]:
    """One version of one story as plain JSON values; empty fields are left out."""
    dateline, published = story.dateline, story.published
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "uri": relation.uri,
        "version": str(relation.version),
        "type": "text",
        "pubStatus": "usable",
        "headline": story.headline,
        "byline": story.byline,
        "located": dateline.place if dateline else "",
        "slugline": story.slug,
        "urgency": story.urgency,
        "edNote": "; ".join(note for note in (story.advisory, story.correction_note) if note),
        "language": story.language or entry.language,
        "embargoedUntil": story.embargo,
        "infoSources": [name for name in (story.agency,) if name],
        "altIds": {"guid": entry.guid, "url": entry.url, "canonical": story.canonical},
        "url": story.url,
        "outlet": story.outlet or entry.outlet or entry.feed_name,
        "feed": entry.feed_id,
        "body": list(story.body),
        "crossheads": [{"text": head.text, "before": head.before} for head in story.crossheads],
        "standfirst": story.standfirst,
        "dateline": {"place": dateline.place, "date": dateline.date, "text": dateline.text}
        if dateline
        else None,
        "agency": {"name": story.agency, "basis": story.agency_basis} if story.agency else None,
        "versionLabel": story.version_label,
        "form": story.form,
        "genre": story.genre,
        "correctionNote": story.correction_note,
        "credits": list(story.credits),
        "captions": list(story.captions),
        "basis": story.basis,
        "page_refused": story.page_refused,
        "truncated": story.truncated,
        "paywalled": story.paywalled,
        "syndicated": story.syndicated,
        "removed": [
            {
                "rule": cut.rule,
                "kind": cut.kind,
                "text": cut.text,
                "line": cut.line,
                "start": cut.start,
            }
            for cut in story.removed
        ],
        "published": {
            "at": published.at.astimezone(UTC).isoformat(),
            "basis": published.basis,
            "precision": published.precision,
            "day": published.day,
        }
        if published
        else None,
        "seen": entry.seen,
        "fetched": page.fetched if page else None,
        "filed": filed,
        "relation": {
            "kind": str(relation.kind),
            "of": relation.of,
            "cluster": relation.cluster,
            "containment": round(relation.containment, 3),
            "jaccard": round(relation.jaccard, 3),
            "why": relation.why,
            "representative": relation.representative,
            "outlets": relation.outlets,
            "superseded": relation.superseded,
        },
        **classification(assessed),
    }
    filled: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, datetime):
            filled[name] = value.astimezone(UTC).isoformat()
        elif value not in ("", None, [], {}, False):
            filled[name] = value
    return filled | {"body": data["body"], "themes": data["themes"]}


def classification(assessed: Assessment) -> dict[str, Any]:
    """What a document says of themes: those that are reported, each with its evidence.

    ``abstained`` says why others may be there all the same. Codes are candidates in other schemes;
    of two for one code the close one goes before the broad one.
    """
    themes = []
    for match in assessed.matches:
        quality: dict[tuple[str, str], str] = {}
        for join in match.joins:
            if quality.get((join.scheme, join.code)) != "close":
                quality[join.scheme, join.code] = join.match
        codes: dict[str, list[dict[str, str]]] = {}
        for (scheme, code), matched in quality.items():
            codes.setdefault(scheme, []).append({"code": code, "match": matched})
        themes.append(
            {
                "id": match.id,
                "score": round(match.score, 3),
                "evidence": [
                    {
                        "text": span.text,
                        "paragraph": span.paragraph,
                        "start": span.start,
                        "end": span.end,
                        "term": span.term,
                        "weight": span.weight,
                        "modality": str(span.modality),
                    }
                    for span in match.evidence
                ],
                "passages": [
                    {
                        "first": passage.first,
                        "last": passage.last,
                        "score": passage.score,
                        "crosshead": passage.crosshead,
                    }
                    for passage in match.passages
                ],
                "subthemes": list(match.subthemes),
                "codes": codes,
                "definition": {"version": match.version, "hash": match.hash},
            }
        )
    return {"themes": themes, "abstained": assessed.abstained}


def reclassified(last: Record, assessed: Assessment, filed: datetime) -> Record | None:
    """The record that gives a delivered story other themes; None where they are what they were.

    Another score, passage or hash of a definition is no change: a receiver would act on none.
    """
    judged = classification(assessed)
    if _themes_of(judged) == _themes_of(last.data):
        return None
    turn = last.reclassification + 1
    data = {**last.data, **judged, "filed": filed.astimezone(UTC).isoformat()}
    data["reclassification"] = turn
    if not data["abstained"]:
        del data["abstained"]
    return Record(last.uri, last.version, EventKind.RECLASSIFIED, data)


def _themes_of(data: Mapping[str, Any]) -> tuple[object, ...]:
    """What a receiver would act on: themes and sub-themes, and why others may be there."""
    themes = [(theme["id"], *sorted(theme["subthemes"])) for theme in data["themes"]]
    return (data.get("abstained", ""), *sorted(themes))


def as_classified(data: Mapping[str, Any]) -> Story:
    """As much of a story as its themes are judged by, from its record's document."""
    published = data.get("published")
    return Story(
        key=data.get("uri", ""),
        url=data.get("url", ""),
        headline=data.get("headline", ""),
        body=tuple(data.get("body", ())),
        crossheads=tuple(
            CrossHead(head["text"], head["before"]) for head in data.get("crossheads", ())
        ),
        language=data.get("language", ""),
        truncated=data.get("truncated", False),
        paywalled=data.get("paywalled", False),
        published=Moment(datetime.fromisoformat(published["at"]), published["basis"])
        if published
        else None,
    )
