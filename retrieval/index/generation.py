"""Generations of the index: each is a folder, written under another name, checked, then made current by a rename.

```
index/
  current            the fingerprint of the generation in use
  generations/<fingerprint>/manifest.json, vectors.faiss, postings.npz, tokens.npy, tokens-starts.npy
  vectors.db         vectors by (text digest, encoder digest)
```
A reader opens one generation, which is always complete: a crash at any moment leaves `current` with a complete one.
"""

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from knowledge.errors import BadTarget, DamagedIndex, MissingFile, SourceTooLarge
from knowledge.storage import file_sha256, made_folder, read_regular, storage_error, write_whole
from retrieval.index.postings import Postings, load_postings
from retrieval.index.tokens import TokenVectors, load_tokens, token_files
from retrieval.index.vectors import UnreachableIndex, VectorIndex, load_index
from retrieval.model import IndexState

_CURRENT, _GENERATIONS, _MANIFEST = "current", "generations", "manifest.json"
VECTORS, POSTINGS, TOKENS = "vectors.faiss", "postings.npz", "tokens.npy"
_REQUIRED_FILES = {VECTORS, POSTINGS}
_POSSIBLE_FILES = _REQUIRED_FILES | {path.name for path in token_files(Path(TOKENS))}
# Bytes of a manifest, which has some 800, and digits of a fingerprint, which has the 64 of a SHA-256. Our choice:
# anything much larger was not written by this program.
_MOST_BYTES, _LONGEST_FINGERPRINT = 100_000, 200


@dataclass(frozen=True, slots=True)
class Manifest:
    """The description of a generation: what it was made from, and how much it contains."""

    fingerprint: str
    base: str
    generation: int
    encoder: str
    encoder_digest: str
    dimension: int
    sources: int
    passages: int
    sentences: int
    quotes: int
    files: dict[str, str]
    """SHA-256 digests of the other files in hexadecimal, by name."""


_MANIFESTS = TypeAdapter(Manifest)


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation, open for searching."""

    manifest: Manifest
    vectors: VectorIndex
    postings: Postings
    tokens: TokenVectors | None

    @property
    def state(self) -> IndexState:
        """Return the description of the index that an answer contains."""
        manifest = self.manifest
        return IndexState(
            manifest.fingerprint, manifest.encoder, manifest.encoder_digest, manifest.sources, manifest.passages
        )


def read_manifest(folder: Path) -> Manifest | None:
    """Read the manifest of the current generation, or None where there is none. Raises DamagedIndex."""
    fingerprint = read_current(folder)
    if fingerprint is None:
        if not (folder / _CURRENT).exists() and not (folder / _CURRENT).is_symlink():
            return None
        raise DamagedIndex("The index does not say which generation is current.")
    try:
        manifest = _MANIFESTS.validate_json(
            read_regular(_generation_folder(folder, fingerprint) / _MANIFEST, _MOST_BYTES), strict=True
        )
    except (MissingFile, SourceTooLarge, ValidationError) as error:
        raise DamagedIndex("The manifest of the index cannot be read.") from error
    if manifest.fingerprint != fingerprint:
        raise DamagedIndex("The manifest of the index belongs to another index.")
    if not _REQUIRED_FILES <= manifest.files.keys() <= _POSSIBLE_FILES:
        raise DamagedIndex("The manifest of the index names other files than an index has.")
    return manifest


def open_generation(folder: Path, manifest: Manifest) -> Generation:
    """Open the generation that a manifest describes. Raises DamagedIndex where a file has another digest."""
    generation = _generation_folder(folder, manifest.fingerprint)
    for name in manifest.files:
        _check_file(generation, name, manifest)
    return _open_files(generation, manifest)


def open_without_vectors(folder: Path, manifest: Manifest, reason: str) -> Generation:
    """Open the full text of a generation alone; a search of its vectors raises IndexUnreachable with the reason.

    For a generation whose vectors cannot be read, or were made with another encoder, where no new one can be written.
    Raises DamagedIndex.
    """
    generation = _generation_folder(folder, manifest.fingerprint)
    _check_file(generation, POSTINGS, manifest)
    return Generation(manifest, UnreachableIndex(reason), load_postings(generation / POSTINGS), None)


def _check_file(generation: Path, name: str, manifest: Manifest) -> None:
    try:
        digest = file_sha256(generation / name)
    except (OSError, MissingFile) as error:
        raise DamagedIndex("A file of the index is missing or cannot be read.") from error
    if digest != manifest.files[name]:
        raise DamagedIndex("A file of the index is not the one that its manifest describes.")


def _open_files(generation: Path, manifest: Manifest) -> Generation:
    tokens = load_tokens(generation / TOKENS) if TOKENS in manifest.files else None
    return Generation(manifest, load_index(generation / VECTORS), load_postings(generation / POSTINGS), tokens)


def publish(folder: Path, write: Callable[[Path], None], described: dict[str, Any]) -> Manifest:
    """Write the files of a generation, read them back, make it current, and delete all but it and the previous one.

    `write` writes them to the folder that it is called with; `described` are the fields of the manifest besides
    `files`. Until it returns the previous generation stays current. Raises StorageFull or HomeNotWritable, and
    DamagedIndex where something else than an index has one of the names.
    """
    generations = folder / _GENERATIONS
    made_folder(generations)
    try:
        previous = read_current(folder)
        temporary = Path(tempfile.mkdtemp(prefix="making-", dir=generations))
        try:
            write(temporary)
            files = {path.name: file_sha256(path) for path in sorted(temporary.iterdir())}
            manifest = Manifest(**described, files=files)
            write_whole(temporary / _MANIFEST, f"{json.dumps(asdict(manifest), indent=2)}\n".encode())
            _open_files(temporary, manifest)
            _replace_folder(temporary, _generation_folder(folder, manifest.fingerprint))
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
        write_whole(folder / _CURRENT, f"{manifest.fingerprint}\n".encode())
    except BadTarget as error:
        raise DamagedIndex(error.message, hint="Move it away, then run `citabot rebuild`.") from error
    except OSError as error:
        raise storage_error(error, folder) from error
    _delete_others(generations, {manifest.fingerprint, previous or manifest.fingerprint})
    return manifest


def read_current(folder: Path) -> str | None:
    """Read the fingerprint of the current generation, or None where the file is missing or holds no fingerprint."""
    try:
        fingerprint = read_regular(folder / _CURRENT, _MOST_BYTES).decode("ascii").strip()
    except (MissingFile, SourceTooLarge, UnicodeDecodeError):
        return None
    # A fingerprint is hexadecimal; a path could lead to another folder.
    return fingerprint if fingerprint.isalnum() and len(fingerprint) <= _LONGEST_FINGERPRINT else None


def _generation_folder(folder: Path, fingerprint: str) -> Path:
    return folder / _GENERATIONS / fingerprint


def _replace_folder(new: Path, target: Path) -> None:
    # The same fingerprint means the same content, but the files may be damaged. A rename cannot replace a full folder.
    if target.exists():
        replaced = new.with_name(new.name.replace("making-", "worn-"))
        target.rename(replaced)
        new.rename(target)
        shutil.rmtree(replaced, ignore_errors=True)
    else:
        new.rename(target)


def _delete_others(generations: Path, kept_names: set[str]) -> None:
    for entry in generations.iterdir():
        if entry.name not in kept_names:
            shutil.rmtree(entry, ignore_errors=True)
