"""Which index answers: the published one when it fits, else one brought up to date, else the last whole one."""

import time
from collections.abc import Callable
from pathlib import Path

from knowledge.errors import CitabotError, DamagedDatabase, DamagedIndex, HomeBusy, HomeNotWritable, StorageFull
from knowledge.store import Store
from retrieval.index.generation import Generation, open_generation, read_manifest
from retrieval.index.rebuild import Progress, index_lock, is_current, sync
from retrieval.models.encoder import Encoder, open_encoder

Notice = Callable[[str], None]
"""Told one sentence that a person should know while waiting."""

# How long one rebuild waits for another: nine times what adding 10,000 passages took (`tests/benchmarks/speed.py`).
REBUILD_WAIT_SECONDS = 1800.0
# Between two tries to write an index where there was no room or no right: our choice, so that questions do not wait.
_TRY_AGAIN_SECONDS = 60.0


class Serving:
    """The encoder and the index of one home, opened when first needed."""

    def __init__(self, store: Store, folder: Path, *, encoder_name: str, notice: Notice, progress: Progress) -> None:
        self._store = store
        self._folder = folder
        self._encoder_name = encoder_name
        self._notice = notice
        self._progress = progress
        self._encoder: Encoder | None = None
        self._open: Generation | None = None
        self._not_before = 0.0

    @property
    def encoder(self) -> Encoder:
        """The encoder of the settings. Raises UntrustedModel."""
        if self._encoder is None:
            self._encoder = open_encoder(self._encoder_name)
        return self._encoder

    def current(self) -> Generation:
        """The generation to search with, brought up to date first where it does not fit; says so in a sentence.

        While another process is rebuilding, or where a new one cannot be written, the last whole generation serves.
        Raises HomeBusy, HomeNotWritable or StorageFull where there is none yet.
        """
        found, flaw = self._fitting()
        if found is not None:
            return found
        last = self._last()
        if last is not None and time.monotonic() < self._not_before:
            return last
        try:
            with index_lock(self._folder, wait_seconds=0):
                pass
        except HomeBusy:
            if last is not None:
                self._notice("The index is being rebuilt by another process; answering from the one before.")
                return last
        except (HomeNotWritable, StorageFull) as error:
            return self._instead(last, error)
        self._notice(flaw)
        try:
            return self.rebuild(full=False)[0]
        except (HomeNotWritable, StorageFull) as error:
            return self._instead(last, error)

    def _instead(self, last: Generation | None, error: CitabotError) -> Generation:
        """The last whole generation, in place of one that could not be written."""
        if last is None:
            raise error
        self._not_before = time.monotonic() + _TRY_AGAIN_SECONDS
        self._notice(f"{error.message} The last whole index answers, which may lack what was changed since.")
        return last

    def rebuild(self, *, full: bool) -> tuple[Generation, int, bool]:
        """The fitting generation, how many texts were encoded for it, and whether it had to be made."""
        if self._store.refusal is not None:
            # What is read may be behind what another process has written since, whose index is not to be replaced.
            raise self._store.refusal
        with index_lock(self._folder, wait_seconds=REBUILD_WAIT_SECONDS):
            found, _ = self._fitting()
            if found is not None and not full:
                return found, 0, False
            manifest, encoded = sync(self._store, self.encoder, self._folder, full=full, progress=self._progress)
            self._open = open_generation(self._folder, manifest)
            return self._open, encoded, True

    def _fitting(self) -> tuple[Generation | None, str]:
        """The published generation when it fits the database and the encoder and is whole, else what is wrong."""
        try:
            manifest = read_manifest(self._folder)
            if manifest is None:
                return None, "There is no index yet; making one."
            if manifest.base != self._store.generation()[0]:
                return None, "The index was made from another knowledge base; making it anew."
            if not is_current(manifest, self._store, self.encoder.digest):
                return None, "The index does not match the knowledge base or the encoder; bringing it up to date."
            if self._open is None or self._open.manifest != manifest:
                self._open = open_generation(self._folder, manifest)
            return self._open, ""
        except DamagedIndex as error:
            return None, f"{error.message.rstrip('.')}; making it anew."

    def _last(self) -> Generation | None:
        """The last whole generation of this base and encoder, be it older than the database."""
        base, changes = self._store.generation()
        try:
            manifest = read_manifest(self._folder)
            # Of a base that was restored from a backup, a later index may name what has come since under other ids.
            if manifest is None or manifest.base != base or manifest.generation > changes:
                return self._open
            if manifest.encoder_digest != self.encoder.digest:
                return self._open
            if self._open is None or self._open.manifest != manifest:
                self._open = open_generation(self._folder, manifest)
        except DamagedIndex:
            # What is published cannot be read: one opened earlier still can.
            return self._open
        return self._open


def check_not_lost(store: Store, folder: Path) -> None:
    """Raise DamagedDatabase where an unused base stands beside an index that was made from another one's documents."""
    if store.has_bundled() or store.counts().sources:
        return
    try:
        manifest = read_manifest(folder)
    except DamagedIndex:
        return  # It does not say of what it was made; a question says that it is damaged.
    if manifest is not None and manifest.sources and manifest.base != store.generation()[0]:
        raise DamagedDatabase(
            f"{store.path} is new or empty, but the index beside it was made from {manifest.sources} documents.",
            hint=f"Restore {store.path.name} from your backup, or move {folder} away to start anew.",
        )


def not_indexed(done: str, error: CitabotError) -> CitabotError:
    """The same error, saying first what was done before it."""
    hint = "Make room or let it be written, then run `citabot rebuild`; until then the last whole index answers."
    return type(error)(f"{done}, but the index could not be brought up to date: {error.message}", hint=hint)
