"""What stands at a story's address instead of the story, told by its words in many languages.

Words are data: ``config/walls`` has a TOML file a kind (robot check, consent, paywall ...), which
``phrases`` reads and checks. ``weigh_text`` says how much in a text is said by such a page.
Whether a page is its entry's story is judged in ``run/judging.py``, by much else besides.
"""

from pipeline.walls.phrases import NONE, Walls, WallsError, load
from pipeline.walls.weighing import Signs, check, weigh_text

__all__ = ["NONE", "Signs", "Walls", "WallsError", "check", "load", "weigh_text"]
