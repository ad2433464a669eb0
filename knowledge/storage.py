"""Files: read and written whole, private to their owner, and errors for what an operating system refuses."""

import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path

from filelock import FileLock, Timeout

from knowledge.errors import (
    BadTarget,
    CitabotError,
    HomeBusy,
    HomeNotWritable,
    MissingFile,
    SourceTooLarge,
    StorageFull,
)

# Modes for their owner alone, as questions and private articles are nobody else's: folders and files (chmod(2)).
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
PRIVATE_UMASK = 0o077
# No room on the disk, in a quota, or below the largest size that a file may have (setrlimit(2)).
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_MEGABYTE = 1_000_000


def storage_error(error: OSError, place: Path) -> CitabotError:
    """Return StorageFull where there is no room (a full disk, a quota, a limit), HomeNotWritable for other refusals."""
    if error.errno in _NO_ROOM:
        return StorageFull(f"There is no room left to write {place}.")
    return HomeNotWritable(f"{place} cannot be opened or written: {error.strerror or error}.")


def made_folder(path: Path) -> None:
    """Make a folder for its owner alone, and those it lies in, where it is not there.

    Raises HomeNotWritable or StorageFull.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            path.mkdir(PRIVATE_FOLDER)
            path.chmod(PRIVATE_FOLDER)  # mkdir's mode lacks what the umask holds back
        if not path.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    except OSError as error:
        raise storage_error(error, path) from error


def made_private(path: Path) -> None:
    """Make an empty file for its owner alone, where there is none. Raises OSError.

    SQLite gives the log and the index of a database the mode that its file has.
    """
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE_FILE)
        try:
            _keep_private(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def locked(path: Path, *, wait_seconds: float, busy: str) -> Iterator[None]:
    """Hold the lock at `path`. Raises HomeBusy with the sentence `busy`, HomeNotWritable or StorageFull."""
    lock = FileLock(path, mode=PRIVATE_FILE, timeout=wait_seconds)
    try:
        lock.acquire()
    except Timeout as error:
        raise HomeBusy(busy) from error
    except OSError as error:
        raise storage_error(error, path) from error
    try:
        yield
    finally:
        lock.release()


def file_sha256(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a regular file, read in pieces. Raises MissingFile or OSError."""
    with _opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_regular(path: Path, max_bytes: int, *, hint: str | None = None) -> bytes:
    """Read a regular file of at most `max_bytes`. Raises MissingFile, or SourceTooLarge with the hint."""
    too_large = SourceTooLarge(f"{path} is larger than {max_bytes / _MEGABYTE:.3g} MB.", hint=hint)
    try:
        if path.stat().st_size > max_bytes:
            _check_regular(path, path.stat())
            raise too_large
        with _opened(path) as file:
            content = file.read(max_bytes + 1)
    except PermissionError as error:
        raise MissingFile(f"{path} may not be read.", hint="Check its permissions.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name cannot be used"
        raise MissingFile(f"{path} cannot be opened: {reason}.") from error
    if len(content) > max_bytes:
        raise too_large
    return content


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, for its owner alone.

    Raises BadTarget where something stands there that is no regular file (a link is none), HomeNotWritable or
    StorageFull.
    """
    temporary: Path | None = None
    try:
        _check_target(path)
        # A name that nobody can foresee, made anew and never through a link (O_EXCL and O_NOFOLLOW).
        descriptor, name = tempfile.mkstemp(prefix=".citabot-", dir=path.parent)
        temporary = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            _keep_private(descriptor)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        temporary.replace(path)
        temporary = None
    except OSError as error:
        raise storage_error(error, path) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _check_target(path: Path) -> None:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    except ValueError as error:
        raise BadTarget("The name of the file to write cannot be used.") from error
    if not stat.S_ISREG(status.st_mode):
        raise BadTarget(f"{path} is not a regular file, so nothing is written there.")


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    """Open a regular file for reading. Raises MissingFile for anything else, OSError or ValueError."""
    # Asked before opening, because opening a device or a named pipe can already do something, or wait for ever.
    _check_regular(path, path.stat())
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        # And again, of the file that was really opened.
        _check_regular(path, os.fstat(descriptor))
        yield file


def _check_regular(path: Path, status: os.stat_result) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise MissingFile(f"{path} is a folder, not a file.", hint="Name the files in it.")
    if not stat.S_ISREG(status.st_mode):
        raise MissingFile(f"{path} is not a regular file.", hint="Pass its content through standard input.")


def _keep_private(descriptor: int) -> None:
    # Whatever the umask was; Windows has no fchmod.
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, PRIVATE_FILE)
