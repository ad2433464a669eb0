"""Which index answers: the published one when it fits, else one brought up to date, else the last whole one."""

from collections.abc import Callable
from pathlib import Path

from knowledge.errors import DamagedIndex, HomeBusy
from knowledge.store import Store
from retrieval.encoder import Encoder, open_encoder
from retrieval.generation import Generation, open_generation, read_manifest
from retrieval.rebuild import Progress, index_lock, is_current, sync

Notice = Callable[[str], None]
"""Told one sentence that a person should know while waiting."""

# How long one rebuild waits for another: nine times what adding 10,000 passages took (`tests/benchmarks/speed.py`).
REBUILD_WAIT_SECONDS = 1800.0


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

    @property
    def encoder(self) -> Encoder:
        """The encoder of the settings. Raises UntrustedModel."""
        if self._encoder is None:
            self._encoder = open_encoder(self._encoder_name)
        return self._encoder

    def current(self) -> Generation:
        """The generation to search with, brought up to date first where it does not fit; says so in a sentence.

        While another process is rebuilding, the last whole generation serves. Raises HomeBusy where there is none yet.
        """
        found, flaw = self._fitting()
        if found is not None:
            return found
        try:
            with index_lock(self._folder, wait_seconds=0):
                pass
        except HomeBusy:
            last = self._last()
            if last is not None:
                self._notice("The index is being rebuilt by another process; answering from the one before.")
                return last
        self._notice(flaw)
        return self.rebuild(full=False)[0]

    def rebuild(self, *, full: bool) -> tuple[Generation, int, bool]:
        """The fitting generation, how many texts were encoded for it, and whether it had to be made."""
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
            if not is_current(manifest, self._store, self.encoder.digest):
                return None, "The index does not match the knowledge base or the encoder; bringing it up to date."
            if self._open is None or self._open.manifest != manifest:
                self._open = open_generation(self._folder, manifest)
            return self._open, ""
        except DamagedIndex as error:
            return None, f"{error.message.rstrip('.')}; making it anew."

    def _last(self) -> Generation | None:
        """The last whole generation of this encoder, be it older than the database."""
        try:
            manifest = read_manifest(self._folder)
            if manifest is not None and manifest.encoder_digest == self.encoder.digest:
                self._open = open_generation(self._folder, manifest)
        except DamagedIndex:
            # What is published cannot be read: one opened earlier still can.
            return self._open
        return self._open
