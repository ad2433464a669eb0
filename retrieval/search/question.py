"""A question made ready for searching."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.model import Language
from retrieval.models.encodings import Encodings
from retrieval.words.answer_type import expected
from retrieval.words.lexicon import lexicon
from retrieval.words.terms import Term, question_terms


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A question's unit vector (d,), its pieces' vectors (pieces, t), its terms, and the kinds of thing it asks for."""

    text: str
    language: Language
    vector: NDArray[np.float32]
    tokens: NDArray[np.float32]
    weights: NDArray[np.float32]
    terms: tuple[Term, ...]
    asked_for: frozenset[str]


def prepare(text: str, language: Language, encodings: Encodings) -> Question:
    """A question ready for searching; `encodings` are those of this one text."""
    tokens = encodings.tokens[0] if encodings.tokens else np.zeros((0, 0), dtype=np.float32)
    weights = encodings.weights[0] if encodings.weights else np.ones(len(tokens), dtype=np.float32)
    terms = tuple(question_terms(text, language, lexicon()))
    return Question(text, language, encodings.vectors[0], tokens, weights, terms, expected(text))
