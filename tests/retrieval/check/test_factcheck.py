"""Claims checked against two small articles and the bundled base: the verdict, its words, and what rules found."""

from pathlib import Path

import pytest

from knowledge.errors import BadQuestion
from knowledge.language import detect
from knowledge.model import Language, Metadata, ReviewedClaim
from knowledge.reviews import reviewed_claims
from retrieval.check.reviewed import match
from retrieval.engine import Engine
from retrieval.model import CheckedMessage, VerdictKind
from retrieval.search.question import prepare

SUPPORTED, CONTRADICTED = "supported", "contradicted"


def notes(found: CheckedMessage) -> set[str]:
    return {note.kind for one in found.verdicts for note in one.notes}


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("The restoration cost 2.4 million euros.", SUPPORTED),
        ("La restauración costó 2,4 millones de euros.", SUPPORTED),
        ("The restoration cost 9.4 million euros.", CONTRADICTED),
        ("La restauración del molino costó 9,4 millones de euros.", CONTRADICTED),
        ("La torre llevaba apagada desde 1996.", SUPPORTED),
        ("La torre mide 83 metros.", CONTRADICTED),
        ("La torre llevaba apagada desde 2006.", CONTRADICTED),
        ("Penguins live in Antarctica.", "not enough evidence"),
        ("El papa visitó Chile en 2018.", "not enough evidence"),
    ],
)
def test_a_claim_has_a_verdict_in_either_language(engine: Engine, claim: str, expected: str) -> None:
    assert engine.check(claim).kind.value == expected


def test_every_piece_of_evidence_is_a_span_of_its_source(engine: Engine) -> None:
    found = engine.check("The restoration cost 2.4 million euros.").verdicts[0]
    assert found.evidence
    for one in (*found.evidence, *found.nearest):
        text = engine.store.snapshot(one.citation.source.snapshot).text
        assert text[one.citation.start : one.citation.end] == one.citation.exact
        assert one.stances.supports + one.stances.contradicts + one.stances.neutral == pytest.approx(1)


@pytest.mark.parametrize(
    ("claim", "note"),
    [
        ("The restoration cost 9.4 million euros.", "number differs"),
        ("The restoration cost more than 2 million euros.", "number agrees"),
        ("La torre llevaba apagada desde 2006.", "date differs"),
    ],
)
def test_the_working_of_a_rule_is_shown(engine: Engine, claim: str, note: str) -> None:
    assert note in notes(engine.check(claim))


@pytest.mark.parametrize(
    "question", ["Is it true that the tower is 38 metres high?", "¿Es verdad que la torre mide 38 m?"]
)
def test_a_question_may_put_a_claim(engine: Engine, question: str) -> None:
    found = engine.check(question)
    assert len(found.verdicts) == 1
    claim = found.verdicts[0]
    assert question[claim.start : claim.end] == claim.claim
    assert not claim.claim.startswith(("Is", "¿"))


def test_a_message_is_divided_and_what_is_no_claim_set_aside(engine: Engine) -> None:
    found = engine.check(
        "Hello everyone! The tower is 38 metres high. What do you think? The mill cost 9 million euros."
    )
    assert [one.claim for one in found.verdicts] == ["The tower is 38 metres high.", "The mill cost 9 million euros."]
    assert [one.reason for one in found.set_aside] == ["no statement", "question"]


def test_a_message_without_a_claim_is_no_error(engine: Engine) -> None:
    found = engine.check("What a lovely mill!  I hope it lasts.")
    assert (found.verdicts, found.kind) == ((), VerdictKind.NOT_ENOUGH_EVIDENCE)
    assert found.set_aside


def test_thirty_claims_have_thirty_verdicts(engine: Engine) -> None:
    found = engine.check(" ".join(f"The tower is {height} metres high." for height in range(20, 50)))
    assert len(found.verdicts) == 30
    assert len({one.start for one in found.verdicts}) == 30


def test_a_claim_of_two_thousand_characters_is_checked(engine: Engine) -> None:
    long = "The tower is 38 metres high and " + "it stands on a rock and " * 82 + "it has a lamp."
    assert len(long) > 1900
    assert engine.check(long).verdicts


@pytest.mark.parametrize("text", ["", "   ", "¿?", "x" * 4001, "caf\udce9 is good"])
def test_what_holds_no_claim_to_read_is_refused(engine: Engine, text: str) -> None:
    with pytest.raises(BadQuestion, match="claim"):
        engine.check(text)


def test_a_base_without_sources_has_no_evidence(engine: Engine) -> None:
    for source in engine.sources():
        engine.remove(source.id)
    found = engine.check("The tower is 38 metres high.").verdicts[0]
    assert (found.kind, found.evidence, found.nearest) == (VerdictKind.NOT_ENOUGH_EVIDENCE, (), ())


def test_what_only_one_person_says_is_according_to_that_person(engine: Engine) -> None:
    found = engine.check("La luz blanca desorienta a las pardelas.").verdicts[0]
    assert found.kind is VerdictKind.SUPPORTED
    assert [one.attributed_to for one in found.evidence] == ["Inés Cabrera"]
    assert found.attributed_to == "Inés Cabrera"


def test_a_claim_that_says_who_says_it_is_not_attributed_again(engine: Engine) -> None:
    found = engine.check("Inés Cabrera advirtió que la luz blanca desorienta a las pardelas.").verdicts[0]
    assert found.attributed_to is None


def test_altered_words_in_quotation_marks_deny_the_claim(engine: Engine) -> None:
    found = engine.check("Helena Duarte said “We wanted a mill that sings”.")
    assert found.kind is VerdictKind.CONTRADICTED
    assert "quotation differs" in notes(found)


def test_the_speakers_own_words_bear_the_claim_out(engine: Engine) -> None:
    found = engine.check("Helena Duarte said “We wanted a mill that grinds”.")
    assert found.kind is VerdictKind.SUPPORTED
    assert "quotation agrees" in notes(found)


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
def test_a_claim_that_was_reviewed_shows_the_review(bundled_engine: Engine, claim: str, review: str | None) -> None:
    found = bundled_engine.check(claim).verdicts[0].review
    assert (found.id if found else None) == review


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("review", reviewed_claims(), ids=lambda one: one.id)
def test_every_reviewed_claim_is_answered_with_its_review(
    bundled_engine: Engine, review: ReviewedClaim, language: Language
) -> None:
    """What a machine makes of the sources stands beside the review, and never against it."""
    (found,) = bundled_engine.check(review.claim(language)).verdicts
    assert found.review == review
    opposed = {"supported": VerdictKind.CONTRADICTED, "contradicted": VerdictKind.SUPPORTED}
    assert found.kind is not opposed.get(review.verdict)
    if review.verdict in ("disputed", "no evidence", "partly supported"):
        assert found.kind not in (VerdictKind.SUPPORTED, VerdictKind.CONTRADICTED)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_reviewed_claim_is_met_in_each_of_its_wordings(bundled_engine: Engine, language: Language) -> None:
    encoder, reviews = bundled_engine.encoder, reviewed_claims()
    missed = []
    for review in reviews:
        for wording in review.wordings["es" if language == "es" else "en"]:
            question = prepare(wording, detect(wording), encoder.encode_questions([wording]))
            found = match(question, encoder, reviews)
            if found is None or found.review is not review:
                missed.append(wording)
    assert missed == []


def test_an_opinion_that_was_reviewed_is_a_claim(bundled_engine: Engine) -> None:
    found = bundled_engine.check("¡Qué horror! La destilación es un robo.")
    assert [one.review.id for one in found.verdicts if one.review] == ["distillation-theft"]
    assert [one.reason for one in found.set_aside] == ["opinion"]


def test_what_a_source_calls_untrue_is_contradicted(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "kiln.txt"
    path.write_text("The claim that the kiln of Cala Honda burns peat is false, the town council writes.\n", "utf-8")
    engine.add([str(path)], Metadata(language="en"))
    found = engine.check("The kiln of Cala Honda burns peat.").verdicts[0]
    assert found.kind is VerdictKind.CONTRADICTED
    assert "told as untrue" in {note.kind for note in found.notes}


def test_what_a_source_doubts_is_not_supported(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "kiln.txt"
    path.write_text("Whether the kiln of Cala Honda burns peat is disputed.\n", "utf-8")
    engine.add([str(path)], Metadata(language="en"))
    assert engine.check("The kiln of Cala Honda burns peat.").kind is VerdictKind.NOT_ENOUGH_EVIDENCE


def test_reviews_come_with_the_bundled_base_alone(engine: Engine) -> None:
    assert (
        engine.check("DeepSeek needed only about 6 million dollars in all to build its AI.").verdicts[0].review is None
    )


def test_the_same_claim_gives_the_same_verdict(engine: Engine) -> None:
    first, second = (engine.check("The restoration cost 2.4 million euros.") for _ in range(2))
    assert first.verdicts == second.verdicts


FERRY = (
    "In 2019 the ferry of Cala Honda carried 40,000 passengers.\n\n"
    "In 2020 the ferry of Cala Honda carried 12,000 passengers, the fewest since it began.\n"
)


@pytest.fixture
def ferry(engine: Engine, tmp_path: Path) -> Engine:
    path = tmp_path / "ferry.txt"
    path.write_text(FERRY, "utf-8")
    engine.add([str(path)], Metadata(language="en"))
    return engine


def test_what_is_true_of_one_year_is_not_of_another(ferry: Engine) -> None:
    assert ferry.check("In 2019 the ferry of Cala Honda carried 40,000 passengers.").kind is VerdictKind.SUPPORTED
    assert ferry.check("In 2020 the ferry of Cala Honda carried 40,000 passengers.").kind is not VerdictKind.SUPPORTED


@pytest.mark.parametrize(
    "claim",
    ["In 2031 the ferry of Cala Honda will carry 90,000 passengers.", "En 2035 el ferri de Cala Honda cerrará."],
)
def test_the_future_is_not_in_the_sources(ferry: Engine, claim: str) -> None:
    assert ferry.check(claim).kind is not VerdictKind.SUPPORTED


def test_two_denials_undo_each_other(ferry: Engine) -> None:
    found = ferry.check("It is not false that in 2019 the ferry of Cala Honda carried 40,000 passengers.")
    assert found.kind is not VerdictKind.CONTRADICTED
    assert "negation differs" not in notes(found)


def test_sarcasm_that_states_a_fact_is_checked(ferry: Engine) -> None:
    found = ferry.check("Oh sure, in 2019 the ferry of Cala Honda carried 400,000 passengers, what a crowd!")
    assert len(found.verdicts) == 1
    assert found.kind is not VerdictKind.SUPPORTED
