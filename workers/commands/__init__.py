"""What the commands do: ``running`` (run, work), ``desk`` (once, explain, check), ``operating`` (status, trace ...)."""


class Fault(RuntimeError):
    """A command can't do what was asked; the message says why and what to do."""
