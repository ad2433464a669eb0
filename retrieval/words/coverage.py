"""Coverage: the share of the terms of a question or claim that a text has, as they are or translated."""

from collections.abc import Collection
from functools import lru_cache

from knowledge.model import Language
from knowledge.terms import stems
from retrieval.words.terms import NUMBER_MARK, Term, search_terms

# Translations less likely than this are ignored. Our choice: of the up to 24 translations in the lexicon mostly one to
# three are real ones.
_LEAST_PROBABILITY = 0.1
# Texts whose terms are cached. Our choice: successive questions and claims are compared with the same texts.
_CACHED_TEXTS = 1 << 14


@lru_cache(_CACHED_TEXTS)
def _held_terms(text: str, language: Language, *, with_numbers: bool) -> frozenset[str]:
    # Reading the numbers of a text takes most of the time.
    return frozenset(search_terms(text, language) if with_numbers else stems(text, language))


def _meets(term: Term, text_terms: frozenset[str], language: Language) -> bool:
    """Say whether a text with these search terms, in this language, has the term or a translation of it."""
    alternatives = term.alternatives[language].items()
    return any(form in text_terms for form, probability in alternatives if probability >= _LEAST_PROBABILITY)


def coverage(terms: Collection[Term], text: str, language: Language) -> float:
    """Return the share of terms that a text in `language` has, as they are or translated; 0 for no terms."""
    with_numbers = any(form.startswith(NUMBER_MARK) for term in terms for form in term.alternatives[language])
    text_terms = _held_terms(text, language, with_numbers=with_numbers)
    matches = [_meets(term, text_terms, language) for term in terms]
    return sum(matches) / len(matches) if matches else 0.0
