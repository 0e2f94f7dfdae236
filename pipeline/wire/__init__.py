"""Article -> Story: the desk's and the republisher's furniture off the copy and into fields, every cut recorded.

Patterns are data (``rules.py`` reads them, ``check.py`` runs their own examples); structure is code: what stands twice
(``repeats.py``), teasers (``teasers.py``), cross-heads (``crossheads.py``). ``desk.py`` calls them in order.
"""

from pipeline.wire.check import check
from pipeline.wire.desk import clean
from pipeline.wire.printed import printed
from pipeline.wire.rules import Rule, Rules, RulesError, load

__all__ = ["Rule", "Rules", "RulesError", "check", "clean", "load", "printed"]
