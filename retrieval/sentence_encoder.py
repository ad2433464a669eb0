"""Any other SentenceTransformer model, run by sentence-transformers itself. Needs torch; takes seconds to start."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import UntrustedModel

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_TEXTS_PER_REPORT = 32
# One of these stands in every model folder; a folder without is no model, and not worth reading through.
_DESCRIPTIONS = ("modules.json", "config.json")
# What a model folder holds that no vector depends on.
_UNUSED = frozenset({".md", ".gitattributes", ".lock"})


class SentenceTransformerEncoder:
    """Runs a SentenceTransformer model with its own prompts for queries and for documents, where it has them.

    Every text runs alone, so that the padding of a batch leaves no trace in its vector.
    """

    def __init__(self, name: str, digest: str, model: "SentenceTransformer") -> None:
        self.name, self.digest, self._model = name, digest, model
        self.dimension = self.encode_questions(["?"]).shape[1]

    @classmethod
    def open(cls, name: str) -> "SentenceTransformerEncoder":
        """Open a model folder, or a model of this name in the Hugging Face cache; nothing is fetched.

        Raises UntrustedModel when there is none, or when it cannot be loaded.
        """
        from retrieval.export import quietly

        with quietly():
            from sentence_transformers import SentenceTransformer

            folder = _folder(name)
            digest = folder_digest(folder)
            # The library raises whatever the model's own code, its configuration or its weights make it raise.
            try:
                model = SentenceTransformer(str(folder), local_files_only=True)
            except Exception as error:
                raise UntrustedModel(
                    f"The model {name} cannot be loaded: {error}", hint="Check the folder, or download the model again."
                ) from error
        return cls(name, digest, model)

    def encode_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors (n, d), in the order of the texts, with the model's prompt for queries."""
        return self._encode(self._model.encode_query, texts, None)

    def encode_passages(
        self, texts: Sequence[str], *, progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Unit vectors (n, d), with the model's prompt for documents; `progress` is told how many are done so far."""
        return self._encode(self._model.encode_document, texts, progress)

    def _encode(
        self, encode: Callable[..., NDArray[np.float32]], texts: Sequence[str], progress: Callable[[int], None] | None
    ) -> NDArray[np.float32]:
        parts = []
        for start in range(0, len(texts), _TEXTS_PER_REPORT):
            some = [text.encode("utf-8", "replace").decode() for text in texts[start : start + _TEXTS_PER_REPORT]]
            parts.append(encode(some, batch_size=1, normalize_embeddings=True, show_progress_bar=False))
            if progress is not None:
                progress(start + len(some))
        return np.concatenate(parts).astype(np.float32) if parts else np.empty((0, self.dimension), dtype=np.float32)


def folder_digest(folder: Path) -> str:
    """Hex SHA-256 over the names and contents of every file of a model folder that a vector can depend on."""
    content = hashlib.sha256(b"1: each text alone, unit length\n")
    for path in sorted(folder.rglob("*"), key=lambda path: path.relative_to(folder).as_posix()):
        if path.is_file() and path.suffix not in _UNUSED and path.name not in _UNUSED:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            content.update(f"{path.relative_to(folder).as_posix()}\n{sha256}\n".encode())
    return content.hexdigest()


def _folder(name: str) -> Path:
    """The folder itself, or where the Hugging Face cache keeps the model of this name."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    if any((Path(name) / described).is_file() for described in _DESCRIPTIONS):
        return Path(name)
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError) as error:
        raise UntrustedModel(
            f"There is no model {name} on this machine.",
            hint=f"Give the folder of a SentenceTransformer model, or run `hf download {name}` once.",
        ) from error
