"""Starts beside commands: `wiredesk run` begins while `status`, `health`, `trace` and `quarantine
list` are asked, and some of them are killed in the middle.

``python -m benchmarks.starts`` does it hundreds of times on one installation. Each start must come
to work, only one Redis may ever write into the folder, its socket must be there at the end, and
what was acknowledged or offered must be there exactly once.
"""
