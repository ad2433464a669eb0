"""What one question reads: each passage once from the database, and the vectors of all passages once."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from retrieval.engine import Engine
from retrieval.index.vectors import Hit, SegmentedIndex

QUESTION, CLAIM = "What does the flour cost?", "The restoration of the tide mill cost 2.4 million euros."
READS = {
    "passages": "JOIN passages ON passages.id = units.id",
    "paragraphs": "JOIN paragraphs ON paragraphs.snapshot = units.snapshot\n             AND paragraphs.number BETWEEN",
    "sentences": "JOIN sentences ON sentences.id = units.id",
    "quotes": "FROM units JOIN quotes ON quotes.id = units.id",
    "snapshots": "SELECT id, source, sha256, text, added FROM snapshots",
}


class Reads:
    """The statements that reached the database, values written in, and how often the vector index was searched."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.searches = 0

    def of(self, name: str) -> list[str]:
        """The statements that read one kind of row, by the ids of passages where they name them."""
        return [statement for statement in self.statements if READS[name] in statement and "coalesce" not in statement]

    def queries(self, *, of_postings: bool) -> list[str]:
        """The statements that read, without the marks of transactions; a term's postings are looked up by two."""
        read = [statement for statement in self.statements if statement.lstrip().startswith(("SELECT", "WITH"))]
        lookups = ("FROM index_terms", "FROM index_postings", "FROM index_words")
        return [statement for statement in read if any(table in statement for table in lookups) == of_postings]

    def passages(self) -> list[int]:
        """The ids of every passage that was read, as often as it was."""
        ids = [re.search(r"json_each\('(\[.*?\])'\)", statement) for statement in self.of("passages")]
        return [number for match in ids if match for number in json.loads(match[1])]


@pytest.fixture
def reads(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reads]:
    # What is read once for all questions is not counted: names, quotes, sources, snapshots.
    for warm in (engine.ask, engine.check):
        warm("When was the tide mill built?")
    counted = Reads()
    search: Callable[..., list[Hit]] = SegmentedIndex.search

    def counting(index: SegmentedIndex, *arguments: object, **named: object) -> list[Hit]:
        counted.searches += 1
        return search(index, *arguments, **named)

    monkeypatch.setattr(SegmentedIndex, "search", counting)
    engine.store.database.conn.set_trace_callback(counted.statements.append)
    yield counted
    engine.store.database.conn.set_trace_callback(None)


@pytest.mark.parametrize("work", [lambda engine: engine.ask(QUESTION), lambda engine: engine.check(CLAIM)])
def test_one_question_reads_each_passage_once_and_searches_once(
    engine: Engine, reads: Reads, work: Callable[[Engine], object]
) -> None:
    work(engine)
    assert reads.searches == 1
    passages = Counter(reads.passages())
    assert len(passages) == len(engine.base.index.postings.passages())
    assert set(passages.values()) == {1}
    assert [len(reads.of(name)) for name in ("passages", "paragraphs", "sentences", "quotes")] == [1, 1, 1, 1]
    assert len(reads.of("snapshots")) == 0
    # With the state of base and index, references, copies of a story and what `verify_citations` compares: so few
    # for any question of this base.
    assert len(reads.queries(of_postings=False)) <= 37


def test_a_quotation_searches_once_more_for_the_nearest_quotes(engine: Engine, reads: Reads) -> None:
    engine.quote("We wanted a mill that grinds")
    assert reads.searches == 2
    assert set(Counter(reads.passages()).values()) == {1}
