"""Where the private Redis is: what is somebody else's is neither spoken to nor written into."""

from __future__ import annotations

import os
import socket
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from workers import embedded
from workers.embedded import socket_place

NOBODY = 65534
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A ``var`` folder whose socket is in a shared folder, a stand-in for /tmp."""
    with tempfile.TemporaryDirectory(prefix="wd-") as shared:
        Path(shared).chmod(0o1777)
        monkeypatch.setattr(socket_place, "_SHARED", Path(shared))
        yield tmp_path / ("v" * 100)


@pytest.mark.parametrize(
    ("length", "near", "why"),
    [
        (99, True, "short enough"),
        (100, True, "a socket's path has at most 107 characters, and 100 leaves room"),
        (101, False, "it goes into a private folder of the user's"),
    ],
)
def test_where_the_socket_is(length: int, near: bool, why: str) -> None:
    """Under ``var`` as long as its path fits."""
    rest = len("/redis/redis.sock")
    var = Path("/" + "v" * (length - rest - 1))
    path = embedded.socket_path(var)
    assert len(str(var / "redis" / "redis.sock")) == length
    assert path.is_relative_to(var) is near, why


def test_the_socket_is_where_every_environment_finds_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command in a login shell asks the same server as the service that an init system
    started."""
    var = tmp_path / ("v" * 100)
    before = embedded.socket_path(var)
    for name in ("TMPDIR", "XDG_RUNTIME_DIR", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    tempfile.tempdir = None
    assert embedded.socket_path(var) == before


def test_a_private_folder_is_made_and_used(far: Path) -> None:
    """Where the path is too long the server still works, behind a door of its user's."""
    server = embedded.start(far, 64)
    try:
        private = embedded.socket_path(far).parent
        assert stat.S_IMODE(private.lstat().st_mode) == 0o700
        assert embedded.ask(far) == (embedded.Answer.READY, server.pid)
    finally:
        embedded.end(far)
        server.wait(10)


def make_open(path: Path) -> None:
    """A folder that others may enter."""
    path.mkdir(mode=0o755)


def make_link(path: Path) -> None:
    """A link to a private folder."""
    target = path.with_name("elsewhere")
    target.mkdir(mode=0o700)
    path.symlink_to(target)


def make_file(path: Path) -> None:
    """A file."""
    path.write_text("")


@pytest.mark.parametrize("make", [make_open, make_link, make_file])
def test_a_folder_that_is_not_private_is_refused(far: Path, make: object) -> None:
    """Somebody else may have been there first; nothing is started in it, and nothing is said."""
    make(embedded.socket_path(far).parent)  # type: ignore[operator]
    for act in (embedded.start, embedded.ask):
        with pytest.raises(embedded.NoServer, match="WIREDESK_VAR"):
            act(far)


@only_root
def test_a_folder_of_another_user_is_refused(far: Path) -> None:
    """Private it is, but somebody else's."""
    private = embedded.socket_path(far).parent
    private.mkdir(mode=0o700)
    os.chown(private, NOBODY, NOBODY)
    with pytest.raises(embedded.NoServer, match="no private folder"):
        embedded.ask(far)


def test_a_shared_folder_where_anybody_may_rename_is_refused(far: Path) -> None:
    """Without the sticky bit a private folder in it can be put aside for another one."""
    embedded.make_folders(far)
    embedded.socket_path(far).parent.parent.chmod(0o777)
    with pytest.raises(embedded.NoServer, match="no private folder"):
        embedded.ask(far)


@only_root
@pytest.mark.parametrize("owner", ["of the socket", "of the server"])
def test_another_users_server_is_not_spoken_to(tmp_path: Path, owner: str) -> None:
    """Whoever may write into the folder may listen there: to him no word is said."""
    embedded.make_folders(tmp_path)
    path = embedded.socket_path(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        if owner == "of the socket":
            listener.listen()
            os.chown(path, NOBODY, NOBODY)
        else:
            # the kernel notes who it is when he begins to listen
            os.seteuid(NOBODY)
            try:
                listener.listen()
            finally:
                os.seteuid(0)
        with pytest.raises(embedded.NoServer, match="nobody"):
            embedded.ask(tmp_path)
        listener.setblocking(False)
        with suppress(BlockingIOError):
            line, _ = listener.accept()
            with line:
                assert line.recv(64) == b""


@only_root
def test_root_starts_no_server_in_another_users_folder(tmp_path: Path) -> None:
    """Its files would be in that user's way for good."""
    folder = tmp_path / "redis"
    folder.mkdir()
    os.chown(folder, NOBODY, NOBODY)
    with pytest.raises(embedded.NoServer, match="start this as nobody"):
        embedded.start(tmp_path)
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """With what to do about it."""
    (tmp_path / "var").write_text("a file")
    with pytest.raises(embedded.NoServer, match="set WIREDESK_VAR"):
        embedded.start(tmp_path / "var")
