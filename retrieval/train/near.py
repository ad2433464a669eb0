"""The written passages nearest to each written question and claim, as search would propose them.

What a reader has to tell apart in the product is what search ranks highest, and not passages by chance (Xiong et al.
2021, https://arxiv.org/abs/2007.00808). Training rows alone are looked at.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from knowledge.errors import BadInput, DamagedData, MissingFile
from knowledge.storage import write_whole
from retrieval.models.encoder import Encoder
from retrieval.train.data_folder import (
    ARTICLES,
    DOSSIERS,
    PASSAGES,
    ArticleRow,
    DossierRow,
    PassageRow,
    claimed_articles,
    training_rows,
)

NEAR = "near.safetensors"
_NEAREST, _ROWS = "nearest", "rows"
# Passages that are kept of each text: enough for all paragraphs of its own article to be among them as a rule.
_MOST = 24
# Questions compared with all passages at a time.
_BATCH = 512


@dataclass(frozen=True, slots=True, eq=False)
class Near:
    """The passages nearest to questions and claims: numbers of `passages` for each text, nearest first."""

    passages: Sequence[str]
    places: Mapping[str, Sequence[int]]

    def nearest(self, text: str, without: Collection[str]) -> list[str]:
        """Return the passages nearest to a question or claim but for these, nearest first; none where it is unknown."""
        near = (self.passages[place] for place in self.places.get(text, ()))
        return [passage for passage in near if passage not in without]


def write_near(data: Path, encoder: Encoder, path: Path) -> int:
    """Write the nearest passages of each question and claim of a data folder, and return how many these are.

    Raises MissingFile where the folder holds none, and as `read_rows` and `write_whole` do.
    """
    passages, asked = _texts(data)
    if not passages or not asked:
        raise MissingFile(f"{data} holds no written rows.", hint="Name the data folder.")
    vectors = encoder.encode_passages(passages).vectors
    nearest = np.concatenate([
        _nearest(encoder.encode_questions(asked[start : start + _BATCH]).vectors, vectors)
        for start in range(0, len(asked), _BATCH)
    ])  # fmt: skip
    write_whole(path, save({_NEAREST: nearest}, {_ROWS: _digest(passages, asked)}))
    return len(asked)


def read_near(data: Path, path: Path) -> Near:
    """Read what `write_near` wrote. Raises MissingFile, DamagedData, or BadInput where the data folder is another."""
    if not path.is_file():
        raise MissingFile(f"There is no file {path}.", hint="`python -m retrieval.train near` writes it.")
    passages, asked = _texts(data)
    try:
        with safe_open(str(path), framework="numpy") as file:
            digest, nearest = (file.metadata() or {}).get(_ROWS), file.get_tensor(_NEAREST)
    except (SafetensorError, OSError, TypeError) as error:
        raise DamagedData(f"{path} cannot be read: {error}.", hint="Write it again.") from error
    if digest != _digest(passages, asked):
        raise BadInput(f"{path} is not about the rows of {data}.", hint="Write it again.")
    shape = (len(asked), min(_MOST, len(passages)))
    if (nearest.dtype, nearest.shape) != (np.int32, shape) or not ((nearest >= 0) & (nearest < len(passages))).all():
        raise DamagedData(f"{path} has numbers that are not those of passages.", hint="Write it again.")
    return Near(passages, dict(zip(asked, nearest.tolist(), strict=True)))


def _nearest(questions: NDArray[np.float32], passages: NDArray[np.float32]) -> NDArray[np.int32]:
    return np.argsort(-(questions @ passages.T), axis=1, kind="stable")[:, :_MOST].astype(np.int32)


def _texts(data: Path) -> tuple[list[str], list[str]]:
    """Return the passages, and the questions and claims, of written training rows, each once and in their order."""
    passages: list[str] = []
    asked: list[str] = []
    for row in (row for name in PASSAGES for row in training_rows(data / name, PassageRow)):
        passages.append(row.passage)
        asked += [claim for _, _, claim, _ in row.claims] + [question for _, question, _ in row.questions]
    for article in training_rows(data / ARTICLES, ArticleRow):
        passages += article.paragraphs
        asked += [question for _, question, _ in article.questions]
    for claims, article in claimed_articles(data):
        if claims.split == article.split == "train":
            asked += [claim for _, _, claim, _, _ in claims.claims]
    for dossier in training_rows(data / DOSSIERS, DossierRow):
        passages += dossier.paragraphs
        asked += [question for _, question, _, _ in dossier.questions]
        asked += [claim for _, _, claim, _ in dossier.claims]
    return list(dict.fromkeys(passages)), list(dict.fromkeys(asked))


def _digest(passages: Sequence[str], asked: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps([passages, asked]).encode()).hexdigest()
