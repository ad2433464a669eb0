"""The index that serves requests: brought into line before a question, or used as far as it can be."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import (
    CitabotError,
    DamagedDatabase,
    DamagedIndex,
    HomeBusy,
    HomeNotWritable,
    IndexUnreachable,
    StaleIndex,
    StorageFull,
)
from knowledge.store import Store
from retrieval.index import tables
from retrieval.index.encoded import EncodedPassage
from retrieval.index.encoding import Progress, encode, lacking
from retrieval.index.encoding_store import EncodingStore, open_encodings
from retrieval.index.lookup import Lookup
from retrieval.index.milvus import Collection
from retrieval.index.postings import Postings
from retrieval.index.published import PublishedVectors
from retrieval.index.rebuild import bring_into_line, check_encodings, check_fits, index_lock
from retrieval.index.seal import SegmentFiles
from retrieval.index.segments import OpenSegments, SealedVectors
from retrieval.index.vectors import ExactIndex, UnreachableIndex, VectorIndex
from retrieval.index.write import VERSION, State, is_behind, read_state, take_in
from retrieval.model import IndexState
from retrieval.models.encoder import Encoder, open_encoder
from retrieval.settings import Settings, milvus_address

Notice = Callable[[str], None]
"""A callback with a sentence for a person who waits."""

ENCODINGS = "vectors.db"
# How long a rebuild waits for another one: nine times what adding 10,000 passages took (`tests/benchmarks/speed.py`).
REBUILD_WAIT_SECONDS = 1800.0
# Between two attempts to write an index where there was no space or no right. Our choice, so that questions need not
# wait for an attempt each time.
_TRY_AGAIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """An index in the state of a transaction, for searching: vectors of passages and quotes, postings, and encodings.

    `change` is the number of changes that it has seen, `encodings` is None where vectors cannot be asked, and
    `has_tokens` says whether passages have token vectors.
    """

    state: IndexState
    change: int
    postings: Postings
    vectors: VectorIndex
    quotes: VectorIndex
    encodings: Lookup | None
    has_tokens: bool

    def cosines(self, vector: NDArray[np.float32], passages: Iterable[int]) -> dict[int, dict[int, float]]:
        """Return by passage id the cosines of the passage and its units with a vector (d,), by unit id.

        Without vectors there are none.
        """
        return {} if self.encodings is None else self.encodings.cosines(vector, passages)

    def without_vectors(self, dimension: int) -> "Index":
        """Return the same index without any vector."""
        empty = ExactIndex(np.zeros(0, np.int64), np.zeros((0, dimension), np.float32))
        return Index(self.state, self.change, self.postings, empty, empty, None, has_tokens=False)


class CurrentIndex:
    """The encoder and the index of a home, each opened at its first use."""

    def __init__(self, store: Store, folder: Path, settings: Settings, *, notice: Notice, progress: Progress) -> None:
        """Make the tables of the index where the base has none. Raises HomeNotWritable or StorageFull."""
        tables.prepare(store)
        self._store = store
        self._folder = folder
        self.sealed = _sealed_vectors(store, folder, settings, notice)
        self._encoder_name, self._device = settings.encoder, settings.device
        self._notice = notice
        self._progress = progress
        self._encoder: Encoder | None = None
        self._encodings: EncodingStore | None = None
        self._segments: OpenSegments | None = None
        self._index: Index | None = None
        self._change = -1
        self._damage: str | None = None
        self._unusable: str | None = None
        self._next_attempt = 0.0
        store.derive = self._derive

    def close(self) -> None:
        """Close files and connections."""
        self.sealed.close()
        if self._encodings is not None:
            self._encodings.close()

    @property
    def encoder(self) -> Encoder:
        """Return the encoder of the settings. Raises UntrustedModel or BadSettings."""
        if self._encoder is None:
            self._encoder = open_encoder(self._encoder_name, device=self._device)
        return self._encoder

    @property
    def encodings(self) -> EncodingStore:
        """Return the encodings, for reading alone where they cannot be written.

        Raises HomeNotWritable, StorageFull or DamagedDatabase.
        """
        if self._encodings is None:
            path = self._folder / ENCODINGS
            try:
                self._encodings = open_encodings(path, notice=self._notice)
            except (HomeNotWritable, StorageFull):
                if not path.is_file():
                    raise
                self._encodings = open_encodings(path, read_only=True)
        return self._encodings

    def bring_up_to_date(self) -> None:
        """Bring the index into line with base and encoder where it is not, of which a notice is given.

        While another process does so, or where it cannot be written, the index stays as it is, or its full text answers
        alone. Raises HomeBusy, HomeNotWritable, StorageFull or IndexUnreachable where there is nothing to answer with.
        """
        stale = self._damage or self._lack()
        reason = stale or self.sealed.lack()
        if reason is None:
            self._unusable = None
            return
        if time.monotonic() < self._next_attempt:
            return
        is_usable = self._is_usable()
        try:
            with index_lock(self._folder, wait_seconds=0):
                pass
        except HomeBusy as error:
            if is_usable:
                self._notice("The index is being rebuilt by another process; answering from the one before.")
                return
            if stale is None:
                self._fall_back(reason, error, is_usable=False)
                return
        except (HomeNotWritable, StorageFull) as error:
            self._fall_back(reason, error, is_usable=is_usable)
            return
        self._notice(f"{reason.rstrip('.')}; it is being made now.")
        try:
            self.rebuild(full=False)
        except (HomeNotWritable, StorageFull) as error:
            self._fall_back(reason, error, is_usable=is_usable)
        except IndexUnreachable as error:
            # All but the sealed vectors has been brought into line.
            lack = self._damage or self.sealed.lack()
            if lack is not None:
                self._fall_back(lack, error, is_usable=False)

    def _is_usable(self) -> bool:
        """Say whether the last whole index can answer, though it lacks something."""
        state = read_state(self._store.database)
        fits = (state.version, state.encoder) == (VERSION, self.encoder.digest)
        return fits and self._damage is None and self.sealed.lack() is None

    def _fall_back(self, reason: str, error: CitabotError, *, is_usable: bool) -> None:
        """Answer with what there is, as nothing can be written: `reason` is what is wrong, `error` why it stays so.

        Raises `error` where there is not even full text.
        """
        self._next_attempt = time.monotonic() + _TRY_AGAIN_SECONDS
        if is_usable:
            self._notice(f"{error.message} The last whole index answers, which may lack what was changed since.")
        elif read_state(self._store.database).version == VERSION:
            self._unusable = reason
            self._notice(f"{reason} {error.message} Full text alone answers.")
        else:
            raise error

    def reopen(self, damage: DamagedIndex | None) -> None:
        """Open everything anew at the next question, after what is damaged has been mended.

        Where the index has changed since the last call of `index`, what was missed need not be damage: it may be gone.
        """
        self._segments = self._index = None
        if damage is not None and read_state(self._store.database).change == self._change:
            self._damage = damage.message

    def index(self) -> Index:
        """Return the index in the state that the caller's transaction sees. Raises DamagedIndex."""
        state = read_state(self._store.database)
        self._change = state.change
        if self._index is None or self._index.change != state.change or self._is_unreachable(self._index):
            self._index = self._opened(state)
        return self._index

    def _opened(self, state: State) -> Index:
        encoder, postings = self.encoder, Postings(self._store.database)
        passages = sum(passages for passages, _ in postings.sizes().values())
        described = IndexState(state.fingerprint, encoder.name, encoder.digest, postings.sources(), passages)
        if self._unusable is not None:
            none = UnreachableIndex(self._unusable)
            return Index(described, state.change, postings, none, none, None, has_tokens=False)
        if self._segments is None:
            lookup = Lookup(self._store, self.encodings, encoder)
            self._segments = OpenSegments(self._store, self.sealed, lookup, encoder.dimension)
        self._segments.refresh()
        of_passages, of_quotes = self._segments.family("passages"), self._segments.family("quotes")
        lookup, has_tokens = self._segments.lookup, encoder.token_dimension > 0
        return Index(described, state.change, postings, of_passages, of_quotes, lookup, has_tokens=has_tokens)

    def _is_unreachable(self, index: Index) -> bool:
        return (index.encodings is None) != (self._unusable is not None)

    def rebuild(self, *, full: bool) -> tuple[int, bool]:
        """Bring the index into line; return the number of texts encoded for it, and whether anything was done.

        With `full` it is made anew even where it fits. Raises HomeBusy, HomeNotWritable or StorageFull.
        """
        if self._store.refusal is not None:
            # The state read may be older than what another process has written, which must not be replaced.
            raise self._store.refusal
        with index_lock(self._folder, wait_seconds=REBUILD_WAIT_SECONDS):
            if self._damage is not None:
                check_encodings(self._store, self.encoder, self.encodings)
            done = bring_into_line(
                self._store,
                self.encoder,
                self.encodings,
                self.sealed,
                self._folder,
                full=full,
                report=self._progress,
            )
            self._note_base()
        self._damage = self._unusable = None
        self._next_attempt = 0.0
        return done

    def encode_ahead(self, passages: Iterable[EncodedPassage]) -> None:
        """Encode passages that are about to be stored, so that they are whole when they are seen."""
        encode(lacking(passages, self.encoder, self.encodings), self.encoder, self.encodings, self._progress)

    def _lack(self) -> str | None:
        """Return why the index does not fit base or encoder; None where it does."""
        database = self._store.database
        try:
            with self._store.reading():
                check_fits(read_state(database), self.encoder.digest, behind=is_behind(database))
        except StaleIndex as error:
            return error.message
        return None

    def _derive(self) -> None:
        """Take a change into the index in the transaction that makes it, where the index is not to be made anew."""
        if read_state(self._store.database).version != VERSION:
            return
        try:
            take_in(self._store, self.encodings)
        except (HomeNotWritable, StorageFull) as error:
            if self._encodings is not None:
                raise
            # Without the encodings nothing can be told of them: what was noted is taken in later.
            self._notice(error.message)

    def _note_base(self) -> None:
        self.encodings.note_base(self._store.generation()[0], Postings(self._store.database).sources())


def _sealed_vectors(store: Store, folder: Path, settings: Settings, notice: Notice) -> SealedVectors:
    """Return what keeps sealed vectors by the settings."""
    address = milvus_address(settings.index)
    if address is None:
        return SegmentFiles(store, folder)
    token = None if settings.index_token is None else settings.index_token.get_secret_value()
    return PublishedVectors(store, Collection(address, token), notice)


def check_not_lost(store: Store, folder: Path) -> None:
    """Raise DamagedDatabase where the base is unused but the index was made from the documents of another base."""
    path = folder / ENCODINGS
    if store.has_bundled() or store.has_sources() or not path.is_file():
        return
    try:
        with open_encodings(path, read_only=True) as encodings:
            bases = encodings.made_for()
    except CitabotError:
        return  # What was damaged does not say from what it was made; a question reports the damage.
    sources = max((number for base, number in bases.items() if base != store.generation()[0]), default=0)
    if sources:
        raise DamagedDatabase(
            f"{store.path} is new or empty, but the index beside it was made from {sources} documents.",
            hint=f"Restore {store.path.name} from your backup, or move {folder} away to start anew.",
        )


def not_indexed(done: str, error: CitabotError) -> CitabotError:
    """Return the same error with a message that first says what was `done` before it."""
    hint = "Make room or let it be written, then run `citabot rebuild`; until then the last whole index answers."
    return type(error)(f"{done}, but the index could not be brought up to date: {error.message}", hint=hint)
