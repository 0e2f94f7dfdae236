"""Names in bylines: where they begin, how they are parted, what is shaped like one."""

from __future__ import annotations

import pytest

from pipeline.names import is_name_shaped, set_in_lower_case, split_names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Mira Solen and Omar Riad", ["Mira Solen", "Omar Riad"]),
        ("By by ANNA WELD, OMAR RIAD and PETER LIND", ["ANNA WELD", "OMAR RIAD", "PETER LIND"]),
        ("By Mira Solen in Velmar with Omar Riad in Haven", ["Mira Solen", "Omar Riad"]),
        ("Von Mira Solen und Omar Riad", ["Mira Solen", "Omar Riad"]),
        ("Par Mira Solen et Omar Riad", ["Mira Solen", "Omar Riad"]),
        ("Por Mira Solen y Omar Riad", ["Mira Solen", "Omar Riad"]),
        ("di Mira Solen e Omar Riad", ["Mira Solen", "Omar Riad"]),
        ("Di Maria", ["Di Maria"]),
        ("Автор: Иван Орлов и Анна Белая", ["Иван Орлов", "Анна Белая"]),
        ("Текст: Иван Орлов", ["Иван Орлов"]),
        ("بقلم محمد علي", ["محمد علي"]),
        ("文/王小明", ["王小明"]),
        ("記者王小明", ["王小明"]),
        ("Ada Cole, MD, FRCP", ["Ada Cole"]),
        ("Ada Cole; Tom Reyes | Lena Fischer", ["Ada Cole", "Tom Reyes", "Lena Fischer"]),
    ],
)
def test_a_byline_is_parted_into_names(line: str, names: list[str]) -> None:
    """Each author stands alone, without the words that open and join them."""
    assert split_names(line) == names


@pytest.mark.parametrize(
    "name", ["Ada Cole", "J.R. Stone", "Erik van Vulpen", "محمد علي", "王小明"]
)
def test_a_name_has_its_shape(name: str) -> None:
    """Capitals, initials and particles; letters alone where a script has no capitals."""
    assert is_name_shaped(name)


@pytest.mark.parametrize(
    "text", ["See full bio", "Newsroom", "March 9", "@ada", "https://a.example", "4 min read", ""]
)
def test_other_lines_have_not(text: str) -> None:
    """Links, figures, one word and running text are no full names."""
    assert not is_name_shaped(text)


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("MIRA SOLEN", "Mira Solen"),
        ("SEAN O'NEIL MCKAY", "Sean O'Neil McKay"),
        ("ERIK VAN DER MEER", "Erik van der Meer"),
        ("J.R. STONE", "J.R. Stone"),
        ("AFP", "AFP"),
        ("Mira Solen", "Mira Solen"),
    ],
)
def test_capitals_become_a_name(printed: str, name: str) -> None:
    """A style of the page is no part of a name."""
    assert set_in_lower_case(printed) == name
