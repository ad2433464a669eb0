"""The packaged models: the names of their files, and opening them after a check of the digests.

retrieval/models/weights/
  manifest.json     the encoder's name, dimensions and prefixes, and the SHA-256 of its files
  model.onnx        the encoder: word pieces of a text -> its unit vector, and the vectors of the pieces
  tokenizer.json    its word pieces, Spanish and English
  lexicon.tsv.gz    translations of words with probabilities
  reader.json       the reader's name, and the SHA-256 of its files, two of which are the encoder's
  reader.onnx       the reader: word pieces of a question or claim and a passage -> what the passage does with it;
                    its word vectors lie in model.onnx
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from knowledge.errors import MissingFile, UntrustedModel
from knowledge.storage import file_sha256
from retrieval.models.device import AUTO
from retrieval.models.encodings import Prefixes
from retrieval.models.onnx_encoder import OnnxEncoder, PackagedModel

WEIGHTS = Path(__file__).parent / "weights"
MANIFEST, MODEL, TOKENIZER, LEXICON = "manifest.json", "model.onnx", "tokenizer.json", "lexicon.tsv.gz"
READER, READER_MANIFEST = "reader.onnx", "reader.json"
DIGESTED_FILES = (LEXICON, MODEL, TOKENIZER)
"""The files whose digests stand in `manifest.json`."""
# Files whose digests are kept: as many as there are.
_FILES = 8
_HINT = "Install citabot again: pip install --force-reinstall citabot."

_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The content of `manifest.json`; `files` are hexadecimal SHA-256 digests by file name."""

    name: str
    dimension: int
    token_dimension: int
    pieces: int
    prefixes: dict[str, str]
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class ReaderManifest:
    """The content of `reader.json`: the most pieces read of a pair, and hexadecimal SHA-256 digests by file name."""

    name: str
    pieces: int
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class PackagedReader:
    """The packaged reader, its files checked; `digest` is the SHA-256 of everything that its results depend on."""

    name: str
    digest: str
    pieces: int
    model: Path
    tokenizer: Path


def open_packaged(folder: Path = WEIGHTS, *, device: str = AUTO) -> OnnxEncoder:
    """Open the encoder of a weights folder. Raises UntrustedModel where a file is missing or has another digest.

    Raises BadSettings where the device is a GPU that cannot be used.
    """
    return _opened(packaged_model(folder), device)


@lru_cache(1)
def _opened(model: PackagedModel, device: str) -> OnnxEncoder:
    """Open an encoder once in a process, as several engines may share it."""
    return OnnxEncoder(model, device=device)


def packaged_model(folder: Path = WEIGHTS) -> PackagedModel:
    """Check the encoder's files of a weights folder. Raises UntrustedModel."""
    try:
        manifest, digest = _read_manifest(folder / MANIFEST, Manifest)
        prefixes = Prefixes(**manifest.prefixes)
    except (OSError, ValueError, TypeError) as error:
        raise UntrustedModel("The packaged encoder has no readable manifest.", hint=_HINT) from error
    _check(folder, DIGESTED_FILES, manifest.files)
    return PackagedModel(
        manifest.name,
        digest,
        manifest.dimension,
        manifest.token_dimension,
        manifest.pieces,
        prefixes,
        folder / MODEL,
        folder / TOKENIZER,
    )


def packaged_reader(folder: Path = WEIGHTS) -> PackagedReader:
    """Check the files of the reader in a weights folder. Raises UntrustedModel."""
    try:
        manifest, digest = _read_manifest(folder / READER_MANIFEST, ReaderManifest)
    except (OSError, ValueError) as error:
        raise UntrustedModel("The packaged reader has no readable manifest.", hint=_HINT) from error
    _check(folder, (MODEL, READER, TOKENIZER), manifest.files)
    return PackagedReader(manifest.name, digest, manifest.pieces, folder / READER, folder / TOKENIZER)


def _read_manifest(path: Path, kind: type[_Kind]) -> tuple[_Kind, str]:
    """Return a manifest and the SHA-256 of its file. Raises OSError or ValueError."""
    content = path.read_bytes()
    return TypeAdapter(kind).validate_json(content), hashlib.sha256(content).hexdigest()


@lru_cache(_FILES)
def _digest(path: Path, changed: int) -> str:
    """Return the SHA-256 of a file that was last changed at this time; encoder and reader share files."""
    return file_sha256(path)


def _check(folder: Path, names: Iterable[str], published: Mapping[str, str]) -> None:
    """Compare files with their published digests by name. Raises UntrustedModel."""
    for name in names:
        try:
            digest = _digest(folder / name, (folder / name).stat().st_mtime_ns)
        except (OSError, MissingFile) as error:
            raise UntrustedModel(f"The file {name} of the packaged models is missing.", hint=_HINT) from error
        if digest != published.get(name):
            raise UntrustedModel(f"The file {name} of the packaged models is not the one published.", hint=_HINT)
