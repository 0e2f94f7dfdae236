"""Processor time a story through the whole running system, beside bare extractors on the same
pages.

``python -m benchmarks.throughput`` prints one table; ``--quick`` is a smoke run. In the listing:
``corpus`` makes the pages, ``server`` serves them, ``config`` writes the settings of a run,
``meter`` reads processor time and memory, ``system`` runs everything for real, ``plain`` makes the
same calls in one process with a clock on each stage, ``peers`` runs the extractors, ``hints``
prices a message, ``report`` prints.
"""
