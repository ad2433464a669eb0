"""Coverage: the share of the terms of a question or claim that a text has, as they are or translated."""

from collections.abc import Iterable
from functools import lru_cache

from knowledge.model import Language
from retrieval.words.terms import Term, search_terms

# Translations less likely than this are ignored. Our choice: of the up to 24 translations in the lexicon mostly one to
# three are real ones.
_LEAST_PROBABILITY = 0.1
# Texts whose terms are cached. Our choice: successive questions and claims are compared with the same texts.
_CACHED_TEXTS = 1 << 14


@lru_cache(_CACHED_TEXTS)
def held_terms(text: str, language: Language) -> frozenset[str]:
    """Return the set of search terms of a text."""
    return frozenset(search_terms(text, language))


def meets(term: Term, text_terms: frozenset[str], language: Language) -> bool:
    """Say whether a text with these search terms, in this language, has the term or a translation of it."""
    alternatives = term.alternatives[language].items()
    return any(form in text_terms for form, probability in alternatives if probability >= _LEAST_PROBABILITY)


def coverage(terms: Iterable[Term], text: str, language: Language) -> float:
    """Return the share of terms that a text in `language` has, as they are or translated; 0 for no terms."""
    text_terms = held_terms(text, language)
    matches = [meets(term, text_terms, language) for term in terms]
    return sum(matches) / len(matches) if matches else 0.0
