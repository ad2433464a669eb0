"""Claims that somebody has looked into before are met in all their wordings, and no other claims are."""

from collections.abc import Sequence

import pytest

from knowledge.language import detect
from knowledge.model import Language, ReviewedClaim
from knowledge.reviews import reviewed_claims
from retrieval.check.reviewed import Match, match
from retrieval.engine import Engine
from retrieval.model import Reading, Stances, VerdictKind
from retrieval.search.question import prepare

# Of the reviews every third is looked for in all its wordings, and every tenth checked against the sources.
SOUGHT, CHECKED = reviewed_claims()[::3], reviewed_claims()[::10]


class Undecided:
    """Says of no text that another bears it out, and writes down which it reads."""

    name, digest = "undecided", "0" * 64

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        self.pairs += pairs
        return [Reading(Stances(0.3, 0.3, 0.4)) for _ in pairs]


class OneWay(Undecided):
    """Says of every text that the claim bears it out, and not the other way round."""

    def __init__(self, claim: str) -> None:
        super().__init__()
        self.claim = claim

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        sure, neutral = Reading(Stances(0.9, 0.05, 0.05)), Reading(Stances(0.1, 0.1, 0.8))
        return [sure if text == self.claim else neutral for _, text in pairs]


def matched(engine: Engine, claim: str, reader: Undecided | None = None) -> Match | None:
    question = prepare(claim, detect(claim), engine.encoder.encode_questions([claim]))
    return match(question, engine.encoder, reader or engine.reader, reviewed_claims())


@pytest.mark.parametrize(
    ("claim", "review"),
    [
        ("DeepSeek needed only about 6 million dollars in all to build its AI.", "deepseek-total-cost"),
        ("DeepSeek solo gastó unos 6 millones de dólares en total en su IA.", "deepseek-total-cost"),
        ("DeepSeek needed only about 60 million dollars in all to build its AI.", None),
        ("Meta renunció al código abierto en julio de 2025.", "meta-abandoned-open-source-2025"),
        ("Meta renunció al código abierto en julio de 2024.", None),
        ("Nvidia sells graphics cards.", None),
    ],
)
def test_a_claim_that_was_reviewed_has_the_review(bundled_engine: Engine, claim: str, review: str | None) -> None:
    found = matched(bundled_engine, claim)
    assert (found.review.id if found else None) == review


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_reviewed_claim_is_met_in_each_of_its_wordings(bundled_engine: Engine, language: Language) -> None:
    """A wording is met as it is, whatever the reader says of it."""
    reader = Undecided()
    missed = []
    for review in SOUGHT:
        for wording in review.wordings["es" if language == "es" else "en"]:
            found = matched(bundled_engine, wording, reader)
            if found is None or found.review is not review:
                missed.append(wording)
    assert missed == []


def test_a_claim_in_other_words_is_met_only_where_both_bear_each_other_out(bundled_engine: Engine) -> None:
    claim = "DeepSeek needed only about 6 million dollars in all to build its AI."
    reader = Undecided()
    assert matched(bundled_engine, claim) is not None
    assert matched(bundled_engine, claim, reader) is None
    assert reader.pairs
    assert {(text, asked) for asked, text in reader.pairs} == set(reader.pairs)
    assert matched(bundled_engine, claim, OneWay(claim)) is None


def test_a_claim_with_another_number_is_not_even_read(bundled_engine: Engine) -> None:
    reader = Undecided()
    assert (
        matched(bundled_engine, "DeepSeek needed only about 61 million dollars in all to build its AI.", reader) is None
    )
    assert reader.pairs == []


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("review", CHECKED, ids=lambda review: review.id)
def test_what_a_machine_makes_of_the_sources_stands_beside_a_review_and_never_against_it(
    bundled_engine: Engine, review: ReviewedClaim, language: Language
) -> None:
    (verdict,) = bundled_engine.check(review.claim(language)).verdicts
    assert verdict.review == review
    opposed = {"supported": VerdictKind.CONTRADICTED, "contradicted": VerdictKind.SUPPORTED}
    assert verdict.kind is not opposed.get(review.verdict)
    if review.verdict in ("disputed", "no evidence", "partly supported"):
        assert verdict.kind not in (VerdictKind.SUPPORTED, VerdictKind.CONTRADICTED)


def test_an_opinion_that_was_reviewed_is_a_claim(bundled_engine: Engine) -> None:
    checked = bundled_engine.check("¡Qué horror! La destilación es un robo.")
    assert [verdict.review.id for verdict in checked.verdicts if verdict.review] == ["distillation-theft"]
    assert [part.reason for part in checked.set_aside] == ["opinion"]


def test_reviews_come_with_the_bundled_base_alone(engine: Engine) -> None:
    checked = engine.check("DeepSeek needed only about 6 million dollars in all to build its AI.")
    assert [verdict.review for verdict in checked.verdicts] == [None]
