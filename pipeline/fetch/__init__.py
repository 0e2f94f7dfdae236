"""The only outbound HTTP: safe, capped, conditional, polite.

``Fetcher.get`` makes one conditional GET and follows its redirects. At every hop the host is
resolved, every address judged, and the connection made to an address that was judged; a private one
only where ``fetch.allow`` names it, or for the feed that is written as this address. No cookies,
no referrer, no proxies or credentials from the environment; TLS is verified; only gzip is asked for
and inflated under the cap; one deadline holds for the whole call. ``Robots`` keeps verdicts of
robots.txt. ``folder`` reads what agencies put into a folder instead.
"""

from __future__ import annotations

from pipeline.fetch.addresses import Allowed, RefusedAddress, literal_place, refusal
from pipeline.fetch.connection import Limits, TooLarge
from pipeline.fetch.fetcher import Fetcher, Response
from pipeline.fetch.robots import Robots

__all__ = [
    "Allowed",
    "Fetcher",
    "Limits",
    "RefusedAddress",
    "Response",
    "Robots",
    "TooLarge",
    "literal_place",
    "refusal",
]
