"""An index build as a generation: a folder written aside, checked, then made current by one atomic rename.

```
index/
  current            the fingerprint of the generation in use
  generations/<fingerprint>/manifest.json, vectors.faiss, postings.npz, tokens.npy, tokens-starts.npy
  vectors.db         vectors by (text digest, encoder digest)
```
A reader opens one whole generation. A crash at any moment leaves `current` naming a whole one.
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
from retrieval.index.vectors import VectorIndex, load_index

_CURRENT, _GENERATIONS, _MANIFEST = "current", "generations", "manifest.json"
VECTORS, POSTINGS, TOKENS = "vectors.faiss", "postings.npz", "tokens.npy"
_NEEDED = {VECTORS, POSTINGS}
_KNOWN = _NEEDED | {path.name for path in token_files(Path(TOKENS))}
# A manifest has some 800 bytes, a fingerprint the 64 digits of a SHA-256: what is larger by far is none of ours.
_MOST, _LONGEST_FINGERPRINT = 100_000, 200


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was made from and what it holds."""

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
    """SHA-256 digests of the other files, by name."""


_MANIFESTS = TypeAdapter(Manifest)


@dataclass(frozen=True, slots=True)
class Generation:
    """A whole index, open for searching."""

    manifest: Manifest
    index: VectorIndex
    postings: Postings
    tokens: TokenVectors | None


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of the current generation, or None where there is none. Raises DamagedIndex."""
    fingerprint = read_current(folder)
    if fingerprint is None:
        if not (folder / _CURRENT).exists() and not (folder / _CURRENT).is_symlink():
            return None
        raise DamagedIndex("The index does not say which generation is current.")
    try:
        manifest = _MANIFESTS.validate_json(read_regular(_folder(folder, fingerprint) / _MANIFEST, _MOST), strict=True)
    except (MissingFile, SourceTooLarge, ValidationError) as error:
        raise DamagedIndex("The manifest of the index cannot be read.") from error
    if manifest.fingerprint != fingerprint:
        raise DamagedIndex("The manifest of the index belongs to another index.")
    if not _NEEDED <= manifest.files.keys() <= _KNOWN:
        raise DamagedIndex("The manifest of the index names other files than an index has.")
    return manifest


def open_generation(folder: Path, manifest: Manifest) -> Generation:
    """Open the generation that a manifest describes. Raises DamagedIndex where a file is not the one described."""
    place = _folder(folder, manifest.fingerprint)
    for name, promised in manifest.files.items():
        try:
            found = file_sha256(place / name)
        except (OSError, MissingFile) as error:
            raise DamagedIndex("A file of the index is missing or cannot be read.") from error
        if found != promised:
            raise DamagedIndex("A file of the index is not the one that its manifest describes.")
    return _opened(place, manifest)


def _opened(place: Path, manifest: Manifest) -> Generation:
    tokens = load_tokens(place / TOKENS) if TOKENS in manifest.files else None
    return Generation(manifest, load_index(place / VECTORS), load_postings(place / POSTINGS), tokens)


def publish(folder: Path, write: Callable[[Path], None], described: dict[str, Any]) -> Manifest:
    """Have a generation's files written aside, read them back, make it current, and drop all but it and the one before.

    `write` is given the folder to write them in. Raises StorageFull or HomeNotWritable; until it returns the earlier
    generation stays current.
    """
    generations = folder / _GENERATIONS
    made_folder(generations)
    try:
        previous = read_current(folder)
        aside = Path(tempfile.mkdtemp(prefix="making-", dir=generations))
        try:
            write(aside)
            files = {path.name: file_sha256(path) for path in sorted(aside.iterdir())}
            manifest = Manifest(**described, files=files)
            write_whole(aside / _MANIFEST, f"{json.dumps(asdict(manifest), indent=2)}\n".encode())
            _opened(aside, manifest)
            _replace_folder(aside, _folder(folder, manifest.fingerprint))
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        write_whole(folder / _CURRENT, f"{manifest.fingerprint}\n".encode())
    except BadTarget as error:
        raise DamagedIndex(error.message, hint="Move it away, then run `citabot rebuild`.") from error
    except OSError as error:
        raise storage_error(error, folder) from error
    _drop_others(generations, {manifest.fingerprint, previous or manifest.fingerprint})
    return manifest


def read_current(folder: Path) -> str | None:
    """The fingerprint of the current generation, or None where none is named."""
    try:
        named = read_regular(folder / _CURRENT, _MOST).decode("ascii").strip()
    except (MissingFile, SourceTooLarge, UnicodeDecodeError):
        return None
    # A fingerprint is hexadecimal: a path would lead elsewhere.
    return named if named.isalnum() and len(named) <= _LONGEST_FINGERPRINT else None


def _folder(folder: Path, fingerprint: str) -> Path:
    return folder / _GENERATIONS / fingerprint


def _replace_folder(made: Path, place: Path) -> None:
    # The same fingerprint holds the same content, but a damaged one must give way: rename cannot replace a full folder.
    if place.exists():
        worn = made.with_name(made.name.replace("making-", "worn-"))
        place.rename(worn)
        made.rename(place)
        shutil.rmtree(worn, ignore_errors=True)
    else:
        made.rename(place)


def _drop_others(generations: Path, kept: set[str]) -> None:
    for entry in generations.iterdir():
        if entry.name not in kept:
            shutil.rmtree(entry, ignore_errors=True)
