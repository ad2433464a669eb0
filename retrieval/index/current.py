"""The index that serves requests: the published one where it is current, else a rebuilt one, else the last usable."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from knowledge.errors import (
    CitabotError,
    DamagedDatabase,
    DamagedIndex,
    HomeBusy,
    HomeNotWritable,
    StaleIndex,
    StorageFull,
)
from knowledge.store import Store
from retrieval.index.generation import Generation, Manifest, open_generation, open_without_vectors, read_manifest
from retrieval.index.rebuild import Progress, index_lock, sync
from retrieval.index.vectors import UnreachableIndex
from retrieval.models.encoder import Encoder, open_encoder

Notice = Callable[[str], None]
"""A callback with a sentence for a person who waits."""

# How long a rebuild waits for another one: nine times what adding 10,000 passages took (`tests/benchmarks/speed.py`).
REBUILD_WAIT_SECONDS = 1800.0
# Between two attempts to write an index where there was no space or no right. Our choice, so that questions need not
# wait for an attempt each time.
_TRY_AGAIN_SECONDS = 60.0


class CurrentIndex:
    """The encoder and the index of a home, each opened at its first use."""

    def __init__(self, store: Store, folder: Path, *, encoder_name: str, notice: Notice, progress: Progress) -> None:
        self._store = store
        self._folder = folder
        self._encoder_name = encoder_name
        self._notice = notice
        self._progress = progress
        self._encoder: Encoder | None = None
        self._open: Generation | None = None
        self._next_attempt = 0.0

    @property
    def encoder(self) -> Encoder:
        """Return the encoder of the settings. Raises UntrustedModel."""
        if self._encoder is None:
            self._encoder = open_encoder(self._encoder_name)
        return self._encoder

    def index(self) -> Generation:
        """Return the generation to search, rebuilt first where it is not current, of which a notice is given.

        While another process is rebuilding, or where a new one cannot be written, it is the last usable generation, or
        the full text of one whose vectors cannot be used. Raises HomeBusy, HomeNotWritable or StorageFull where there
        is neither.
        """
        waiting = time.monotonic() < self._next_attempt
        if self._open is not None and waiting and self._is_without_vectors():
            return self._open
        try:
            return self._current_generation()
        except (StaleIndex, DamagedIndex) as error:
            reason = error
        last = self._last_usable()
        if last is not None and waiting:
            return last
        try:
            with index_lock(self._folder, wait_seconds=0):
                pass
        except HomeBusy:
            if last is not None:
                self._notice("The index is being rebuilt by another process; answering from the one before.")
                return last
        except (HomeNotWritable, StorageFull) as error:
            return self._fallback(last, reason, error)
        self._notice(f"{reason.message.rstrip('.')}; it is being made now.")
        try:
            return self.rebuild(full=False)[0]
        except (HomeNotWritable, StorageFull) as error:
            return self._fallback(last, reason, error)

    def _fallback(self, last: Generation | None, reason: CitabotError, error: CitabotError) -> Generation:
        """Return the last usable generation, else the full text of the published one, as none can be written.

        `reason` is why a new one is needed, `error` why it cannot be written. Raises `error` where there is neither.
        """
        self._next_attempt = time.monotonic() + _TRY_AGAIN_SECONDS
        if last is not None:
            self._notice(f"{error.message} The last whole index answers, which may lack what was changed since.")
            return last
        manifest = self._published()
        if manifest is None:
            raise error
        try:
            self._open = open_without_vectors(self._folder, manifest, reason.message)
        except DamagedIndex:
            raise error from reason
        self._notice(f"{reason.message} {error.message} Full text alone answers.")
        return self._open

    def rebuild(self, *, full: bool) -> tuple[Generation, int, bool]:
        """Return the current generation, the number of texts encoded for it, and whether it was made now.

        With `full` it is made even where the published one is current. Raises HomeBusy, HomeNotWritable or StorageFull.
        """
        if self._store.refusal is not None:
            # The state read may be older than what another process has written, whose index must not be replaced.
            raise self._store.refusal
        with index_lock(self._folder, wait_seconds=REBUILD_WAIT_SECONDS):
            if not full:
                with suppress(StaleIndex, DamagedIndex):
                    return self._current_generation(), 0, False
            manifest, encoded = sync(self._store, self.encoder, self._folder, full=full, progress=self._progress)
            self._open = open_generation(self._folder, manifest)
            return self._open, encoded, True

    def _current_generation(self) -> Generation:
        """Return the published generation. Raises StaleIndex where base or encoder have changed, and DamagedIndex."""
        manifest = read_manifest(self._folder)
        if manifest is None:
            raise StaleIndex("There is no index yet.")
        base, changes = self._store.generation()
        if manifest.base != base:
            raise StaleIndex("The index was made from another knowledge base.")
        if manifest.encoder_digest != self.encoder.digest:
            raise StaleIndex("The index was made with another encoder, so every passage has to be read again.")
        if manifest.generation != changes:
            raise StaleIndex("The index was made before the knowledge base last changed.")
        return self._open_once(manifest)

    def _open_once(self, manifest: Manifest) -> Generation:
        if self._open is None or self._open.manifest != manifest or self._is_without_vectors():
            self._open = open_generation(self._folder, manifest)
        return self._open

    def _published(self) -> Manifest | None:
        """Return the manifest of the published index where it is of this base, and of this state or an earlier one.

        An index later than the base, which was restored from a backup, may use ids that have another meaning now.
        """
        base, changes = self._store.generation()
        try:
            manifest = read_manifest(self._folder)
        except DamagedIndex:
            return None
        return manifest if manifest and manifest.base == base and manifest.generation <= changes else None

    def _last_usable(self) -> Generation | None:
        """Return the published generation of this base and encoder, current or not, else the one opened earlier."""
        manifest = self._published()
        # One opened earlier can still be used where the published one cannot be read.
        if manifest is not None and manifest.encoder_digest == self.encoder.digest:
            with suppress(DamagedIndex):
                return self._open_once(manifest)
        return None if self._is_without_vectors() else self._open

    def _is_without_vectors(self) -> bool:
        return self._open is not None and isinstance(self._open.vectors, UnreachableIndex)


def check_not_lost(store: Store, folder: Path) -> None:
    """Raise DamagedDatabase where the base is unused but the index was made from the documents of another base."""
    if store.has_bundled() or store.counts().sources:
        return
    try:
        manifest = read_manifest(folder)
    except DamagedIndex:
        return  # The manifest does not say from what the index was made; a question reports the damage.
    if manifest is not None and manifest.sources and manifest.base != store.generation()[0]:
        raise DamagedDatabase(
            f"{store.path} is new or empty, but the index beside it was made from {manifest.sources} documents.",
            hint=f"Restore {store.path.name} from your backup, or move {folder} away to start anew.",
        )


def not_indexed(done: str, error: CitabotError) -> CitabotError:
    """Return the same error with a message that first says what was `done` before it."""
    hint = "Make room or let it be written, then run `citabot rebuild`; until then the last whole index answers."
    return type(error)(f"{done}, but the index could not be brought up to date: {error.message}", hint=hint)
