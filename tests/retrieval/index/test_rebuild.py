"""Bringing the index into line encodes each passage once, with its sentences and quotes, and only what lacks it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from knowledge import changes
from knowledge.changes import transaction
from knowledge.ingest import ingest
from knowledge.model import Metadata
from knowledge.readers import ReadingLimits, read_bytes
from knowledge.store import Store
from retrieval.engine import Engine, open_engine
from retrieval.index.encoded import EncodedPassage, encoded_passages
from retrieval.index.encoding_store import with_parts
from retrieval.models.encoder import Encoder
from retrieval.models.encodings import Encodings
from retrieval.settings import Settings

Add = Callable[..., None]


def passages(engine: Engine) -> list[EncodedPassage]:
    return list(encoded_passages(engine.store, [row["id"] for row in engine.store.rows("SELECT id FROM passages")]))


class Counted:
    """The encoder of an engine, which notes what it is asked to encode."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.texts: list[str] = []
        self.spans: list[tuple[int, int]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoder, name)

    def encode_passages(self, texts: Sequence[str], *, spans: Sequence[Sequence[tuple[int, int]]]) -> Encodings:
        self.texts += texts
        self.spans += [span for own in spans for span in own]
        return self._encoder.encode_passages(texts, spans=spans)


@contextmanager
def counting(engine: Engine) -> Iterator[Counted]:
    """Note what an engine encodes."""
    counted = Counted(engine.encoder)
    engine._current._encoder = cast(Encoder, counted)
    yield counted
    engine._current._encoder = counted._encoder


def forget(engine: Engine, keys: Sequence[bytes]) -> None:
    """Lose the encodings of texts, as where another program deletes the file."""
    kept = {passage.key for passage in passages(engine)} - set(keys)
    engine._current.encodings.prune(engine.encoder.digest, kept)
    with transaction(engine.store) as database:
        database.execute("INSERT OR IGNORE INTO index_unencoded SELECT row FROM index_rows")


def rebuilt(engine: Engine, *, full: bool = False) -> tuple[Counted, int]:
    with counting(engine) as encoder:
        return encoder, engine.rebuild(full=full).encoded


def test_a_passage_is_encoded_once_however_many_sentences_it_has(engine: Engine) -> None:
    encoder, encoded = rebuilt(engine, full=True)
    assert encoder.texts == [passage.text for passage in passages(engine)]
    assert encoded == len(encoder.texts) == engine.store.counts().passages
    assert len(encoder.spans) > 2 * encoded
    again, encoded = rebuilt(engine)
    assert (again.texts, encoded) == ([], 0)


def test_a_document_is_encoded_before_it_is_stored_and_not_again(own: Engine, add: Add) -> None:
    add(before_txt="The harbour closes at nine.")
    with counting(own) as encoder:
        add(mill_txt="The tide mill stands by the river. It is very old.")
    assert encoder.texts == ["Mills. The tide mill stands by the river. It is very old."]
    assert own.rebuild().encoded == 0


def test_under_a_new_title_a_source_is_encoded_anew_before_it_is_seen(own: Engine, add: Add, tmp_path: Path) -> None:
    add("Mills", mill_txt="The tide mill stands by the river.")
    with counting(own) as encoder:
        add("Rivers", mill_txt="The tide mill stands by the river.")
    assert encoder.texts == ["Rivers. The tide mill stands by the river."]
    assert own.verify().differences == ()


def test_only_a_passage_that_lacks_something_is_encoded_again(engine: Engine) -> None:
    first, *_ = passages(engine)
    forget(engine, [first.key])
    encoder, encoded = rebuilt(engine)
    assert (encoder.texts, encoded) == ([first.text], 1)
    assert engine.verify().differences == ()


def test_stored_vectors_are_those_of_the_encoder(engine: Engine) -> None:
    passage = max(passages(engine), key=lambda passage: len(passage.parts))
    encodings = engine.encoder.encode_passages([passage.text], spans=[passage.spans])
    stored = engine._current.encodings.get(engine.encoder.digest, [passage.key])[passage.key]
    assert stored.vector.tobytes() == encodings.vectors[0].tobytes()
    [(_, *parts)] = with_parts([stored], [np.array(list(passage.spans), dtype=[("start", "<u4"), ("end", "<u4")])])
    # Of eight bits a component.
    assert np.sum(parts * encodings.parts[0], axis=1) == pytest.approx(1, abs=2e-3)


def test_the_same_passage_in_two_sources_is_encoded_once(own: Engine, add: Add) -> None:
    text = "The tide mill stands by the river. It is very old."
    add(one_txt=text, two_txt=text.replace(". It", ".[1] It"))
    encoder, encoded = rebuilt(own, full=True)
    assert (encoder.texts, encoded) == ([f"Mills. {text}"], 1)


@pytest.mark.parametrize("full", [False, True])
def test_the_same_passage_can_have_other_sentences_elsewhere(own: Engine, add: Add, full: bool) -> None:
    """A heading is one sentence, and the same words in a paragraph are two."""
    text = "The tide mill stands. It is old.\n\nNobody works there now."
    add(one_md=f"# {text}", two_txt=f"{text}[1]")
    assert [len(passage.parts) for passage in passages(own)] == [2, 3]
    assert len({passage.key for passage in passages(own)}) == 1
    own.rebuild(full=full)
    assert own.verify().differences == ()
    assert rebuilt(own)[1] == 0


def test_a_base_written_by_another_program_is_brought_into_line_at_the_next_question(
    own: Engine, add: Add, tmp_path: Path
) -> None:
    """Triggers note what changes, whoever changes it."""
    add(mill_txt="The flour costs three euros a kilogram.")
    store = Store(own.settings.home / "knowledge.db")
    location = "salt.txt"
    document = read_bytes(
        b"Salt costs nine euros a kilogram.",
        name=location,
        content_type=None,
        location=location,
        limits=ReadingLimits(),
    )
    ingest(store, document, Metadata())
    changes.remove(store, "mill")
    store.close()
    assert {difference.subject for difference in own.verify().differences} == {"index"}
    assert own.ask("What does salt cost?").text == "Salt costs nine euros a kilogram."
    assert {citation.source.id for citation in own.ask("What does the flour cost?", k=9).citations} <= {"salt"}
    assert own.verify().differences == ()


def test_the_fingerprint_does_not_depend_on_the_order_of_adding(tmp_path: Path) -> None:
    paths = []
    for name, text in (("mill", "The flour costs three euros."), ("salt", "Salt costs nine euros."), ("tea", "Tea.")):
        paths.append(str(tmp_path / f"{name}.txt"))
        Path(paths[-1]).write_text(text, "utf-8")
    fingerprints = set[str]()
    for order in ([0, 1, 2], [2, 0, 1]):
        with open_engine(Settings(home=tmp_path / str(order), bundled=False)) as engine:
            for number in order:
                engine.add([paths[number]], Metadata())
            fingerprints.add(engine.state().fingerprint)
            engine.remove("tea")
            assert engine.state().fingerprint not in fingerprints
            engine.add([paths[2]], Metadata())
            fingerprints.add(engine.state().fingerprint)
    assert len(fingerprints) == 1


def test_a_migration_that_makes_a_table_anew_costs_no_notice_of_changes(own: Engine, add: Add) -> None:
    """SQLite drops the triggers of a table that is dropped."""
    add(mill_txt="The flour costs three euros a kilogram.")
    with transaction(own.store) as database:
        (made,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'quotes'").fetchone()
        database.execute(made.replace("quotes", "kept", 1))
        database.execute("INSERT INTO kept SELECT * FROM quotes")
        database.execute("DROP TABLE quotes")
        database.execute("ALTER TABLE kept RENAME TO quotes")
    with open_engine(own.settings) as engine:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'quotes'"
        assert len(engine.store.rows(triggers)) == 2
        assert [difference.subject for difference in engine.verify().differences] == ["index"]
        assert engine.ask("What does the flour cost?").answered
        assert engine.verify().differences == ()
