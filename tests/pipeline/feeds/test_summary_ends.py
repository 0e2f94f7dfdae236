"""What programs print behind a summary goes; what a reporter wrote there stays."""

from __future__ import annotations

import pytest

from pipeline.feeds.plain_text import plain_line, unescape_markup
from pipeline.feeds.summary_ends import cut_content_end, cut_plain_ends, cut_summary_ends

T = "Army shells Karsin from the hills"
F = "Harbour Post"
S = "Army units shelled the northern edge of Karsin on Sunday, the governor said."
POST = f"<p>The post <a href='/p'>{T}</a> appeared first on <a href='/'>{F}</a>.</p>"


def shown(summary: str, title: str = T) -> str:
    """The summary as an entry holds it."""
    cut = cut_summary_ends(unescape_markup(summary), title, F)
    return cut_plain_ends(plain_line(cut), title)


@pytest.mark.parametrize(
    "end",
    [
        " [&#8230;]",
        " [...]",
        " (…)",
        f" [&#8230;]{POST}",
        f"</p>{POST}",
        f" The post {T} appeared first on {F}.",
        f" Continue reading {T} →",
        " Continue reading <span class='meta-nav'>→</span>",
        " <a href='/p'>Weiterlesen …</a>",
        "<br><a href='/p'>Weiterlesen</a>",
        " Lire la suite",
        " Leer más...",
        " Читать далее →",
        " اقرأ المزيد",
        " 阅读全文",
        " Devamını oku",
        " Czytaj więcej »",
        " <a href='/p'>続きを読む</a>",
        " 더 보기",
        " Read more...",
        " (<a href='/p'>more</a>)",
        " <b><a href='/p'>Full story</a></b>",
        "</p><p>Comments: <a href='/c'>4</a></p>",
        "<p><a href='/c'>0 Kommentare</a></p>",
        "</p><p>12 Комментариев</p>",
        f"</p><p>Der Beitrag <a href='/p'>{T}</a> erschien zuerst auf <a href='/'>{F}</a>.</p>",
        f"</p><p>Сообщение <a href='/p'>{T}</a> появились сначала на <a href='/'>{F}</a>.</p>",
        f"</p><p>L'articolo <a href='/p'>{T}</a> proviene da <a href='/'>{F}</a>.</p>",
        f"</p><p>Źródło: <a href='/'>{F}</a></p>",
        "<br/><br/><a href='/s'>Share</a> <a href='/z'>Print</a>",
        "<div><a href='/s'><img src='y'></a> <a href='/z'><img></a></div>",
        f"</p><p><a href='/p'>Continue reading<span> “{T}”</span></a></p>",
        f"</p>{POST}".replace("<", "&lt;"),
    ],
)
def test_a_programs_end_goes(end: str) -> None:
    """In any language, by what it links to, by the title said again, or by its words."""
    assert shown(f"<p>{S}{end}") == S
    assert shown(S + end) == S


@pytest.mark.parametrize(
    "summary",
    [
        S,
        f"{S} He wants to read more",
        f"{S} Police want more.",
        f"{S} It was the worst attack of the year",
        f"<p>{S}</p><p>Two people died.</p>",
        f"<p>{S}</p><p>4 Soldaten</p>",
        f"<p>{S}</p><p>The <a href='/m'>minister</a> denied it.</p>",
        "<p>Army <a href='/k'>shells</a> the <a href='/m'>market</a></p>",
        "Army units shelled Karsin, <a href='/r'>Reuters reported</a>",
        f"<a href='/p'>{T}</a>&nbsp;&nbsp;<font color='#6f6f6f'>{F}</font>",
        f"{S} He said: “{T} and nobody will stop it before dawn, whatever they say in Haven.”",
        "Continue reading",
    ],
)
def test_a_reporters_end_stays(summary: str) -> None:
    """A link within a sentence, a count of soldiers, a headline that is quoted."""
    assert shown(summary) == plain_line(summary)


def test_a_short_title_in_a_link_is_a_word() -> None:
    """A story named "Iran" has paragraphs that link to Iran."""
    summary = f"<p>{S}</p><p>The envoy of <a href='/iran'>Iran</a> left.</p>"
    assert shown(summary, "Iran") == plain_line(summary)


def test_a_text_that_was_cut_stays_cut() -> None:
    """A mark behind half a sentence becomes an ellipsis, so that it is seen to be half."""
    assert shown("Shells fell as envoys [&#8230;]") == "Shells fell as envoys…"
    assert shown("Shells fell as envoys...") == "Shells fell as envoys..."


def test_content_loses_only_the_sentence_of_its_program() -> None:
    """Content is for the extractor; a last paragraph that links to the story itself is none."""
    assert cut_content_end(f"<p>{S}</p>\n{POST}", T) == f"<p>{S}"
    kept = f"<p>{S}</p><p><a href='/x'>Read more</a></p>"
    assert cut_content_end(kept, T) == kept


@pytest.mark.parametrize(
    "flood", ["<a ", "<a href=x>", "<p>", "(", " ", "<a>x</a>", "a ", "[", f"{T} ", "x<i>"]
)
def test_a_flood_costs_no_time(flood: str) -> None:
    """Only the end is looked at, however long the summary is."""
    shown(flood * (100_000 // len(flood)))
