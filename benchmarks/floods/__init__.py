"""Floods: documents and pages that repeat one thing without end, at sizes n, 2n and 4n.

``python -m benchmarks.floods`` says for each how processor time grows with size, and what the
largest takes that the caps let through. A reading that is linear takes twice as long for twice as
much; one that is not would let one page stand in the way of all others.
"""
