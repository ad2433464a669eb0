"""Full-text queries: a question becomes an expression that FTS5 cannot misread."""

from collections.abc import Sequence
from typing import Literal

from knowledge.terms import content_stems, stems

# A pasted paragraph has some sixty content words; more only slow the search down without finding more.
MOST_TERMS = 64
_COLUMNS: tuple[Literal["es", "en", "und"], ...] = ("es", "en", "und")


def expression(question: str) -> str | None:
    """An FTS5 expression for any of the question's content words, or None where it has no word at all.

    Each column holds the passages of one language, stemmed in it, so the question is stemmed once for each: names,
    figures and cognates then meet across languages. Terms are quoted, hence no character is an operator
    (https://sqlite.org/fts5.html, section 3.1).
    """
    columns = []
    for language in _COLUMNS:
        terms = _unique(content_stems(question, language)) or _unique(stems(question, language))
        if terms:
            columns.append(f"{language} : ({' OR '.join(_quoted(term) for term in terms[:MOST_TERMS])})")
    return " OR ".join(columns) or None


def _unique(terms: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(terms))


def _quoted(term: str) -> str:
    return '"' + term.replace('"', '""') + '"'
