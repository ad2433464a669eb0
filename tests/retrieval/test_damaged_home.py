"""Whatever lies in a home in place of what belongs there: one sentence, nothing followed, nothing lost."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from small_segments import small_segments

from knowledge.errors import CitabotError, DamagedDatabase
from knowledge.model import Metadata
from retrieval.engine import open_engine
from retrieval.settings import Settings

QUESTION = "What does the flour cost?"


def asked(home: Path, *, bundled: bool = False) -> tuple[str, list[str]]:
    notices: list[str] = []
    with open_engine(Settings(home=home, bundled=bundled), notice=notices.append) as engine:
        return engine.ask(QUESTION).text or "", notices


@pytest.mark.parametrize(
    ("place", "make"),
    [("index", os.mkfifo), ("index/segments", Path.touch), ("index/lock", os.mkdir), ("index/vectors.db", os.mkdir),
     ("index/vectors.db", os.mkfifo), ("write.lock", os.mkdir)],
)  # fmt: skip
def test_something_else_in_the_place_of_a_part_is_one_sentence(
    home: Path, place: str, make: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    small_segments(monkeypatch)
    path = home / place
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for log in (home / "index").glob("vectors.db-*"):
        log.unlink()
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
    with pytest.raises(CitabotError) as refused:
        asked(home)
    assert f"{home / 'index'}" in refused.value.message
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
    before = (home / "index" / "vectors.db").read_bytes()
    for _ in range(2):
        with pytest.raises(DamagedDatabase, match="is new or empty, but the index beside it was made from 2") as lost:
            asked(home, bundled=bundled)
        assert "Restore knowledge.db from your backup" in lost.value.hint
    assert (home / "index" / "vectors.db").read_bytes() == before
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
    """Rows of what was added since may stand for other words in the copy, which lists other segments."""
    small_segments(monkeypatch, rows=2)
    texts = {"nine": "The harbour of Santa Brava closes at nine.", "salt": "Salt costs four euros a kilogram."}
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(text)
    with open_engine(Settings(home=home, bundled=False)) as engine:
        engine.rebuild()
    shutil.copy(home / "knowledge.db", tmp_path / "copy.db")
    with open_engine(Settings(home=home, bundled=False)) as engine:
        engine.add([str(tmp_path / "nine.txt")], Metadata())
    shutil.copy(tmp_path / "copy.db", home / "knowledge.db")
    with open_engine(Settings(home=home, bundled=False)) as engine:
        engine.add([str(tmp_path / "salt.txt")], Metadata())
        assert "three euros" in (engine.ask(QUESTION).text or "")
        assert "four euros" in (engine.ask("What does salt cost?").text or "")
        assert engine.verify().differences == ()


def test_a_home_without_its_vectors_is_encoded_again(home: Path) -> None:
    for path in (home / "index").glob("vectors.db*"):
        path.unlink()
    answer, notices = asked(home)
    assert answer == "A kilogram costs three euros."
    assert notices == ["Vectors that the index needs are missing; it is being made now."]
    assert asked(home)[1] == []
