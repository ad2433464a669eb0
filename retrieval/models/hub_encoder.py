"""SentenceTransformer models in place of the packaged encoder. They need torch, which takes seconds to import."""

import hashlib
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import UntrustedModel
from retrieval.models.device import AUTO, CPU, PROBES, check_same, missing
from retrieval.models.encodings import Encodings, Prefixes

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# Texts between two progress reports: our choice, as for the packaged encoder (see `onnx_encoder`).
_TEXTS_PER_REPORT = 32
# Every model folder has one of these files.
_DESCRIPTIONS = ("modules.json", "config.json")
# Weights that both libraries load where there are no .safetensors files; https://huggingface.co/docs/safetensors/index
# tells what pickled weights can do.
_PICKLED = "pytorch_model*.bin"
# Suffixes and names of files in a model folder that no vector depends on.
_UNUSED = frozenset({".md", ".gitattributes", ".lock"})


# Models that were trained with prefixes but do not all say so in their own files, by a part of their name. From the
# model cards at https://huggingface.co/intfloat and https://huggingface.co/BAAI; BGE-M3 uses none.
_PREFIXES = {
    "e5-": Prefixes("query: ", "passage: "),
    "bge-m3": Prefixes("", ""),
    "bge-": Prefixes("Represent this sentence for searching relevant passages: ", ""),
}


class SentenceTransformerEncoder:
    """A SentenceTransformer model with its own prompts or the prefixes it is known to need.

    It has no token vectors, which would have to be as small as the packaged encoder's. On a processor every text is
    encoded alone, so that its vector does not depend on the padding of a batch; on a GPU, which would wait, together
    with others of its length, as the library sorts them.
    """

    def __init__(self, name: str, digest: str, model: "SentenceTransformer") -> None:
        self._prefixes = prefixes(name, model.prompts)
        self.digest = hashlib.sha256(f"{digest}\n{self._prefixes}".encode()).hexdigest()
        self.name, self._model = name, model
        self._batch_size = 1 if model.device.type == CPU else _TEXTS_PER_REPORT
        self.token_dimension = 0
        self.dimension = 0
        self.dimension = self.encode_questions(["?"]).vectors.shape[1]

    @classmethod
    def open(cls, name: str, *, device: str = AUTO) -> "SentenceTransformerEncoder":
        """Open a model folder, or a model of this name in the Hugging Face cache, without downloads or remote code.

        On the device "auto" it is where its library puts it. Raises UntrustedModel when there is none, it cannot be
        loaded, or the device gives other vectors than a processor, and BadSettings where torch cannot use the device.
        """
        # Checked before the library is imported, which takes seconds.
        folder = model_folder(name)
        check_weights(name, folder)
        digest = folder_digest(folder)
        with quietly():
            from sentence_transformers import SentenceTransformer
            from sentence_transformers.util import get_device_name

            # The library raises errors of any class, depending on a model's configuration and weights.
            try:
                model = SentenceTransformer(str(folder), device=CPU, local_files_only=True, trust_remote_code=False)
            except Exception as error:
                raise UntrustedModel(
                    f"The model {name} cannot be loaded: {error}", hint="Check the folder, or download the model again."
                ) from error
            chosen = get_device_name() if device == AUTO else device
        on_processor = cls(name, digest, model)
        return on_processor if chosen == CPU else cls._moved(on_processor, digest, chosen)

    @classmethod
    def _moved(cls, encoder: "SentenceTransformerEncoder", digest: str, device: str) -> "SentenceTransformerEncoder":
        """Return the encoder on a GPU."""
        expected = encoder.encode_passages(PROBES).vectors
        # torch raises what the device's own library makes it raise.
        try:
            moved = cls(encoder.name, digest, encoder._model.to(device))
        except Exception as error:
            reason = str(error).partition("\n")[0]
            raise missing(device, reason, "Install torch with CUDA for this GPU") from error
        check_same(encoder.name, device, expected, moved.encode_passages(PROBES).vectors)
        return moved

    def encode_questions(self, texts: Sequence[str]) -> Encodings:
        """Encode questions with the model's prompt or prefix for queries, in the order of the texts."""
        prefixed = [self._prefixes.question + text for text in texts]
        return Encodings(self._encode(self._model.encode_query, prefixed, None), ())

    def encode_passages(
        self,
        texts: Sequence[str],
        *,
        spans: Sequence[Sequence[tuple[int, int]]] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Encodings:
        """Encode passages with the model's prompt or prefix for documents, and with `spans` parts of them, each alone.

        `progress` gets the number of texts done so far.
        """
        whole = self._documents(texts, progress)
        parts = [
            self._parts([text[start:end] for start, end in own], vector)
            for text, own, vector in zip(texts, spans or (), whole, strict=False)
        ]
        return Encodings(whole, (), parts=tuple(parts))

    def _parts(self, texts: Sequence[str], whole: NDArray[np.float32]) -> NDArray[np.float32]:
        """Encode parts of a passage; an empty one, of which some models have no vector, gets that of the passage."""
        vectors = np.tile(whole, (len(texts), 1))
        rows = [row for row, text in enumerate(texts) if text.strip()]
        vectors[rows] = self._documents([texts[row] for row in rows], None)
        return vectors

    def _documents(self, texts: Sequence[str], progress: Callable[[int], None] | None) -> NDArray[np.float32]:
        prefixed = [self._prefixes.passage + text for text in texts]
        return self._encode(self._model.encode_document, prefixed, progress)

    def _encode(
        self, encode: Callable[..., NDArray[np.float32]], texts: Sequence[str], progress: Callable[[int], None] | None
    ) -> NDArray[np.float32]:
        parts = []
        for start in range(0, len(texts), _TEXTS_PER_REPORT):
            batch = [text.encode("utf-8", "replace").decode() for text in texts[start : start + _TEXTS_PER_REPORT]]
            parts.append(encode(batch, batch_size=self._batch_size, normalize_embeddings=True, show_progress_bar=False))
            if progress is not None:
                progress(start + len(batch))
        empty = np.empty((0, self.dimension), dtype=np.float32)
        return np.concatenate(parts).astype(np.float32) if parts else empty


def prefixes(name: str, prompts: Mapping[str, str | None]) -> Prefixes:
    """Return the prefixes that a model needs: none where its own files name prompts, which its library adds."""
    if not any(prompts.values()):
        for part, model_prefixes in _PREFIXES.items():
            if part in name.lower():
                return model_prefixes
    return Prefixes("", "")


def folder_digest(folder: Path) -> str:
    """Return the hexadecimal SHA-256 of the names and contents of all files of a folder that vectors can depend on."""
    content = hashlib.sha256(b"1: each text alone, unit length\n")
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        if path.is_file() and path.suffix not in _UNUSED and path.name not in _UNUSED:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            content.update(f"{path.relative_to(folder).as_posix()}\n{sha256}\n".encode())
    return content.hexdigest()


def model_folder(name: str) -> Path:
    """Return the folder of a model: `name` itself where it is one, else that of the Hugging Face cache.

    Raises UntrustedModel when there is none.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    if any((Path(name) / description).is_file() for description in _DESCRIPTIONS):
        return Path(name)
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError) as error:
        raise UntrustedModel(
            f"There is no model {name} on this machine.",
            hint=f"Give the folder of a SentenceTransformer model, or run `hf download {name}` once.",
        ) from error


def check_weights(name: str, folder: Path) -> None:
    """Raise UntrustedModel where a part of a model has pickled weights alone, as unpickling can run code.

    Both libraries prefer .safetensors files where there are both: `use_safetensors` of
    https://huggingface.co/docs/transformers/main_classes/model, `load_torch_weights` of sentence-transformers.
    """
    for pickled in sorted(folder.rglob(_PICKLED)):
        if not any(pickled.parent.glob("*.safetensors")):
            raise UntrustedModel(
                f"The model {name} keeps weights as pickled objects ({pickled.relative_to(folder).as_posix()}), "
                "which can hold code.",
                hint="Take a model, or a newer version of this one, whose weights are .safetensors files.",
            )


@contextmanager
def quietly() -> Iterator[None]:
    """Suppress the progress bars, log messages and warnings with which libraries load a model."""
    from transformers.utils import logging as untyped

    transformers_logging: Any = untyped

    has_bars = transformers_logging.is_progress_bar_enabled()
    # Without any handler, a warning to the root logger would add one that prints.
    null_handler = logging.NullHandler()
    logging.getLogger().addHandler(null_handler)
    transformers_logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.getLogger().removeHandler(null_handler)
        if has_bars:
            transformers_logging.enable_progress_bar()
