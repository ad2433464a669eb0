"""Whatever was added, changed, removed, sealed and merged, in whatever order: the answers are those of one build.

usage, for more sequences: PYTHONPATH=.:tests/support python tests/retrieval/index/test_sequences.py 200
"""

import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from cheap_home import cheap_engine, stored
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from milvus_place import collection_at, milvus_place
from small_segments import small_segments

from retrieval.engine import Engine
from retrieval.index.vectors import ExactIndex
from retrieval.search.base import Base
from retrieval.search.question import prepare
from retrieval.search.rank import rank

WORDS = ["mill", "flour", "harbour", "tide", "salt", "lighthouse", "Duarte", "Nicholson", "price", "1.5", "boats"]
PARAGRAPH = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)
# Longer ones are passages of their own.
TEXT = st.lists(PARAGRAPH, min_size=1, max_size=4).map(
    lambda parts: "\n\n".join(f"The {part} {part}." * 9 for part in parts)
)
NAMES = st.sampled_from(["a", "b", "c", "d", "e"])
TITLES = st.sampled_from(["Mills", "Harbours"])
QUESTIONS = ["What does the flour cost?", "lighthouse Duarte", "the tide mill of the harbour", "1.5 boats"]


def ranked(engine: Engine) -> list[object]:
    """All that is found for some questions, without the ids that depend on the order of adding."""

    def results(base: Base) -> list[object]:
        questions = [prepare(text, "en", base.encoder.encode_questions([text])) for text in QUESTIONS]
        return [
            (item.passage.source, item.passage.span.start, item.score, item.scores)
            for question in questions
            for item in rank(base, question, limit=50)
        ]

    return engine._search(results)


class Sequences(RuleBasedStateMachine):
    """A home whose segments have three rows, and a reader that stays open while another engine writes."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(tempfile.mkdtemp())
        self._opened = ExitStack()
        self.index = self.place()
        self._patched = pytest.MonkeyPatch()
        small_segments(self._patched)
        home = self._folder / "home"
        self.writer, self.reader = (self._opened.enter_context(cheap_engine(home, index=self.index)) for _ in range(2))
        self.texts: dict[str, tuple[str, str]] = {}

    def place(self) -> str:
        """Where vectors are kept."""
        return "faiss"

    def teardown(self) -> None:
        """Close and delete everything."""
        self._opened.close()
        self._patched.undo()
        shutil.rmtree(self._folder)

    @initialize()
    def begin(self) -> None:
        """Make the index of an empty base."""
        self.writer.rebuild()

    @rule(name=NAMES, text=TEXT, title=TITLES)
    def put(self, name: str, text: str, title: str) -> None:
        """Add a document, or another version of it, or the same under another title."""
        self.texts[stored(self.writer, name, text, title)] = (text, title)

    @precondition(lambda self: self.texts)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        """Remove a document."""
        name = data.draw(st.sampled_from(sorted(self.texts)))
        self.writer.remove(name)
        del self.texts[name]

    @rule(full=st.sampled_from([False, False, True]))
    def seal(self, full: bool) -> None:
        """Seal and merge what is due, or make everything anew."""
        self.writer.rebuild(full=full)

    @rule()
    def lose_a_segment(self) -> None:
        """Delete a file, as another program might."""
        self.lose()

    def lose(self) -> None:
        """Delete a file, and have the reader open all of them anew."""
        for path in sorted((self._folder / "home" / "index").glob("segments/*"))[:1]:
            path.unlink()
            self.reader._current._segments = self.reader._current._index = None

    @invariant()
    def is_as_one_build(self) -> None:
        """Compare what the open reader finds with a base that was made at once, and with the exact index."""
        if not self.texts:
            return
        results = ranked(self.reader)
        assert self.reader.verify().differences == ()
        home = Path(tempfile.mkdtemp(dir=self._folder))
        with cheap_engine(home) as once:
            once.rebuild()
            for name, (text, title) in sorted(self.texts.items()):
                stored(once, name, text, title)
            assert once.state().fingerprint == self.reader.state().fingerprint
            assert sorted(map(repr, ranked(once))) == sorted(map(repr, results))
        self._check_exact()

    def _check_exact(self) -> None:
        def check(base: Base) -> None:
            assert base.index.encodings is not None
            _, ids, vectors = base.index.encodings.members("passages", base.index.encodings.rows_after(0))
            oracle = ExactIndex(np.array(ids, np.int64), vectors)
            for text in QUESTIONS:
                query = base.encoder.encode_questions([text]).vectors[0]
                assert base.index.vectors.search(query, 5) == oracle.search(query, 5)

        self.reader._search(check)


class MilvusSequences(Sequences):
    """The same with a collection of Milvus in place of the segments."""

    def place(self) -> str:
        """A collection of its own."""
        return self._opened.enter_context(milvus_place(self._folder))

    def lose(self) -> None:
        """Drop the collection, where it holds something: nobody asks an empty one."""
        if not any(entry.count for entry in self.writer._current.sealed.listed()):
            return
        collection = collection_at(self.index)
        with collection._asked() as client:
            client.drop_collection(collection.address.collection)
        collection.close()


Sequences.TestCase.settings = settings(derandomize=True, deadline=None, max_examples=4, stateful_step_count=8)
TestSequences = Sequences.TestCase
MilvusSequences.TestCase.settings = settings(derandomize=True, deadline=None, max_examples=3, stateful_step_count=8)
TestMilvusSequences = MilvusSequences.TestCase


if __name__ == "__main__":
    many = settings(
        max_examples=int(sys.argv[1]), stateful_step_count=12, deadline=None, database=None, phases=[Phase.generate]
    )
    run_state_machine_as_test(Sequences, settings=many)
    print(f"{sys.argv[1]} sequences of up to 12 steps answered like one build.")
