"""Whatever lies in a home in place of what belongs there: one sentence, nothing followed, nothing lost."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from knowledge.errors import CitabotError, DamagedDatabase, DamagedIndex
from knowledge.model import Metadata
from retrieval.engine import open_engine
from retrieval.index.generation import Manifest, open_generation, read_current, read_manifest
from retrieval.settings import Settings

QUESTION = "What does the flour cost?"


def asked(home: Path, *, bundled: bool = False) -> tuple[str, list[str]]:
    notices: list[str] = []
    with open_engine(Settings(home=home, bundled=bundled), notice=notices.append) as engine:
        return engine.ask(QUESTION).text or "", notices


def manifest_path(home: Path) -> Path:
    return home / "index" / "generations" / str(read_current(home / "index")) / "manifest.json"


def changed(**fields: Any) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        held = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps(held | fields))

    return change


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_text("[" * 100_000),
        lambda path: path.write_text('{"a":' * 100_000),
        lambda path: path.write_bytes(b"\xff\xfe"),
        lambda path: path.write_text(" " * 200_000),
        lambda path: path.write_text("null"),
        pipe,
        lambda path: (path.unlink(), path.mkdir()),
        changed(files={}),
        changed(files=[]),
        changed(files={"../../../knowledge.db": "0" * 64}),
        changed(files={"vectors.faiss": 7}),
        changed(generation="1"),
        changed(passages=None),
        changed(dimension=1.5),
        changed(base=["x"]),
        changed(fingerprint="../../elsewhere"),
    ],
)
def test_what_is_no_manifest_is_said_to_be_none(home: Path, damage: Callable[[Path], Any]) -> None:
    damage(manifest_path(home))
    with pytest.raises(DamagedIndex):
        read_manifest(home / "index")


def test_an_index_whose_manifest_is_none_is_made_anew(home: Path) -> None:
    manifest_path(home).write_text("[" * 100_000)
    found, notices = asked(home)
    assert "three euros" in found
    assert len(notices) == 1
    assert notices[0].endswith("it is being made now.")
    assert asked(home)[1] == []


def test_a_manifest_leads_to_no_file_outside_its_folder(home: Path) -> None:
    path = manifest_path(home)
    files = {**json.loads(path.read_text("utf-8"))["files"], "../../../knowledge.db": "0" * 64}
    changed(files=files)(path)
    with pytest.raises(DamagedIndex, match="names other files"):
        read_manifest(home / "index")


def test_a_file_of_the_index_that_is_a_pipe_is_not_waited_for(home: Path) -> None:
    manifest = read_manifest(home / "index")
    assert isinstance(manifest, Manifest)
    pipe(manifest_path(home).with_name("vectors.faiss"))
    with pytest.raises(DamagedIndex):
        open_generation(home / "index", manifest)


@pytest.mark.parametrize("named", ["../../../etc", "/etc", "a/b", "", "\0", "x" * 5000, "ñ", "\n\n"])
def test_a_current_generation_is_never_a_path(home: Path, named: str) -> None:
    (home / "index" / "current").write_text(named, "utf-8")
    with pytest.raises(DamagedIndex):
        read_manifest(home / "index")


def test_a_current_that_is_no_file_is_said_and_left(home: Path, tmp_path: Path) -> None:
    current = home / "index" / "current"
    for make in (os.mkfifo, os.mkdir, lambda path: Path(path).symlink_to(tmp_path / "aim")):
        current.unlink() if current.is_file() else None
        make(current)
        with pytest.raises(DamagedIndex, match="is not a regular file") as refused:
            asked(home)
        assert "Move it away" in refused.value.hint
        assert not (tmp_path / "aim").exists()
        current.rmdir() if current.is_dir() else current.unlink()


@pytest.mark.parametrize(
    ("place", "make"),
    [("index", os.mkfifo), ("index/generations", Path.touch), ("index/lock", os.mkdir), ("index/vectors.db", os.mkdir),
     ("index/vectors.db", os.mkfifo), ("write.lock", os.mkdir)],
)  # fmt: skip
def test_something_else_in_the_place_of_a_part_is_one_sentence(
    home: Path, place: str, make: Callable[[Path], None]
) -> None:
    path = home / place
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    if (home / "index" / "current").exists():
        (home / "index" / "current").unlink()
    make(path)
    with open_engine(Settings(home=home, bundled=False)) as engine:
        for attempt in (engine.rebuild, lambda: engine.ask(QUESTION), lambda: engine.remove("faro"), engine.verify):
            try:
                attempt()
            except CitabotError as error:
                assert error.exit_code in (2, 3)
                assert error.message.endswith(".")


def test_an_index_that_is_a_file_is_said_to_be_none(home: Path) -> None:
    shutil.rmtree(home / "index")
    (home / "index").write_text("in the way")
    with pytest.raises(DamagedIndex, match="is not a folder") as refused:
        asked(home)
    assert "Move it away" in refused.value.hint
    assert (home / "index").read_text() == "in the way"


@pytest.mark.parametrize("bundled", [False, True])
@pytest.mark.parametrize("left", ["nothing", "no bytes", "a fresh base"])
def test_a_lost_database_is_said_and_its_index_kept(home: Path, tmp_path: Path, left: str, *, bundled: bool) -> None:
    kept = (home / "knowledge.db").rename(tmp_path / "backup.db")
    if left == "no bytes":
        (home / "knowledge.db").touch()
    elif left == "a fresh base":
        with open_engine(Settings(home=tmp_path / "other", bundled=False)):
            pass
        shutil.copy(tmp_path / "other" / "knowledge.db", home / "knowledge.db")
    before = read_current(home / "index")
    for _ in range(2):
        with pytest.raises(DamagedDatabase, match="is new or empty, but the index beside it was made from 2") as lost:
            asked(home, bundled=bundled)
        assert "Restore knowledge.db from your backup" in lost.value.hint
    assert read_current(home / "index") == before
    shutil.copy(kept, home / "knowledge.db")
    assert asked(home) == ("A kilogram costs three euros.", [])


def test_moving_the_index_away_starts_anew(home: Path) -> None:
    (home / "knowledge.db").unlink()
    (home / "index").rename(home / "old")
    assert asked(home)[0] == ""


def test_a_base_whose_sources_were_all_removed_is_not_lost(home: Path) -> None:
    with open_engine(Settings(home=home, bundled=False)) as engine:
        engine.remove("faro")
        engine.remove("tide-mill")
    assert asked(home) == ("", [])


def test_an_older_copy_of_the_base_is_not_answered_from_a_later_index(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ids of what was added since may stand for other words in the copy."""
    shutil.copy(home / "knowledge.db", tmp_path / "copy.db")
    article = tmp_path / "new.txt"
    article.write_text("The harbour of Santa Brava closes at nine in the evening.")
    with open_engine(Settings(home=home, bundled=False)) as engine:
        engine.add([str(article)], Metadata())
    shutil.copy(tmp_path / "copy.db", home / "knowledge.db")
    with open_engine(Settings(home=home, bundled=False)) as engine:
        assert engine._current._last_usable() is None
        assert "three euros" in (engine.ask(QUESTION).text or "")
