"""The sample wire: stories written for Wiredesk, whose clean copy, relations and themes are known
by construction.

It is what ``make run`` polls on a bare machine, and the golden set of the tests: stories and
furniture lie as TOML in ``config/sample``, any story renders in any site template, and ``serve``
offers all of it on loopback as feeds with their pages.
"""

from workers.sample.load import Sample, SampleFault, load, sample, stories
from workers.sample.pages import render, templates
from workers.sample.sample_story import Furniture, Outlet, SampleStory
from workers.sample.server import Wire, serve
from workers.sample.truth import Expected, differences, expected, find_story

__all__ = [
    "Expected",
    "Furniture",
    "Outlet",
    "Sample",
    "SampleFault",
    "SampleStory",
    "Wire",
    "differences",
    "expected",
    "find_story",
    "load",
    "render",
    "sample",
    "serve",
    "stories",
    "templates",
]
