"""The fault harness: the whole system on generated stories while its parts are killed, starved and
cut off.

``python -m benchmarks.faults`` serves stories on loopback, runs ``wiredesk run`` as its own
process, injects faults under load and then compares what was offered with what the sink holds:
nothing lost, nothing delivered twice. Its negative control switches the sweep off and must show
loss, or the harness proves nothing.
"""
