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
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from knowledge.errors import DamagedIndex
from knowledge.storage import file_sha256, storage_error
from retrieval.index import VectorIndex, load_index
from retrieval.late import TokenVectors, load_tokens
from retrieval.postings import Postings, load_postings

_CURRENT, _GENERATIONS, _MANIFEST = "current", "generations", "manifest.json"
VECTORS, POSTINGS, TOKENS = "vectors.faiss", "postings.npz", "tokens.npy"


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


@dataclass(frozen=True, slots=True)
class Generation:
    """A whole index, open for searching."""

    manifest: Manifest
    index: VectorIndex
    postings: Postings
    tokens: TokenVectors | None


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of the current generation, or None where there is none. Raises DamagedIndex."""
    try:
        fingerprint = (folder / _CURRENT).read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise DamagedIndex("The index does not say which generation is current.") from error
    if not fingerprint.isalnum():
        raise DamagedIndex("The index does not say which generation is current.")
    try:
        stored = json.loads((_folder(folder, fingerprint) / _MANIFEST).read_text("utf-8"))
        manifest = Manifest(**stored)
    except (OSError, ValueError, TypeError) as error:
        raise DamagedIndex("The manifest of the index cannot be read.") from error
    if manifest.fingerprint != fingerprint:
        raise DamagedIndex("The manifest of the index belongs to another index.")
    return manifest


def open_generation(folder: Path, manifest: Manifest) -> Generation:
    """Open the generation that a manifest describes. Raises DamagedIndex where a file is not the one described."""
    place = _folder(folder, manifest.fingerprint)
    for name, promised in manifest.files.items():
        try:
            found = file_sha256(place / name)
        except OSError as error:
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
    try:
        generations.mkdir(parents=True, exist_ok=True)
        previous = read_current(folder)
        aside = Path(tempfile.mkdtemp(prefix="making-", dir=generations))
        try:
            write(aside)
            files = {path.name: file_sha256(path) for path in sorted(aside.iterdir())}
            manifest = Manifest(**described, files=files)
            _write(aside / _MANIFEST, json.dumps(asdict(manifest), indent=2) + "\n")
            _opened(aside, manifest)
            _replace_folder(aside, _folder(folder, manifest.fingerprint))
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        _write(folder / "current.new", manifest.fingerprint + "\n")
        (folder / "current.new").replace(folder / _CURRENT)
    except OSError as error:
        raise storage_error(error, folder) from error
    _drop_others(generations, {manifest.fingerprint, previous or manifest.fingerprint})
    return manifest


def read_current(folder: Path) -> str | None:
    """The fingerprint of the current generation, or None where none is named."""
    try:
        return (folder / _CURRENT).read_text("ascii").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def _folder(folder: Path, fingerprint: str) -> Path:
    return folder / _GENERATIONS / fingerprint


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


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
