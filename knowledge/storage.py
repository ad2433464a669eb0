"""Files: what an operating system's refusal means to a person, and the digest that tells one content from another."""

import errno
import hashlib
import os
from pathlib import Path

from knowledge.errors import CitabotError, HomeNotWritable, StorageFull


def storage_error(error: OSError, place: Path) -> CitabotError:
    """StorageFull where there is no room (a full disk or a quota), HomeNotWritable for any other refusal at `place`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull("The disk is full, so nothing was written.")
    return HomeNotWritable(f"{place} cannot be opened or written: {error.strerror or error}.")


def made_folder(path: Path) -> None:
    """Make a folder with those it lies in, where it is not there. Raises HomeNotWritable or StorageFull."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(error, path) from error


def file_sha256(path: Path) -> str:
    """The hexadecimal SHA-256 of a file, read in pieces. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises HomeNotWritable or StorageFull."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise storage_error(error, path) from error
