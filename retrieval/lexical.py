"""Full-text queries: a question becomes an expression that FTS5 cannot misread."""

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from knowledge.terms import content_stems, stems

# A pasted paragraph has some sixty content words; more only slow the search down without finding more.
MOST_TERMS = 64
_COLUMNS: tuple[Literal["es", "en", "und"], ...] = ("es", "en", "und")


def expression(question: str, *, common: Callable[[Iterable[str]], set[str]] = lambda terms: set()) -> str | None:
    """An FTS5 expression for any of the question's content words, or None where it has no word at all.

    Terms that are `common` to most passages are left out as long as others remain.

    Each column holds the passages of one language, stemmed in it, so the question is stemmed once for each: names,
    figures and cognates then meet across languages. Terms are quoted, hence no character is an operator
    (https://sqlite.org/fts5.html, section 3.1).
    """
    terms = {language: content_stems(question, language) or stems(question, language) for language in _COLUMNS}
    ignored = common({term for found in terms.values() for term in found})
    columns = []
    for language, found in terms.items():
        chosen = _unique([term for term in found if term not in ignored] or found)[:MOST_TERMS]
        if chosen:
            columns.append(f"{language} : ({' OR '.join(_quoted(term) for term in chosen)})")
    return " OR ".join(columns) or None


def _unique(terms: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(terms))


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'
