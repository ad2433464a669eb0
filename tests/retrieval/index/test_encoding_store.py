"""The kept encodings: what is put is there afterwards, and damage costs only work."""

import hashlib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from knowledge.errors import CitabotError, HomeNotWritable, StorageFull
from retrieval.index.encoding_store import (
    EncodingStore,
    _encoded,
    open_encodings,
    packed_row,
    text_digest,
    with_parts,
)
from retrieval.models.encodings import Encodings, compress, expand


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EncodingStore]:
    with open_encodings(tmp_path / "vectors.db") as opened:
        yield opened


def digests(n: int, prefix: str = "text") -> list[bytes]:
    return [text_digest(f"{prefix} {number}") for number in range(n)]


def vectors(n: int, seed: int = 0, dimension: int = 16) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((n, dimension))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def encodings(rows: NDArray[np.float32]) -> Encodings:
    return Encodings(rows, (), parts=tuple(np.zeros((0, rows.shape[1]), np.float32) for _ in rows))


def put(store: EncodingStore, encoder: str, keys: list[bytes], made: Encodings) -> None:
    """Store encodings without parts."""
    store.put(encoder, keys, [()] * len(keys), made)


def missing(store: EncodingStore, encoder: str, keys: list[bytes]) -> list[bytes]:
    stored = store.get(encoder, keys)
    return [key for key in keys if key not in stored]


def test_a_text_digest_is_the_sha256_of_its_utf8_bytes() -> None:
    assert text_digest("Ñandú") == hashlib.sha256("Ñandú".encode()).digest()


def test_a_lone_surrogate_has_a_digest_too() -> None:
    assert len(text_digest("\udcff")) == 32


def test_what_is_put_comes_back_bit_for_bit(store: EncodingStore) -> None:
    put(store, "encoder", digests(700), encodings(vectors(700)))
    found = store.get("encoder", digests(700))
    assert np.array_equal(np.array([found[digest].vector for digest in digests(700)]), vectors(700))
    assert all(encoded.vector.dtype == np.float32 for encoded in found.values())


def places(*spans: tuple[int, ...]) -> NDArray[np.void]:
    return np.array(list(spans), dtype=[("start", "<u4"), ("end", "<u4")])


def test_the_vectors_of_parts_come_back_by_their_places_within_the_rounding_of_eight_bits(store: EncodingStore) -> None:
    parts = vectors(3, seed=5, dimension=384)
    made = Encodings(vectors(2, dimension=384), (), parts=(parts, parts[:0]))
    store.put("encoder", digests(2), [((0, 4), (4, 9), (9, 30)), ()], made)
    first, second = (store.get("encoder", digests(2))[digest] for digest in digests(2))
    assert first.spans == {(0, 4), (4, 9), (9, 30)}
    assert second.spans == set()
    alone, of_first = with_parts([second, first], [places(), places((9, 30), (0, 4), (4, 9))])
    assert np.array_equal(alone, second.vector[None])
    assert np.array_equal(of_first[0], first.vector)
    for kept, part in zip(of_first[1:], parts[[2, 0, 1]], strict=True):
        assert np.abs(kept - part).max() <= np.abs(part).max() / 127 / 2 * 1.001
        assert float(kept @ part) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("asked", [(9, 31), (4, 30)])
def test_a_part_that_is_not_there_is_missed_even_where_another_passage_has_it(
    store: EncodingStore, asked: tuple[int, int]
) -> None:
    parts = vectors(1, seed=5, dimension=384)
    store.put(
        "encoder", digests(2), [((9, 30),), ((4, 30),)], Encodings(vectors(2, dimension=384), (), parts=(parts,) * 2)
    )
    first, second = (store.get("encoder", digests(2))[digest] for digest in digests(2))
    with pytest.raises(KeyError):
        with_parts([first, second], [places(asked), places((4, 30))])


@given(st.data())
def test_passages_read_together_have_the_vectors_that_each_has_alone(data: st.DataObject) -> None:
    spans = st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)), max_size=4, unique=True)
    stored = [sorted(own) for own in data.draw(st.lists(spans, max_size=5))]
    rows = [
        packed_row(b"", tuple(own), vectors(1, seed=1)[0], vectors(len(own), seed=len(own)), None) for own in stored
    ]
    encoded = [_encoded(vector, parts, checksum) for _, vector, parts, checksum, *_ in rows]
    whole = [own for own in encoded if own is not None]
    assert len(whole) == len(stored)
    asked = [places(*data.draw(st.lists(st.sampled_from(own))) if own else ()) for own in stored]
    together = with_parts(whole, asked)
    alone = [with_parts([own], [wanted])[0] for own, wanted in zip(whole, asked, strict=True)]
    assert [own.tobytes() for own in together] == [own.tobytes() for own in alone]


def test_is_kept_when_the_file_is_opened_again(tmp_path: Path) -> None:
    for expected in (3, 0):
        with open_encodings(tmp_path / "vectors.db") as store:
            assert len(missing(store, "encoder", digests(3))) == expected
            put(store, "encoder", digests(3), encodings(vectors(3)))


def test_encoders_do_not_see_each_others_vectors(store: EncodingStore) -> None:
    put(store, "one", digests(2), encodings(vectors(2, seed=1)))
    put(store, "two", digests(1), encodings(vectors(1, seed=2)))
    assert np.array_equal(store.get("one", digests(1))[digests(1)[0]].vector, vectors(2, seed=1)[0])
    assert missing(store, "two", digests(2)) == digests(2)[1:]
    assert store.get("three", digests(2)) == {}


def test_putting_again_replaces(store: EncodingStore) -> None:
    put(store, "encoder", digests(1), encodings(vectors(1, seed=1)))
    put(store, "encoder", digests(1), encodings(vectors(1, seed=2)))
    assert np.array_equal(store.get("encoder", digests(1))[digests(1)[0]].vector, vectors(1, seed=2)[0])


def test_as_many_vectors_as_digests_or_none_is_kept(store: EncodingStore) -> None:
    with pytest.raises(ValueError, match="shorter"):
        put(store, "encoder", digests(3), encodings(vectors(2)))
    assert store.get("encoder", digests(3)) == {}


def test_pruning_keeps_the_named_texts_of_one_encoder(store: EncodingStore) -> None:
    put(store, "now", digests(900), encodings(vectors(900)))
    put(store, "before", digests(5), encodings(vectors(5)))
    assert store.prune("now", digests(3)) == 902
    assert missing(store, "now", digests(900)) == digests(900)[3:]
    assert store.get("before", digests(5)) == {}


def test_what_was_put_before_a_kill_is_kept(tmp_path: Path) -> None:
    code = f"""
import os, signal
from pathlib import Path
import numpy as np
from retrieval.models.encodings import Encodings
from retrieval.index.encoding_store import open_encodings, text_digest
store = open_encodings(Path({str(tmp_path / "vectors.db")!r}))
made = Encodings(np.eye(16, dtype=np.float32)[:1], (), parts=(np.zeros((0, 16), np.float32),))
store.put("encoder", [text_digest("text 0")], [()], made)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent.parents[2], check=False)
    assert done.returncode == -9
    with open_encodings(tmp_path / "vectors.db") as store:
        assert missing(store, "encoder", digests(1)) == []


@pytest.mark.parametrize("content", [b"not a database at all" * 300, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_damaged_file_is_put_aside_with_a_notice(content: bytes, tmp_path: Path) -> None:
    path, told = tmp_path / "vectors.db", list[str]()
    path.write_bytes(content)
    with open_encodings(path, notice=told.append) as store:
        put(store, "encoder", digests(1), encodings(vectors(1)))
        assert missing(store, "encoder", digests(1)) == []
    assert len(told) == 1
    assert (tmp_path / "vectors.db.damaged").read_bytes() == content


def test_a_file_cut_short_is_put_aside(tmp_path: Path) -> None:
    path, told = tmp_path / "vectors.db", list[str]()
    with open_encodings(path) as store:
        put(store, "encoder", digests(500), encodings(vectors(500)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with open_encodings(path, notice=told.append) as store:
        assert missing(store, "encoder", digests(500)) == digests(500)
    assert len(told) == 1


def test_a_file_with_a_spoilt_page_is_put_aside(tmp_path: Path) -> None:
    path, told = tmp_path / "vectors.db", list[str]()
    with open_encodings(path) as store:
        put(store, "encoder", digests(500), encodings(vectors(500)))
    with path.open("r+b") as file:
        file.seek(-4096, 2)
        file.write(b"\xa5" * 4096)
    with open_encodings(path, notice=told.append) as store:
        assert missing(store, "encoder", digests(500)) == digests(500)
    assert len(told) == 1


def test_damage_that_happens_while_open_costs_only_work(tmp_path: Path) -> None:
    # More than the 2 MB of pages that SQLite keeps in memory.
    path, told, n = tmp_path / "vectors.db", list[str](), 2500
    with open_encodings(path) as store:
        put(store, "encoder", digests(n), encodings(vectors(n, dimension=384)))
    with open_encodings(path, notice=told.append) as store:
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xa5" * (path.stat().st_size - 4096))
        assert missing(store, "encoder", digests(n)) == digests(n)
        put(store, "encoder", digests(2), encodings(vectors(2)))
        assert len(store.get("encoder", digests(2))) == 2
    assert len(told) == 1


@pytest.mark.parametrize("content", [b"", b"abc", b"\0" * 64, b"\xff" * 64, "text"])
def test_a_vector_that_is_not_whole_counts_as_missing(content: bytes | str, tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    with open_encodings(path) as store:
        put(store, "encoder", digests(2), encodings(vectors(2)))
    connection = sqlite3.connect(path)
    connection.execute("UPDATE encodings SET vector = ? WHERE text = ?", [content, digests(1)[0]])
    connection.commit()
    connection.close()
    with open_encodings(path) as store:
        assert missing(store, "encoder", digests(2)) == digests(1)


def test_a_full_disk_is_said_so_and_loses_nothing(tmp_path: Path) -> None:
    with open_encodings(tmp_path / "vectors.db") as store:
        put(store, "encoder", digests(1), encodings(vectors(1)))
        pages = store._database.execute("PRAGMA page_count").fetchone()[0]
        store._database.execute(f"PRAGMA max_page_count = {pages}").fetchone()
        with pytest.raises(StorageFull):
            put(store, "encoder", digests(900), encodings(vectors(900)))
        assert missing(store, "encoder", digests(1)) == []


def test_a_place_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HomeNotWritable):
        open_encodings(tmp_path / "file" / "vectors.db")
    (tmp_path / "vectors.db").mkdir()
    with pytest.raises(CitabotError):
        open_encodings(tmp_path / "vectors.db")


def with_tokens(*sizes: int) -> Encodings:
    tokens = tuple(vectors(size, seed=size, dimension=128) for size in sizes)
    return replace(encodings(vectors(len(sizes))), tokens=tokens)


def test_token_vectors_come_back_as_they_are_compressed(store: EncodingStore) -> None:
    made = with_tokens(5, 0, 3)
    put(store, "encoder", digests(3), made)
    found = store.get_tokens("encoder", digests(3), 128)
    for digest, tokens in zip(digests(3), made.tokens, strict=True):
        assert np.array_equal(found[digest], compress(tokens))
    assert expand(found[digests(1)[0]]).shape == (5, 128)


def test_a_text_without_token_vectors_has_none(store: EncodingStore) -> None:
    put(store, "encoder", digests(2), encodings(vectors(2)))
    put(store, "encoder", digests(1), with_tokens(4))
    assert set(store.get_tokens("encoder", digests(2), 128)) == set(digests(1))


def test_deleted_texts_have_no_encoding_of_any_encoder(store: EncodingStore) -> None:
    for encoder in ("before", "now"):
        put(store, encoder, digests(5), encodings(vectors(5)))
    store.delete(digests(2))
    store.delete([])
    for encoder in ("before", "now"):
        assert missing(store, encoder, digests(5)) == digests(2)


def test_what_was_renewed_is_known_until_the_rest_is_pruned(store: EncodingStore) -> None:
    put(store, "encoder", digests(3), encodings(vectors(3)))
    assert store.renewed("encoder") == set()
    made = encodings(vectors(2))
    store.put("encoder", digests(2), [()] * 2, made, renew=True)
    assert store.renewed("encoder") == set(digests(2))
    assert store.renewed("another") == set()
    store.prune("encoder", digests(3))
    assert store.renewed("encoder") == set()


def test_token_vectors_of_another_width_are_none(store: EncodingStore) -> None:
    put(store, "encoder", digests(1), with_tokens(3))
    assert store.get_tokens("encoder", digests(1), 384 * 128) == {}


def test_bytes_that_are_not_those_stored_count_as_missing(tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    with open_encodings(path) as store:
        put(store, "encoder", digests(3), with_tokens(4, 4, 4))
    connection = sqlite3.connect(path)
    for column, number in (("vector", 0), ("parts", 1), ("tokens", 2)):
        change = f"UPDATE encodings SET {column} = ? WHERE text = ?"
        connection.execute(change, [b"\0" * 128, digests(3)[number]])
    connection.commit()
    connection.close()
    with open_encodings(path) as store:
        assert missing(store, "encoder", digests(3)) == digests(2)
        assert store.get_tokens("encoder", digests(3), 128).keys() == set(digests(2))


def test_the_bases_that_were_encoded_are_known(store: EncodingStore) -> None:
    assert store.made_for() == {}
    for sources in (2, 3):
        store.note_base("this", sources)
        assert store.made_for() == {"this": sources}
