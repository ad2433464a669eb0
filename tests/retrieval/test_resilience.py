"""Crashes, full disks, damage and crowds: whatever happens, the base and an index stay whole."""

import errno
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from small_segments import segment_files, small_segments

from knowledge.changes import transaction
from knowledge.errors import HomeBusy, StorageFull
from knowledge.model import Metadata
from retrieval.engine import Engine, open_engine
from retrieval.index import vectors
from retrieval.index.encoding_store import open_encodings
from retrieval.index.rebuild import index_lock
from retrieval.index.tables import clear
from retrieval.index.vectors import Segment
from retrieval.settings import Settings

ROOT = Path(__file__).parent.parent.parent
QUESTION = "What does the flour cost?"


def settings(home: Path) -> Settings:
    return Settings(home=home, bundled=False)


def put_behind(engine: Engine) -> None:
    """Note a change that the index has not taken in."""
    with transaction(engine.store) as database:
        database.execute("INSERT INTO index_pending_passages SELECT min(id) FROM passages")


def asked(home: Path) -> tuple[str | None, list[str]]:
    """The answer of a fresh engine, and what it said while working."""
    notices: list[str] = []
    with open_engine(settings(home), notice=notices.append) as engine:
        return engine.ask(QUESTION).text, notices


@pytest.fixture
def sealed(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose vectors are in segments."""
    small_segments(monkeypatch)
    with open_engine(settings(home)) as engine:
        engine.rebuild()
    return home


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-100]),
        lambda path: path.write_bytes(b"x" + path.read_bytes()[1:]),
        lambda path: path.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1])),
        lambda path: path.unlink(),
    ],
    ids=["empty", "truncated", "first byte", "last byte", "missing"],
)
def test_a_damaged_segment_is_noticed_said_and_made_anew(sealed: Path, damage: Any) -> None:
    wanted, notices = asked(sealed)
    assert notices == []
    for path in segment_files(sealed):
        damage(path)
    answer, notices = asked(sealed)
    assert answer == wanted
    assert notices == ["A segment of the index is missing, or not the one that was written; it is being made now."]
    assert asked(sealed) == (wanted, [])
    with open_engine(settings(sealed)) as engine:
        assert engine.verify().differences == ()


def test_an_index_that_was_never_made_is_made(home: Path) -> None:
    wanted, _ = asked(home)
    with open_engine(settings(home)) as engine, transaction(engine.store) as database:
        clear(database, "")
    assert asked(home) == (wanted, ["There is no index yet; it is being made now."])


def test_the_vectors_of_another_base_are_not_used(home: Path, empty_home: Path) -> None:
    path = home / "other.txt"
    path.write_text("Flour costs nine crowns in Norrvik, where the mill has never stopped.", encoding="utf-8")
    with open_engine(settings(empty_home)) as engine:
        list(engine.add([str(path)], Metadata()))
    (home / "index").rename(home / "index-of-this-base")
    (empty_home / "index").rename(home / "index")
    answer, notices = asked(home)
    assert "three euros" in (answer or "")
    assert notices == ["Vectors that the index needs are missing; it is being made now."]


@pytest.mark.parametrize("content", [b"no database" * 200, b""])
def test_damaged_vectors_are_made_again(home: Path, content: bytes) -> None:
    wanted, _ = asked(home)
    for path in (home / "index").glob("vectors.db*"):
        path.unlink()
    (home / "index" / "vectors.db").write_bytes(content)
    assert asked(home)[0] == wanted
    with open_engine(settings(home)) as engine:
        assert engine.verify().differences == ()


@pytest.mark.parametrize("column", ["vector", "parts", "tokens"])
def test_an_encoding_that_is_not_the_one_stored_is_made_again(home: Path, column: str) -> None:
    wanted, _ = asked(home)
    with open_encodings(home / "index" / "vectors.db") as encodings:
        encodings._database.execute(f"UPDATE encodings SET {column} = zeroblob(length({column}))")
        encodings._database.conn.commit()
    assert asked(home) == (wanted, ["Vectors that the index needs are missing; it is being made now."])
    assert asked(home) == (wanted, [])
    with open_engine(settings(home)) as engine:
        assert engine.verify().differences == ()


@pytest.mark.parametrize("page", [0, 1, 2, 5, 20])
def test_a_page_of_the_vectors_that_is_overwritten_costs_work_alone(home: Path, page: int) -> None:
    wanted, _ = asked(home)
    path = home / "index" / "vectors.db"
    size = 2048
    content = bytearray(path.read_bytes())
    assert len(content) > (page + 1) * size
    content[page * size : (page + 1) * size] = b"\xa5" * size
    path.write_bytes(content)
    answer, notices = asked(home)
    assert answer == wanted
    with open_engine(settings(home)) as engine:
        engine.rebuild()
        if engine.verify().differences:
            # A page that no question reads is met by whoever reads everything.
            engine.rebuild(full=True)
        assert engine.verify().differences == ()
    assert all(notice.endswith(".") for notice in notices)


def test_vectors_of_another_program_are_said_and_made_anew(home: Path) -> None:
    wanted, _ = asked(home)
    path = home / "index" / "vectors.db"
    path.unlink()
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE encodings (name TEXT)")
    foreign.commit()
    foreign.close()
    answer, notices = asked(home)
    assert answer == wanted
    assert f"The vectors kept in {path} were damaged and are made again." in notices
    assert asked(home) == (wanted, [])


def test_a_segment_deleted_while_it_is_opened_is_asked_for_again(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever merges may delete it between the check of the file and its mapping."""
    wanted, _ = asked(sealed)
    real, deleted = vectors._checksum, list[Path]()

    def checked(path: Path, count: int) -> int:
        checksum = real(path, count)
        if not deleted:
            deleted.append(path.rename(path.with_name("gone")))
        return int(checksum)

    with monkeypatch.context() as patched:
        patched.setattr(vectors, "_checksum", checked)
        answer, notices = asked(sealed)
    assert (answer, len(deleted)) == (wanted, 1)
    assert notices == ["A segment of the index is missing, or not the one that was written; it is being made now."]
    with open_engine(settings(sealed)) as engine:
        assert engine.verify().differences == ()


def test_readers_go_on_with_the_old_index_while_another_process_rebuilds(home: Path) -> None:
    with open_engine(settings(home)) as engine:
        put_behind(engine)
    with index_lock(home / "index", wait_seconds=0):
        found, notices = asked(home)
    assert "three euros" in (found or "")
    assert notices == ["The index is being rebuilt by another process; answering from the one before."]


def test_the_right_to_publish_belongs_to_one(home: Path) -> None:
    folder = home / "index"
    with index_lock(folder, wait_seconds=0), pytest.raises(HomeBusy), index_lock(folder, wait_seconds=0):
        pytest.fail("two processes may publish at once")


def test_a_full_disk_while_storing_changes_nothing(home: Path, tmp_path: Path) -> None:
    article = tmp_path / "long.txt"
    article.write_text("\n\n".join(f"Sentence number {n} of a very long report." for n in range(300)), encoding="utf-8")
    with open_engine(settings(home)) as engine:
        before = engine.sources(), engine.store.generation()
        pages = engine.store.rows("PRAGMA page_count")[0]["page_count"]
        engine.store.rows(f"PRAGMA max_page_count = {pages}")
        (result,) = engine.add([str(article)], Metadata())
        assert isinstance(result, StorageFull)
        assert (engine.sources(), engine.store.generation()) == before
        assert engine.verify().differences == ()
        assert "three euros" in (engine.ask(QUESTION).text or "")


def test_a_full_disk_while_sealing_keeps_what_there_is(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Segment, path: Path) -> int:
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = segment_files(sealed)
    with open_engine(settings(sealed)) as engine:
        with monkeypatch.context() as patched:
            patched.setattr(Segment, "save", refuse)
            with pytest.raises(StorageFull):
                engine.rebuild(full=True)
        assert "three euros" in (engine.ask(QUESTION).text or "")
        engine.rebuild()
        assert len(segment_files(sealed)) == len(before)
        assert engine.verify().differences == ()


def command(home: Path, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(ROOT / "bot.py"), *arguments],
        env={**os.environ, "CITABOT_HOME": str(home), "CITABOT_BUNDLED": "0"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_processes_may_add_at_once(home: Path, tmp_path: Path) -> None:
    paths = []
    for number in range(4):
        # The same file name four times: the ids that are derived from it must not collide.
        folder = tmp_path / f"folder{number}"
        folder.mkdir()
        paths.append(folder / "report.txt")
        paths[-1].write_text(f"Report {number}: the harbour master counted {number + 20} boats.", encoding="utf-8")
    running = [command(home, "add", str(path)) for path in paths]
    for process in running:
        _, stderr = process.communicate(timeout=120)
        assert process.returncode == 0, stderr
    with open_engine(settings(home)) as engine:
        assert [source.id for source in engine.sources()] == [
            "faro", "report", "report-2", "report-3", "report-4", "tide-mill",
        ]  # fmt: skip
        assert engine.verify().differences == ()


def test_a_rebuild_killed_at_any_moment_leaves_an_index_that_answers(home: Path) -> None:
    wanted, _ = asked(home)
    started = time.perf_counter()
    command(home, "rebuild", "--full").communicate(timeout=120)
    whole = time.perf_counter() - started

    def ask() -> str | None:
        process = command(home, "ask", QUESTION, "--json")
        stdout, stderr = process.communicate(timeout=120)
        assert process.returncode == 0, stderr
        found: str | None = json.loads(stdout)["answer"]
        return found

    with ThreadPoolExecutor(1) as pool:
        for moment in range(2):
            rebuilding = command(home, "rebuild", "--full")
            answer = pool.submit(ask)
            time.sleep(whole * (moment + 1) / 3)
            rebuilding.send_signal(signal.SIGKILL)
            rebuilding.communicate()
            assert answer.result() == wanted
    assert asked(home)[0] == wanted
    with open_engine(settings(home)) as engine:
        engine.rebuild()
        assert engine.verify().differences == ()


def test_while_another_rebuilds_segments_are_opened_once(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    real = Segment.load

    def counted(*given: Any) -> Any:
        opened.append(given)
        return real(*given)

    monkeypatch.setattr(Segment, "load", counted)
    with open_engine(settings(sealed)) as engine, index_lock(sealed / "index", wait_seconds=0):
        put_behind(engine)
        for _ in range(3):
            assert engine.ask(QUESTION).answered
    assert len(opened) == len(segment_files(sealed))
