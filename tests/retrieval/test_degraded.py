"""Where vectors cannot be asked, full text alone answers and says so; with other models, confidence is uncalibrated."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path

import discord
import pytest
from rich.console import Console, RenderableType
from small_segments import segment_files, small_segments
from unwritable import refuse_writing

from knowledge.changes import transaction
from knowledge.errors import HomeNotWritable, IndexUnreachable
from retrieval.answer.answering import answer_question
from retrieval.check.factcheck import check_message, check_quotation
from retrieval.engine import Engine, open_engine
from retrieval.index.seal import SegmentFiles
from retrieval.model import Answer, QuoteResultKind, Reason, VerdictKind
from retrieval.models.encoder import Encoder
from retrieval.present import terminal, terminal_verdict
from retrieval.present.as_json import answer
from retrieval.present.discord.answers import answer_view
from retrieval.present.discord.quotations import quote_view
from retrieval.present.discord.verdicts import checked_view
from retrieval.present.verdict_json import SHAPES
from retrieval.settings import Settings

QUESTION, CLAIM = "What does the flour cost?", "Flour costs three euros a kilogram."
STATED = "The flour costs three euros a kilogram."


@pytest.fixture
def sealed(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose vectors are in segments."""
    with monkeypatch.context() as patched:
        small_segments(patched)
        with open_engine(Settings(home=home, bundled=False)) as engine:
            engine.rebuild()
    return home


def damage(home: Path) -> list[Path]:
    """Spoil the segments of a home, and let them be."""
    files = segment_files(home)
    for path in files:
        path.write_bytes(b"no index")
    return files


@contextmanager
def read_only(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Engine, list[str]]]:
    """An engine that may write nothing, and what it gave notice of."""
    refuse_writing(monkeypatch, HomeNotWritable("It may not be written."))
    notices: list[str] = []
    with open_engine(Settings(home=home, bundled=False), notice=notices.append) as engine:
        yield engine, notices


def test_full_text_alone_answers_where_the_vectors_are_damaged_and_cannot_be_made_again(
    sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damage(sealed)
    with read_only(sealed, monkeypatch) as (engine, notices):
        answered = engine.ask(QUESTION)
        assert "three euros" in (answered.text or "")
        assert (answered.degraded, answered.calibrated) == (True, False)
        assert notices[-1].endswith("It may not be written. Full text alone answers.")
        assert [result.degraded for result in (engine.check(CLAIM), engine.quote("the mill has stood"))] == [True] * 2
        with pytest.raises(IndexUnreachable):
            engine.base.index.vectors.search(engine.encoder.encode_questions([QUESTION]).vectors[0], 1)


def test_a_degraded_index_is_not_read_again_at_every_question(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    damage(sealed)
    with read_only(sealed, monkeypatch) as (engine, notices):
        engine.ask(QUESTION)
        said = len(notices)
        monkeypatch.setattr(SegmentFiles, "open", lambda *given: pytest.fail(f"{given} is read again"))
        assert engine.ask(QUESTION).degraded
        assert len(notices) == said


def test_full_text_alone_answers_from_an_index_of_another_encoder_that_cannot_be_made_anew(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with read_only(home, monkeypatch) as (engine, notices):
        engine._current._encoder = OtherEncoder(engine.encoder)
        assert "three euros" in (engine.ask(QUESTION).text or "")
    assert notices[-1] == (
        "The index was made with another encoder, so every passage has to be read again. It may not be written. "
        "Full text alone answers."
    )


def test_an_index_that_was_never_filled_answers_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_engine(Settings(home=home, bundled=False)) as engine, transaction(engine.store) as database:
        database.execute("UPDATE index_state SET version = ''")
    with read_only(home, monkeypatch) as (engine, _), pytest.raises(HomeNotWritable):
        engine.ask(QUESTION)


def test_the_vectors_are_asked_again_once_they_can_be(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {path: path.read_bytes() for path in segment_files(sealed)}
    damage(sealed)
    with read_only(sealed, monkeypatch) as (engine, _):
        assert engine.ask(QUESTION).degraded
        for path, content in whole.items():
            path.write_bytes(content)
        monkeypatch.undo()
        engine.store.refusal = None
        engine._current._next_attempt = 0.0
        assert not engine.ask(QUESTION).degraded


def test_why_an_index_does_not_fit_is_a_sentence(home: Path) -> None:
    with open_engine(Settings(home=home, bundled=False)) as engine:
        assert engine._current._lack() is None
        with transaction(engine.store) as database:
            database.execute("INSERT INTO index_pending_passages SELECT min(id) FROM passages")
        assert engine._current._lack() == "The index was made before the knowledge base last changed."
        assert engine.rebuild().changed
        assert not engine.rebuild().changed


class OtherEncoder:
    """The packaged encoder under a digest that nothing was fitted with."""

    digest = "0" * 64

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def __getattr__(self, name: str) -> object:
        return getattr(self._encoder, name)


def asked_uncalibrated(engine: Engine, question: str) -> Answer:
    base = replace(engine.base, encoder=OtherEncoder(engine.encoder))
    return answer_question(base, engine.reader, question, most=None, threshold=0.5)


def test_with_another_encoder_confidence_is_uncalibrated_and_the_reader_decides(engine: Engine) -> None:
    answered, silent = asked_uncalibrated(engine, QUESTION), asked_uncalibrated(engine, "Who won the tennis final?")
    assert (answered.answered, answered.calibrated, answered.degraded) == (True, False, False)
    assert (silent.answered, silent.reason, silent.calibrated) == (False, Reason.NOTHING_NEAR, False)
    assert answer(answered)["calibrated"] is False
    assert "calibrated" not in answer(engine.ask(QUESTION))
    assert 0 <= silent.confidence < answered.confidence <= 1


def test_with_another_encoder_verdicts_and_quotations_are_marked(engine: Engine) -> None:
    base = replace(engine.base, encoder=OtherEncoder(engine.encoder))
    checked = check_message(base, engine.reader, CLAIM, ())
    quoted = check_quotation(base, engine.reader, "the mill has stood", None)
    for kind, uncalibrated, usual in (
        ("check", checked, engine.check(CLAIM)), ("quote", quoted, engine.quote("the mill has stood"))
    ):  # fmt: skip
        assert SHAPES[kind](uncalibrated)["calibrated"] is False
        assert not {"calibrated", "degraded"} & SHAPES[kind](usual).keys()
    json.dumps([SHAPES["check"](checked), SHAPES["quote"](quoted)])


def test_by_full_text_alone_nothing_but_words_themselves_decides_a_claim(engine: Engine) -> None:
    base = engine.base.full_text_only()
    claim = "A kilogram of flour does not cost three euros."
    judged = check_message(base, engine.reader, claim, ())
    assert judged.kind is VerdictKind.NOT_ENOUGH_EVIDENCE
    assert judged.verdicts[0].nearest
    assert engine.check(claim).kind is VerdictKind.CONTRADICTED
    verbatim = check_quotation(base, engine.reader, "We wanted a mill that grinds", None)
    assert verbatim.kind is QuoteResultKind.VERBATIM


def on_terminal(renderable: RenderableType) -> str:
    console = Console(file=StringIO(), width=300)
    console.print(renderable)
    return str(console.file.getvalue())


def on_discord(view: discord.ui.LayoutView) -> str:
    return "\n".join(item.content for item in view.walk_children() if isinstance(item, discord.ui.TextDisplay))


@pytest.mark.parametrize(
    ("degraded", "sentence"), [(True, "I searched by words alone"), (False, "how often these models are right")]
)
def test_every_face_says_in_one_sentence_why_a_result_is_less_sure(
    engine: Engine, *, degraded: bool, sentence: str
) -> None:
    base = engine.base.full_text_only() if degraded else replace(engine.base, encoder=OtherEncoder(engine.encoder))
    answered = answer_question(base, engine.reader, QUESTION, most=None, threshold=0.5)
    checked = check_message(base, engine.reader, CLAIM, ())
    quoted = check_quotation(base, engine.reader, "We wanted a mill that grinds", None)
    shown = [
        on_terminal(terminal.answer(answered)), on_terminal(terminal_verdict.checked(checked)),
        on_terminal(terminal_verdict.quote_result(quoted)), on_discord(answer_view(answered, "k")),
        on_discord(checked_view(checked, "k")), on_discord(quote_view(quoted, "k")),
    ]  # fmt: skip
    assert [text.count(sentence) for text in shown] == [1] * len(shown)
    for text in (shown[0], shown[1], shown[3], shown[4]):
        assert "confidence not measured" in text
