"""Updating the index encodes each passage once, with its sentences and quotes, and only what lacks a vector."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from retrieval.engine import Engine
from retrieval.index.encoded import EncodedPassage, encoded_passages, unit_keys
from retrieval.index.encoding_store import open_vectors
from retrieval.index.rebuild import index_lock, sync
from retrieval.models.encoder import Encoder
from retrieval.models.encodings import Encodings

Add = Callable[..., None]


def passages(engine: Engine) -> list[EncodedPassage]:
    return list(encoded_passages(engine.store, engine.store.units()))


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


def synced(engine: Engine, folder: Path, *, full: bool = False) -> tuple[Counted, int]:
    """Update an index of the test's own from the base of an engine; return the encoder and the number encoded."""
    encoder = Counted(engine.encoder)
    with index_lock(folder, wait_seconds=1):
        _, encoded = sync(engine.store, cast(Encoder, encoder), folder, full=full)
    return encoder, encoded


@pytest.mark.parametrize("full", [False, True])
def test_a_passage_is_encoded_once_however_many_sentences_it_has(engine: Engine, tmp_path: Path, full: bool) -> None:
    encoder, encoded = synced(engine, tmp_path / "index", full=full)
    assert encoder.texts == [passage.text for passage in passages(engine)]
    assert encoded == len(encoder.texts) == engine.store.counts().passages
    assert len(encoder.spans) > 2 * encoded
    again, encoded = synced(engine, tmp_path / "index", full=full)
    assert encoded == len(again.texts) == (len(encoder.texts) if full else 0)


def test_only_a_passage_that_lacks_something_is_encoded_again(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    synced(engine, folder)
    first, second, *_ = passages(engine)
    keys = dict(unit_keys(passages(engine))).values()
    with open_vectors(folder / "vectors.db") as vectors:
        vectors.prune(engine.encoder.digest, set(keys) - {first.key, second.parts[-1].key})
    encoder, encoded = synced(engine, folder)
    assert (encoder.texts, encoded) == ([first.text, second.text], 2)


def test_stored_vectors_are_those_of_the_encoder(engine: Engine, tmp_path: Path) -> None:
    synced(engine, tmp_path / "index")
    passage = max(passages(engine), key=lambda passage: len(passage.parts))
    encodings = engine.encoder.encode_passages([passage.text], spans=[[part.span for part in passage.parts]])
    with open_vectors(tmp_path / "index" / "vectors.db") as vectors:
        stored = vectors.get(engine.encoder.digest, [passage.key, *(part.key for part in passage.parts)])
    assert stored[passage.key].tobytes() == encodings.vectors[0].tobytes()
    for part, vector in zip(passage.parts, encodings.parts[0], strict=True):
        assert stored[part.key].tobytes() == vector.tobytes()


@pytest.mark.parametrize("full", [False, True])
def test_the_same_passage_in_two_sources_is_encoded_once(own: Engine, add: Add, tmp_path: Path, full: bool) -> None:
    text = "The tide mill stands by the river. It is very old."
    add(one_txt=text, two_txt=text.replace(". It", ".[1] It"))
    encoder, encoded = synced(own, tmp_path / "index", full=full)
    assert (encoder.texts, encoded) == ([f"Mills. {text}"], 1)


@pytest.mark.parametrize("full", [False, True])
def test_the_same_passage_can_have_other_sentences_elsewhere(own: Engine, add: Add, tmp_path: Path, full: bool) -> None:
    """A heading is one sentence, and the same words in a paragraph are two."""
    text = "The tide mill stands. It is old.\n\nNobody works there now."
    add(one_md=f"# {text}", two_txt=f"{text}[1]")
    assert [len(passage.parts) for passage in passages(own)] == [2, 3]
    assert len({passage.key for passage in passages(own)}) == 1
    synced(own, tmp_path / "index", full=full)
    with open_vectors(tmp_path / "index" / "vectors.db") as vectors:
        assert vectors.missing(own.encoder.digest, dict(unit_keys(passages(own))).values()) == []
