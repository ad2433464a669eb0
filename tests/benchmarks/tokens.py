"""What it costs to keep token vectors small: hit@1 of late interaction alone, by how they are kept.

usage: python tests/benchmarks/tokens.py DEVELOPMENT.en.json DEVELOPMENT.es.json
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from retrieval.models.encodings import compress, expand
from retrieval.models.packaged import open_packaged
from retrieval.train.calibrate.questions import read_articles

Vectors = NDArray[np.float32]
# One question in so many, and so many token vectors to learn a codebook from.
SAMPLED, TAUGHT = 3, 60_000


def steps(tokens: Vectors, bits: int) -> Vectors:
    """Turned vectors in equal steps of so many bits, three standard deviations either way."""
    levels = 2**bits
    step = 6 / np.sqrt(tokens.shape[1]) / levels
    return np.asarray((np.clip(np.round(tokens / step - 0.5), -levels // 2, levels // 2 - 1) + 0.5) * step, np.float32)


def quantiser(parts: int, tokens: Vectors) -> Callable[[Vectors], Vectors]:
    """FAISS's product quantiser with 8 bits for each of so many parts."""
    made = faiss.ProductQuantizer(tokens.shape[1], parts, 8)
    made.train(tokens)
    return lambda some: made.decode(made.compute_codes(np.ascontiguousarray(some)))


def hit(
    questions: Sequence[Vectors], weights: Sequence[Vectors], passages: Sequence[Vectors], gold: list[int]
) -> float:
    """The share of questions whose passage has the best mean of best cosines."""
    firsts = np.cumsum([0, *(len(one) for one in passages)])[:-1]
    together = np.concatenate(passages)
    right = 0
    for question, weight, wanted in zip(questions, weights, gold, strict=True):
        best = np.maximum.reduceat(together @ question.T, firsts, axis=0)
        right += int(np.argmax(best @ weight)) == wanted
    return right / len(gold)


def main(english: Path, spanish: Path) -> None:
    """Print a row for each way of keeping token vectors."""
    encoder = open_packaged()
    asked, told = {}, {}
    for language, file in (("en", english), ("es", spanish)):
        passages: list[str] = []
        rows: list[tuple[str, int]] = []
        for article in read_articles(file):
            rows += [(text, len(passages) + paragraph) for text, paragraph, _ in article.questions]
            passages += article.paragraphs
        rows = rows[::SAMPLED]
        encoded = encoder.encode_questions([text for text, _ in rows])
        asked[language] = encoded.tokens, encoded.weights, [gold for _, gold in rows]
        told[language] = encoder.encode_passages(passages).tokens
    taught = np.concatenate([one for tokens in told.values() for one in tokens[::2]])[:TAUGHT]
    dimension = taught.shape[1]
    ways: dict[str, tuple[int, Callable[[Vectors], Vectors]]] = {
        "float32": (4 * dimension, lambda tokens: tokens),
        "8 bits": (dimension, lambda tokens: steps(tokens, 8)),
        "4 bits": (dimension // 2, lambda tokens: steps(tokens, 4)),
        "2 bits, as shipped": (dimension // 4, lambda tokens: expand(compress(tokens))),
        **{f"product quantisation, {parts}": (parts, quantiser(parts, taught)) for parts in (96, 64, 48)},
    }
    pairs = [(one, other) for one in asked for other in told]
    table = Table("kept as", "bytes a piece", *(f"{one} → {other}" for one, other in pairs))
    for name, (size, kept) in ways.items():
        stored = {language: [kept(one) for one in tokens] for language, tokens in told.items()}
        table.add_row(
            name, f"{size:,}", *(f"{hit(*asked[one][:2], stored[other], asked[one][2]):.3f}" for one, other in pairs)
        )
    Console(width=100).print(table)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
