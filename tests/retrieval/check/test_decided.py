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
from retrieval.check.factcheck import Desk, check_claim, weigh_evidence
from retrieval.check.verdict import decide
from retrieval.engine import open_engine
from retrieval.model import Verdict, VerdictKind
from retrieval.search.question import prepare
from retrieval.settings import Settings

SUPPORTED, CONTRADICTED = VerdictKind.SUPPORTED, VerdictKind.CONTRADICTED
NOT_ENOUGH = VerdictKind.NOT_ENOUGH_EVIDENCE
TEXT = """The kiln of Cala Honda burns peat. It was built in 1802.

The claim that the kiln of Cala Honda burns peat is false, the town council writes.

The claim that the ferry of Cala Honda runs on coal is false, the town council writes.

A sign in Sada warned of “the gate that holds back the river”.

Marta Rial said “the old weir holds back the river”.
"""
WEIGHED = "The restoration cost 9.4 million euros."
DENIED = "The ferry of Cala Honda runs on coal."
STATED_AND_DENIED = "The kiln of Cala Honda burns peat."
QUOTED = "Helena Duarte said “We wanted a mill that grinds”."
STATED_AND_QUOTED = "Marta Rial said “the old weir holds back the river”."
ALTERED = "Helena Duarte said “We wanted a mill that sings”."
STATED_AND_ALTERED = "A sign in Sada warned of “the gate that holds back a river”."


@pytest.fixture(scope="module")
def desk(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    place = Path(shutil.copytree(prepared_home, tmp_path_factory.mktemp("decided") / "home"))
    path = place.parent / "kiln.txt"
    path.write_text(TEXT, "utf-8")
    with open_engine(Settings(home=place, bundled=False)) as engine:
        engine.add([str(path)], Metadata(language="en"))
        yield engine.desk()


def checked(desk: Desk, text: str) -> Verdict:
    return check_claim(desk, Claim(text, 0, len(text)), None, "en")


def reviewed(desk: Desk, text: str, review: ReviewVerdict) -> Verdict:
    """The verdict where somebody has looked into the claim before."""
    known = ReviewedClaim(
        id="known", wordings={"en": (text,), "es": (text,)}, verdict=review, reasons={"en": "So.", "es": "Así."},
        would_change={"en": "More.", "es": "Más."}, reviewed="2026-01-31",
        evidence=(Reference(1, "The paper", "News", "primary", url="https://paper.example/"),),
    )  # fmt: skip
    return checked(replace(desk, reviews=(known,)), text)


def as_weighed(desk: Desk, text: str) -> VerdictKind:
    """What the evidence alone decides."""
    question = replace(prepare(text, "en", desk.encoder.encode_questions([text])), asked_for=frozenset())
    weighed = weigh_evidence(desk, question)
    return decide(weighed, origins(desk.store, desk.sources, (one.candidate.source for one in weighed))).kind


def notes(verdict: Verdict) -> set[str]:
    return {note.kind for note in verdict.notes}


def test_without_more_the_evidence_decides_as_it_is_weighed(desk: Desk) -> None:
    found = checked(desk, WEIGHED)
    assert found.kind is as_weighed(desk, WEIGHED) is CONTRADICTED
    assert not notes(found) & {"stated", "told as untrue", "quotation agrees", "quotation differs"}


def test_what_evidence_calls_untrue_is_contradicted_whatever_is_weighed(desk: Desk) -> None:
    found = checked(desk, DENIED)
    assert (as_weighed(desk, DENIED), found.kind) == (NOT_ENOUGH, CONTRADICTED)
    assert [one.stance for one in found.evidence] == ["contradicts"]
    assert "is false" in found.evidence[0].citation.exact
    assert found.confidence >= 0.95


def test_what_evidence_states_is_supported_although_other_evidence_calls_it_untrue(desk: Desk) -> None:
    found = checked(desk, STATED_AND_DENIED)
    assert found.kind is SUPPORTED
    assert [(one.stance, one.citation.exact) for one in found.evidence] == [("supports", STATED_AND_DENIED)]
    assert "stated" in notes(found)
    assert "told as untrue" not in notes(found)
    assert found.confidence >= 0.95


def test_a_speakers_own_words_are_supported_whatever_is_weighed(desk: Desk) -> None:
    found = checked(desk, QUOTED)
    assert (as_weighed(desk, QUOTED), found.kind) == (CONTRADICTED, SUPPORTED)
    assert [one.attributed_to for one in found.evidence] == ["Helena Duarte"]
    assert notes(found) == {"quotation agrees"}


def test_a_speakers_own_words_leave_the_evidence_of_what_is_stated_as_it_is(desk: Desk) -> None:
    found = checked(desk, STATED_AND_QUOTED)
    assert found.kind is SUPPORTED
    assert [one.citation.exact for one in found.evidence] == [STATED_AND_QUOTED]
    assert notes(found) >= {"stated", "quotation agrees"}


@pytest.mark.parametrize("claim", [ALTERED, STATED_AND_ALTERED])
def test_altered_words_in_quotation_marks_are_contradicted_although_the_rest_is_stated(desk: Desk, claim: str) -> None:
    found = checked(desk, claim)
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
    desk: Desk, claim: str, kind: VerdictKind, review: ReviewVerdict
) -> None:
    alone, found = checked(desk, claim), reviewed(desk, claim, review)
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
def test_a_review_that_says_the_same_changes_nothing(desk: Desk, claim: str, review: ReviewVerdict) -> None:
    found = reviewed(desk, claim, review)
    assert found.review is not None
    assert replace(found, review=None) == checked(desk, claim)
