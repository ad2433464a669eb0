"""Questions prepared for searching."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.model import Language
from retrieval.models.encodings import Encodings
from retrieval.words.answer_type import expected_types
from retrieval.words.lexicon import lexicon
from retrieval.words.terms import Term, question_terms


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A question with its unit vector (d,), its pieces' vectors (pieces, t) and weights (pieces,), and its terms.

    `answer_types` are the types that it asks for, none for a claim.
    """

    text: str
    language: Language
    vector: NDArray[np.float32]
    tokens: NDArray[np.float32]
    weights: NDArray[np.float32]
    terms: tuple[Term, ...]
    answer_types: frozenset[str]


def prepare(text: str, language: Language, encodings: Encodings) -> Question:
    """Prepare a question for searching; `encodings` are those of this text alone."""
    tokens = encodings.tokens[0] if encodings.tokens else np.zeros((0, 0), dtype=np.float32)
    weights = encodings.weights[0] if encodings.weights else np.ones(len(tokens), dtype=np.float32)
    terms = tuple(question_terms(text, language, lexicon()))
    return Question(text, language, encodings.vectors[0], tokens, weights, terms, expected_types(text))
