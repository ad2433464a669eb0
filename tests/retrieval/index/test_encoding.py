"""An encoding run that is stopped goes on where it was: what was stored is not encoded again."""

import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from cheap_home import cheap_engine, stored
from kill_loop import run
from stand_in_encoder import StandInEncoder

from retrieval.index import encoding
from retrieval.models.encodings import Encodings

PASSAGES, A_WRITE = 40, 8


class Counted(StandInEncoder):
    """Another encoder than the stand-in, which notes what it encodes and calls `before` at each text."""

    digest = "6" * 64

    def __init__(self, before: Callable[[int], None] = lambda number: None) -> None:
        self.texts: list[str] = []
        self.batches: list[int] = []
        self._before = before

    def encode_passages(self, texts: Sequence[str], **rest: Any) -> Encodings:
        self.batches.append(len(texts))
        for text in texts:
            self._before(len(self.texts))
            self.texts.append(text)
        return super().encode_passages(texts, **rest)


def interrupt(number: int) -> None:
    """What Ctrl-C does, within the third write."""
    if number == 2 * A_WRITE + 3:
        raise KeyboardInterrupt


@pytest.fixture
def base(empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of forty passages, read by the stand-in encoder, where eight are stored together."""
    monkeypatch.setattr(encoding, "_FIRST_TEXTS", A_WRITE)
    monkeypatch.setattr(encoding, "_MOST_TEXTS", A_WRITE)
    with cheap_engine(empty_home) as engine:
        paragraphs = (f"Boat {number}. " + "The keeper counted boats at dawn. " * 9 for number in range(PASSAGES))
        stored(engine, "boats", "\n\n".join(paragraphs))
        engine.rebuild()
        assert engine.store.counts().passages == PASSAGES
    return empty_home


def rebuilt(home: Path, *, full: bool = False) -> list[str]:
    """The texts that a whole rebuild encodes, after which everything is as it should be."""
    encoder = Counted()
    with cheap_engine(home, encoder) as engine:
        assert engine.rebuild(full=full).encoded == len(encoder.texts)
        assert engine.verify().differences == ()
    return encoder.texts


@pytest.mark.parametrize("full", [False, True])
def test_an_interrupted_run_goes_on_with_what_was_not_stored(base: Path, *, full: bool) -> None:
    first = Counted(interrupt)
    with cheap_engine(base, first) as engine, pytest.raises(KeyboardInterrupt):
        engine.rebuild(full=full)
    rest = rebuilt(base, full=full)
    assert len(rest) == PASSAGES - 2 * A_WRITE
    assert sorted({*first.texts[: 2 * A_WRITE], *rest}) == sorted(first.texts[: 2 * A_WRITE] + rest)
    assert rebuilt(base) == []


def test_what_was_renewed_and_then_damaged_is_encoded_again(base: Path) -> None:
    with cheap_engine(base, Counted(interrupt)) as engine:
        with pytest.raises(KeyboardInterrupt):
            engine.rebuild(full=True)
        vectors = engine._current.encodings._database
        vectors.execute("UPDATE encodings SET sum = sum + 1 WHERE text = (SELECT min(text) FROM renewed)")
        vectors.conn.commit()
    assert len(rebuilt(base, full=True)) == PASSAGES - 2 * A_WRITE + 1


def test_a_full_run_after_one_that_ended_encodes_everything(base: Path) -> None:
    for _ in range(2):
        assert len(rebuilt(base, full=True)) == PASSAGES


def encode_slowly(home: Path, pipe: Connection) -> None:
    """In a process of its own: encode eight texts at a time and say so, a little at each."""

    def wait(number: int) -> None:
        if number % A_WRITE == 0:
            pipe.send(number)
        time.sleep(0.01)

    encoding._FIRST_TEXTS = encoding._MOST_TEXTS = A_WRITE
    with cheap_engine(home, Counted(wait)) as engine:
        engine.rebuild(full=True)


def test_a_killed_run_goes_on_with_what_was_not_stored(base: Path) -> None:
    process, pipe = run(encode_slowly, base)
    while pipe.recv() < 3 * A_WRITE:
        pass
    process.kill()
    process.join()
    assert len(rebuilt(base, full=True)) == PASSAGES - 3 * A_WRITE


def test_a_document_whose_encoding_was_stopped_is_added_with_the_rest(base: Path) -> None:
    text = "\n\n".join(f"Ferry {number}. " + "The ferry left the harbour at noon. " * 9 for number in range(PASSAGES))
    first, second = Counted(interrupt), Counted()
    first.digest = second.digest = StandInEncoder.digest
    with cheap_engine(base, first) as engine, pytest.raises(KeyboardInterrupt):
        stored(engine, "ferries", text)
    with cheap_engine(base, second) as engine:
        stored(engine, "ferries", text)
        assert engine.rebuild().encoded == 0
    texts = first.texts[: 2 * A_WRITE] + second.texts
    assert len(texts) == len(set(texts)) == PASSAGES


def test_as_much_is_stored_together_as_takes_two_seconds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    clock = [0.0]
    monkeypatch.setattr(encoding.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(encoding, "_FIRST_TEXTS", 16)

    def encoded(seconds: float, texts: int) -> list[int]:
        def pass_by(_: int) -> None:
            clock[0] += seconds

        encoder = Counted(pass_by)
        with cheap_engine(tmp_path / str(seconds), encoder) as engine:
            lacking = [encoding.Lacking(bytes(31) + bytes([n]), f"boat {n}", ()) for n in range(texts)]
            encoding.encode(lacking, encoder, engine._current.encodings, lambda *step: None)  # type: ignore[arg-type]
        return encoder.batches

    assert encoded(1.0, 40) == [16, 8, 8, 8]
    assert encoded(0.1, 76) == [16, 20, 20, 20]
