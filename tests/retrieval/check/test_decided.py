"""What decides a verdict, the strongest first.

A person's review, then words in quotation marks that a source has otherwise, those that it has as they are, sources
that differ, and the passage of which the reader is surest.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from knowledge.model import Metadata, Reference, ReviewedClaim, ReviewVerdict
from retrieval.check import verdict
from retrieval.check.claims import Claim
from retrieval.check.factcheck import check_claim
from retrieval.check.verdict import MOST_EVIDENCE, Calibration
from retrieval.engine import Engine, open_engine
from retrieval.model import Verdict, VerdictKind
from retrieval.settings import Settings

SUPPORTED, CONTRADICTED = VerdictKind.SUPPORTED, VerdictKind.CONTRADICTED
CONFLICTING, NOT_ENOUGH = VerdictKind.CONFLICTING, VerdictKind.NOT_ENOUGH_EVIDENCE
WEIR = "The weir of Sada is made of granite and belongs to the water board."
KILN = "The kiln of Cala Honda belongs to the town council and burns peat. It was built by Anton Ferrer in 1802."
PAPER = "The kiln of Cala Honda does not belong to the town council."
SPEECHES = [
    ("Marta Rial", "the old weir holds back the river"), ("Ana Gil", "the new bridge carries every cart"),
    ("Leo Paz", "the tall tower shows ships the way"), ("Eva Sol", "the long wall keeps out the sea"),
    ("Ivo Mar", "the red boat brings in the fish"), ("Nora Rey", "the small school teaches all the children"),
]  # fmt: skip
TEXTS = {
    "weir": WEIR, "weir-copy": f"{WEIR} It is old.", "kiln": KILN, "paper": PAPER,
    "speeches": " ".join(f"{speaker} said “{words}”." for speaker, words in SPEECHES),
}  # fmt: skip
BORNE_OUT = "The weir of Sada belongs to the water board."
DENIED = "The weir of Sada belongs to a bank."
DIFFERING = "The kiln of Cala Honda belongs to the town council."
OPEN = "The parliament of Norway has 169 seats."
QUOTED = "Helena Duarte said “We wanted a mill that grinds”."
ALTERED = "Helena Duarte said “We wanted a mill that sings”."
QUOTED_AND_ALTERED = "Helena Duarte said “We did not want a museum” and “We wanted a mill that sings”."


@pytest.fixture(scope="module")
def engine(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("decided")
    home = Path(shutil.copytree(prepared_home, folder / "home"))
    paths = [folder / f"{name}.txt" for name in TEXTS]
    for path, text in zip(paths, TEXTS.values(), strict=True):
        path.write_text(f"{text}\n", "utf-8")
    with open_engine(Settings(home=home, bundled=False)) as engine:
        engine.add([str(path) for path in paths], Metadata(language="en"))
        yield engine


@pytest.fixture(autouse=True)
def bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound that no fit changes."""
    monkeypatch.setattr(verdict, "CALIBRATION", Calibration(least=2.2, intercept=0.0, weight=1.0))


def checked(engine: Engine, text: str, *reviews: ReviewedClaim, degraded: bool = False) -> Verdict:
    base = engine.base.full_text_only() if degraded else engine.base
    claim = Claim(text, 0, len(text))
    return check_claim(base, engine.reader, claim, context=text, fallback="en", reviews=reviews)


def reviewed(engine: Engine, text: str, review: ReviewVerdict) -> Verdict:
    """The verdict where somebody has looked into the claim before."""
    known = ReviewedClaim(
        id="known", wordings={"en": (text,), "es": (text,)}, verdict=review, reasons={"en": "So.", "es": "Así."},
        would_change={"en": "More.", "es": "Más."}, reviewed="2026-01-31",
        evidence=(Reference(1, "The paper", "News", "primary", url="https://paper.example/"),),
    )  # fmt: skip
    return checked(engine, text, known)


def sources(found: Verdict) -> list[tuple[str, str]]:
    return [(item.stance, item.citation.source.id) for item in found.evidence]


def quotations(found: Verdict) -> list[tuple[int, str, str]]:
    return [(item.citation.n, item.stance, item.citation.exact) for item in found.evidence]


def notes(found: Verdict) -> set[str]:
    return {note.kind for note in found.notes}


@pytest.mark.parametrize(
    ("claim", "degraded", "decider"),
    [
        (ALTERED, False, "altered_quotation"),
        (QUOTED_AND_ALTERED, False, "altered_quotation"),
        (QUOTED, True, "verbatim_quotation"),
        (BORNE_OUT, True, "full_text_alone"),
        (DIFFERING, False, "sources_differ"),
        (BORNE_OUT, False, "passages_support"),
        (DENIED, False, "passages_contradict"),
        (OPEN, False, "nothing_decides"),
    ],
)
def test_a_verdict_names_what_decided_it(engine: Engine, claim: str, degraded: bool, decider: str) -> None:
    assert checked(engine, claim, degraded=degraded).decider == decider


@pytest.mark.parametrize(
    "claim",
    [
        "According to Karen Douglas, the weir of Sada belongs to the water board.",
        "The kiln of Cala Honda burns peat, Ana Gil said.",
    ],
)
def test_what_the_sources_say_does_not_bear_out_that_a_person_said_it(engine: Engine, claim: str) -> None:
    assert checked(engine, claim).kind is NOT_ENOUGH


@pytest.mark.parametrize("claim", [BORNE_OUT, DENIED, DIFFERING, OPEN, QUOTED])
def test_every_passage_that_was_read_is_there_by_its_rank_and_what_decides_by_its_deciding_words(
    engine: Engine, claim: str
) -> None:
    with patch.object(engine.reader, "read", wraps=engine.reader.read) as read:
        found = checked(engine, claim)
    passages = read.call_args_list[0].args[0]
    assert len(found.read) == len(passages) > 1
    for n, (item, (_, passage)) in enumerate(zip(found.read, passages, strict=True), 1):
        assert item.citation.n == n
        assert item.citation.exact in passage
    places = {(item.citation.start, item.citation.source.id, item.citation.exact, item.stances) for item in found.read}
    of_reader = () if found.decider == "verbatim_quotation" else found.evidence
    for item in of_reader:
        assert (item.citation.start, item.citation.source.id, item.citation.exact, item.stances) in places
    assert {item.stance for item in found.read} - {"neutral"} == {item.stance for item in of_reader}
    if not found.evidence:
        assert found.nearest == found.read[:3]
        assert read.call_count == 1


def test_without_more_the_passages_decide(engine: Engine) -> None:
    ((supports, source),) = sources(checked(engine, BORNE_OUT))
    assert (supports, source.removesuffix("-copy")) == ("supports", "weir")
    denied = checked(engine, DENIED)
    assert (denied.kind, {stance for stance, _ in sources(denied)}) == (CONTRADICTED, {"contradicts"})
    assert denied.evidence[0].citation.exact == WEIR
    assert notes(denied) == set()


def test_what_no_passage_decides_is_left_open_with_what_is_nearest(engine: Engine) -> None:
    found = checked(engine, OPEN)
    assert (found.kind, found.evidence) == (NOT_ENOUGH, ())
    assert {item.stance for item in found.nearest} == {"neutral"}


def test_sources_that_differ_are_both_shown(engine: Engine) -> None:
    found = checked(engine, DIFFERING)
    assert (found.kind, sources(found)) == (CONFLICTING, [("supports", "kiln"), ("contradicts", "paper")])


def test_a_speakers_own_words_decide_before_passages_do(engine: Engine) -> None:
    found = checked(engine, QUOTED)
    assert (found.kind, quotations(found)) == (SUPPORTED, [(1, "supports", "We wanted a mill that grinds")])
    assert found.evidence[0].attributed_to == "Helena Duarte"
    assert notes(found) == {"quotation agrees"}
    assert found.attributed_to is None


@pytest.mark.parametrize(
    "claim",
    [
        "Helena Duarte said “We wanted a mill that grinds” and “the town council are thieves and liars”.",
        "Helena Duarte said “We wanted a mill that grinds”, and Tomás Arriaga said “the council stole the money”.",
        "Helena Duarte said “We wanted a mill that grinds” and Rosa Lago said “the old weir holds back the river”.",
    ],
)
def test_a_speakers_own_words_bear_no_other_quoted_words_out(engine: Engine, claim: str) -> None:
    assert checked(engine, claim).kind is not SUPPORTED


def test_altered_words_in_quotation_marks_decide_before_verbatim_words_do(engine: Engine) -> None:
    altered, both = checked(engine, ALTERED), checked(engine, QUOTED_AND_ALTERED)
    for found in (altered, both):
        assert (found.kind, quotations(found)) == (CONTRADICTED, [(1, "contradicts", "We wanted a mill that grinds")])
        assert found.confidence == 0.95
    assert (notes(altered), notes(both)) == ({"quotation differs"}, {"quotation agrees", "quotation differs"})


@pytest.mark.parametrize(("said", "kind"), [("the", SUPPORTED), ("that", CONTRADICTED)])
def test_of_many_quotations_no_more_are_shown_than_a_person_reads(engine: Engine, said: str, kind: VerdictKind) -> None:
    claim = ", and ".join(f"{speaker} said “{words.replace('the ', f'{said} ', 1)}”" for speaker, words in SPEECHES)
    found = checked(engine, f"{claim}.")
    assert found.kind is kind
    assert [(n, exact.removeprefix("the ")) for n, _, exact in quotations(found)] == [
        (n, words.removeprefix("the ")) for n, (_, words) in enumerate(SPEECHES[:MOST_EVIDENCE], 1)
    ]


@pytest.mark.parametrize("claim", [BORNE_OUT, DENIED, DIFFERING, OPEN])
def test_by_full_text_alone_no_passage_decides(engine: Engine, claim: str) -> None:
    found = checked(engine, claim, degraded=True)
    assert (found.kind, found.evidence) == (NOT_ENOUGH, ())


@pytest.mark.parametrize(("claim", "kind"), [(QUOTED, SUPPORTED), (ALTERED, CONTRADICTED)])
def test_by_full_text_alone_quotations_decide_as_ever(engine: Engine, claim: str, kind: VerdictKind) -> None:
    found = checked(engine, claim, degraded=True)
    assert (found.kind, quotations(found)) == (kind, quotations(checked(engine, claim)))


OPPOSED: list[tuple[str, VerdictKind, ReviewVerdict]] = [
    (BORNE_OUT, SUPPORTED, "contradicted"),
    (DENIED, CONTRADICTED, "supported"),
    (DIFFERING, CONFLICTING, "supported"),
    (QUOTED, SUPPORTED, "disputed"),
    (ALTERED, CONTRADICTED, "partly supported"),
    (QUOTED_AND_ALTERED, CONTRADICTED, "no evidence"),
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
    assert found.decider == "review_differs" != alone.decider


AGREEING: list[tuple[str, ReviewVerdict]] = [
    (BORNE_OUT, "supported"),
    (DENIED, "misleading"),
    (DIFFERING, "disputed"),
    (ALTERED, "contradicted"),
    (OPEN, "supported"),
]


@pytest.mark.parametrize(("claim", "review"), AGREEING)
def test_a_review_that_says_the_same_changes_nothing(engine: Engine, claim: str, review: ReviewVerdict) -> None:
    found = reviewed(engine, claim, review)
    assert found.review is not None
    assert replace(found, review=None) == checked(engine, claim)
