"""Link headers (RFC 8288): where a server names the hub and the address of a feed outside its document."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.story import FeedHints
from pipeline.urls import safe

_LINK = re.compile(r"<([^<>]{1,2000})>\s*((?:;[^,;<>]{0,200}){1,10})")
_REL = re.compile(r";\s*rel\s*=\s*\"?([^\";,]{1,100})\"?", re.IGNORECASE)
_LONGEST = 20_000


def linked(hints: FeedHints, header: str, base: str) -> FeedHints:
    """The hints with what the Link header says of hub and self: it goes over the document (WebSub section 4)."""
    if not header or "rel" not in header:
        return hints
    found: dict[str, str] = {}
    for target, parameters in _LINK.findall(header[:_LONGEST]):
        said = _REL.search(parameters)
        for relation in said[1].lower().split() if said else ():
            found.setdefault(relation, safe(target, base))
    return replace(
        hints, hub=found.get("hub") or hints.hub, self_url=found.get("self") or hints.self_url
    )
