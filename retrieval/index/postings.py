"""Which passages hold which terms: the part of a generation that BM25 reads, as arrays in one file.

Terms are kept apart by the language of their passage, as a stem means nothing outside its language, and so that how
common a term is, is told of passages in the same language.
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

# Bytes of a term that are kept, its language included; the longest German compound fits, and a pasted URL need not.
_TERM_BYTES = 48
_NAME_LETTERS = 32


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """Terms in order; `starts` (terms + 1) delimits each one's `rows` and `counts`; a row is a passage.

    `ids` are the passages' ids, `languages` numbers in `LANGUAGES`, `lengths` how many terms each has; `names` are the
    words that the base writes like names rather than in lower case, as written there, in order.
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
        """The rows of the passages in `language` that hold the term, and how often each does."""
        place = self._place(_key(term, language))
        if place is None:
            return self.rows[:0], self.counts[:0]
        span = slice(self.starts[place], self.starts[place + 1])
        return self.rows[span], self.counts[span]

    def has(self, term: str, language: Language) -> bool:
        """Whether any passage in `language` holds the term."""
        return self._place(_key(term, language)) is not None

    def _place(self, key: bytes) -> int | None:
        place = int(np.searchsorted(self.terms, np.bytes_(key)))
        return place if place < len(self.terms) and self.terms[place] == key else None


def build_postings(passages: Sequence[tuple[int, Language, str]]) -> Postings:
    """Postings of passages given as id, language and text."""
    places: dict[bytes, list[tuple[int, int]]] = {}
    lengths = np.zeros(len(passages), dtype=np.float32)
    for row, (_, language, text) in enumerate(passages):
        terms = search_terms(text, language)
        lengths[row] = len(terms)
        # Counted after cutting: two long terms that are cut to the same one are one.
        for key, count in Counter(_key(term, language) for term in terms).items():
            places.setdefault(key, []).append((row, count))
    order = sorted(places)
    held = [pair for key in order for pair in places[key]]
    return Postings(
        terms=np.array(order, dtype=f"S{_TERM_BYTES}"),
        starts=np.cumsum([0, *(len(places[key]) for key in order)], dtype=np.int64),
        rows=np.array([row for row, _ in held], dtype=np.int32),
        counts=np.array([count for _, count in held], dtype=np.float32),
        ids=np.array([passage for passage, _, _ in passages], dtype=np.int64),
        languages=np.array([LANGUAGES.index(language) for _, language, _ in passages], dtype=np.int8),
        lengths=lengths,
        names=np.array(_names(text for _, _, text in passages), dtype=f"U{_NAME_LETTERS}"),
    )


def save_postings(postings: Postings, path: Path) -> None:
    """Write the arrays to one file."""
    arrays: dict[str, Any] = {field.name: getattr(postings, field.name) for field in fields(Postings)}
    with path.open("wb") as file:
        np.savez(file, **arrays)


def load_postings(path: Path) -> Postings:
    """Read what `save_postings` wrote. Raises DamagedIndex."""
    try:
        # Opened here, as numpy leaves a file open that turns out to be no archive.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return Postings(**{field.name: arrays[field.name] for field in fields(Postings)})
    except (OSError, ValueError, TypeError, KeyError, EOFError, NotImplementedError, BadZipFile) as error:
        raise DamagedIndex("The full-text part of the index cannot be read.") from error


def _names(texts: Iterable[str]) -> list[str]:
    """The words written like names more often than in lower case, in order: the "Power" of a headline is no name."""
    written = Counter(word for text in texts for word in marked_words(text))
    return sorted(
        name
        for name, count in written.items()
        if not name.islower() and count > written[name.lower()] and len(name) <= _NAME_LETTERS
    )


def _key(term: str, language: Language) -> bytes:
    return f"{language}:{term}".encode("utf-8", "replace")[:_TERM_BYTES]
