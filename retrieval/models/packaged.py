"""The bilingual encoder that comes with the program: its files found, checked by digest and opened.

retrieval/models/weights/
  manifest.json     what the encoder is called, what it makes, and the SHA-256 of the other files
  model.onnx        word pieces of one text -> its unit vector, and the vectors of the pieces
  tokenizer.json    English word pieces with Spanish ones added
  lexicon.tsv.gz    which words translate which
  entailment.json, entailment.onnx    whether evidence supports a claim; reads the word vectors of model.onnx
  answerability.safetensors    whether a passage answers, from the vectors of the pieces; made after the encoder
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import UntrustedModel
from knowledge.storage import file_sha256
from retrieval.models.onnx_encoder import OnnxEncoder, PackagedModel

WEIGHTS = Path(__file__).parent / "weights"
MANIFEST, MODEL, TOKENIZER, LEXICON = "manifest.json", "model.onnx", "tokenizer.json", "lexicon.tsv.gz"
ANSWERABILITY = "answerability.safetensors"
ENTAILMENT, ENTAILMENT_MANIFEST = "entailment.onnx", "entailment.json"
SEALED = (ANSWERABILITY, LEXICON, MODEL, TOKENIZER)
_HINT = "Install citabot again: pip install --force-reinstall citabot."


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands in `manifest.json`; `files` are SHA-256 digests by file name."""

    name: str
    dimension: int
    token_dimension: int
    pieces: int
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class EntailmentManifest:
    """What stands in `entailment.json`. `temperature` divides the log-odds (Guo et al. 2017, "On Calibration").

    `files` are SHA-256 digests by file name: the model's own, and those of the encoder's files that it reads.
    """

    name: str
    pieces: int
    temperature: float
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class EntailmentModel:
    """The entailment model ready to run; `digest` is the SHA-256 of everything that its answers depend on."""

    name: str
    digest: str
    pieces: int
    temperature: float
    tokenizer: Path


def open_packaged(folder: Path = WEIGHTS) -> OnnxEncoder:
    """Open the encoder of a weights folder. Raises UntrustedModel unless every file is the one promised."""
    return OnnxEncoder(packaged_model(folder))


def packaged_model(folder: Path = WEIGHTS, *, without: str | None = None) -> PackagedModel:
    """The checked files of a weights folder, be it that one is still to be made. Raises UntrustedModel."""
    try:
        written = (folder / MANIFEST).read_bytes()
        manifest = Manifest(**json.loads(written))
    except (OSError, ValueError, TypeError) as error:
        raise UntrustedModel("The packaged encoder has no readable manifest.", hint=_HINT) from error
    _check(folder, (one for one in SEALED if one != without), manifest.files)
    return PackagedModel(
        manifest.name,
        hashlib.sha256(written).hexdigest(),
        manifest.dimension,
        manifest.token_dimension,
        manifest.pieces,
        folder / MODEL,
        folder / TOKENIZER,
    )


def packaged_entailment(folder: Path = WEIGHTS) -> EntailmentModel:
    """The checked files of the entailment model. Raises UntrustedModel."""
    try:
        written = (folder / ENTAILMENT_MANIFEST).read_bytes()
        manifest = EntailmentManifest(**json.loads(written))
    except (OSError, ValueError, TypeError) as error:
        raise UntrustedModel("The entailment model has no readable manifest.", hint=_HINT) from error
    _check(folder, (ENTAILMENT, MODEL, TOKENIZER), manifest.files)
    return EntailmentModel(
        manifest.name,
        hashlib.sha256(written).hexdigest(),
        manifest.pieces,
        manifest.temperature,
        folder / TOKENIZER,
    )


def _check(folder: Path, names: Iterable[str], promised: Mapping[str, str]) -> None:
    for name in names:
        try:
            found = file_sha256(folder / name)
        except OSError as error:
            raise UntrustedModel(f"The file {name} of the packaged models is missing.", hint=_HINT) from error
        if found != promised.get(name):
            raise UntrustedModel(f"The file {name} of the packaged models is not the one published.", hint=_HINT)
