"""`verify` finds what differs between database, vectors and index, and only that."""

from pathlib import Path

import numpy as np
import pytest

from retrieval.engine import Engine, open_engine
from retrieval.index.encoding_store import open_vectors
from retrieval.index.generation import POSTINGS, VECTORS, publish, read_manifest
from retrieval.index.postings import save_postings
from retrieval.index.vectors import build_index
from retrieval.settings import Settings


def details(engine: Engine) -> set[str]:
    return {one.detail for one in engine.verify().differences}


def republish(engine: Engine, home: Path, vectors: np.ndarray, ids: np.ndarray) -> None:
    """Publish an index of other rows under the manifest of the present one."""
    manifest = read_manifest(home / "index")
    assert manifest is not None
    described = {name: getattr(manifest, name) for name in manifest.__slots__ if name != "files"}

    def write(aside: Path) -> None:
        build_index(ids, vectors).save(aside / VECTORS)
        save_postings(engine.base.index.postings, aside / POSTINGS)

    publish(home / "index", write, described)


def test_a_whole_home_has_no_differences(engine: Engine) -> None:
    found = engine.verify()
    assert found.differences == ()
    assert found.snapshots == 2
    assert found.spans == found.vectors > 20


def test_a_missing_index_is_named(engine: Engine, home: Path) -> None:
    (home / "index" / "current").unlink()
    assert details(engine) == {"there is none; run `citabot rebuild`"}


@pytest.mark.parametrize("name", ["manifest.json", "vectors.faiss", "postings.npz", "tokens.npy", "tokens-starts.npy"])
def test_a_damaged_index_is_named(engine: Engine, home: Path, name: str) -> None:
    for path in (home / "index" / "generations").glob(f"*/{name}"):
        path.write_bytes(b"{}")
    (detail,) = details(engine)
    assert "index" in detail


def test_an_index_of_another_state_is_named(engine: Engine) -> None:
    engine.store.database.execute("UPDATE base SET generation = generation + 1")
    assert details(engine) == {"it was made from another state of the base; run `citabot rebuild`"}


def test_rows_that_are_not_their_vectors_are_named(engine: Engine, home: Path) -> None:
    ids = np.asarray(engine.base.index.vectors.ids)
    turned = np.zeros((len(ids), engine.encoder.dimension), dtype=np.float32)
    turned[:, 0] = 1
    republish(engine, home, turned, ids)
    assert details(engine) == {"the index row is not its vector"}


def test_rows_that_are_missing_are_named(engine: Engine, home: Path) -> None:
    ids = np.asarray(engine.base.index.vectors.ids)[:1]
    vectors = engine.encoder.encode_passages(["something"]).vectors
    republish(engine, home, vectors, ids)
    assert any("vectors for" in detail for detail in details(engine))


def test_vectors_that_are_not_kept_are_named(home: Path) -> None:
    with open_engine(Settings(home=home, bundled=False)) as engine:
        with open_vectors(home / "index" / "vectors.db") as vectors:
            vectors.prune(engine.encoder.digest, keep=[])
        assert details(engine) == {"its vector is not kept"}
        engine.rebuild(full=True)
        assert details(engine) == set()
