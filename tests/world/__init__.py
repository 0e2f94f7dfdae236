"""The world as it is: pages, feeds and texts as publishers send them, and what must come of each.

Every kind of trouble is a table of variants in other layouts, languages and words, with look-alikes
that must stay as they are. The tests go through two public doors only, ``wiredesk explain`` and
``wiredesk once`` on a site on loopback (one module starts the running system), so that the rooms
behind them may be rebuilt. Texts and names are invented; those in many languages stand in
``tests/data/world``.
"""
