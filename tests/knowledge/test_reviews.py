"""The reviewed claims of the bundled base: whole, in both languages, with references."""

import pytest

from knowledge.errors import BadBrief
from knowledge.model import Language, ReviewedClaim
from knowledge.reviews import read_reviews, reviewed_claims

_LANGUAGES: tuple[Language, ...] = ("es", "en")
ONE = """
- id: a-claim
  claim: {en: It is so., es: Es así.}
  verdict: disputed
  reasons: {en: Because., es: Porque sí.}
  would_change: {en: More., es: Más.}
  reviewed: '2026-01-31'
  evidence:
    - {publisher: P, title: T, type: primary, url: 'https://example.org/'}
"""


def test_fifty_claims_come_with_the_program() -> None:
    found = reviewed_claims()
    assert len(found) >= 50
    assert len({claim.id for claim in found}) == len(found)


@pytest.mark.parametrize("claim", reviewed_claims(), ids=lambda claim: claim.id)
def test_a_claim_is_told_in_both_languages_with_its_evidence(claim: ReviewedClaim) -> None:
    for language in _LANGUAGES:
        reasons, would_change = claim.why(language)
        assert reasons.endswith(".")
        assert would_change.endswith(".")
    assert all(len(wordings) >= 3 for wordings in claim.wordings.values())
    assert [one.number for one in claim.evidence] == list(range(1, len(claim.evidence) + 1))
    assert all(one.url for one in claim.evidence)


def test_a_review_is_read() -> None:
    (found,) = read_reviews(ONE, name="claims.yaml")
    assert (found.claim("es"), found.claim("und"), found.verdict) == ("Es así.", "It is so.", "disputed")
    assert found.why("en") == ("Because.", "More.")


@pytest.mark.parametrize(
    "changed",
    [
        ONE.replace("disputed", "perhaps"),
        ONE.replace("  reviewed: '2026-01-31'\n", ""),
        ONE.replace("es: Es así.", "fr: C'est ça."),
        ONE.replace("https", "gopher"),
        ONE + "  more: 1\n",
        "- 3",
        "a: [",
    ],
)
def test_one_that_breaks_the_format_is_refused_by_its_files_name(changed: str) -> None:
    with pytest.raises(BadBrief, match=r"claims\.yaml"):
        read_reviews(changed, name="claims.yaml")


def test_a_file_without_claims_holds_none() -> None:
    assert read_reviews("", name="claims.yaml") == []
