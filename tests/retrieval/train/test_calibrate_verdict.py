"""The step that fits verdicts: what it makes of labelled claims, which bound it takes, and what it refuses."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from knowledge.errors import BadLabels
from knowledge.model import Language
from retrieval.check import verdict as check_verdict
from retrieval.check.evidence import READ, JudgedPassage
from retrieval.check.verdict import Calibration
from retrieval.evaluation.labels import LabelledClaim
from retrieval.model import ENCODER_NAME, Reading, Stances
from retrieval.search.fusion import WEIGHTS
from retrieval.train.calibrate import verdict
from retrieval.train.calibrate.step import Bases, Fit, LabelFile
from retrieval.train.calibrate.verdict import CLASSES, LANGUAGES, JudgedClaim
from retrieval.train.calibrate.written import WrittenText

# What a sure reader says, by the class of the claim.
SURE = (Stances(0.9, 0.05, 0.05), Stances(0.05, 0.9, 0.05), Stances(0.05, 0.05, 0.9))
CLAIMS: dict[str, tuple[Language, Literal["supported", "contradicted", "not enough evidence"]]] = {
    "The restoration cost 2.4 million euros.": ("en", "supported"),
    "The restoration took six years.": ("en", "supported"),
    "La torre mide 38 metros.": ("es", "supported"),
    "La obra costará 1,7 millones de euros.": ("es", "supported"),
    "The restoration took nine years.": ("en", "contradicted"),
    "A kilogram of flour costs ten euros.": ("en", "contradicted"),
    "La torre mide 60 metros.": ("es", "contradicted"),
    "Los vecinos podrán subir a la torre los lunes.": ("es", "contradicted"),
    "The mill was painted green last summer.": ("en", "not enough evidence"),
    "Helena Duarte studied in Lisbon.": ("en", "not enough evidence"),
    "El farero toca el violín por las noches.": ("es", "not enough evidence"),
    "La bióloga nació en Vigo.": ("es", "not enough evidence"),
}
CONFLICTING = LabelledClaim("conflict", "The new sluice keeps eels out of the lagoon.", "en", "conflicting")
NO_FILE: list[LabelFile[LabelledClaim]] = [LabelFile("claims.jsonl", None, ())]


class SureReader:
    """A reader that says of every passage what the label of the claim beside it says, and keeps what it read."""

    name = digest = "sure"

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = []

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        self.pairs += pairs
        return [Reading(SURE[CLASSES.index(CLAIMS[claim][1])]) for claim, _ in pairs]


@pytest.fixture
def reader() -> SureReader:
    return SureReader()


@pytest.fixture
def fitted(reader: SureReader, home: Path, tmp_path: Path) -> Fit:
    """The fit on the claims, beside one in conflict, and passages of a real base."""
    labels = [LabelledClaim(text, text, language, kind) for text, (language, kind) in CLAIMS.items()]
    file = LabelFile("claims.jsonl", home, (*labels, CONFLICTING))
    return verdict.fit_verdict(Bases(tmp_path / "bases", ENCODER_NAME, reader), [file], [], WEIGHTS)


def judged(label: int, *, of: int, language: Language = "en", group: str = "own") -> list[JudgedClaim]:
    """Claims of a class on which the reader is right, each a little surer than the one before it."""
    surest = [(0.9, 0.05), (0.05, 0.9), (0.1, 0.1)][label]
    return [JudgedClaim(group, language, label, (surest[0] + number / 1000, surest[1])) for number in range(of)]


def wrongly_judged(label: int, *, of: int, language: Language = "en", group: str = "own") -> list[JudgedClaim]:
    """Claims of a class on which the reader is as sure of the reverse."""
    return [JudgedClaim(group, language, label, claim.surest) for claim in judged(1 - label, of=of, language=language)]


def each_kind(*, of: int) -> list[JudgedClaim]:
    """So many rightly judged claims of every class and language."""
    return [claim for label in range(3) for language in LANGUAGES for claim in judged(label, of=of, language=language)]


def noisy(seed: int, count: int = 120) -> list[JudgedClaim]:
    """Claims in three groups, one without Spanish claims, on which the reader is wrong now and then."""
    chance = np.random.default_rng(seed)
    towards = np.array([(4.0, 1.0, 1.5), (1.0, 4.0, 1.5), (1.0, 1.0, 4.0)])
    claims = []
    for place in range(count):
        supports, contradicts, _ = chance.dirichlet(towards[place % 3])
        group = "small" if place % 5 == 0 else "English" if place % 14 == 0 else "large"
        claims.append(JudgedClaim(group, LANGUAGES[place % 2], place % 3, (float(supports), float(contradicts))))
    return claims


def passage(stances: Stances) -> JudgedPassage:
    """A passage with these stances, of which else nothing but its id, source and language is asked."""
    evidence: Any = SimpleNamespace(passage=SimpleNamespace(id=1, source="tide-mill", language="en"))
    return JudgedPassage(evidence, stances)


def fit(claims: Sequence[JudgedClaim], bases: Bases, monkeypatch: pytest.MonkeyPatch) -> Fit:
    """The fit on these claims, as if they had been judged."""
    monkeypatch.setattr(verdict, "_judge", lambda *given: claims)
    return verdict.fit_verdict(bases, NO_FILE, [], WEIGHTS)


def plain_strength(surest: tuple[float, float]) -> float:
    """The log-odds of the surer side."""
    own = min(max(*surest, 0.003), 0.997)
    return float(np.log(own / (1 - own)))


def plain_figures(claims: Sequence[JudgedClaim], least: float) -> tuple[float, ...]:
    """Macro-F1 in English and Spanish, reversals of all and of the decided, each the mean of the groups."""
    scores: dict[Language, list[float]] = {language: [] for language in LANGUAGES}
    reversals, of_decided = [], []
    for group in {claim.group for claim in claims}:
        pairs: list[tuple[Language, int, int]] = []
        for claim in claims:
            supports, contradicts = claim.surest
            side = 2 if plain_strength(claim.surest) < least else 0 if supports >= contradicts else 1
            if claim.group == group:
                pairs.append((claim.language, claim.label, side))
        turned = sum({label, side} == {0, 1} for _, label, side in pairs)
        reversals.append(turned / len(pairs))
        of_decided.append(turned / max(sum(side < 2 for _, _, side in pairs), 1))
        for language, own_scores in scores.items():
            own = [(label, side) for its, label, side in pairs if its == language]
            if own:
                labels, sides = zip(*own, strict=True)
                own_scores.append(f1_score(labels, sides, labels=[0, 1, 2], average="macro", zero_division=0))
    return tuple(sum(own) / len(own) for own in (*scores.values(), reversals, of_decided))


def test_the_best_passages_are_read_for_every_claim_but_those_in_conflict(fitted: Fit, reader: SureReader) -> None:
    assert [claim for claim, _ in reader.pairs] == [claim for claim in CLAIMS for _ in range(READ)]
    assert fitted.data == "12 claims of claims.jsonl"


def test_what_is_fitted_gives_the_claims_their_verdicts(fitted: Fit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_verdict, "CALIBRATION", Calibration(**fitted.values))
    decisions = [check_verdict.decide(check_verdict.Case([passage(stances)])) for stances in SURE]
    assert [decision.kind for decision in decisions] == [*CLASSES]
    assert all(decision.confidence > 0.5 for decision in decisions)


def test_every_row_of_the_table_says_what_a_bound_gives(fitted: Fit) -> None:
    assert fitted.table.heads == (
        "reversed at most", "least", "macro-F1 en", "macro-F1 es", "reversed", "of decided", "calibration error",
    )  # fmt: skip
    assert [row[0] for row in fitted.table.rows] == ["0.010", "0.020", "0.030", "0.040", "0.080", "1.000"]
    assert {row[2:6] for row in fitted.table.rows} == {("1.000", "1.000", "0.000", "0.000")}


def test_on_written_texts_all_claims_on_articles_are_read_and_some_of_those_on_passages(
    bases: Bases, reader: SureReader
) -> None:
    labels = [LabelledClaim(text, text, language, kind) for text, (language, kind) in CLAIMS.items()]
    texts = [
        WrittenText("article", "The mill", ("The mill cost 2.4 million euros.",), (), tuple(labels[:6])),
        WrittenText("passage", None, ("El faro mide 38 metros.",), (), tuple(labels[6:])),
    ]
    own = Bases(bases.folder, bases.encoder, reader)
    claims = list(verdict._judge_written(own, texts, WEIGHTS))
    assert Counter(claim.group for claim in claims) == {"written articles": 6, "written passages": 3}
    assert list(verdict._judge_written(own, [], WEIGHTS)) == []


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_taken_is_the_best_that_reverses_no_more_than_allowed(
    seed: int, bases: Bases, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = noisy(seed)
    figures = {least: plain_figures(claims, least) for least in verdict.LEAST.tolist()}
    fitted = fit(claims, bases, monkeypatch)
    for most, bound, english, spanish, is_reversed, of_decided, _ in (map(float, row) for row in fitted.table.rows):
        best = max(min(own[:2]) for own in figures.values() if own[2] <= most)
        assert is_reversed <= most
        # The table has three decimals.
        assert min(english, spanish) == pytest.approx(best, abs=0.0006)
        nearest = min(figures, key=lambda least: abs(least - bound))
        assert figures[nearest] == pytest.approx((english, spanish, is_reversed, of_decided), abs=0.0006)
    chosen = next(row for row in fitted.table.rows if row[0] == f"{verdict.MOST_REVERSED:.3f}")
    assert fitted.values["least"] == float(chosen[1])


def test_every_group_counts_the_same_however_many_claims_it_has(bases: Bases, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [claim for language in LANGUAGES for claim in wrongly_judged(0, of=1, language=language, group="few")]
    claims = [*each_kind(of=18), *few]
    reversing = plain_strength(few[0].surest)
    assert fit(claims, bases, monkeypatch).values["least"] > reversing
    # One reversal in a hundred claims of one group is borne with.
    alike = [JudgedClaim("own", claim.language, claim.label, claim.surest) for claim in few]
    assert fit([*each_kind(of=18), *alike], bases, monkeypatch).values["least"] < reversing


def test_a_row_that_no_bound_reaches_is_left_out(bases: Bases, monkeypatch: pytest.MonkeyPatch) -> None:
    # Of 61 claims one is reversed, whatever the bound.
    claims = [*each_kind(of=10), JudgedClaim("own", "en", 1, (1.0, 0.0))]
    fitted = fit(claims, bases, monkeypatch)
    assert [row[0] for row in fitted.table.rows] == ["0.020", "0.030", "0.040", "0.080", "1.000"]
    assert {row[4] for row in fitted.table.rows} == {"0.016"}


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ([], "Fewer than two claims are supported."),
        ([*judged(0, of=2), *judged(1, of=2), *judged(2, of=1)], "Fewer than two claims are not enough evidence."),
        ([*judged(0, of=2), *judged(2, of=2)], "Fewer than two claims are contradicted."),
        ([claim for label in range(3) for claim in judged(label, of=2)], "No claim is in the language “es”."),
        ([claim for label in range(3) for claim in judged(label, of=2, language="es")],
         "No claim is in the language “en”."),
        ([*wrongly_judged(0, of=5), *wrongly_judged(1, of=5, language="es"), *judged(2, of=5)],
         "The reader is right on fewer than two claims."),
        ([*judged(0, of=1), *wrongly_judged(0, of=5), *wrongly_judged(1, of=5, language="es"), *judged(2, of=5)],
         "The reader is right on fewer than two claims."),
        ([*each_kind(of=1), *[JudgedClaim("own", "en", 1, (1.0, 0.0))] * 2],
         "No bound keeps the claims that are reversed to two in a hundred."),
    ],
)  # fmt: skip
def test_what_cannot_be_fitted_on_is_refused_in_a_sentence(
    claims: list[JudgedClaim], sentence: str, bases: Bases, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(BadLabels) as refused:
        fit(claims, bases, monkeypatch)
    assert refused.value.message == sentence
    assert refused.value.hint.startswith("Give")


@pytest.mark.parametrize(
    "claims",
    [
        each_kind(of=1),
        # The only claims judged rightly stand beside each other.
        [*wrongly_judged(0, of=20), *wrongly_judged(1, of=20, language="es"), *judged(2, of=9), *judged(0, of=2)],
        [*judged(0, of=2), *judged(1, of=30, language="es"), *judged(2, of=2)],
    ],
)
def test_few_claims_of_a_kind_are_enough(
    claims: list[JudgedClaim], bases: Bases, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted = fit(claims, bases, monkeypatch)
    assert [*fitted.values] == ["least", "intercept", "weight"]
    assert fitted.data == f"{len(claims)} claims of own"


SHARES = st.tuples(*[st.floats(0.001, 1)] * 3).map(lambda parts: Stances(*(part / sum(parts) for part in parts)))


@given(st.lists(SHARES, min_size=1, max_size=READ), st.sampled_from(verdict.LEAST.tolist()))
@settings(derandomize=True, deadline=None)
def test_a_check_decides_as_the_calibration_does(stances: list[Stances], least: float) -> None:
    passages = [passage(own) for own in stances]
    claim = JudgedClaim("own", "en", 0, check_verdict.surest(passages))
    # All passages are of one source, which cannot differ from itself.
    case = check_verdict.Case(passages, {"tide-mill": "tide-mill"})
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(check_verdict, "CALIBRATION", Calibration(least, 0.0, 1.0))
        kind = check_verdict.decide(case).kind
    assert verdict.verdicts([claim], least).tolist() == [CLASSES.index(kind)]


def test_confidence_is_that_of_a_plain_regression_on_all_claims_alike(
    bases: Bases, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = noisy(1)
    values = fit(claims, bases, monkeypatch).values
    monkeypatch.setattr(check_verdict, "CALIBRATION", Calibration(**values))
    model = LogisticRegression(max_iter=1000).fit(
        [[plain_strength(claim.surest)] for claim in claims],
        [claim.surest[claim.label] == max(claim.surest) if claim.label < 2 else False for claim in claims],
    )
    strengths = (-1.0, 0.0, 1.5, 3.0, 5.0)
    wanted = model.predict_proba([[case] for case in strengths])[:, 1].tolist()
    # What ships is rounded to four decimals.
    assert [check_verdict.probability(case) for case in strengths] == pytest.approx(wanted, abs=0.001)


@pytest.mark.parametrize("seed", range(3))
def test_the_calibration_error_is_that_of_a_plain_computation(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(seed)
    claims, given_shares = noisy(seed, count=40), chance.random(40)
    monkeypatch.setattr(verdict, "cross_val_predict", lambda *given, **_: np.stack([1 - given_shares, given_shares], 1))
    parts: dict[int, list[float]] = {}
    for claim, share in zip(claims, given_shares.tolist(), strict=True):
        is_right = claim.label == (0 if claim.surest[0] >= claim.surest[1] else 1)
        parts.setdefault(min(int(share * 10), 9), []).append(share - is_right)
    error = sum(abs(sum(part)) for part in parts.values()) / len(claims)
    assert verdict.held_out_error(claims) == pytest.approx(error)


def test_probabilities_are_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    claims, seen = each_kind(of=8), []
    fit_on = LogisticRegression.fit

    def counted(self: Any, features: Any, *given: Any, **named: Any) -> Any:
        seen.append(len(features))
        return fit_on(self, features, *given, **named)

    monkeypatch.setattr(LogisticRegression, "fit", counted)
    verdict.held_out_error(claims)
    assert seen == [len(claims) * 7 // 8] * 8


@pytest.mark.parametrize(
    ("labels", "sides", "score"),
    [
        ([0, 1, 2], [0, 1, 2], 1.0),
        ([0, 1, 2], [1, 0, 2], 1 / 3),
        ([0, 0], [0, 0], 1 / 3),
        ([0, 0, 1], [0, 1, 1], 4 / 9),
    ],
)
def test_macro_f1_is_the_mean_over_all_three_classes(labels: list[int], sides: list[int], score: float) -> None:
    assert verdict.macro_f1(np.array(labels), np.array(sides)) == pytest.approx(score)
