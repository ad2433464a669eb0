"""Asking, adding and removing, through the façade that every face uses."""

import dataclasses
import hashlib
from pathlib import Path

import pytest

from knowledge.errors import BadQuestion, DamagedDatabase, UnknownSource
from knowledge.model import Metadata, community
from knowledge.readers import Attachment
from knowledge.speech.asking import Ask, SpanQuestion
from retrieval.answer.cite import verify_citations
from retrieval.cli.common import source_ids
from retrieval.engine import Engine, open_engine
from retrieval.model import Citation, Reason
from retrieval.settings import Settings


def check(engine: Engine, citation: Citation) -> None:
    """Everything a reader relies on when they look at a citation."""
    text = engine.store.snapshot(citation.source.snapshot).text
    assert text[citation.start : citation.end] == citation.exact
    assert hashlib.sha256(text.encode()).hexdigest() == citation.source.sha256
    assert text[max(0, citation.start - 32) : citation.start] == citation.prefix
    assert text[citation.end : citation.end + 32] == citation.suffix
    assert engine.show(citation.source.id)[1][citation.paragraph - 1] == citation.context
    assert citation.exact in citation.context


@pytest.mark.parametrize(
    ("question", "source", "words"),
    [
        ("How much did the restoration of the tide mill cost?", "tide-mill", "2.4 million"),
        ("What does the flour cost?", "tide-mill", "three euros"),
        ("How much flour does the mill make in a week?", "tide-mill", "300 kilograms"),
        ("¿Cuánto costará la obra del faro?", "faro", "1,7 millones"),
        ("¿Qué altura tiene la torre del faro?", "faro", "38 metros"),
        ("¿A qué aves desorienta la luz blanca?", "faro", "pardelas"),
    ],
)
def test_an_answer_is_the_excerpt_that_holds_it(engine: Engine, question: str, source: str, words: str) -> None:
    answer = engine.ask(question)
    assert answer.answered
    assert answer.reason is None
    assert answer.text == answer.citations[0].exact
    assert answer.citations[0].source.id == source
    assert words in answer.citations[0].exact
    for citation in answer.citations:
        check(engine, citation)


def test_what_is_not_in_the_sources_is_not_answered(engine: Engine) -> None:
    for question in ("What is the capital of Australia?", "¿Cuál es la capital de Australia?"):
        answer = engine.ask(question)
        assert not answer.answered
        assert answer.citations == ()
        assert answer.text is None
        assert answer.reason is Reason.NOTHING_NEAR
        assert 1 <= len(answer.nearest) <= 3
        for citation in answer.nearest:
            check(engine, citation)


def test_whatever_stores_a_text_asks_the_reader_for_speakers_in_doubt(
    empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def find(text: str, *_: object, ask: Ask | None = None, **__: object) -> tuple[()]:
        assert ask is not None
        assert ask([SpanQuestion("Who said “No”?", "Ann Moss said no.", ((0, 8),))])
        asked.append(text)
        return ()

    monkeypatch.setattr("knowledge.ingest.find_quotes", find)
    (tmp_path / "mill.txt").write_text("The mill is old.", "utf-8")
    (tmp_path / "dam.txt").write_text("The dam is new.", "utf-8")
    with open_engine(Settings(home=empty_home, bundled=False)) as engine:
        engine.add([str(tmp_path / "mill.txt")], Metadata())
        engine.contribute(Attachment("dam.txt", (tmp_path / "dam.txt").read_bytes()), Metadata(), owner=community(1))
        engine.rebuild(full=True)
    assert sorted(asked) == ["The dam is new."] * 2 + ["The mill is old."] * 2


def test_an_empty_base_says_so(empty_home: Path) -> None:
    with open_engine(Settings(home=empty_home, bundled=False)) as engine:
        answer = engine.ask("Who reopened the mill?")
        assert (answer.answered, answer.reason, answer.nearest) == (False, Reason.EMPTY_BASE, ())
        assert engine.quotes() == []
        assert engine.quotes(about="mills") == []


def test_k_gives_that_many_different_passages_best_first(engine: Engine) -> None:
    question = "How much did the restoration of the tide mill cost?"
    answer = engine.ask(question, k=5)
    assert len(answer.citations) == 5
    assert [citation.n for citation in answer.citations] == [1, 2, 3, 4, 5]
    scores = [citation.score for citation in answer.citations]
    assert scores == sorted(scores, reverse=True)
    places = {(citation.source.id, citation.start) for citation in answer.citations}
    assert len(places) == 5
    passages = sum(source.passages for source in engine.sources())
    assert len(engine.ask(question, k=100).citations) == passages
    assert len(engine.ask(question).citations) <= 3


def test_the_same_question_gives_the_same_answer(engine: Engine) -> None:
    first, second = (dataclasses.replace(engine.ask("Who led the work?"), elapsed_ms=0) for _ in range(2))
    assert first == second


def test_copies_of_one_text_are_cited_once(engine: Engine, tmp_path: Path) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_text("\n\n".join(engine.show("faro")[1]), encoding="utf-8")
    list(engine.add([str(copy)], Metadata(url="https://other.example/faro", publisher="Another paper")))
    assert len(engine.sources()) == 3
    answer = engine.ask("¿Cuánto costará la obra del faro?", k=20)
    assert "1,7 millones" in answer.citations[0].exact
    assert len({citation.exact for citation in answer.citations}) == len(answer.citations)
    passages = {source.id: source.passages for source in engine.sources()}
    assert len(answer.citations) == passages["faro"] + passages["tide-mill"]


@pytest.mark.parametrize("question", ["", "  \n ", "¿?!…", "🦊🦊🦊", "a" * 4001, "\udcff what"])
def test_a_question_without_words_or_with_too_many_is_refused(engine: Engine, question: str) -> None:
    with pytest.raises(BadQuestion) as caught:
        engine.ask(question)
    assert caught.value.exit_code == 2
    assert caught.value.message.count(".") == 1


@pytest.mark.parametrize(
    "question",
    [
        'flour" OR NEAR("mill", 5) AND -cost^2 {es}: *',
        "ما هي عاصمة أستراليا؟",
        "NOT AND OR",
        "'; DROP TABLE sources; --",
        "word " * 799,
        "‮flour‬ cost",
        "\x00flour",
    ],
)
def test_a_strange_question_is_still_only_a_question(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    for citation in (*answer.citations, *answer.nearest):
        check(engine, citation)
    assert len(engine.sources()) == 2


def test_quotes_are_listed_with_their_speakers(engine: Engine) -> None:
    found = engine.quotes(speaker="duarte")
    assert {citation.speaker for citation in found} == {"Helena Duarte"}
    assert "We did not want a museum" in found[0].exact
    for citation in found:
        assert citation.kind == "quote"
        check(engine, citation)
    assert engine.quotes(speaker="Nobody") == []
    nearest = engine.quotes(about="safety, not nostalgia: radar may fail")
    assert [citation.n for citation in nearest] == list(range(1, len(engine.quotes()) + 1))


def test_adding_the_same_again_changes_nothing(engine: Engine) -> None:
    before = engine.state(), engine.sources()
    path = next(source.location for source in engine.sources() if source.id == "faro")
    (result,) = engine.add([path], Metadata())
    assert not isinstance(result, Exception)
    assert result.change == "unchanged"
    assert (engine.state(), engine.sources()) == before


def test_a_changed_article_is_cited_from_its_new_text_alone(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "news.txt"
    path.write_text("The ferry to Isla Negra leaves at nine in the morning.", encoding="utf-8")
    list(engine.add([str(path)], Metadata()))
    before = engine.state()
    assert "nine" in (engine.ask("When does the ferry to Isla Negra leave?").text or "")
    path.write_text("The ferry to Isla Negra leaves at ten in the morning.", encoding="utf-8")
    (result,) = engine.add([str(path)], Metadata())
    assert not isinstance(result, Exception)
    assert result.change == "updated"
    answer = engine.ask("When does the ferry to Isla Negra leave?")
    assert "ten" in (answer.text or "")
    assert answer.index.fingerprint != before.fingerprint
    assert engine.store.snapshot_count() == 4


def test_a_removed_source_is_not_cited_any_more(engine: Engine) -> None:
    engine.remove("faro")
    assert [source.id for source in engine.sources()] == ["tide-mill"]
    answer = engine.ask("¿Cuánto costará la obra del faro?", k=20)
    assert {one.source.id for one in (*answer.citations, *answer.nearest)} == {"tide-mill"}
    with pytest.raises(UnknownSource):
        engine.remove("faro")
    assert engine.verify().differences == ()


def test_one_bad_document_does_not_keep_the_others_out(engine: Engine, tmp_path: Path) -> None:
    good, empty = tmp_path / "good.txt", tmp_path / "empty.txt"
    good.write_text("The lighthouse keeper of Cabo Largo keeps bees.", encoding="utf-8")
    empty.write_bytes(b"")
    results = list(engine.add([str(empty), str(good), str(tmp_path / "missing.txt")], Metadata()))
    assert [type(result).__name__ for result in results] == ["NoText", "Added", "MissingFile"]
    assert engine.ask("Who keeps bees at Cabo Largo?").answered


def test_one_empty_item_does_not_keep_the_rest_of_a_feed_out(engine: Engine, tmp_path: Path) -> None:
    items = "".join(
        f"<item><title>{n}</title><description>{text}</description></item>"
        for n, text in enumerate(
            ("The ferry sails at noon on Mondays.", "* * *", "The keeper of the lighthouse has a goat.")
        )
    )
    feed = tmp_path / "feed.xml"
    feed.write_text(f'<?xml version="1.0"?><rss version="2.0"><channel><title>T</title>{items}</channel></rss>')
    kinds = [type(result).__name__ for result in engine.add([str(feed)], Metadata(), feed=True)]
    assert kinds.count("Added") == 2
    assert set(kinds) == {"Added", "NoText"}


def test_the_fingerprint_follows_the_content_and_not_the_order_of_adding(empty_home: Path, home: Path) -> None:
    with open_engine(Settings(home=home, bundled=False)) as engine:
        wanted, locations = engine.state().fingerprint, [source.location for source in engine.sources()]
    with open_engine(Settings(home=empty_home, bundled=False)) as engine:
        for location in sorted(locations):
            list(engine.add([location], Metadata()))
        assert engine.state().fingerprint == wanted


def test_words_that_are_not_the_sources_never_pass_the_gate(engine: Engine) -> None:
    citation = engine.ask("What does the flour cost?").citations[0]
    for forged in (
        dataclasses.replace(citation, exact=citation.exact.replace("three", "four")),
        dataclasses.replace(citation, start=citation.start + 1),
        dataclasses.replace(citation, source=dataclasses.replace(citation.source, sha256="0" * 64)),
    ):
        with pytest.raises(DamagedDatabase):
            verify_citations(engine.store, [forged])
    assert verify_citations(engine.store, [citation]) == (citation,)


def test_a_text_changed_behind_the_programs_back_is_never_shown(engine: Engine) -> None:
    engine.store.database.conn.executescript(
        "DROP TRIGGER snapshots_fixed; UPDATE snapshots SET text = replace(text, 'three euros', 'seven euros')"
    )
    with pytest.raises(DamagedDatabase, match="tide-mill"):
        engine.ask("What does the flour cost?")
    assert engine.verify().differences


def test_source_ids_are_read_without_making_a_home(home: Path, tmp_path: Path) -> None:
    assert source_ids(Settings(home=home)) == ["faro", "tide-mill"]
    assert source_ids(Settings(home=tmp_path / "none")) == []
    assert not (tmp_path / "none").exists()
