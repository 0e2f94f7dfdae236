"""Article -> Story: furniture of wire and republisher off the copy and into fields, cuts recorded.

``cleaning.PASSES`` is the order in which this is done. Patterns and words are data in
``config/wire``: ``rules.py`` reads them, ``check.py`` runs their own examples, ``applying.py`` acts
on them. Rules that compare lines with each other are code: ``structure.py``, ``naming.py``.
``copy.py`` is what all of them work on; ``doubts.py`` says when a mark or a word is not believed.
"""

from pipeline.wire.check import check
from pipeline.wire.cleaning import PASSES, clean, trace_cuts
from pipeline.wire.copy import Cut, printed
from pipeline.wire.rules import Rule, Rules, RulesError, load

__all__ = ["PASSES", "Cut", "Rule", "Rules", "RulesError", "check", "clean", "load", "printed",
           "trace_cuts"]  # fmt: skip
