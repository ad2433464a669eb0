"""Sealing rows into segment files, and merging files into larger ones, so that few are searched and few are rewritten.

```
index/
  vectors.db                                   encodings by encoder and text
  segments/<family>-<first>-<last>-<sha>.faiss vectors of the rows from first to last
```
As in Lucene's TieredMergePolicy, eight segments of one size make the next; what was removed is left out on the way.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.changes import transaction
from knowledge.errors import DamagedIndex, MissingFile
from knowledge.storage import file_sha256, made_folder, storage_error
from knowledge.store import Store
from retrieval.index.lookup import FAMILIES, Family, Lookup, Row
from retrieval.index.segments import SealedSegment, read_segments, sealed_to, vector_differences
from retrieval.index.vectors import HALF_ROUNDING, Segment
from retrieval.upkeep_model import Difference

FOLDER, _NAMES = "segments", "*.faiss"

# Rows that are sealed together, and segments of one size that are merged. Our choice: searching 4,096 open rows takes
# a millisecond, reading them at a start a fifth of a second, and a million rows have some twenty segments.
SEALED_ROWS, FAN_OUT = 4096, 8
# Rows of a segment that a change may have to wait for; larger ones are merged by a rebuild. Our choice: two seconds.
_ROWS_TO_WAIT_FOR = SEALED_ROWS * FAN_OUT
# A segment is written anew when more than this part of its rows is gone. Our choice.
MOST_GONE = 0.2
# Rows whose vectors are copied at a time; our choice, 12 MB.
_ROWS_AT_A_TIME = 8192

# Digits of a file's SHA-256 in its name: enough that no two files of a base have one name.
_DIGITS = 16
# A sealed component is within the rounding of a half, or is below the smallest normal one (see `vectors`).
_SMALLEST = 2.0**-24

Range = tuple[int, int]
"""The first and the last row of segments."""


@dataclass(frozen=True, slots=True)
class SegmentFiles:
    """Sealed vectors in files of FAISS, in a folder beside the base (see `segments.SealedVectors`)."""

    store: Store
    folder: Path

    def listed(self) -> list[SealedSegment]:
        """Return the entries of the list that are files."""
        return read_segments(self.store, _NAMES)

    def lack(self) -> None:
        """Return None: rows that no file holds are searched all the same."""

    def open(self, entry: SealedSegment) -> Segment:
        """Map the file of a segment. Raises DamagedIndex where it is missing or another."""
        return Segment.load(self.folder / FOLDER / entry.file, entry.count, entry.checksum)

    def seal(self, lookup: Lookup, *, everything: bool) -> bool:
        """Write what is damaged anew, seal the open rows where there are many, and merge; say if it did any.

        Without `everything` nothing is merged that a change should not wait for. The caller holds the index's lock.
        Raises DamagedIndex, HomeNotWritable or StorageFull.
        """
        damaged = self._damaged()
        for rows in damaged:
            _write_range(self, lookup, rows)
        changed = bool(damaged)
        while (due := _due(self, everything=everything)) is not None:
            _write_range(self, lookup, due)
            changed = True
        return changed

    def differences(self, lookup: Lookup, entry: SealedSegment) -> Iterator[Difference]:
        """Yield what is wrong with a segment: its file, or a vector of a passage that is there."""
        path = self.folder / FOLDER / entry.file
        try:
            if not path.stem.endswith(file_sha256(path)[: len(path.stem.rsplit("-", 1)[-1])]):
                yield Difference(f"segment {entry.file}", "the file is not the one that was written")
                return
        except (OSError, MissingFile):
            yield Difference(f"segment {entry.file}", "the file is missing or cannot be read")
            return
        segment = self.open(entry)
        numbers = dict(zip(segment.places.tolist(), range(len(segment)), strict=True))

        def kept(places: NDArray[np.int64]) -> Mapping[int, NDArray[np.float32]]:
            own = [place for place in places.tolist() if place in numbers]
            return {place: segment.vectors(numbers[place], numbers[place] + 1)[0] for place in own}

        yield from vector_differences(lookup, entry, kept, rounding=HALF_ROUNDING, smallest=_SMALLEST)

    def close(self) -> None:
        """Do nothing: mapped files are closed when nobody has them."""

    def _damaged(self) -> list[Range]:
        """Return the rows of the segments whose files cannot be opened."""
        ranges = set()
        for segment in self.listed():
            try:
                self.open(segment)
            except DamagedIndex:
                ranges.add((segment.first, segment.last))
        return sorted(ranges)


def _write_range(files: SegmentFiles, lookup: Lookup, rows: Range) -> None:
    """Write segments of all rows in a range, and list them in place of those that they had.

    Raises DamagedIndex where an encoding is missing, HomeNotWritable or StorageFull.
    """
    with files.store.reading():
        members = lookup.rows_between(*rows)
        listed = [_write(files.folder, lookup, family, members, rows) for family in FAMILIES]
    with transaction(files.store) as database:
        (left,) = database.execute("SELECT count(*) FROM index_rows WHERE row BETWEEN ? AND ?", rows).fetchone()
        gone = len(members) - left
        database.execute("DELETE FROM index_segments WHERE first >= ? AND last <= ? AND file GLOB ?", [*rows, _NAMES])
        database.conn.executemany(
            "INSERT INTO index_segments VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(*astuple(entry)[:-1], gone) for entry in listed if entry],
        )
        database.execute("UPDATE index_state SET change = change + 1")


def sweep(store: Store, folder: Path) -> None:
    """Delete the files that are not on the list: merged ones, and those that a run left that was killed."""
    listed = {segment.file for segment in SegmentFiles(store, folder).listed()}
    for path in (folder / FOLDER).glob("*"):
        if path.name not in listed:
            path.unlink()


def _due(files: SegmentFiles, *, everything: bool) -> Range | None:
    """Return the rows of which segments should be written now: open ones, a segment with gaps, or several to merge."""
    store, segments = files.store, files.listed()
    end = sealed_to(segments)
    open_rows = store.rows("SELECT row FROM index_rows WHERE row > ? ORDER BY row LIMIT ?", [end, _ROWS_TO_WAIT_FOR])
    if len(open_rows) >= SEALED_ROWS and not store.rows("SELECT row FROM index_unencoded LIMIT 1"):
        return end + 1, open_rows[-1]["row"]
    of_passages = [segment for segment in segments if segment.family == "passages"]
    for segment in of_passages:
        if segment.gone > MOST_GONE * segment.count:
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
