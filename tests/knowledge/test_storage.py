"""Files are read and written whole, from and to regular files alone, and are their owner's."""

import errno
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.errors import (
    BadTarget,
    CitabotError,
    HomeBusy,
    HomeNotWritable,
    MissingFile,
    SourceTooLarge,
    StorageFull,
)
from knowledge.storage import file_sha256, locked, made_folder, made_private, read_regular, storage_error, write_whole


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.fixture(params=[0o000, 0o022, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture
def irregular(tmp_path: Path) -> dict[str, Path]:
    """Everything that a path can lead to besides a regular file."""
    paths = {name: tmp_path / name for name in ("folder", "fifo", "socket", "link", "dangling", "device")}
    paths["folder"].mkdir()
    os.mkfifo(paths["fifo"])
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(paths["socket"]))
    (tmp_path / "aim").write_bytes(b"untouched")
    paths["link"].symlink_to(tmp_path / "aim")
    paths["dangling"].symlink_to(tmp_path / "nothing")
    # Making a device takes rights that many a container lacks.
    paths["device"] = Path("/dev/null")
    return paths


def test_a_file_is_written_in_the_place_of_the_old_one_and_alone(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(b"old")
    write_whole(path, b"new")
    assert (path.read_bytes(), mode(path)) == (b"new", 0o600)
    write_whole(tmp_path / ("n" * 255), b"the longest name")
    assert sorted(len(one.name) for one in tmp_path.iterdir()) == [11, 255]


def test_only_a_regular_file_is_replaced(irregular: dict[str, Path], tmp_path: Path) -> None:
    before = {one.name: one.lstat().st_ino for one in tmp_path.iterdir()}
    for path in irregular.values():
        with pytest.raises(BadTarget, match="is not a regular file"):
            write_whole(path, b"new")
    assert {one.name: one.lstat().st_ino for one in tmp_path.iterdir()} == before
    assert (tmp_path / "aim").read_bytes() == b"untouched"
    assert Path("/dev/null").is_char_device()


def test_a_name_planted_for_the_file_made_aside_is_never_followed(tmp_path: Path) -> None:
    aim = tmp_path / "aim"
    aim.write_bytes(b"untouched")
    (tmp_path / f".record.json.{os.getpid()}").symlink_to(aim)
    write_whole(tmp_path / "record.json", b"new")
    assert aim.read_bytes() == b"untouched"
    assert not (tmp_path / "record.json").is_symlink()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO])
def test_nothing_stays_of_a_file_that_could_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    (tmp_path / "record.json").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(HomeNotWritable if code == errno.EIO else StorageFull):
        write_whole(tmp_path / "record.json", b"new")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("record.json", b"old")]


@pytest.mark.parametrize("name", ["a\0b", "nowhere/x", "x" * 300, "file/x"])
def test_a_name_that_cannot_be_used_is_said_so(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    for attempt in (lambda path: write_whole(path, b""), lambda path: read_regular(path, 9)):
        with pytest.raises(CitabotError) as refused:
            attempt(tmp_path / name)
        assert refused.value.exit_code in (2, 3)


def test_only_a_regular_file_is_read(irregular: dict[str, Path], tmp_path: Path) -> None:
    assert read_regular(irregular["link"], 9) == b"untouched"
    for name in ("folder", "fifo", "socket", "dangling", "device"):
        with pytest.raises(MissingFile):
            read_regular(irregular[name], 9)
    for name in ("folder", "fifo", "socket", "device"):
        with pytest.raises(MissingFile):
            file_sha256(irregular[name])


def test_no_more_is_read_than_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert read_regular(path, 5) == b"12345"
    with pytest.raises(SourceTooLarge):
        read_regular(path, 4)
    # Its size is said to be 0, whatever comes out of it.
    with pytest.raises(SourceTooLarge):
        read_regular(Path("/proc/self/status"), 4)


def test_a_folder_and_a_file_are_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    made_folder(tmp_path / "home")
    made_private(tmp_path / "home" / "base.db")
    assert (mode(tmp_path / "home"), mode(tmp_path / "home" / "base.db")) == (0o700, 0o600)
    with locked(tmp_path / "home" / "lock", wait_seconds=0, busy=""):
        assert mode(tmp_path / "home" / "lock") == 0o600


def test_what_is_there_already_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(0o755)
    (tmp_path / "file").touch(0o640)
    made_folder(tmp_path / "home")
    made_private(tmp_path / "file")
    assert (mode(tmp_path / "home"), mode(tmp_path / "file")) == (0o755, 0o640)


def test_a_file_in_the_place_of_a_folder_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    for path in (tmp_path / "home", tmp_path / "home" / "inner"):
        with pytest.raises(HomeNotWritable):
            made_folder(path)


def test_a_lock_is_one_persons(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with (
        locked(path, wait_seconds=0, busy="Taken."),
        pytest.raises(HomeBusy, match=r"Taken\."),
        locked(path, wait_seconds=0, busy="Taken."),
    ):
        pytest.fail("two have the lock")
    path.unlink()
    path.mkdir()
    with pytest.raises(HomeNotWritable), locked(path, wait_seconds=0, busy=""):
        pytest.fail("a folder is no lock")


def test_a_refusal_of_room_is_told_from_one_of_rights() -> None:
    for code, kind in [(errno.ENOSPC, StorageFull), (errno.EACCES, HomeNotWritable), (errno.EROFS, HomeNotWritable)]:
        error = storage_error(OSError(code, os.strerror(code)), Path("/home/base"))
        assert type(error) is kind
        assert "/home/base" in error.message
        assert "nothing" not in error.message
