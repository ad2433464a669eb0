"""An index build as a generation: a folder written aside, checked, then made current by one atomic rename.

```
index/
  current            the fingerprint of the generation in use
  generations/<fingerprint>/manifest.json, vectors.faiss
  vectors.db         vectors by (text digest, encoder digest)
  exports/           encoders made ready to run
```
A reader opens one whole generation. A crash at any moment leaves `current` naming a whole one.
"""

import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from knowledge.errors import DamagedIndex
from knowledge.storage import file_sha256, storage_error
from retrieval.index import VectorIndex, load_index

_CURRENT, _GENERATIONS, _MANIFEST, _VECTORS = "current", "generations", "manifest.json", "vectors.faiss"


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
    vectors_sha256: str


@dataclass(frozen=True, slots=True)
class Generation:
    """A whole index, open for searching."""

    manifest: Manifest
    index: VectorIndex


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
    """Open the generation that a manifest describes. Raises DamagedIndex where its file is not the one described."""
    path = _folder(folder, manifest.fingerprint) / _VECTORS
    try:
        digest = file_sha256(path)
    except OSError as error:
        raise DamagedIndex("The index file is missing or cannot be read.") from error
    if digest != manifest.vectors_sha256:
        raise DamagedIndex("The index file is not the one that its manifest describes.")
    return Generation(manifest, load_index(path))


def publish(folder: Path, index: VectorIndex, described: dict[str, Any]) -> Manifest:
    """Write a generation aside, read it back, make it current, and drop all but it and the one before.

    Raises StorageFull or HomeNotWritable; until it returns the earlier generation stays current.
    """
    generations = folder / _GENERATIONS
    try:
        generations.mkdir(parents=True, exist_ok=True)
        previous = read_current(folder)
        aside = Path(tempfile.mkdtemp(prefix="making-", dir=generations))
        try:
            index.save(aside / _VECTORS)
            manifest = Manifest(**described, vectors_sha256=file_sha256(aside / _VECTORS))
            _write(aside / _MANIFEST, json.dumps(asdict(manifest), indent=2) + "\n")
            load_index(aside / _VECTORS)
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
