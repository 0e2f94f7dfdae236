"""Copies: quality on labelled pairs (``quality``), and cost and memory as the index grows
(``growth``)."""
