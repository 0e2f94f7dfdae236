"""Stories for the fault harness: each unlike every other, each with a marker of its own, in several
editions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import Final

MARKED: Final = re.compile(r"the (Qar[a-z]{7}) register lists the matter under file \d+/(\d+)")


def _pool(text: str) -> list[str]:
    """The comma-separated items of some lines."""
    return [item for line in text.split("\n") for item in line.split(",") if item]


_WHO: Final = _pool("""
Officials,Residents,Medics,Engineers,Monitors,Farmers,Teachers,Envoys,Police officers,Aid workers
Traders,Drivers
Fishermen,Judges,Reporters,Pilots,Miners,Students,Brokers,Inspectors,Councillors,Shepherds,Nurses
Dockers
""")
_DID: Final = _pool("""
counted,described,questioned,repaired,inspected,photographed,abandoned,reopened,searched,guarded
rebuilt,reported
crossed,surveyed,cleared,mapped,visited,listed,disputed,recorded,measured,defended,evacuated,watched
""")
_WHAT: Final = _pool("""
bridges,warehouses,checkpoints,wells,schools,convoys,trenches,shelters,ferries,clinics,markets
pipelines,towers
orchards,barracks,tunnels,silos,rail yards,depots,mosques,power lines,courtyards,bakeries,archives
""")
_WHERE: Final = _pool("""
behind the old customs house,along the northern canal,in the hills above the town
beside the ruined station
near the grain harbour,across the dry riverbed,outside the provincial capital,under the ring road
at the edge of the salt flats,around the cathedral square,beyond the last olive groves
close to the border post
on both banks of the river,between two burnt villages,within sight of the airport
opposite the courthouse
""")
_WHEN: Final = _pool("""
before dawn,late in the evening,during a short lull,after two days of rain,while a delegation waited
as the power failed again,by the light of lamps,soon after prayers,on the eve of the harvest
in freezing fog
shortly before noon,once the road was open,amid heavy traffic,for the third week running
without any warning
under a truce that few trusted
""")
_SO: Final = _pool("""
and nobody could say why,which surprised the council,though the figures are disputed
and prices fell at once
but a spokesman denied it,while families packed their belongings,and the talks were put off
which the ministry called routine,yet the shelling did not resume,and the patrols were doubled
so the ferry stayed in port,though no inquiry was announced,and both sides claimed the credit
but witnesses told another story,which left the clinic without fuel
and a commission will look into it
""")
_SYLLABLES: Final = _pool("""
bar,del,mor,tin,kas,vel,ruk,san,ol,em,gar,hiv,zan,pel,tor,ush,nim,dak,rel,fos,cal,ber,lun,mak,jer
wen,sot,ib
""")


@dataclass(frozen=True, slots=True)
class Told:
    """One edition of a generated story."""

    marker: str
    edition: int
    headline: str
    paragraphs: tuple[str, ...]
    poison: str = ""


def tell(seed: int, number: int, edition: int = 1, poison: str = "") -> Told:
    """Story ``number`` of a seed; a later edition keeps its marker and most of its words, and adds
    new facts."""
    random = Random(f"{seed}:{number}")
    marker = "Qar" + "".join(random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(7))
    place = _place(random)
    headline = (
        f"{random.choice(_WHO)} near {place} say {random.randint(12, 990)} "
        f"{random.choice(_WHAT)} {marker}"
    )
    body = [_paragraph(random) for _ in range(5)]
    file = random.randint(10_000, 99_999)
    for later in range(2, edition + 1):
        news = Random(f"{seed}:{number}:{later}")
        body[1 + later % 3] = _paragraph(news)
        body.append(_paragraph(news))
    body[2] += f" In {place} the {marker} register lists the matter under file {file}/{edition}."
    return Told(marker, edition, headline, tuple(body), poison)


def _place(random: Random) -> str:
    return "".join(random.choice(_SYLLABLES) for _ in range(3)).capitalize()


def _paragraph(random: Random) -> str:
    return " ".join(_sentence(random) for _ in range(3))


def _sentence(random: Random) -> str:
    who, did, what, where = (random.choice(pool) for pool in (_WHO, _DID, _WHAT, _WHERE))
    count, place, when, so = (
        random.randint(3, 970),
        _place(random),
        random.choice(_WHEN),
        random.choice(_SO),
    )
    forms = (
        f"{who} from {place} {did} {count} {what} {where} {when}, {so}.",
        f"In {place}, {who.lower()} {did} {count} {what} {when}, {so}.",
        f"{when.capitalize()} {who.lower()} {did} the {what} of {place} {where}, where {count} "
        "people waited.",
        f"The {what} {where} were {did} {when}, {count} {who.lower()} in {place} said, {so}.",
    )
    return random.choice(forms)
