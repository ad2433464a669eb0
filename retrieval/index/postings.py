"""Postings, the passages of each term: what BM25 reads, in chunks of a table that grow and shrink with the base.

Terms are separate for each language of passages, as a stem means nothing in another language, and so that document
frequencies are those among passages in the same language. A chunk holds row, count and length together, as Xapian's
does (`glass_postlist.cc`), so that nothing is read but what a term's passages need.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlite_utils import Database

from knowledge.errors import DamagedIndex
from knowledge.model import Language
from knowledge.terms import fold
from retrieval.words.terms import LANGUAGES, marked_words, search_terms

# Bytes of a term that are stored, its language included, and characters of the longest name. Our choice: words and
# names fit, and a pasted URL need not.
_TERM_BYTES, _NAME_CHARACTERS = 48, 32
_POSTING = np.dtype([("row", "<u4"), ("count", "<u2"), ("length", "<u2")])
_COUNTED = np.dtype([("id", "<u4"), ("count", "<u2")])
_MOST_COUNTED = 2**16 - 1
# With its place such a chunk fits a page of SQLite, 4,096 bytes.
_POSTINGS_A_CHUNK = 500
# Half of 999, the limit of parameters a statement before SQLite 3.32 (https://sqlite.org/limits.html, section 9).
_KEYS_A_QUERY = 500
# The rows of a term lie between two places (see `tables`).
_TERM_SHIFT = 32
_LAST_ROW = 2**_TERM_SHIFT - 1
_LACKING = "The postings of the index lack a passage that they should have."


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage to index: its id, language and text, the key of its encoding, and its units as stored in a row."""

    id: int
    language: Language
    text: str
    key: bytes
    units: bytes = b""


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage in the index: its id, row and language."""

    id: int
    row: int
    language: Language


class Postings:
    """The postings as one state of the base has them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, term: str, language: Language) -> NDArray[Any]:
        """Return the postings of the passages in `language` that contain the term, by row: fields row, count, length.

        `length` is the number of terms of the passage.
        """
        number = self._number(_key(term, language))
        if number is None:
            return np.zeros(0, dtype=_POSTING)
        sql = "SELECT chunk FROM index_postings WHERE place BETWEEN ? AND ? ORDER BY place"
        chunks = self._database.execute(sql, [number << _TERM_SHIFT, number << _TERM_SHIFT | _LAST_ROW])
        return np.frombuffer(b"".join(chunk for (chunk,) in chunks), dtype=_POSTING)

    def has(self, term: str, language: Language) -> bool:
        """Say whether any passage in `language` contains the term."""
        return self._number(_key(term, language)) is not None

    def names(self, initial: str) -> list[str]:
        """Return the words with this folded first letter that the base writes like names more often than in lower case.

        They are as written, sorted: "Power" in a headline is no name.
        """
        sql = "SELECT word, count FROM index_words WHERE initial = ? ORDER BY word"
        words = self._database.execute(sql, [initial]).fetchall()
        return [word for word, count in words if count > self._lower_count(word)]

    def _lower_count(self, word: str) -> int:
        row = self._database.execute("SELECT count FROM index_words WHERE word = ?", [word.lower()]).fetchone()
        return int(row[0]) if row else 0

    def end(self) -> int:
        """Return the first row that no passage has."""
        (last,) = self._database.execute("SELECT max(row) FROM index_rows").fetchone()
        return 0 if last is None else int(last) + 1

    def sizes(self) -> dict[Language, tuple[int, int]]:
        """Return for each language that has passages their number, and the number of their terms."""
        rows = self._database.execute("SELECT language, passages, length FROM index_languages WHERE passages > 0")
        sizes = {language: (passages, length) for language, passages, length in rows}
        return {language: sizes[language] for language in LANGUAGES if language in sizes}

    def sources(self) -> int:
        """Return the number of sources."""
        (number,) = self._database.execute("SELECT count(*) FROM index_sources").fetchone()
        return int(number)

    def passages_at(self, rows: Iterable[int]) -> list[IndexedPassage]:
        """Return the passages in these rows."""
        return self._passages("row", rows)

    def passages_of(self, ids: Iterable[int]) -> list[IndexedPassage]:
        """Return those of these passages that are in the index."""
        return self._passages("passage", ids)

    def _passages(self, column: str, values: Iterable[int]) -> list[IndexedPassage]:
        sql = f"SELECT passage, row, language FROM index_rows WHERE {column} IN (SELECT value FROM json_each(?))"  # noqa: S608 (from the methods above)
        return [IndexedPassage(*row) for row in self._database.execute(sql, [json.dumps(list(values))])]

    def passages(self) -> list[int]:
        """Return the ids of all passages, in order."""
        return [passage for (passage,) in self._database.execute("SELECT passage FROM index_rows ORDER BY passage")]

    def _number(self, key: bytes) -> int | None:
        row = self._database.execute("SELECT id FROM index_terms WHERE key = ?", [key]).fetchone()
        return None if row is None else int(row[0])


def contents(database: Database) -> dict[str, dict[Any, Any]]:
    """Return all that the tables say, without the numbers that depend on the order of adding, to be compared."""
    passages = dict(database.execute("SELECT row, passage FROM index_rows").fetchall())
    keys = dict(database.execute("SELECT id, key FROM index_terms").fetchall())
    postings: dict[Any, Any] = {key: [] for key in keys.values()}
    for place, chunk in database.execute("SELECT place, chunk FROM index_postings"):
        own = np.frombuffer(chunk, dtype=_POSTING).tolist()
        key = keys.get(place >> _TERM_SHIFT)
        postings.setdefault(key, []).extend((passages.get(row), count, length) for row, count, length in own)
    rows = database.execute("SELECT passage, language, length, text, units FROM index_rows").fetchall()
    words = database.execute("SELECT word, initial, count FROM index_words").fetchall()
    sizes = database.execute("SELECT language, passages, length FROM index_languages WHERE passages > 0").fetchall()
    return {
        "rows": {row[0]: row[1:] for row in rows},
        "postings": {key: sorted(own, key=str) for key, own in postings.items()},
        "words": {word: rest for word, *rest in words},
        "languages": {language: rest for language, *rest in sizes},
    }


def add_passages(database: Database, passages: Sequence[NewPassage]) -> list[int]:
    """Give each passage a row and add it to postings and counts; return the rows, in the order of the passages."""
    terms = [search_terms(passage.text, passage.language) for passage in passages]
    # Counted after cutting: long terms that are cut to the same bytes are the same term.
    counts = [
        Counter(_key(term, passage.language) for term in own) for passage, own in zip(passages, terms, strict=True)
    ]
    words = [Counter(marked_words(passage.text)) for passage in passages]
    numbers = _term_numbers(database, list(dict.fromkeys(chain.from_iterable(counts))))
    word_ids = _count_words(database, words)
    postings: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    rows = []
    for passage, own_terms, own_counts, own_words in zip(passages, terms, counts, words, strict=True):
        own_numbers = [numbers[key] for key in own_counts]
        counted = [(word_ids[word], min(count, _MOST_COUNTED)) for word, count in own_words.items()]
        row = _insert_row(database, passage, len(own_terms), own_numbers, counted)
        length = min(len(own_terms), _MOST_COUNTED)
        for number, count in zip(own_numbers, own_counts.values(), strict=True):
            postings[number].append((row, min(count, _MOST_COUNTED), length))
        rows.append(row)
    lengths = Counter[Language]()
    for passage, own_terms in zip(passages, terms, strict=True):
        lengths[passage.language] += len(own_terms)
    for language, number in Counter(passage.language for passage in passages).items():
        _add_to_language(database, language, number, lengths[language])
    _append(database, postings)
    return rows


def remove_passages(database: Database, ids: Iterable[int]) -> list[int]:
    """Take passages out of postings and counts; return the rows that they had, without those that had none."""
    rows_of: dict[int, list[int]] = defaultdict(list)
    counts, removed = Counter[int](), []
    sql = "SELECT row, language, length, terms, words FROM index_rows WHERE passage = ?"
    for passage in ids:
        values = database.execute(sql, [passage]).fetchone()
        if values is None:
            continue
        row, language, length, terms, words = values
        for number in np.frombuffer(terms, dtype="<u4").tolist():
            rows_of[number].append(row)
        for number, count in np.frombuffer(words, dtype=_COUNTED).tolist():
            counts[number] += count
        _add_to_language(database, language, -1, -length)
        database.execute("DELETE FROM index_rows WHERE row = ?", [row])
        removed.append(row)
    update, lowered = database.conn.executemany, [(count, number) for number, count in counts.items()]
    update("UPDATE index_words SET count = count - ? WHERE id = ?", lowered)
    update("DELETE FROM index_words WHERE id = ? AND count <= 0", [(number,) for _, number in lowered])
    for number, rows in rows_of.items():
        _take_out(database, number, rows)
    return removed


def _insert_row(
    database: Database, passage: NewPassage, length: int, terms: Sequence[int], words: Sequence[tuple[int, int]]
) -> int:
    """Insert a passage of so many terms with its terms' and its words' numbers, the latter counted; return its row."""
    values = [
        passage.id, passage.language, length, passage.key, passage.units,
        np.array(terms, dtype="<u4").tobytes(), np.array(words, dtype=_COUNTED).tobytes(),
    ]  # fmt: skip
    sql = "INSERT INTO index_rows (passage, language, length, text, units, terms, words) VALUES (?, ?, ?, ?, ?, ?, ?)"
    return int(database.execute(sql, values).lastrowid or 0)


def _count_words(database: Database, passages: Iterable[Counter[str]]) -> dict[str, int]:
    """Add to the counts of words those of each passage; return the ids of the words."""
    counts = Counter[str]()
    for own in passages:
        counts.update(own)
    database.conn.executemany(
        "INSERT INTO index_words (word, initial, count) VALUES (?, ?, ?) "
        "ON CONFLICT (word) DO UPDATE SET count = count + excluded.count",
        [(word, _initial(word), count) for word, count in counts.items()],
    )
    sql = "SELECT word, id FROM index_words WHERE word IN (SELECT value FROM json_each(?))"
    return dict(database.execute(sql, [json.dumps(list(counts))]).fetchall())


def _initial(word: str) -> str | None:
    """Return the folded first letter of a word that may be a name, of another None."""
    return None if word.islower() or len(word) > _NAME_CHARACTERS else fold(word)[:1]


def _add_to_language(database: Database, language: Language, passages: int, length: int) -> None:
    database.execute(
        "INSERT INTO index_languages VALUES (?, ?, ?) ON CONFLICT (language) "
        "DO UPDATE SET passages = passages + excluded.passages, length = length + excluded.length",
        [language, passages, length],
    )


def _term_numbers(database: Database, keys: Sequence[bytes]) -> dict[bytes, int]:
    """Return the numbers of these terms, of which new ones are given theirs in order."""
    numbers: dict[bytes, int] = {}
    for start in range(0, len(keys), _KEYS_A_QUERY):
        batch = keys[start : start + _KEYS_A_QUERY]
        marks = ",".join("?" * len(batch))
        sql = f"SELECT key, id FROM index_terms WHERE key IN ({marks})"  # noqa: S608 (marks)
        numbers |= database.execute(sql, batch).fetchall()
    for key in keys:
        if key not in numbers:
            numbers[key] = int(database.execute("INSERT INTO index_terms (key) VALUES (?)", [key]).lastrowid or 0)
    return numbers


def _append(database: Database, postings: Mapping[int, Sequence[tuple[int, int, int]]]) -> None:
    """Add postings by term, whose rows come after all others of it, to its last chunk and to new ones."""
    chunks = []
    for number, own in postings.items():
        place, chunk = _chunk_before(database, number, _LAST_ROW) or (0, b"")
        start = -(len(chunk) // _POSTING.itemsize) % _POSTINGS_A_CHUNK
        if start:
            chunks.append((place, chunk + np.array(own[:start], dtype=_POSTING).tobytes()))
        for begin in range(start, len(own), _POSTINGS_A_CHUNK):
            place = number << _TERM_SHIFT | own[begin][0]
            chunks.append((place, np.array(own[begin : begin + _POSTINGS_A_CHUNK], dtype=_POSTING).tobytes()))
    sql = "INSERT INTO index_postings VALUES (?, ?) ON CONFLICT (place) DO UPDATE SET chunk = excluded.chunk"
    database.conn.executemany(sql, chunks)


def _take_out(database: Database, number: int, rows: Sequence[int]) -> None:
    """Take rows out of a term's chunks; a term without any is deleted."""
    left = np.unique(rows)
    while len(left):
        before = _chunk_before(database, number, int(left[-1]))
        if before is None:
            raise DamagedIndex(_LACKING)
        place, chunk = before[0], np.frombuffer(before[1], dtype=_POSTING)
        inside = left[left >= place & _LAST_ROW]
        left = left[: len(left) - len(inside)]
        positions = np.searchsorted(chunk["row"], inside)
        if positions[-1] == len(chunk) or np.any(chunk["row"][positions] != inside):
            raise DamagedIndex(_LACKING)
        kept = np.delete(chunk, positions)
        if len(kept):
            database.execute("UPDATE index_postings SET chunk = ? WHERE place = ?", [kept.tobytes(), place])
        else:
            database.execute("DELETE FROM index_postings WHERE place = ?", [place])
    if _chunk_before(database, number, _LAST_ROW) is None:
        database.execute("DELETE FROM index_terms WHERE id = ?", [number])


def _chunk_before(database: Database, number: int, row: int) -> tuple[int, bytes] | None:
    """Return the place and the bytes of a term's last chunk that begins at or before a row."""
    first = number << _TERM_SHIFT
    sql = "SELECT place, chunk FROM index_postings WHERE place BETWEEN ? AND ? ORDER BY place DESC LIMIT 1"
    values = database.conn.execute(sql, (first, first | row)).fetchone()
    return None if values is None else (int(values[0]), bytes(values[1]))


def _key(term: str, language: Language) -> bytes:
    return f"{language}:{term}".encode("utf-8", "replace")[:_TERM_BYTES]
