"""How well and how dearly the text of a story is taken off a page."""
