"""A home is its owner's whatever the umask; one that cannot be written is read as it is; a full one loses nothing."""

import ctypes
import json
import os
import resource
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from unwritable import refuse_writing

from knowledge.changes import transaction
from knowledge.errors import CitabotError, HomeNotWritable, StorageFull
from knowledge.model import Metadata
from retrieval.engine import open_engine
from retrieval.index.encoding_store import EncodingStore
from retrieval.settings import Settings
from retrieval.upkeep_model import Added

ROOT = Path(__file__).parent.parent.parent
QUESTION, CLAIM = "What does the flour cost?", "Flour costs three euros a kilogram."
# Several commands of the real command line in one process: what each wrote, and its exit code.
SCRIPT = """
import contextlib, io, json, sys
from retrieval.cli.main import main
found = []
for arguments in json.loads(sys.argv[1]):
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(arguments)
        except SystemExit as stop:
            code = stop.code
    found.append((code, out.getvalue(), err.getvalue()))
print(json.dumps(found))
"""


class Done(NamedTuple):
    """What became of a command."""

    code: int
    stdout: str
    stderr: str


def run(home: Path, *commands: list[str], umask: int = -1, prepare: Callable[[], None] | None = None) -> list[Done]:
    """The command line in a process of its own, one command after the other."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(commands)],
        env={**os.environ, "CITABOT_HOME": str(home), "CITABOT_BUNDLED": "0", "PYTHONPATH": str(ROOT)},
        cwd=home.parent,
        umask=umask,
        preexec_fn=prepare,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [Done(*one) for one in json.loads(done.stdout)]


def modes(home: Path) -> dict[str, int]:
    return {str(one.relative_to(home)): stat.S_IMODE(one.stat().st_mode) for one in [home, *home.rglob("*")]}


@pytest.mark.parametrize("umask", [0o000, 0o777], ids=oct)
def test_what_the_command_writes_is_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    home, article = tmp_path / "home", tmp_path / "mill.txt"
    article.write_text("The mill of Santa Brava sells its flour at three euros a kilogram.")
    saved = ["ask", QUESTION, "--save", str(tmp_path / "record.json")]
    for done in run(home, ["add", str(article)], ["feedback"], saved, umask=umask):
        assert done.code == 0, done.stderr
    found = modes(home)
    assert {"knowledge.db", "activity.db", "index/vectors.db", "index/lock"} <= found.keys()
    for name, mode in found.items():
        assert mode == (0o700 if (home / name).is_dir() else 0o600), (name, oct(mode))
    assert stat.S_IMODE((tmp_path / "record.json").stat().st_mode) == 0o600


def test_a_home_that_a_program_makes_is_private_too(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with open_engine(Settings(home=tmp_path / "home", bundled=False)) as engine:
            engine.rebuild()
            found = modes(tmp_path / "home")
    finally:
        os.umask(before)
    assert {found[name] for name in (".", "index")} == {0o700}
    assert {found[name] for name in ("knowledge.db", "knowledge.db-wal", "knowledge.db-shm", "index/vectors.db")} == {
        0o600
    }


@pytest.fixture(scope="module")
def unwritable(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A whole, indexed home whose folders and files nobody may write."""
    home = Path(shutil.copytree(prepared_home, tmp_path_factory.mktemp("unwritable") / "home"))
    for one in [home, *home.rglob("*")]:
        one.chmod(0o555 if one.is_dir() else 0o444)
    yield home
    for one in [home, *home.rglob("*")]:
        one.chmod(0o755 if one.is_dir() else 0o644)


def without_privileges() -> None:
    """Leave the process to be started without the rights by which root passes over the modes of files.

    Constants of linux/prctl.h and linux/capability.h.
    """
    drop, dac_override, dac_read_search, fowner = 24, 1, 2, 3
    if not os.geteuid():
        for capability in (dac_override, dac_read_search, fowner):
            if _PRCTL(drop, capability, 0, 0, 0):
                raise OSError("the right cannot be dropped")


_PRCTL = ctypes.CDLL(None).prctl


def test_a_home_that_may_not_be_written_answers_with_the_index_as_it_is(unwritable: Path) -> None:
    before = modes(unwritable)
    record, labels = unwritable.parent / "record.json", unwritable.parent / "labels.jsonl"
    labels.write_text(json.dumps({"id": "a", "question": QUESTION, "language": "en", "gold": []}))
    commands = [
        ["ask", QUESTION], ["check", CLAIM, "--save", str(record)], ["quote", "the mill has stood"], ["quotes"],
        ["sources"], ["show", "faro"], ["verify"], ["replay", str(record)], ["eval", str(labels)],
    ]  # fmt: skip
    found = run(unwritable, *commands, prepare=without_privileges)
    assert [(one.code, one.stderr) for one in found] == [(0, "")] * len(commands)
    assert "three euros" in found[0].stdout
    assert modes(unwritable) == before


def test_a_home_that_may_not_be_written_is_not_changed(unwritable: Path) -> None:
    article = unwritable.parent / "new.txt"
    article.write_text("The harbour of Santa Brava closes at nine.")
    commands = [["add", str(article)], ["remove", "faro"], ["rebuild", "--full"], ["feedback"]]
    for done in run(unwritable, *commands, prepare=without_privileges):
        assert done.code == 3, done.stderr
        assert "cannot be opened or written" in done.stderr


def test_bundled_changes_are_left_out_with_a_notice_where_nothing_can_be_written(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_writing(monkeypatch, HomeNotWritable("It may not be written."))
    notices: list[str] = []
    with open_engine(Settings(home=home)) as engine, monkeypatch.context() as patched:
        patched.setattr("knowledge.release.due", lambda store: "changed")
        engine._notice = notices.append
        engine.load_bundled()
        assert "three euros" in (engine.ask(QUESTION).text or "")
    assert notices[-1] == "It may not be written. The bundled knowledge is not brought up to date."


def test_what_is_only_read_replaces_no_index(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_engine(Settings(home=home, bundled=False)) as engine, transaction(engine.store) as database:
        database.execute("INSERT INTO index_pending_passages SELECT min(id) FROM passages")
    refuse_writing(monkeypatch, StorageFull("No room."))
    notices: list[str] = []
    with open_engine(Settings(home=home, bundled=False), notice=notices.append) as engine:
        assert "three euros" in (engine.ask(QUESTION).text or "")
        with pytest.raises(StorageFull):
            engine.rebuild(full=True)
    assert notices[-1] == "No room. The last whole index answers, which may lack what was changed since."


def test_a_log_that_was_not_taken_in_is_not_passed_over(unwritable: Path) -> None:
    copy = Path(shutil.copytree(unwritable, unwritable.parent / "crashed"))
    copy.chmod(0o755)
    (copy / "knowledge.db-wal").write_bytes(b"x" * 100)
    copy.chmod(0o555)
    (done,) = run(copy, ["sources"], prepare=without_privileges)
    copy.chmod(0o755)
    assert (done.code, done.stdout) == (3, "")
    assert "knowledge.db-wal holds changes" in done.stderr


@pytest.mark.parametrize("error", [StorageFull("No room."), HomeNotWritable("No right.")], ids=lambda one: one.code)
def test_the_last_whole_index_answers_where_a_new_one_cannot_be_made(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: CitabotError
) -> None:
    def refuse(*_: object, **options: object) -> None:
        raise error

    article = tmp_path / "new.txt"
    article.write_text("The harbour of Santa Brava closes at nine in the evening.")
    notices: list[str] = []
    with open_engine(Settings(home=home, bundled=False), notice=notices.append) as engine:
        monkeypatch.setattr(EncodingStore, "put_rows", refuse)
        added, unindexed = engine.add([str(article)], Metadata())
        assert isinstance(added, Added)
        assert type(unindexed) is type(error)
        assert unindexed.exit_code == 3
        assert unindexed.message.startswith("What was added is stored, but the index could not be brought up to date: ")
        assert "citabot rebuild" in unindexed.hint
        assert "three euros" in (engine.ask(QUESTION).text or "")
        assert engine.check(CLAIM).verdicts
        assert engine.quote("the mill has stood").index
        assert len(notices) == 2  # that one is to be made, and that it could not be: not again at each question
        assert notices[1] == f"{error.message} The last whole index answers, which may lack what was changed since."
        with pytest.raises(type(error), match="“faro” is removed, but the index could not be"):
            engine.remove("faro")
            engine.store.database.conn.execute("UPDATE base SET generation = generation + 1")
        monkeypatch.undo()
        assert engine.rebuild().encoded > 0
        assert engine.verify().differences == ()


@pytest.mark.parametrize("room", [20_000, 100_000])
def test_a_home_on_a_full_disk_keeps_its_word(home: Path, tmp_path: Path, room: int) -> None:
    """The largest size of a file stands for a full disk, which refuses the same writes."""
    article = tmp_path / "short.txt"
    article.write_text("The harbour of Santa Brava closes at nine in the evening.")

    def fill() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    added, asked = run(home, ["add", str(article), "--json"], ["ask", QUESTION], prepare=fill)
    assert added.code == 3
    assert json.loads(added.stderr.splitlines()[-1])["error"] == "storage-full"
    assert asked.code == 0, asked.stderr
    assert "three euros" in asked.stdout
    with open_engine(Settings(home=home, bundled=False)) as engine:
        engine.add([str(article)], Metadata())
        assert "nine" in (engine.ask("When does the harbour of Santa Brava close?").text or "")
        assert engine.verify().differences == ()
