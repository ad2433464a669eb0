"""A verdict as JSON: every field of the contract, and how each claim was decided."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from verdicts import CLAIM, evidence, message, verdict

from retrieval.model import Citation, IndexState, QuoteResult, QuoteResultKind, Stances, VerdictKind
from retrieval.present import as_json
from retrieval.present.verdict_json import checked, quote_result

FIELDS = [
    "claim", "language", "verdict", "confidence", "evidence", "nearest", "notes", "attributed_to", "review", "message",
    "claims", "set_aside", "index", "elapsed_ms",
]  # fmt: skip
CLAIM_FIELDS = [
    "claim", "start", "end", "language", "verdict", "confidence", "evidence", "nearest", "notes", "attributed_to",
    "review", "decider", "read_as", "read",
]  # fmt: skip


def test_a_verdict_has_its_fields_in_their_order(make_citation: Callable[..., Citation], state: IndexState) -> None:
    found: Any = checked(message(state, verdict(VerdictKind.SUPPORTED, [evidence(make_citation(), "supports")])))
    assert list(found) == FIELDS
    assert list(found["claims"][0]) == CLAIM_FIELDS
    assert (found["confidence"], found["elapsed_ms"]) == (0.8765, 41.3)
    assert found["evidence"] == found["claims"][0]["evidence"]


def test_each_claim_says_how_it_was_decided(make_citation: Callable[..., Citation], state: IndexState) -> None:
    passages = [evidence(make_citation(n=n), stance) for n, stance in ((1, "neutral"), (2, "contradicts"))]
    made = verdict(VerdictKind.CONTRADICTED, passages[1:], read=tuple(passages), read_as=f"It opened in May. {CLAIM}")
    shown: Any = checked(message(state, made))
    (claim,) = shown["claims"]
    assert (claim["decider"], claim["read_as"]) == ("passages_contradict", f"It opened in May. {CLAIM}")
    assert claim["read"] == [
        {"probabilities": {"supports": 0.05, "contradicts": 0.05, "neutral": 0.9}} | as_json.citation(make_citation()),
        {"probabilities": {"supports": 0.05, "contradicts": 0.9, "neutral": 0.05}}
        | as_json.citation(make_citation(n=2)),
    ]


def test_probabilities_are_rounded_like_all_others(make_citation: Callable[..., Citation], state: IndexState) -> None:
    read = replace(evidence(make_citation(), "supports"), stances=Stances(1 / 3, 2 / 3, 0.0))
    shown: Any = checked(message(state, verdict(VerdictKind.SUPPORTED, [read])))
    (claim,) = shown["claims"]
    assert claim["read"][0]["probabilities"] == {"supports": 0.3333, "contradicts": 0.6667, "neutral": 0.0}
    assert claim["read"][0]["probabilities"] == claim["evidence"][0]["probabilities"]


def test_evidence_says_how_sure_it_is_who_speaks(make_citation: Callable[..., Citation], state: IndexState) -> None:
    sure = replace(evidence(make_citation(), "supports"), attributed_to="Ana Ruiz", speaker_confidence=0.98765)
    shown: Any = checked(message(state, verdict(VerdictKind.SUPPORTED, [sure])))
    assert (shown["evidence"][0]["attributed_to"], shown["evidence"][0]["speaker_confidence"]) == ("Ana Ruiz", 0.9877)


def test_the_match_of_a_quotation_lists_its_parts(quoted: Citation, state: IndexState) -> None:
    start, middle = quoted.start, quoted.start + 9
    two = replace(quoted, parts=((start, middle), (middle + 1, quoted.end)), speaker_confidence=0.5)
    for match, exact in ((two, ["We wanted", "a mill that grinds,"]), (quoted, ["We wanted a mill that grinds,"])):
        result = QuoteResult("We", None, "en", QuoteResultKind.VERBATIM, match, 1.0, (), (), state, 1.0)
        shown: Any = quote_result(result)["match"]
        assert [part["exact"] for part in shown["parts"]] == exact
        assert (shown["parts"][0]["start"], shown["parts"][-1]["end"]) == (quoted.start, quoted.end)
        assert shown["speaker_confidence"] == match.speaker_confidence
