"""The packaged models: the names of their files, and opening them after a check of the digests.

retrieval/models/weights/
  manifest.json     the encoder's name, dimensions and prefixes, and the SHA-256 of its files
  model.onnx        the encoder: word pieces of a text -> its unit vector, and the vectors of the pieces
  tokenizer.json    its word pieces, Spanish and English
  lexicon.tsv.gz    translations of words with probabilities
  entailment.json, entailment.onnx, entailment-tokenizer.json    the entailment model
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import UntrustedModel
from knowledge.storage import file_sha256
from retrieval.models.encodings import Prefixes
from retrieval.models.onnx_encoder import OnnxEncoder, PackagedModel

WEIGHTS = Path(__file__).parent / "weights"
MANIFEST, MODEL, TOKENIZER, LEXICON = "manifest.json", "model.onnx", "tokenizer.json", "lexicon.tsv.gz"
ENTAILMENT, ENTAILMENT_MANIFEST = "entailment.onnx", "entailment.json"
ENTAILMENT_TOKENIZER = "entailment-tokenizer.json"
DIGESTED_FILES = (LEXICON, MODEL, TOKENIZER)
"""The files whose digests stand in `manifest.json`."""
_HINT = "Install citabot again: pip install --force-reinstall citabot."


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
class EntailmentManifest:
    """The content of `entailment.json`. `temperature` divides the log-odds (Guo et al. 2017, "On Calibration").

    `files` are hexadecimal SHA-256 digests by file name.
    """

    name: str
    pieces: int
    temperature: float
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class EntailmentModel:
    """The entailment model, its files checked; `digest` is the SHA-256 of everything that its results depend on."""

    name: str
    digest: str
    pieces: int
    temperature: float
    tokenizer: Path


def open_packaged(folder: Path = WEIGHTS) -> OnnxEncoder:
    """Open the encoder of a weights folder. Raises UntrustedModel where a file is missing or has another digest."""
    return OnnxEncoder(packaged_model(folder))


def packaged_model(folder: Path = WEIGHTS) -> PackagedModel:
    """Check the encoder's files of a weights folder. Raises UntrustedModel."""
    try:
        content = (folder / MANIFEST).read_bytes()
        manifest = Manifest(**json.loads(content))
        prefixes = Prefixes(**manifest.prefixes)
    except (OSError, ValueError, TypeError) as error:
        raise UntrustedModel("The packaged encoder has no readable manifest.", hint=_HINT) from error
    _check(folder, DIGESTED_FILES, manifest.files)
    return PackagedModel(
        manifest.name,
        hashlib.sha256(content).hexdigest(),
        manifest.dimension,
        manifest.token_dimension,
        manifest.pieces,
        prefixes,
        folder / MODEL,
        folder / TOKENIZER,
    )


def packaged_entailment(folder: Path = WEIGHTS) -> EntailmentModel:
    """Check the files of the entailment model in a weights folder. Raises UntrustedModel."""
    try:
        content = (folder / ENTAILMENT_MANIFEST).read_bytes()
        manifest = EntailmentManifest(**json.loads(content))
    except (OSError, ValueError, TypeError) as error:
        raise UntrustedModel("The entailment model has no readable manifest.", hint=_HINT) from error
    _check(folder, (ENTAILMENT, ENTAILMENT_TOKENIZER), manifest.files)
    return EntailmentModel(
        manifest.name,
        hashlib.sha256(content).hexdigest(),
        manifest.pieces,
        manifest.temperature,
        folder / ENTAILMENT_TOKENIZER,
    )


def _check(folder: Path, names: Iterable[str], published: Mapping[str, str]) -> None:
    """Compare files with their published digests by name. Raises UntrustedModel."""
    for name in names:
        try:
            digest = file_sha256(folder / name)
        except OSError as error:
            raise UntrustedModel(f"The file {name} of the packaged models is missing.", hint=_HINT) from error
        if digest != published.get(name):
            raise UntrustedModel(f"The file {name} of the packaged models is not the one published.", hint=_HINT)
