"""From what passages and quotations do with a claim to a verdict: the first decider of the table that decides."""

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from cases import case, judged
from hypothesis import given
from hypothesis import strategies as st

from knowledge.model import Language
from retrieval.check import verdict
from retrieval.check.verdict import (
    CALIBRATION,
    DECIDERS,
    MOST_EVIDENCE,
    Calibration,
    Case,
    Decision,
    altered_quotation,
    date_left_open,
    decide,
    full_text_alone,
    nothing_decides,
    overall,
    passages_contradict,
    passages_support,
    probability,
    sources_differ,
    speaker_not_named,
    strength,
    surest,
    verbatim_quotation,
)
from retrieval.model import Stance, Stances, VerdictKind

SUPPORTED, CONTRADICTED = VerdictKind.SUPPORTED, VerdictKind.CONTRADICTED
Decider = Callable[[Case], Decision | None]
CONFLICTING, NOT_ENOUGH = VerdictKind.CONFLICTING, VerdictKind.NOT_ENOUGH_EVIDENCE
FOR, AGAINST, NEITHER = Stances(0.97, 0.01, 0.02), Stances(0.01, 0.97, 0.02), Stances(0.02, 0.03, 0.95)
DOUBTFUL = Stances(0.5, 0.4, 0.1)
LEAST = 2.5
# The probability from which on a side decides with that bound.
ENOUGH = 1 / (1 + math.exp(-LEAST))
SHARES = st.tuples(*[st.floats(0.01, 1)] * 3).map(lambda parts: Stances(*(part / sum(parts) for part in parts)))
SOURCES = st.sampled_from(["kiln", "mill", "ferry", "tower"])
PASSAGES = st.lists(st.tuples(SOURCES, SHARES), max_size=8)
ORIGINS = st.fixed_dictionaries(dict.fromkeys(("kiln", "mill", "ferry", "tower"), st.sampled_from(["x", "y", "z"])))


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound that no fit changes, and a confidence that is the reader's probability of the verdict."""
    monkeypatch.setattr(verdict, "CALIBRATION", Calibration(least=LEAST, intercept=0.0, weight=1.0))


def leaning(stance: Stance, own: float, other: float = 0.0) -> Stances:
    """What a passage does that has these probabilities of a side and of the other."""
    return Stances(*((own, other) if stance == "supports" else (other, own)), 1 - own - other)


def shown(decision: Decision | None) -> list[tuple[str, Stance]]:
    """The sources and stances of the passages that a decision rests on."""
    assert decision is not None
    return [(passage.source, stance) for passage, stance in decision.passages]


def words(decision: Decision | None) -> list[tuple[int, str]]:
    """The numbers and words of the quotations that a decision rests on."""
    assert decision is not None
    return [(item.citation.n, item.citation.exact) for item in decision.quoted]


# For neighbours in the table, what either would decide.
NEIGHBOURS: dict[tuple[Decider, Decider], Case] = {
    (altered_quotation, verbatim_quotation): case(quoted="+-"),
    (verbatim_quotation, full_text_alone): case(quoted="+", degraded=True),
    (full_text_alone, sources_differ): case(("kiln", FOR), ("mill", AGAINST), degraded=True),
    (sources_differ, passages_support): case(("kiln", FOR), ("mill", AGAINST)),
    (passages_support, passages_contradict): case(("kiln", FOR), ("mill", AGAINST), copies=True),
    (passages_contradict, date_left_open): replace(case(("kiln", AGAINST)), undated=[judged("mill", AGAINST)]),
    (date_left_open, speaker_not_named): replace(
        case(), undated=[judged("kiln", AGAINST)], speaker="Marta Rial", elsewhere=[judged("mill", FOR)]
    ),
}


@pytest.mark.usefixtures("bound")
@pytest.mark.parametrize("pair", NEIGHBOURS, ids=lambda pair: f"{pair[0].__name__} before {pair[1].__name__}")
def test_of_two_deciders_that_decide_the_one_before_is_heard(pair: tuple[Decider, Decider]) -> None:
    first, second = (decider(NEIGHBOURS[pair]) for decider in pair)
    assert first is not None
    assert second is not None
    assert (first.kind, first.notes) != (second.kind, second.notes)
    assert decide(NEIGHBOURS[pair]) == replace(first, decider=pair[0].__name__)


def test_the_order_of_all_deciders_is_tried() -> None:
    assert list(pairwise(DECIDERS)) == list(NEIGHBOURS)


@pytest.mark.usefixtures("bound")
def test_where_no_decider_decides_the_claim_is_left_open() -> None:
    open_case = case(("kiln", DOUBTFUL), ("mill", NEITHER))
    assert [decider(open_case) for decider in DECIDERS] == [None] * len(DECIDERS)
    assert decide(open_case) == replace(nothing_decides(open_case), decider="nothing_decides")
    assert (decide(open_case).kind, decide(open_case).passages) == (NOT_ENOUGH, ())


DECIDED: dict[str, Case] = {
    "altered_quotation": case(quoted="-"),
    "verbatim_quotation": case(quoted="+"),
    "full_text_alone": case(("kiln", FOR), degraded=True),
    "sources_differ": case(("kiln", FOR), ("mill", AGAINST)),
    "passages_support": case(("kiln", FOR)),
    "passages_contradict": case(("kiln", AGAINST)),
    "date_left_open": replace(case(("mill", NEITHER)), undated=[judged("kiln", AGAINST)]),
    "speaker_not_named": replace(case(("kiln", NEITHER)), speaker="Marta Rial", elsewhere=[judged("mill", FOR)]),
    "nothing_decides": case(("kiln", DOUBTFUL)),
}


@pytest.mark.usefixtures("bound")
@pytest.mark.parametrize("decider", DECIDED)
def test_a_decision_names_the_row_that_made_it_which_no_row_does_itself(decider: str) -> None:
    assert decide(DECIDED[decider]).decider == decider
    alone = getattr(verdict, decider)(DECIDED[decider])
    assert alone is not None
    assert alone.decider == ""


def test_every_row_has_made_a_decision() -> None:
    assert list(DECIDED) == [decider.__name__ for decider in (*DECIDERS, nothing_decides)]


@pytest.mark.usefixtures("bound")
def test_an_open_claim_is_as_sure_as_no_passage_is() -> None:
    doubtful = nothing_decides(case(("kiln", DOUBTFUL), ("mill", NEITHER)))
    assert doubtful.confidence == pytest.approx(0.5)
    assert nothing_decides(case(("mill", NEITHER))).confidence == pytest.approx(0.97)
    assert decide(Case([])).confidence > nothing_decides(case(("mill", NEITHER))).confidence


@pytest.mark.parametrize(
    ("decider", "mark", "kind"), [(altered_quotation, "-", CONTRADICTED), (verbatim_quotation, "+", SUPPORTED)]
)
def test_a_quotation_decides_by_itself_and_is_what_is_shown(decider: Decider, mark: str, kind: VerdictKind) -> None:
    other = "+" if mark == "-" else "-"
    decision = decider(case(("kiln", NEITHER), quoted=f"{other}{mark}{other}{mark}"))
    assert decision is not None
    assert (decision.kind, decision.passages) == (kind, ())
    assert 0.9 <= decision.confidence < 1
    assert words(decision) == [(1, "words 2"), (2, "words 4")]
    assert decider(case(("kiln", FOR), ("mill", AGAINST), quoted=other)) is None


@pytest.mark.parametrize("mark", ["+", "-"])
def test_of_many_quotations_no_more_are_shown_than_of_passages(mark: str) -> None:
    assert words(decide(case(quoted=mark * (MOST_EVIDENCE + 2)))) == [
        (n, f"words {n}") for n in range(1, MOST_EVIDENCE + 1)
    ]


def test_full_text_alone_leaves_open_what_passages_would_decide() -> None:
    assert full_text_alone(case(("kiln", FOR))) is None
    assert decide(case(("kiln", FOR), degraded=True)) == Decision(NOT_ENOUGH, 1.0, decider="full_text_alone")


@given(PASSAGES, st.text("+-", max_size=3))
def test_full_text_alone_decides_nothing_but_by_quotations(passages: list[tuple[str, Stances]], quoted: str) -> None:
    decision = decide(case(*passages, degraded=True, quoted=quoted))
    assert decision.passages == ()
    assert decision.kind is (CONTRADICTED if "-" in quoted else SUPPORTED if quoted else NOT_ENOUGH)


@pytest.mark.usefixtures("bound")
def test_sources_differ_by_the_strongest_of_either_side() -> None:
    supporting = [("kiln", leaning("supports", 0.93)), ("mill", leaning("supports", 0.95))]
    decision = sources_differ(case(*supporting, ("ferry", leaning("contradicts", 0.97))))
    assert decision is not None
    assert shown(decision) == [("mill", "supports"), ("ferry", "contradicts")]
    assert decision.kind is CONFLICTING
    assert decision.confidence == pytest.approx(0.95)


@pytest.mark.usefixtures("bound")
def test_sources_differ_only_where_either_would_decide() -> None:
    supporting, hardly_supporting = (leaning("supports", ENOUGH + more) for more in (0.001, -0.001))
    contradicting, hardly_contradicting = (leaning("contradicts", ENOUGH + more) for more in (0.001, -0.001))
    assert decide(case(("kiln", supporting), ("mill", contradicting))).kind is CONFLICTING
    for passages in ((hardly_supporting, AGAINST), (FOR, hardly_contradicting)):
        not_differing = case(*zip(("kiln", "mill"), passages, strict=True))
        assert sources_differ(not_differing) is None
        assert decide(not_differing).kind is not CONFLICTING


@pytest.mark.usefixtures("bound")
def test_a_source_does_not_differ_from_itself_nor_from_its_copy() -> None:
    assert sources_differ(case(("kiln", FOR), ("kiln", AGAINST))) is None
    assert sources_differ(case(("kiln", FOR), ("mill", AGAINST), copies=True)) is None


@pytest.mark.usefixtures("bound")
@pytest.mark.parametrize(
    ("speakers", "differ"),
    [(("Marta Rial", "Leo Paz"), True), (("Marta Rial", None), True), (("Marta Rial", "Marta Rial"), False),
     ((None, None), False)],
)  # fmt: skip
def test_two_speakers_in_a_source_differ_and_one_voice_does_not(
    speakers: tuple[str | None, str | None], differ: bool
) -> None:
    passages = [judged("kiln", FOR, 1), judged("kiln", AGAINST, 2)]
    ids = [passage.id for passage in passages]
    found = Case(passages, {"kiln": "kiln"}, speakers=dict(zip(ids, speakers, strict=True)))
    assert (sources_differ(found) is not None) is differ
    assert sources_differ(replace(found, speakers={ids[0]: "Marta Rial"})) is None


@pytest.mark.usefixtures("bound")
def test_a_contradiction_by_an_open_date_is_heard_only_where_nothing_else_decides() -> None:
    open_date = replace(case(("mill", NEITHER)), undated=[judged("kiln", AGAINST)])
    assert [note.kind for note in decide(open_date).notes] == ["date left open"]
    assert decide(open_date).kind is NOT_ENOUGH
    assert decide(replace(open_date, passages=[judged("mill", FOR)], origins={"mill": "mill"})).kind is SUPPORTED


@given(PASSAGES)
def test_copies_of_a_story_never_differ(passages: list[tuple[str, Stances]]) -> None:
    assert decide(case(*passages, copies=True)).kind is not CONFLICTING


@given(PASSAGES, ORIGINS)
def test_sources_that_differ_are_two_and_independent(
    passages: list[tuple[str, Stances]], origins: dict[str, str]
) -> None:
    decision = sources_differ(Case([judged(*passage) for passage in passages], origins))
    if decision is not None:
        (support, first), (contradiction, second) = decision.passages
        assert (first, second) == ("supports", "contradicts")
        assert origins[support.source] != origins[contradiction.source]
        assert support.stances.supports > support.stances.contradicts
        assert contradiction.stances.contradicts > contradiction.stances.supports


SIDES: list[tuple[Decider, Stance]] = [(passages_support, "supports"), (passages_contradict, "contradicts")]
SURE: dict[Stance, Stances] = {"supports": FOR, "contradicts": AGAINST}
KINDS: dict[Stance, VerdictKind] = {"supports": SUPPORTED, "contradicts": CONTRADICTED}
OPPOSITE: dict[Stance, Stance] = {"supports": "contradicts", "contradicts": "supports"}
MILD: dict[Stance, Stances] = {"supports": Stances(0.7, 0.1, 0.2), "contradicts": Stances(0.1, 0.7, 0.2)}


@pytest.mark.usefixtures("bound")
@pytest.mark.parametrize(("decider", "stance"), SIDES)
def test_one_strong_passage_decides_and_is_shown_alone(decider: Decider, stance: Stance) -> None:
    decision = decider(case(("kiln", NEITHER), ("mill", SURE[stance]), ("ferry", NEITHER)))
    assert decision is not None
    assert (decision.kind, shown(decision)) == (KINDS[stance], [("mill", stance)])
    assert decision.confidence == pytest.approx(0.97)


@pytest.mark.usefixtures("bound")
@pytest.mark.parametrize(("decider", "stance"), SIDES)
def test_many_weak_passages_do_not_decide(decider: Decider, stance: Stance) -> None:
    assert decider(case(*((source, MILD[stance]) for source in ("kiln", "mill", "ferry", "tower")))) is None


@pytest.mark.usefixtures("bound")
@pytest.mark.parametrize(("decider", "stance"), SIDES)
def test_a_side_less_likely_than_the_other_never_decides(decider: Decider, stance: Stance) -> None:
    other = OPPOSITE[stance]
    likelier, alike = (
        case(("kiln", leaning(stance, 0.97)), ("mill", leaning(other, share)), copies=True) for share in (0.98, 0.97)
    )
    assert (decider(likelier), decide(likelier).kind) == (None, KINDS[other])
    assert decider(alike) is not None


@pytest.mark.usefixtures("bound")
@pytest.mark.parametrize("other", [0.01, 0.5, 0.92])
@pytest.mark.parametrize(("decider", "stance"), SIDES)
def test_the_surest_passage_decides_above_the_bound_whatever_a_less_sure_says(
    decider: Decider, stance: Stance, other: float
) -> None:
    opposed = ("mill", leaning(OPPOSITE[stance], other))
    below, above = (decider(case(("kiln", leaning(stance, ENOUGH + more)), opposed)) for more in (-0.001, 0.001))
    assert below is None
    assert above is not None
    assert above.confidence == pytest.approx(ENOUGH + 0.001)


@pytest.mark.usefixtures("bound")
@pytest.mark.parametrize(("decider", "stance"), SIDES)
@pytest.mark.parametrize(("language", "shown_source"), [("es", "kiln"), ("en", "ferry"), ("und", "ferry")])
def test_of_two_versions_of_a_text_the_one_in_the_claims_language_is_shown(
    decider: Decider, stance: Stance, language: Language, shown_source: str
) -> None:
    passages = [judged("kiln", leaning(stance, 0.95), 1, "es"), judged("ferry", SURE[stance], 2, "en")]
    either = Case(passages, {"kiln": "ferry", "ferry": "ferry"})
    decision, surest_shown = decider(replace(either, language=language)), decider(either)
    assert shown(decision) == [(shown_source, stance)]
    # The surest decides all the same.
    assert decision is not None
    assert surest_shown is not None
    assert decision.confidence == surest_shown.confidence


@pytest.mark.usefixtures("bound")
@pytest.mark.parametrize(("decider", "stance"), SIDES)
def test_the_passages_on_a_side_come_surest_first_and_of_copies_only_the_surest(
    decider: Decider, stance: Stance
) -> None:
    sure, less_sure, mild, never = SURE[stance], leaning(stance, 0.95), MILD[stance], NEITHER
    passages = [judged("kiln", less_sure), judged("tower", never), judged("ferry", sure), judged("ferry", less_sure)]
    origins = {"kiln": "ferry", "ferry": "ferry", "mill": "mill", "tower": "tower", "weir": "weir"}
    # What would decide nothing by itself is not shown.
    decision = decider(Case([*passages, judged("mill", less_sure), judged("weir", mild)], origins))
    assert shown(decision) == [("ferry", stance), ("ferry", stance), ("mill", stance)]


@given(PASSAGES, ORIGINS)
def test_no_verdict_shows_too_much_or_two_copies_of_a_story(
    passages: list[tuple[str, Stances]], origins: dict[str, str]
) -> None:
    decision = decide(Case([judged(*passage) for passage in passages], origins))
    assert len(decision.passages) <= MOST_EVIDENCE
    sources = {passage.source for passage, _ in decision.passages}
    assert len({origins[source] for source in sources}) == len(sources)


@given(PASSAGES)
def test_a_verdict_shows_the_surest_passage_and_others_above_the_bound_or_none(
    passages: list[tuple[str, Stances]],
) -> None:
    decision = decide(case(*passages))
    assert (decision.kind is NOT_ENOUGH) == (decision.passages == ())
    assert 0 <= decision.confidence <= 1
    own: dict[VerdictKind, Stance] = {SUPPORTED: "supports", CONTRADICTED: "contradicts"}
    if decision.kind in own:
        assert {stance for _, stance in decision.passages} == {own[decision.kind]}
        shares = [getattr(passage.stances, stance) for passage, stance in decision.passages]
        assert shares[0] == max(surest([judged(*passage) for passage in passages]))
        assert strength(min(shares)) >= CALIBRATION.least


@given(PASSAGES, SOURCES, SHARES)
def test_a_copy_that_is_no_surer_changes_no_verdict(
    passages: list[tuple[str, Stances]], source: str, stances: Stances
) -> None:
    before = case(*passages, (source, stances), copies=True)
    after = case(*passages, (source, stances), ("copy", stances), copies=True)
    assert (decide(after).kind, decide(after).confidence) == (decide(before).kind, decide(before).confidence)


@given(PASSAGES, SHARES, st.floats(0, 1))
def test_the_more_a_passage_speaks_for_a_side_the_surer_is_its_verdict(
    passages: list[tuple[str, Stances]], stances: Stances, share: float
) -> None:
    """What a passage takes from the other side, or from neither, makes no verdict of its own side less sure."""
    others = [judged(*passage) for passage in passages]
    moved = share * stances.contradicts
    more = Stances(stances.supports + moved, stances.contradicts - moved, stances.neutral)
    sided = [passages_support(Case([*others, judged("kiln", each)])) for each in (stances, more)]
    assert sided[0] is None or (sided[1] is not None and sided[1].confidence >= sided[0].confidence)


@given(st.tuples(st.floats(0, 1), st.floats(0, 1)).map(sorted))
def test_a_confidence_is_a_probability_that_rises_with_the_readers(shares: list[float]) -> None:
    lower, higher = (probability(strength(share)) for share in shares)
    assert 0 < lower <= higher < 1


@pytest.mark.usefixtures("bound")
def test_no_probability_of_a_reader_is_taken_for_certain() -> None:
    assert probability(strength(0.25)) == pytest.approx(0.25)
    assert strength(1.0) == strength(0.999) == pytest.approx(math.log(0.997 / 0.003))
    assert strength(0.0) == strength(0.001) == pytest.approx(math.log(0.003 / 0.997))


@given(SHARES)
def test_the_bound_is_beyond_what_both_sides_of_a_passage_can_reach_at_once(stances: Stances) -> None:
    assert strength(min(stances.supports, stances.contradicts)) < CALIBRATION.least


def test_the_bound_is_within_what_a_side_can_reach() -> None:
    assert 0 < CALIBRATION.least < strength(1.0)
    assert CALIBRATION.weight > 0


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([SUPPORTED, SUPPORTED], SUPPORTED),
        ([SUPPORTED, CONTRADICTED], CONTRADICTED),
        ([CONFLICTING, CONTRADICTED], CONTRADICTED),
        ([NOT_ENOUGH, CONTRADICTED], CONTRADICTED),
        ([SUPPORTED, CONFLICTING, NOT_ENOUGH], CONFLICTING),
        ([SUPPORTED, NOT_ENOUGH], NOT_ENOUGH),
        ([], NOT_ENOUGH),
    ],
)
def test_a_message_is_as_good_as_its_worst_claim(kinds: list[VerdictKind], expected: VerdictKind) -> None:
    assert overall([(kind, 0.7) for kind in kinds])[0] is expected


def test_a_message_is_as_sure_as_its_surest_denial_and_its_least_sure_support() -> None:
    assert overall([(CONTRADICTED, 0.7), (CONTRADICTED, 0.9), (SUPPORTED, 0.99)]) == (CONTRADICTED, 0.9)
    assert overall([(SUPPORTED, 0.7), (SUPPORTED, 0.9)]) == (SUPPORTED, 0.7)
    assert overall([]) == (NOT_ENOUGH, 1.0)
