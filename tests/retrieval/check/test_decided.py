"""What decides a verdict, the strongest first.

A person's review, words in quotation marks, what evidence states word by word, what evidence calls untrue, and only
then the evidence as it is weighed.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.model import Metadata, Reference, ReviewedClaim, ReviewVerdict
from retrieval.answer.independence import origins
from retrieval.check.claims import Claim
from retrieval.check.factcheck import check_claim, weigh_evidence
from retrieval.check.verdict import decide
from retrieval.engine import Engine, open_engine
from retrieval.model import Verdict, VerdictKind
from retrieval.search.question import prepare
from retrieval.settings import Settings

SUPPORTED, CONTRADICTED = VerdictKind.SUPPORTED, VerdictKind.CONTRADICTED
NOT_ENOUGH = VerdictKind.NOT_ENOUGH_EVIDENCE
TEXT = """The kiln of Cala Honda burns peat. It was built in 1802.

The claim that the kiln of Cala Honda burns peat is false, the town council writes.

The claim that nobody in Cala Honda likes the ferry is false, the town council writes.

A sign in Sada warned of “the gate that holds back the river”.

Marta Rial said “the old weir holds back the river”.
"""
WEIGHED = "The restoration cost 9.4 million euros."
DENIED = "Nobody in Cala Honda likes the ferry."
STATED_AND_DENIED = "The kiln of Cala Honda burns peat."
QUOTED = "Helena Duarte said “We wanted a mill that grinds”."
STATED_AND_QUOTED = "Marta Rial said “the old weir holds back the river”."
ALTERED = "Helena Duarte said “We wanted a mill that sings”."
STATED_AND_ALTERED = "A sign in Sada warned of “the gate that holds back a river”."


@pytest.fixture(scope="module")
def engine(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    place = Path(shutil.copytree(prepared_home, tmp_path_factory.mktemp("decided") / "home"))
    path = place.parent / "kiln.txt"
    path.write_text(TEXT, "utf-8")
    with open_engine(Settings(home=place, bundled=False)) as engine:
        engine.add([str(path)], Metadata(language="en"))
        yield engine


def checked(engine: Engine, text: str, *reviews: ReviewedClaim) -> Verdict:
    claim = Claim(text, 0, len(text))
    return check_claim(engine.base, engine.entailment, claim, context=text, fallback="en", reviews=reviews)


def reviewed(engine: Engine, text: str, review: ReviewVerdict) -> Verdict:
    """The verdict where somebody has looked into the claim before."""
    known = ReviewedClaim(
        id="known", wordings={"en": (text,), "es": (text,)}, verdict=review, reasons={"en": "So.", "es": "Así."},
        would_change={"en": "More.", "es": "Más."}, reviewed="2026-01-31",
        evidence=(Reference(1, "The paper", "News", "primary", url="https://paper.example/"),),
    )  # fmt: skip
    return checked(engine, text, known)


def as_weighed(engine: Engine, text: str) -> VerdictKind:
    """What the evidence alone decides."""
    base = engine.base
    question = replace(prepare(text, "en", base.encoder.encode_questions([text])), answer_types=frozenset())
    weighed = weigh_evidence(base, engine.entailment, question)
    return decide(weighed, origins(base, (item.candidate.source for item in weighed))).kind


def notes(verdict: Verdict) -> set[str]:
    return {note.kind for note in verdict.notes}


def test_without_more_the_evidence_decides_as_it_is_weighed(engine: Engine) -> None:
    found = checked(engine, WEIGHED)
    assert found.kind is as_weighed(engine, WEIGHED) is CONTRADICTED
    assert not notes(found) & {"stated", "told as untrue", "quotation agrees", "quotation differs"}


def test_what_evidence_calls_untrue_is_contradicted_whatever_is_weighed(engine: Engine) -> None:
    found = checked(engine, DENIED)
    assert (as_weighed(engine, DENIED), found.kind) == (NOT_ENOUGH, CONTRADICTED)
    assert [one.stance for one in found.evidence] == ["contradicts"]
    assert "is false" in found.evidence[0].citation.exact
    assert found.confidence >= 0.95


def test_what_evidence_states_is_supported_although_other_evidence_calls_it_untrue(engine: Engine) -> None:
    found = checked(engine, STATED_AND_DENIED)
    assert found.kind is SUPPORTED
    assert [(one.stance, one.citation.exact) for one in found.evidence] == [("supports", STATED_AND_DENIED)]
    assert "stated" in notes(found)
    assert "told as untrue" not in notes(found)
    assert found.confidence >= 0.95


def test_a_speakers_own_words_are_supported_whatever_is_weighed(engine: Engine) -> None:
    found = checked(engine, QUOTED)
    assert (as_weighed(engine, QUOTED), found.kind) == (CONTRADICTED, SUPPORTED)
    assert [one.attributed_to for one in found.evidence] == ["Helena Duarte"]
    assert notes(found) == {"quotation agrees"}


def test_a_speakers_own_words_leave_the_evidence_of_what_is_stated_as_it_is(engine: Engine) -> None:
    found = checked(engine, STATED_AND_QUOTED)
    assert found.kind is SUPPORTED
    assert [one.citation.exact for one in found.evidence] == [STATED_AND_QUOTED]
    assert notes(found) >= {"stated", "quotation agrees"}


@pytest.mark.parametrize("claim", [ALTERED, STATED_AND_ALTERED])
def test_altered_words_in_quotation_marks_are_contradicted_although_the_rest_is_stated(
    engine: Engine, claim: str
) -> None:
    found = checked(engine, claim)
    assert found.kind is CONTRADICTED
    assert [one.stance for one in found.evidence] == ["contradicts"]
    assert "quotation differs" in notes(found)
    assert ("stated" in notes(found)) == (claim == STATED_AND_ALTERED)
    assert found.confidence == 0.95


OPPOSED: list[tuple[str, VerdictKind, ReviewVerdict]] = [
    (WEIGHED, CONTRADICTED, "supported"),
    (DENIED, CONTRADICTED, "supported"),
    (STATED_AND_DENIED, SUPPORTED, "contradicted"),
    (QUOTED, SUPPORTED, "disputed"),
    (STATED_AND_ALTERED, CONTRADICTED, "partly supported"),
]


@pytest.mark.parametrize(("claim", "kind", "review"), OPPOSED)
def test_a_review_that_says_otherwise_leaves_not_enough_evidence_of_any_verdict(
    engine: Engine, claim: str, kind: VerdictKind, review: ReviewVerdict
) -> None:
    alone, found = checked(engine, claim), reviewed(engine, claim, review)
    assert alone.kind is kind
    assert (found.kind, found.evidence) == (NOT_ENOUGH, ())
    assert found.nearest
    assert found.review is not None
    assert [(note.kind, note.source) for note in found.notes] == [("review differs", review)]
    assert found.confidence == pytest.approx(1 - alone.confidence)


@pytest.mark.parametrize(
    ("claim", "review"),
    [(STATED_AND_DENIED, "supported"), (DENIED, "misleading"), (STATED_AND_ALTERED, "contradicted")],
)
def test_a_review_that_says_the_same_changes_nothing(engine: Engine, claim: str, review: ReviewVerdict) -> None:
    found = reviewed(engine, claim, review)
    assert found.review is not None
    assert replace(found, review=None) == checked(engine, claim)
