"""Health: whether what should happen does.

``health_rules.py`` is the one list of what can be wrong, each rule with its test, its sentence and
what to do; ``observing.py`` gathers what they look at. ``watchdog.py`` ends a worker that lives and
takes nothing. `wiredesk status`, `wiredesk health` and the metrics print from the one list.
"""
