"""Sealing rows into segment files, and merging files into larger ones, so that few are searched and few are rewritten.

As in Lucene's TieredMergePolicy, eight segments of one size make the next; what was removed is left out on the way.
"""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path

from knowledge.changes import transaction
from knowledge.errors import DamagedIndex
from knowledge.storage import made_folder, storage_error
from knowledge.store import Store
from retrieval.index.lookup import FAMILIES, Family, Lookup, Row
from retrieval.index.segments import FOLDER, SealedSegment, open_sealed, read_segments, sealed_to
from retrieval.index.vectors import Segment

# Rows that are sealed together, and segments of one size that are merged. Our choice: searching 4,096 open rows takes
# a millisecond, reading them at a start a fifth of a second, and a million rows have some twenty segments.
SEALED_ROWS, FAN_OUT = 4096, 8
# Rows of a segment that a change may have to wait for; larger ones are merged by a rebuild. Our choice: two seconds.
_ROWS_TO_WAIT_FOR = SEALED_ROWS * FAN_OUT
# A segment is written anew when more than this part of its rows is gone. Our choice.
_MOST_GONE = 0.2
# Rows whose vectors are copied at a time; our choice, 12 MB.
_ROWS_AT_A_TIME = 8192

# Digits of a file's SHA-256 in its name: enough that no two files of a base have one name.
_DIGITS = 16

Range = tuple[int, int]
"""The first and the last row of segments."""


def seal(store: Store, folder: Path, lookup: Lookup, *, everything: bool) -> bool:
    """Seal the open rows where there are many, merge segments, and delete files that nobody lists; say if it did any.

    Without `everything` nothing is merged that a change should not wait for. The caller holds the index's lock. Raises
    DamagedIndex, HomeNotWritable or StorageFull.
    """
    changed = False
    while (due := _due(store, everything=everything)) is not None:
        write_range(store, folder, lookup, due)
        changed = True
    sweep(store, folder)
    return changed


def damaged_ranges(store: Store, folder: Path) -> list[Range]:
    """Return the rows of the segments whose files cannot be opened."""
    ranges = set()
    for segment in read_segments(store):
        try:
            open_sealed(folder, segment)
        except DamagedIndex:
            ranges.add((segment.first, segment.last))
    return sorted(ranges)


def write_range(store: Store, folder: Path, lookup: Lookup, rows: Range) -> None:
    """Write segments of all rows in a range, and list them in place of those that they had.

    Raises DamagedIndex where an encoding is missing, HomeNotWritable or StorageFull.
    """
    first, last = rows
    with store.reading():
        members = lookup.rows_between(first, last)
        listed = [_write(folder, lookup, family, members, rows) for family in FAMILIES]
    with transaction(store) as database:
        (left,) = database.execute("SELECT count(*) FROM index_rows WHERE row BETWEEN ? AND ?", rows).fetchone()
        gone = len(members) - left
        database.execute("DELETE FROM index_segments WHERE first >= ? AND last <= ?", rows)
        database.conn.executemany(
            "INSERT INTO index_segments VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(*astuple(entry)[:-1], gone) for entry in listed if entry],
        )
        database.execute("UPDATE index_state SET change = change + 1")


def sweep(store: Store, folder: Path) -> None:
    """Delete the files that are not on the list: merged ones, and those that a run left that was killed."""
    listed = {segment.file for segment in read_segments(store)}
    for path in (folder / FOLDER).glob("*"):
        if path.name not in listed:
            path.unlink()


def _due(store: Store, *, everything: bool) -> Range | None:
    """Return the rows of which segments should be written now: open ones, a segment with gaps, or several to merge."""
    segments = read_segments(store)
    end = sealed_to(segments)
    open_rows = store.rows("SELECT row FROM index_rows WHERE row > ? ORDER BY row LIMIT ?", [end, _ROWS_TO_WAIT_FOR])
    if len(open_rows) >= SEALED_ROWS and not store.rows("SELECT row FROM index_unencoded LIMIT 1"):
        return end + 1, open_rows[-1]["row"]
    of_passages = [segment for segment in segments if segment.family == "passages"]
    for segment in of_passages:
        if segment.gone > _MOST_GONE * segment.count:
            return segment.first, segment.last
    return _to_merge(of_passages, everything=everything)


def _to_merge(segments: Sequence[SealedSegment], *, everything: bool) -> Range | None:
    """Return the rows of the first segments that stand together, are of one size, and are as many as make the next."""
    for start in range(len(segments) - FAN_OUT + 1):
        group = segments[start : start + FAN_OUT]
        tiers = {_tier(segment.count) for segment in group}
        total = sum(segment.count for segment in group)
        if len(tiers) == 1 and (everything or total <= 2 * _ROWS_TO_WAIT_FOR):
            return group[0].first, group[-1].last
    return None


def _tier(size: int) -> int:
    """Return how often eight of the smallest segments were put together."""
    tier = 0
    while size >= SEALED_ROWS * FAN_OUT ** (tier + 1):
        tier += 1
    return tier


def _write(folder: Path, lookup: Lookup, family: Family, rows: Sequence[Row], of: Range) -> SealedSegment | None:
    """Write the vectors of a family in these rows to a file under its name; None where there are none."""
    segment: Segment | None = None
    for start in range(0, len(rows), _ROWS_AT_A_TIME):
        places, _, vectors = lookup.members(family, rows[start : start + _ROWS_AT_A_TIME])
        if segment is None:
            segment = Segment.sealed(places, vectors)
        else:
            segment.add(places, vectors)
    if not segment:
        return None
    place = folder / FOLDER
    try:
        made_folder(place)
        descriptor, name = tempfile.mkstemp(prefix="making-", dir=place)
        os.close(descriptor)
        temporary = Path(name)
        try:
            checksum = segment.save(temporary)
            digest = hashlib.sha256(temporary.read_bytes()).hexdigest()
            file = f"{family}-{of[0]}-{of[1]}-{digest[:_DIGITS]}.faiss"
            temporary.replace(place / file)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise storage_error(error, place) from error
    return SealedSegment(file, family, of[0], of[1], len(segment), checksum, 0)
