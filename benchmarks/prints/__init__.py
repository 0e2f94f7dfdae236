"""A frozen print of what the system says today, so that a change to the code can show what it
changed.

``inputs`` gathers what is asked, ``asking`` runs the commands, ``printing`` makes a line of digests
of each answer, ``differences`` compares two prints and shows one answer of two commands side by
side.
"""
