"""How much of the wire's and the page's furniture is taken off, and how much of the story with
it."""
