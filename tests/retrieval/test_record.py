"""A record says what was asked and with what; replayed, it gives the same bytes or says what has changed."""

import json
import os
import shutil
from pathlib import Path

import pytest

from knowledge.errors import BadRecord, BadTarget, CitabotError, MissingFile
from knowledge.model import Metadata
from retrieval import record
from retrieval.cli.common import save_record
from retrieval.engine import Engine
from retrieval.model import Answer, CheckedMessage, QuoteResult
from retrieval.present import as_json, verdict_json

QUESTION, CLAIM = "How high is the mill's wheel?", "The tide mill has stood since 1702."


def answered(answer: Answer, k: int | None = None) -> record.Record:
    return record.answered(answer, k, as_json.answer(answer))


def checked(found: CheckedMessage) -> record.Record:
    return record.checked(found, verdict_json.checked(found))


def quoted(found: QuoteResult) -> record.Record:
    return record.quoted(found, verdict_json.quote_result(found))


def replayed(engine: Engine, made: record.Record) -> record.Replayed:
    return record.replay(engine, made, verdict_json.SHAPES)


@pytest.fixture(params=["ask", "check", "quote"])
def saved(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> Path:
    """A record of each kind."""
    made = {
        "ask": lambda: answered(engine.ask(QUESTION)),
        "check": lambda: checked(engine.check(CLAIM)),
        "quote": lambda: quoted(engine.quote("the mill has stood here for centuries", speaker="Anna")),
    }[request.param]()
    path = tmp_path / "record.json"
    save_record(path, made)
    return path


def test_the_same_index_and_models_give_the_same_bytes(engine: Engine, saved: Path) -> None:
    found = replayed(engine, record.read(saved))
    assert (found.same, found.changes, found.before) == (True, (), found.now)


def test_a_changed_model_is_named(engine: Engine, saved: Path) -> None:
    made = record.read(saved)
    index = {name: "00" * 32 if name.endswith("_digest") else value for name, value in made.result["index"].items()}
    earlier = made.model_copy(update={"result": made.result | {"index": index}})
    names = {"ask": ["encoder", "reader"], "check": ["encoder", "reader"], "quote": ["encoder"]}
    assert [change.what for change in replayed(engine, earlier).changes] == names[made.kind]


def test_a_verdict_saved_with_a_model_of_its_own_for_claims_is_replayed_with_the_reader(engine: Engine) -> None:
    made = checked(engine.check(CLAIM))
    index = {name: value for name, value in made.result["index"].items() if not name.startswith("reader")}
    index |= {"entailment": "citabot-entailment-es-en", "entailment_digest": "ab" * 32}
    earlier = made.model_copy(update={"result": made.result | {"index": index}})
    again = replayed(engine, earlier)
    assert (again.same, [change.what for change in again.changes]) == (False, ["reader"])


def test_a_changed_source_is_named(engine: Engine, tmp_path: Path) -> None:
    source = engine.sources()[0]
    answer = next(
        one for one in (engine.ask(word) for word in (QUESTION, source.title)) if one.citations or one.nearest
    )
    path = tmp_path / "record.json"
    save_record(path, answered(answer))
    cited = {one.source.id for one in (*answer.citations, *answer.nearest)}
    for name in cited:
        engine.remove(name)
    changes = {change.what for change in replayed(engine, record.read(path)).changes}
    assert {"index", *(f"source {name}" for name in cited)} <= changes


def test_an_added_source_changes_the_index_and_perhaps_the_verdict(engine: Engine, tmp_path: Path) -> None:
    made = checked(engine.check(CLAIM))
    article = tmp_path / "new.txt"
    article.write_text("The lighthouse of Cabo Vilán was the first electric one in Spain.\n", "utf-8")
    engine.add([str(article)], Metadata())
    found = replayed(engine, made)
    assert not found.same
    assert [change.what for change in found.changes] == ["index"]


def test_the_time_it_took_is_no_part_of_a_record(saved: Path) -> None:
    assert "elapsed_ms" not in json.loads(saved.read_text("utf-8"))["result"]


def test_a_record_names_every_source_cited_with_its_digest(engine: Engine) -> None:
    made = answered(engine.ask(QUESTION, k=3), 3)
    digests = {source.id: source.sha256 for source in engine.sources()}
    assert made.sources
    assert made.sources.items() <= digests.items()


@pytest.mark.parametrize("text", ["", "{}", "[]", "no JSON", '{"citabot": "1", "kind": "sing"}'])
def test_what_is_no_record_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "record.json"
    path.write_text(text, "utf-8")
    with pytest.raises(BadRecord):
        record.read(path)


def test_a_record_of_another_program_is_refused(engine: Engine, saved: Path) -> None:
    held = json.loads(saved.read_text("utf-8"))
    saved.write_text(json.dumps(held | {"request": {}}), "utf-8")
    with pytest.raises(BadRecord):
        replayed(engine, record.read(saved))


def test_a_record_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        record.read(tmp_path / "nothing.json")


def test_a_record_is_written_whole_or_not_at_all(engine: Engine, tmp_path: Path) -> None:
    made = answered(engine.ask(QUESTION))
    with pytest.raises(CitabotError):
        save_record(tmp_path / "nowhere" / "record.json", made)
    assert list(tmp_path.glob("*.json")) == []
    folder = tmp_path / "record.json"
    folder.mkdir()
    with pytest.raises(CitabotError):
        save_record(folder, made)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".record")] == []
    shutil.rmtree(folder)


def test_a_record_is_read_from_and_written_to_a_regular_file_alone(engine: Engine, saved: Path, tmp_path: Path) -> None:
    made = record.read(saved)
    pipe, link = tmp_path / "pipe.json", tmp_path / "link.json"
    os.mkfifo(pipe)
    link.symlink_to(saved)
    before = saved.read_bytes()
    for path in (pipe, Path("/dev/zero"), tmp_path):
        with pytest.raises(MissingFile):
            record.read(path)
    for path in (pipe, link, tmp_path, Path("/dev/null")):
        with pytest.raises(BadTarget) as refused:
            save_record(path, made)
        assert "--save" in refused.value.hint
    assert (saved.read_bytes(), pipe.is_fifo(), link.is_symlink()) == (before, True, True)
