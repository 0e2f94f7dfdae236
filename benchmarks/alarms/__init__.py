"""The alarm harness: twelve failures staged on the running system, and how soon health says so.

``python -m benchmarks.alarms`` runs ``wiredesk run`` as its own process on stories of its own,
stages one failure at a time, and asks `wiredesk health` until it exits 1 with a sentence that names
the part. A system at which nothing is staged must stay green all the while.
"""
