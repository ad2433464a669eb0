"""Which of a question's or a claim's words a text holds, as they are or in the other language."""

from collections.abc import Iterable
from functools import lru_cache

from knowledge.model import Language
from retrieval.words.terms import Term, search_terms

# A translation less likely than this is no sign that a word was said: the 24 translations that the lexicon gives at
# most are mostly one to three real ones.
_LEAST_PROBABILITY = 0.1
# The texts that questions and claims are compared with are read again and again.
_KEPT_TEXTS = 1 << 14


@lru_cache(_KEPT_TEXTS)
def held_terms(text: str, language: Language) -> frozenset[str]:
    """The search terms of a text, without their order."""
    return frozenset(search_terms(text, language))


def meets(term: Term, held: frozenset[str], language: Language) -> bool:
    """Whether a text with these search terms, in this language, has the term or a translation of it."""
    return any(found in held for found, likely in term.alternatives[language].items() if likely >= _LEAST_PROBABILITY)


def coverage(terms: Iterable[Term], text: str, language: Language) -> float:
    """The share of terms that a text in `language` holds, as they are or translated; 0 for no terms."""
    held = held_terms(text, language)
    met = [meets(term, held, language) for term in terms]
    return sum(met) / len(met) if met else 0.0
