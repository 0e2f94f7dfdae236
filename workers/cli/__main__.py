"""``python -m workers.cli``: the command without its script."""

from workers import logs
from workers.cli import main

logs.configure()
main()
