"""The cache of vectors: what is put is there afterwards, and damage costs only work."""

import hashlib
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from knowledge.errors import CitabotError, HomeNotWritable, StorageFull
from retrieval.index.encoding_store import VectorStore, open_vectors, part_digest, text_digest
from retrieval.models.encodings import Encodings, compress, expand


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VectorStore]:
    with open_vectors(tmp_path / "vectors.db") as opened:
        yield opened


def digests(n: int, prefix: str = "text") -> list[bytes]:
    return [text_digest(f"{prefix} {number}") for number in range(n)]


def vectors(n: int, seed: int = 0, dimension: int = 16) -> NDArray[np.float32]:
    rows = np.random.default_rng(seed).standard_normal((n, dimension))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def encodings(rows: NDArray[np.float32]) -> Encodings:
    return Encodings(rows, ())


def test_a_text_digest_is_the_sha256_of_its_utf8_bytes() -> None:
    assert text_digest("Ñandú") == hashlib.sha256("Ñandú".encode()).digest()


def test_a_lone_surrogate_has_a_digest_too() -> None:
    assert len(text_digest("\udcff")) == 32


def test_a_part_has_a_digest_of_its_own_that_depends_on_text_and_place() -> None:
    keys = [text_digest("Ñandú"), text_digest("Ñand"), text_digest("Ñandú0:4")]
    keys += [part_digest("Ñandú", start, end) for start, end in ((0, 4), (0, 5), (1, 4), (10, 4), (1, 14), (1, 1))]
    keys += [part_digest("Ñandúes", 0, 4), part_digest("Ñand", 0, 4), part_digest("\udcff", 0, 1)]
    assert len(set(keys)) == len(keys)
    assert part_digest("Ñandú", 0, 4) == part_digest("Ñandú", 0, 4)


def test_what_is_put_comes_back_bit_for_bit(store: VectorStore) -> None:
    store.put("encoder", digests(700), encodings(vectors(700)))
    found = store.get("encoder", digests(700))
    assert np.array_equal(np.array([found[digest] for digest in digests(700)]), vectors(700))
    assert all(vector.dtype == np.float32 for vector in found.values())


def test_is_kept_when_the_file_is_opened_again(tmp_path: Path) -> None:
    for expected in (3, 0):
        with open_vectors(tmp_path / "vectors.db") as store:
            assert len(store.missing("encoder", digests(3))) == expected
            store.put("encoder", digests(3), encodings(vectors(3)))


def test_missing_are_those_without_a_vector_each_once_in_order(store: VectorStore) -> None:
    known, unknown = digests(2), digests(2, "other")
    store.put("encoder", known, encodings(vectors(2)))
    assert store.missing("encoder", [unknown[1], known[0], unknown[0], unknown[1]]) == [unknown[1], unknown[0]]
    assert store.get("encoder", [*unknown, known[1]]).keys() == {known[1]}


def test_encoders_do_not_see_each_others_vectors(store: VectorStore) -> None:
    store.put("one", digests(2), encodings(vectors(2, seed=1)))
    store.put("two", digests(1), encodings(vectors(1, seed=2)))
    assert np.array_equal(store.get("one", digests(1))[digests(1)[0]], vectors(2, seed=1)[0])
    assert store.missing("two", digests(2)) == digests(2)[1:]


def test_putting_again_replaces(store: VectorStore) -> None:
    store.put("encoder", digests(1), encodings(vectors(1, seed=1)))
    store.put("encoder", digests(1), encodings(vectors(1, seed=2)))
    assert np.array_equal(store.get("encoder", digests(1))[digests(1)[0]], vectors(1, seed=2)[0])


def test_as_many_vectors_as_digests_or_none_is_kept(store: VectorStore) -> None:
    with pytest.raises(ValueError, match="shorter"):
        store.put("encoder", digests(3), encodings(vectors(2)))
    assert store.get("encoder", digests(3)) == {}


def test_pruning_keeps_the_named_texts_of_one_encoder(store: VectorStore) -> None:
    store.put("now", digests(900), encodings(vectors(900)))
    store.put("before", digests(5), encodings(vectors(5)))
    assert store.prune("now", digests(3)) == 902
    assert store.missing("now", digests(900)) == digests(900)[3:]
    assert store.get("before", digests(5)) == {}


def test_what_was_put_before_a_kill_is_kept(tmp_path: Path) -> None:
    code = f"""
import os, signal
from pathlib import Path
import numpy as np
from retrieval.models.encodings import Encodings
from retrieval.index.encoding_store import open_vectors, text_digest
store = open_vectors(Path({str(tmp_path / "vectors.db")!r}))
store.put("encoder", [text_digest("text 0")], Encodings(np.eye(16, dtype=np.float32)[:1], ()))
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parent.parents[2], check=False)
    assert done.returncode == -9
    with open_vectors(tmp_path / "vectors.db") as store:
        assert store.missing("encoder", digests(1)) == []


@pytest.mark.parametrize("content", [b"not a database at all" * 300, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_damaged_file_is_put_aside_with_a_notice(content: bytes, tmp_path: Path) -> None:
    path, told = tmp_path / "vectors.db", list[str]()
    path.write_bytes(content)
    with open_vectors(path, notice=told.append) as store:
        store.put("encoder", digests(1), encodings(vectors(1)))
        assert store.missing("encoder", digests(1)) == []
    assert len(told) == 1
    assert (tmp_path / "vectors.db.damaged").read_bytes() == content


def test_a_file_cut_short_is_put_aside(tmp_path: Path) -> None:
    path, told = tmp_path / "vectors.db", list[str]()
    with open_vectors(path) as store:
        store.put("encoder", digests(500), encodings(vectors(500)))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with open_vectors(path, notice=told.append) as store:
        assert store.missing("encoder", digests(500)) == digests(500)
    assert len(told) == 1


def test_a_file_with_a_spoilt_page_is_put_aside(tmp_path: Path) -> None:
    path, told = tmp_path / "vectors.db", list[str]()
    with open_vectors(path) as store:
        store.put("encoder", digests(500), encodings(vectors(500)))
    with path.open("r+b") as file:
        file.seek(-4096, 2)
        file.write(b"\xa5" * 4096)
    with open_vectors(path, notice=told.append) as store:
        assert store.missing("encoder", digests(500)) == digests(500)
    assert len(told) == 1


def test_damage_that_happens_while_open_costs_only_work(tmp_path: Path) -> None:
    # More than the 2 MB of pages that SQLite keeps in memory.
    path, told, n = tmp_path / "vectors.db", list[str](), 2500
    with open_vectors(path) as store:
        store.put("encoder", digests(n), encodings(vectors(n, dimension=384)))
    with open_vectors(path, notice=told.append) as store:
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xa5" * (path.stat().st_size - 4096))
        assert store.missing("encoder", digests(n)) == digests(n)
        store.put("encoder", digests(2), encodings(vectors(2)))
        assert len(store.get("encoder", digests(2))) == 2
    assert len(told) == 1


@pytest.mark.parametrize("content", [b"", b"abc", b"\0" * 64, b"\xff" * 64, "text"])
def test_a_vector_that_is_not_whole_counts_as_missing(content: bytes | str, tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    with open_vectors(path) as store:
        store.put("encoder", digests(2), encodings(vectors(2)))
    connection = sqlite3.connect(path)
    connection.execute("UPDATE vectors SET vector = ? WHERE text = ?", [content, digests(1)[0]])
    connection.commit()
    connection.close()
    with open_vectors(path) as store:
        assert store.missing("encoder", digests(2)) == digests(1)


def test_a_full_disk_is_said_so_and_loses_nothing(tmp_path: Path) -> None:
    with open_vectors(tmp_path / "vectors.db") as store:
        store.put("encoder", digests(1), encodings(vectors(1)))
        pages = store._database.execute("PRAGMA page_count").fetchone()[0]
        store._database.execute(f"PRAGMA max_page_count = {pages}").fetchone()
        with pytest.raises(StorageFull):
            store.put("encoder", digests(900), encodings(vectors(900)))
        assert store.missing("encoder", digests(1)) == []


def test_a_place_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(HomeNotWritable):
        open_vectors(tmp_path / "file" / "vectors.db")
    (tmp_path / "vectors.db").mkdir()
    with pytest.raises(CitabotError):
        open_vectors(tmp_path / "vectors.db")


def with_tokens(*sizes: int) -> Encodings:
    tokens = tuple(vectors(size, seed=size, dimension=128) for size in sizes)
    return Encodings(vectors(len(sizes)), tokens)


def test_token_vectors_come_back_as_they_are_compressed(store: VectorStore) -> None:
    put = with_tokens(5, 0, 3)
    store.put("encoder", digests(3), put)
    found = store.get_tokens("encoder", digests(3), 128)
    for digest, tokens in zip(digests(3), put.tokens, strict=True):
        assert np.array_equal(found[digest], compress(tokens))
    assert expand(found[digests(1)[0]]).shape == (5, 128)


def test_a_text_without_token_vectors_is_missing_only_where_they_are_wanted(store: VectorStore) -> None:
    store.put("encoder", digests(2), encodings(vectors(2)))
    store.put("encoder", digests(1), with_tokens(4))
    assert store.missing("encoder", digests(2)) == []
    assert store.missing("encoder", digests(2), tokens=128) == digests(2)[1:]


def test_token_vectors_of_another_width_are_none(store: VectorStore) -> None:
    store.put("encoder", digests(1), with_tokens(3))
    assert store.get_tokens("encoder", digests(1), 384 * 128) == {}


def test_a_cache_made_before_there_were_token_vectors_is_opened_and_used(tmp_path: Path) -> None:
    path = tmp_path / "vectors.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE vectors (encoder TEXT, text BLOB, vector BLOB, PRIMARY KEY (encoder, text))")
        row = vectors(1)[0].astype("<f4").tobytes()
        connection.execute("INSERT INTO vectors VALUES ('encoder', ?, ?)", [digests(1)[0], row])
    connection.close()
    with open_vectors(path) as store:
        assert np.array_equal(store.get("encoder", digests(1))[digests(1)[0]], vectors(1)[0])
        assert store.missing("encoder", digests(1), tokens=128) == digests(1)
