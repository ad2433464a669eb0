"""Postings, the passages of each term: the part of a generation that BM25 reads, as arrays in one file.

Terms are separate for each language of passages, as a stem means nothing in another language, and so that document
frequencies are those among passages in the same language.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import DamagedIndex
from knowledge.model import Language
from retrieval.words.terms import LANGUAGES, marked_words, search_terms

# Bytes of a term that are stored, its language included, and characters of the longest name. Our choice: words and
# names fit, and a pasted URL need not.
_TERM_BYTES, _NAME_CHARACTERS = 48, 32


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """The inverted index: sorted terms (terms,), whose rows and counts are delimited by `starts` (terms + 1,).

    A row is the number of a passage. By row: `ids` are the passages' ids, `languages` indices into `LANGUAGES`,
    `lengths` numbers of terms. `names` are the words that the base writes like names more often than in lower case, as
    written there, sorted.
    """

    terms: NDArray[np.bytes_]
    starts: NDArray[np.int64]
    rows: NDArray[np.int32]
    counts: NDArray[np.float32]
    ids: NDArray[np.int64]
    languages: NDArray[np.int8]
    lengths: NDArray[np.float32]
    names: NDArray[np.str_]

    def find(self, term: str, language: Language) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the rows of the passages in `language` that contain the term, and the term's count in each."""
        number = self._term_number(_key(term, language))
        if number is None:
            return self.rows[:0], self.counts[:0]
        span = slice(self.starts[number], self.starts[number + 1])
        return self.rows[span], self.counts[span]

    def has(self, term: str, language: Language) -> bool:
        """Say whether any passage in `language` contains the term."""
        return self._term_number(_key(term, language)) is not None

    def _term_number(self, key: bytes) -> int | None:
        number = int(np.searchsorted(self.terms, np.bytes_(key)))
        return number if number < len(self.terms) and self.terms[number] == key else None


def build_postings(passages: Sequence[tuple[int, Language, str]]) -> Postings:
    """Make the postings of passages given as id, language and text."""
    counts: dict[bytes, list[tuple[int, int]]] = {}
    lengths = np.zeros(len(passages), dtype=np.float32)
    for row, (_, language, text) in enumerate(passages):
        terms = search_terms(text, language)
        lengths[row] = len(terms)
        # Counted after cutting: long terms that are cut to the same bytes are the same term.
        for key, count in Counter(_key(term, language) for term in terms).items():
            counts.setdefault(key, []).append((row, count))
    order = sorted(counts)
    pairs = [pair for key in order for pair in counts[key]]
    return Postings(
        terms=np.array(order, dtype=f"S{_TERM_BYTES}"),
        starts=np.cumsum([0, *(len(counts[key]) for key in order)], dtype=np.int64),
        rows=np.array([row for row, _ in pairs], dtype=np.int32),
        counts=np.array([count for _, count in pairs], dtype=np.float32),
        ids=np.array([passage for passage, _, _ in passages], dtype=np.int64),
        languages=np.array([LANGUAGES.index(language) for _, language, _ in passages], dtype=np.int8),
        lengths=lengths,
        names=np.array(_names(text for _, _, text in passages), dtype=f"U{_NAME_CHARACTERS}"),
    )


def save_postings(postings: Postings, path: Path) -> None:
    """Write the arrays to one file. Raises OSError."""
    arrays: dict[str, Any] = {field.name: getattr(postings, field.name) for field in fields(Postings)}
    with path.open("wb") as file:
        np.savez(file, **arrays)


def load_postings(path: Path) -> Postings:
    """Read what `save_postings` wrote. Raises DamagedIndex."""
    try:
        # Opened here, as numpy does not close a file that is no archive.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return Postings(**{field.name: arrays[field.name] for field in fields(Postings)})
    except (OSError, ValueError, TypeError, KeyError, EOFError, NotImplementedError, BadZipFile) as error:
        raise DamagedIndex("The full-text part of the index cannot be read.") from error


def _names(texts: Iterable[str]) -> list[str]:
    """Return the words written like names more often than in lower case, sorted: "Power" in a headline is no name."""
    counts = Counter(word for text in texts for word in marked_words(text))
    return sorted(
        name
        for name, count in counts.items()
        if not name.islower() and count > counts[name.lower()] and len(name) <= _NAME_CHARACTERS
    )


def _key(term: str, language: Language) -> bytes:
    return f"{language}:{term}".encode("utf-8", "replace")[:_TERM_BYTES]
