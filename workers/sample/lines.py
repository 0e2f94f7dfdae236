"""A story and its furniture laid out as the lines of a page, top to bottom; every template wraps the same lines."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workers.sample.story import Furniture, SampleStory


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page: ``paragraph``, ``crosshead``, ``dateline`` (alone on its line) or a kind of furniture."""

    kind: str
    text: str
    items: tuple[str, ...] = ()


def lines(story: SampleStory) -> tuple[Line, ...]:
    """Everything between the page's own head and foot, in reading order; the page's ``<h1>`` is not part of it."""
    out = _pieces(story, "head")
    text = story.dateline.text if story.dateline else ""
    if text and story.dateline_style == "alone":
        out.append(Line("dateline", text))
        text = ""
    out += _pieces(story, 0)
    heads = {c.before: c.text for c in story.crossheads}
    for number, paragraph in enumerate(story.body):
        if number in heads:
            out.append(Line("crosshead", heads[number]))
        out.append(Line("paragraph", text + paragraph if number == 0 else paragraph))
        out += _pieces(story, number + 1)
    out += _pieces(story, "tail")
    return _glue(out, story.furniture)


def _pieces(story: SampleStory, at: object) -> list[Line]:
    return [Line(f.kind, f.text, f.items) for f in story.furniture if f.at == at]


def _glue(page: list[Line], furniture: tuple[Furniture, ...]) -> tuple[Line, ...]:
    """Run glued furniture into its neighbour: captions into the next paragraph, all else into the one before."""
    glued = {(f.kind, f.text) for f in furniture if f.glued}
    out: list[Line] = []
    front = ""
    for line in page:
        if (line.kind, line.text) in glued:
            if line.kind == "caption":
                front = line.text
            elif out:
                out[-1] = replace(out[-1], text=f"{out[-1].text} {line.text}")
        else:
            out.append(replace(line, text=front + line.text) if front else line)
            front = ""
    return tuple(out)
