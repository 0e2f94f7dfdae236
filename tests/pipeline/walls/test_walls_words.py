"""Words of walls: the files' own examples hold, and a file with faults is refused with each."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.walls import NONE, WallsError, check, load, weigh_text
from pipeline.walls.phrases import level

CONFIG = Path(__file__).parents[3] / "config" / "walls"
GOOD = """
kind = "login"
[sure]
en = ["sign in to + account"]
[hint]
en = ["password"]
[examples]
told = ["Sign in to your account."]
left = ["The account of the siege is long."]
"""


def test_the_files_own_examples_hold() -> None:
    """Each kind tells its walls and leaves its look-alikes."""
    walls = load(CONFIG)
    assert check(walls) == []
    assert len(walls.kinds) == 8


def test_an_example_that_fails_is_named(tmp_path: Path) -> None:
    """Who adds a phrase sees at once what it takes that it must not."""
    wrong = GOOD.replace("The account of the siege is long.", "Sign in to the account, it said.")
    (tmp_path / "login.toml").write_text(wrong.replace('["Sign in to your', '["Come to your'))
    first, second = check(load(tmp_path))
    assert "must tell" in first
    assert "must leave" in second


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('kind = "login"', 'kind = "Log in"'), "login.toml: kind"),
        (("[hint]", "[hints]"), "login.toml: hints: there is no such key"),
        (('en = ["password"]', 'english = ["password"]'), "hint.english: a language"),
        (('["password"]', '"password"'), "hint.en: must be a list"),
        (('["password"]', '["password", "Password"]'), "'Password' stands there twice"),
        (('["password"]', '["password + !"]'), "a piece without a word"),
        (("left =", "leave ="), "examples: must hold told and left"),
        (("[sure]", "[sure"), "login.toml: "),
    ],
)
def test_faults_are_named_by_file_and_key(
    tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    """A bad file is never half read."""
    (tmp_path / "login.toml").write_text(GOOD.replace(*change))
    with pytest.raises(WallsError) as raised:
        load(tmp_path)
    assert any(says in fault for fault in raised.value.faults), raised.value.faults


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    """A path with a slip in it is no empty vocabulary."""
    with pytest.raises(WallsError, match="no TOML file"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Sign in to your account", True),
        ("SIGN IN TO YOUR ACCOUNTS", True),
        ("Design in to your account", False),
        ("Sign in. Go to your account", False),
        ("", False),
    ],
)
def test_a_phrase_begins_at_a_word_and_stands_in_one_sentence(
    tmp_path: Path, text: str, *, found: bool
) -> None:
    """It may end inside a word, because languages bend their words."""
    (tmp_path / "login.toml").write_text(GOOD)
    assert (weigh_text(load(tmp_path), (), (text,)).weight == 2) == found


def test_what_covers_little_of_a_text_is_a_story_about_walls() -> None:
    """A notice is made of such phrases; a report holds one among many words."""
    walls = load(CONFIG)
    notice = weigh_text(walls, (), ("Page not found.", "It may have been moved or deleted."))
    report = weigh_text(
        walls,
        (),
        (
            "Readers who looked for the diary of the ministry were told 'page not found', as they "
            "had been in March.",
            "A historian in Haven says that he copied all four hundred names in time.",
        ),
    )
    assert notice.kind == report.kind == "not_found"
    assert notice.covered > 0.5
    assert report.covered < 0.1


def test_without_words_nothing_is_told() -> None:
    """Pages are then judged by their shape and beside their entry."""
    assert weigh_text(NONE, ("Page not found",), ("Page not found",)).weight == 0


def test_texts_are_levelled_alike_in_ascii_and_beyond() -> None:
    """Words stay, with one space between and around them, whatever stood there."""
    assert level("Sign_in,  to\n(your) account!") == " sign in to your account "
    assert level("«Sign_in»,  to\n(your) Kontö!") == " sign in to your kontö "
    assert level("...").strip() == level("…").strip() == ""
