"""The sample wire: stories written for Wiredesk, whose clean copy, relations and themes are known by construction.

It is what ``make run`` polls on a bare machine, and the golden set of the tests: stories and furniture lie as TOML
in ``config/sample``, any story renders in any site template, and ``serve`` offers all of it on loopback as feeds
with their pages.
"""

from workers.sample.compare import at, differences
from workers.sample.expect import Expected, expected
from workers.sample.load import Sample, SampleFault, load, sample, stories
from workers.sample.pages import render, templates
from workers.sample.server import Wire, serve
from workers.sample.story import Furniture, Outlet, SampleStory

__all__ = [
    "Expected",
    "Furniture",
    "Outlet",
    "Sample",
    "SampleFault",
    "SampleStory",
    "Wire",
    "at",
    "differences",
    "expected",
    "load",
    "render",
    "sample",
    "serve",
    "stories",
    "templates",
]
