"""What is kept in Milvus is published so that no reader sees a half of it; what is not ours or not there is named."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from milvus_place import SERVER, collection_at, milvus_place
from small_segments import small_segments
from stand_in_encoder import StandInEncoder

from knowledge.errors import IndexUnreachable
from knowledge.model import Metadata
from retrieval.engine import Engine, open_engine
from retrieval.index import current, milvus
from retrieval.index.milvus import Collection, Mark
from retrieval.index.vectors import ExactIndex, Hit
from retrieval.models.encoder import Encoder
from retrieval.search.base import Base
from retrieval.settings import Settings

QUESTION = "What does the flour cost?"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[str]:
    """The setting of a collection of the test's own."""
    with milvus_place(tmp_path) as setting:
        yield setting


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows are enough to be published, and vectors cost nothing."""
    small_segments(monkeypatch)
    monkeypatch.setattr(current, "open_encoder", lambda name, **_: cast(Encoder, StandInEncoder()))


@contextmanager
def opened(home: Path, index: str = "faiss") -> Iterator[Engine]:
    with open_engine(Settings(home=home, bundled=False, index=index)) as engine:
        yield engine


def put(engine: Engine, folder: Path, *names: str, passages: int = 3) -> None:
    """Add sources of some passages each."""
    folder.mkdir(exist_ok=True)
    for name in names:
        paragraphs = [f"The {name} of part {number} counts boats. " * 12 for number in range(passages)]
        (folder / f"{name}.txt").write_text("\n\n".join(paragraphs))
    engine.add([str(folder / f"{name}.txt") for name in names], Metadata(title="Harbours"))


def nearest(base: Base) -> set[str]:
    """The sources of all passages, which are found as the exact index finds them."""
    assert not base.degraded
    assert base.index.encodings is not None
    query = base.encoder.encode_questions(["The mill of part 1"]).vectors[0]
    hits: list[Hit] = base.index.vectors.search(query, 50)
    _, ids, vectors = base.index.encodings.members("passages", base.index.encodings.rows_after(0))
    assert hits == ExactIndex(np.array(ids), vectors).search(query, 50)
    return {passage.source for passage in base.store.passages(ids).values()}


def seen(engine: Engine) -> set[str]:
    return engine._search(nearest)


STEPS = ["set_mark", "upsert again", "settle", "set_mark again"]


@contextmanager
def interrupted(monkeypatch: pytest.MonkeyPatch, step: str) -> Iterator[None]:
    """A publication that ends before a step, as when it is killed there."""
    name, *again = step.split()
    whole, calls = getattr(Collection, name), [0]

    def ends(*given: Any, **options: Any) -> Any:
        calls[0] += 1
        if calls[0] > len(again):
            raise KeyboardInterrupt
        return whole(*given, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Collection, name, ends)
        yield


@pytest.mark.parametrize("step", STEPS)
def test_a_publication_that_ends_anywhere_shows_nothing_half(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with opened(tmp_path / "home", place) as writer, opened(tmp_path / "home", place) as reader:
        put(writer, tmp_path / "texts", "mill", "tide")
        assert seen(reader) == {"mill", "tide"}
        with interrupted(monkeypatch, step), suppress(KeyboardInterrupt):
            put(writer, tmp_path / "texts", "salt")
        assert seen(reader) == {"mill", "tide", "salt"}
        writer.rebuild()
        assert seen(reader) == {"mill", "tide", "salt"}
        assert reader.verify().differences == ()


def test_a_reader_that_began_before_what_it_sees_was_deleted_begins_anew(place: str, tmp_path: Path) -> None:
    with opened(tmp_path / "home", place) as writer, opened(tmp_path / "home", place) as reader:
        put(writer, tmp_path / "texts", "mill", "tide", "salt")
        assert seen(reader) == {"mill", "tide", "salt"}
        states = list[set[str]]()

        def work(base: Base) -> set[str]:
            states.append(set())
            if len(states) == 1:
                # A third is removed, so that its vectors are deleted at once.
                writer.remove("tide")
            states[-1] = nearest(base)
            return states[-1]

        reader._search(work)
        assert states == [set(), {"mill", "salt"}]
        vectors = collection_at(place).vectors("passages", (0, 1 << 40))
        assert len(vectors) == 6


def test_a_base_that_was_copied_back_is_published_anew(place: str, tmp_path: Path) -> None:
    with opened(tmp_path / "home", place) as engine:
        put(engine, tmp_path / "texts", "mill")
        shutil.copytree(tmp_path / "home", tmp_path / "copy")
        put(engine, tmp_path / "texts", "tide")
    # Rows of the copy have numbers that those of another source had.
    with opened(tmp_path / "copy", place) as engine:
        put(engine, tmp_path / "texts", "salt")
        assert seen(engine) == {"mill", "salt"}
        assert engine.verify().differences == ()


def drop(collection: Collection) -> None:
    with collection._asked() as client:
        client.drop_collection(collection.address.collection)


def of_another_encoder(collection: Collection) -> None:
    collection.set_mark(replace(collection.mark(), encoder="another"))


def of_another_publication(collection: Collection) -> None:
    collection.set_mark(replace(collection.mark(), published="another"))


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (drop, "is gone"),
        (of_another_encoder, "holds vectors of another encoder"),
        (of_another_publication, "has changed since this base was last written"),
    ],
    ids=["gone", "another encoder", "another publication"],
)
def test_a_collection_that_is_not_as_it_was_left_is_named_and_filled_anew(
    place: str, tmp_path: Path, damage: Callable[[Collection], None], sentence: str
) -> None:
    notices = list[str]()
    settings = Settings(home=tmp_path / "home", bundled=False, index=place)
    with open_engine(settings, notice=notices.append) as engine, closing(collection_at(place)) as collection:
        put(engine, tmp_path / "texts", "mill")
        damage(collection)
        assert [sentence in item.detail for item in engine.verify().differences] == [True]
        assert seen(engine) == {"mill"}
        assert f"{sentence}; it is being made now." in notices[-1]
        assert engine.verify().differences == ()


def test_a_vector_that_is_missing_or_another_is_named(place: str, tmp_path: Path) -> None:
    with opened(tmp_path / "home", place) as engine, closing(collection_at(place)) as collection:
        put(engine, tmp_path / "texts", "mill")
        vectors = collection.vectors("passages", (0, 1 << 40))
        (first, second, _) = sorted(vectors)
        collection.delete([(first, first + 1)])
        collection.upsert("passages", np.array([second]), -vectors[second][None])
        assert [item.detail for item in engine.verify().differences] == ["the index row is not its vector"] * 2
        engine.rebuild(full=True)
        assert engine.verify().differences == ()


def made_by_others(collection: Collection) -> None:
    with collection._asked() as client:
        client.create_collection(collection.address.collection, dimension=8)


def of_another_base(collection: Collection) -> None:
    collection.create(8, Mark("another", "5" * 64, ""))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (made_by_others, "was not made by this citabot."),
        (of_another_base, "holds the vectors of another knowledge base."),
    ],
    ids=["made by others", "another base"],
)
def test_a_collection_that_is_not_ours_is_named_and_left_alone(
    place: str, tmp_path: Path, make: Callable[[Collection], None], sentence: str
) -> None:
    notices = list[str]()
    settings = Settings(home=tmp_path / "home", bundled=False, index=place)
    with open_engine(settings, notice=notices.append) as engine, closing(collection_at(place)) as collection:
        make(collection)
        put(engine, tmp_path / "texts", "mill")
        assert sentence in notices[-1]
        with pytest.raises(IndexUnreachable, match=sentence) as caught:
            engine.rebuild(full=True)
        assert caught.value.hint == "Name another collection in CITABOT_INDEX, or drop this one."
        assert engine._search(lambda base: base.index.encodings) is None
        assert notices[-1].endswith("Full text alone answers.")
        with collection._asked() as client:
            fields = client.describe_collection(collection.address.collection)["fields"]
        assert [field["params"] for field in fields if field["name"] == "vector"] == [{"dim": 8}]


@pytest.mark.skipif(SERVER is not None, reason="another's server is not stopped")
def test_while_a_server_is_away_full_text_alone_answers_and_later_vectors_again(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pymilvus", reason="the extra milvus is not installed")
    from milvus_lite.adapter.grpc.server import start_server_in_thread

    monkeypatch.undo()
    small_segments(monkeypatch)
    monkeypatch.setattr(milvus, "_QUESTION_SECONDS", 0.5)
    notices = list[str]()
    server, database, port = start_server_in_thread(str(tmp_path / "served.db"))
    settings = Settings(home=home, bundled=False, index=f"milvus+http://127.0.0.1:{port}/mills")
    try:
        with open_engine(settings, notice=notices.append) as engine:
            assert not engine.ask(QUESTION).degraded
            server.stop(grace=0).wait()
            database.close()
            answers = [engine.ask(QUESTION) for _ in range(2)]
            assert [(answer.degraded, answer.calibrated) for answer in answers] == [(True, False)] * 2
            assert "three euros" in (answers[0].text or "")
            (notice,) = [notice for notice in notices if "cannot be asked" in notice]
            assert notice.startswith(f"The collection mills at http://127.0.0.1:{port} cannot be asked: ")
            assert notice.endswith(". Full text alone answers.")
            with pytest.raises(IndexUnreachable):
                engine.rebuild(full=True)
            server, database, port = start_server_in_thread(str(tmp_path / "served.db"), port=port)
            monkeypatch.setattr(milvus, "_PAUSE_SECONDS", 0)
            engine._current.sealed._collection._next_attempt = 0.0  # type: ignore[attr-defined]
            assert not engine.ask(QUESTION).degraded, notices
    finally:
        server.stop(grace=0).wait()
        database.close()


@pytest.mark.skipif(SERVER is not None, reason="a server's collections have no file")
def test_a_file_that_another_process_has_open_is_named(place: str, tmp_path: Path) -> None:
    from milvus_lite import MilvusLite

    collection = collection_at(place)
    with MilvusLite(collection.address.uri), pytest.raises(IndexUnreachable, match="may have it open"):
        collection.mark()


def test_a_file_in_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    pytest.importorskip("pymilvus", reason="the extra milvus is not installed")
    with pytest.raises(IndexUnreachable, match=rf"cannot be asked: there is no folder {tmp_path / 'none'}\.$"):
        collection_at(f"milvus+file:{tmp_path}/none/mills.db").mark()


def test_what_is_not_there_is_not_waited_for_at_every_question() -> None:
    pytest.importorskip("pymilvus", reason="the extra milvus is not installed")
    collection = collection_at("milvus+http://127.0.0.1:1/mills")
    for _ in range(2):
        with pytest.raises(IndexUnreachable, match=r"mills at http://127\.0\.0\.1:1 cannot be asked: ") as caught:
            collection.mark()
    assert caught.value.__cause__ is None, "it was asked again"


def test_on_the_command_line_what_is_not_there_is_a_sentence(citabot: Callable[..., Any]) -> None:
    pytest.importorskip("pymilvus", reason="the extra milvus is not installed")
    index = "milvus+http://127.0.0.1:1/mills"
    rebuilt = citabot("rebuild", CITABOT_INDEX=index)
    assert (rebuilt.returncode, rebuilt.stdout) == (4, "")
    sentence, hint = rebuilt.stderr.splitlines()
    assert "The collection mills at http://127.0.0.1:1 cannot be asked: " in sentence
    assert hint.strip() == IndexUnreachable.default_hint
