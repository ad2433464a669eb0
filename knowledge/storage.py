"""What an operating system's refusal to write means to a person."""

import errno
from pathlib import Path

from knowledge.errors import CitabotError, HomeNotWritable, StorageFull


def storage_error(error: OSError, place: Path) -> CitabotError:
    """StorageFull where there is no room (a full disk or a quota), HomeNotWritable for any other refusal at `place`."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull("The disk is full, so nothing was written.")
    return HomeNotWritable(f"{place} cannot be opened or written: {error.strerror or error}.")
