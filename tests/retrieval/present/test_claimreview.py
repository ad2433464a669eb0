"""ClaimReview as schema.org defines it: every type and property is one that the vocabulary has, with its range."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from verdicts import CLAIM, evidence, message, verdict

from retrieval.model import Citation, IndexState, SetAside, VerdictKind
from retrieval.present.claimreview import claim_reviews

# From https://schema.org/version/latest, release 29: the types used, what each is a kind of, and the ranges of the
# properties used, by the type whose definition has them.
KINDS = {
    "ClaimReview": ["Review"], "Review": ["CreativeWork"], "Claim": ["CreativeWork"], "Quotation": ["CreativeWork"],
    "Article": ["CreativeWork"], "CreativeWork": ["Thing"], "Rating": ["Intangible"], "Intangible": ["Thing"],
    "Organization": ["Thing"], "Person": ["Thing"], "Thing": [],
}  # fmt: skip
PROPERTIES = {
    "Thing": {"name": ["Text"], "url": ["URL"], "identifier": ["Text", "URL"], "alternateName": ["Text"]},
    "CreativeWork": {
        "author": ["Organization", "Person"], "publisher": ["Organization", "Person"], "datePublished": ["Date"],
        "inLanguage": ["Text"], "text": ["Text"], "headline": ["Text"], "isPartOf": ["CreativeWork", "URL"],
        "citation": ["CreativeWork", "Text"],
    },
    "Review": {"itemReviewed": ["Thing"], "reviewRating": ["Rating"], "reviewBody": ["Text"]},
    "ClaimReview": {"claimReviewed": ["Text"]},
    "Rating": {
        "ratingValue": ["Number", "Text"], "bestRating": ["Number", "Text"], "worstRating": ["Number", "Text"],
        "ratingExplanation": ["Text"],
    },
    "Quotation": {"spokenByCharacter": ["Organization", "Person"]},
}  # fmt: skip


def ancestry(kind: str) -> list[str]:
    """A type and all that it is a kind of."""
    return [kind, *(name for parent in KINDS[kind] for name in ancestry(parent))]


def fits(value: Any, ranges: list[str]) -> bool:
    """Whether a value is in one of these ranges."""
    if isinstance(value, dict):
        return any(name in ranges for name in ancestry(value["@type"]))
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return "Number" in ranges
    if "Date" in ranges:
        return bool(date.fromisoformat(value))
    if "Text" in ranges:
        return isinstance(value, str)
    return "URL" in ranges and str(value).startswith("https://")


def check(node: dict[str, Any]) -> None:
    """Fail where a node is not as the vocabulary has it."""
    known = {name: ranges for kind in ancestry(node["@type"]) for name, ranges in PROPERTIES.get(kind, {}).items()}
    for name, held in node.items():
        if name in ("@type", "@context"):
            continue
        assert name in known, f"{node['@type']} has no {name}"
        for value in held if isinstance(held, list) else [held]:
            assert fits(value, known[name]), f"{name} of {node['@type']} cannot be {value!r}"
            if isinstance(value, dict):
                check(value)


@pytest.mark.parametrize(
    ("kind", "rating"),
    [
        (VerdictKind.SUPPORTED, 5),
        (VerdictKind.CONTRADICTED, 1),
        (VerdictKind.CONFLICTING, 3),
        (VerdictKind.NOT_ENOUGH_EVIDENCE, None),
    ],
)
def test_a_verdict_is_a_claim_review(
    kind: VerdictKind, rating: int | None, make_citation: Callable[..., Citation], state: IndexState
) -> None:
    found = evidence(make_citation(), "supports", speaker="Helena Duarte")
    made: Any = claim_reviews(message(state, verdict(kind, [found])))
    check(made)
    assert made["@context"] == "https://schema.org"
    assert (made["@type"], made["claimReviewed"]) == ("ClaimReview", CLAIM)
    assert made["reviewRating"].get("ratingValue") == rating
    assert made["datePublished"] == date.today().isoformat()
    if rating is not None:
        assert made["citation"][0]["text"] == make_citation().exact
        assert made["citation"][0]["spokenByCharacter"]["name"] == "Helena Duarte"


def test_a_source_without_address_or_author_is_a_claim_review_too(
    make_citation: Callable[..., Citation], make_source: Callable[..., Any], state: IndexState
) -> None:
    bare = make_source(url=None, author=None, publisher=None, published=None, language="und")
    check(
        claim_reviews(
            message(state, verdict(VerdictKind.SUPPORTED, [evidence(make_citation(source=bare), "supports")]))
        )
    )


def test_several_claims_make_a_graph_and_none_an_empty_one(
    make_citation: Callable[..., Citation], state: IndexState
) -> None:
    one = verdict(VerdictKind.SUPPORTED, [evidence(make_citation(), "supports")])
    made: Any = claim_reviews(message(state, one, one))
    assert [node["@type"] for node in made["@graph"]] == ["ClaimReview"] * 2
    for node in made["@graph"]:
        check(node)
    empty: Any = claim_reviews(message(state, aside=[SetAside("Hi!", 0, 3, "no statement")]))
    assert empty["@graph"] == []
