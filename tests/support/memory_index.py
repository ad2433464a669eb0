"""Postings of passages that no base holds, in memory."""

from collections.abc import Iterable

from sqlite_utils import Database

from knowledge.model import Language
from retrieval.index.postings import NewPassage, Postings, add_passages
from retrieval.index.tables import make_tables


def empty_tables() -> Database:
    """The tables of an index, empty."""
    database = Database(memory=True)
    make_tables(database)
    return database


def new(passage: int, language: Language, text: str) -> NewPassage:
    """A passage to be added, of which nothing was encoded."""
    return NewPassage(passage, language, text, bytes(32))


def postings_of(passages: Iterable[tuple[int, Language, str]]) -> Postings:
    """The postings of passages given as id, language and text; the first has row 1."""
    database = empty_tables()
    add_passages(database, [new(*passage) for passage in passages])
    return Postings(database)
