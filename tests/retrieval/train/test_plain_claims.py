"""Claims in the words of the text that decides them."""

import random
from collections import Counter
from collections.abc import Callable

import pytest

from knowledge.model import Language
from knowledge.numbers import canonical, numbers
from retrieval.train.bitext import Pair
from retrieval.train.changed_claims import with_other_date, with_other_number, with_other_sense
from retrieval.train.plain_claims import PlainClaim, claiming_sentences, plain_claims, ranged_claims, translated_claims
from retrieval.train.rewritten_claims import shortened, with_date_rewritten, with_number_rewritten

PARAGRAPH = (
    "The mill at Orvane opened on 4 May 1911 with twelve workers. It ground 3,500,000 kilos of wheat a year, which fed "
    "the whole valley. The owners will sell it in spring. Was it ever at a loss?"
)
OTHER = "The bridge at Tormes is not open to lorries of more than 12 tonnes."
TEXTS = [[PARAGRAPH, OTHER], ["El puente de Tormes tiene cuatro arcos y mide 120 metros."]]
SEEDS = range(60)
Change = Callable[[str, Language, random.Random], str | None]


def forms(change: Change, sentence: str, language: Language = "en") -> set[str]:
    """What a change makes of a sentence by chance."""
    made = (change(sentence, language, random.Random(seed)) for seed in SEEDS)
    return {claim for claim in made if claim is not None}


def made_of(texts: list[list[str]], seed: int) -> list[PlainClaim]:
    return list(plain_claims(claiming_sentences(texts), random.Random(seed)))


def values(text: str, language: Language = "en") -> list[str]:
    return [canonical(number) for number in numbers(text, language)]


def test_every_sentence_makes_a_claim_but_for_questions_and_scraps() -> None:
    claims = [claim.claim for seed in SEEDS for claim in made_of([[PARAGRAPH]], seed)]
    assert len(claims) == 3 * len(SEEDS)
    assert not any("ever at a loss" in claim for claim in claims)
    assert made_of([["Was it ever at a loss?", "It was."]], 1) == []


def test_the_same_seed_gives_the_same_claims() -> None:
    assert made_of(TEXTS, 3) == made_of(TEXTS, 3)


def test_claims_stand_beside_their_paragraph_a_part_of_it_or_one_that_says_nothing_of_them() -> None:
    claims = [claim for seed in SEEDS for claim in made_of(TEXTS, seed)]
    assert set(Counter(claim.decision for claim in claims)) == {"S", "C", "N", "not S"}
    for claim in claims:
        if claim.claim in PARAGRAPH and claim.passage in PARAGRAPH:
            assert claim.decision == "S"
            assert claim.claim in claim.passage
    own = {
        claim.passage for claim in claims if claim.claim.startswith("The owners will sell") and claim.decision == "S"
    }
    assert {"The owners will sell it in spring.", PARAGRAPH} <= own
    assert any(text in PARAGRAPH for text in own - {"The owners will sell it in spring.", PARAGRAPH})


def test_the_text_may_have_the_other_form_instead_of_the_claim() -> None:
    claims = [claim for seed in SEEDS for claim in made_of([[PARAGRAPH]], seed)]
    mill = "The mill at Orvane opened on 4 May 1911 with twelve workers."
    changed = [claim for claim in claims if claim.decision == "C" and "Orvane" in claim.claim]
    assert {claim.claim == mill for claim in changed} == {True, False}
    assert not any(claim.claim == mill and mill in claim.passage for claim in changed)


def test_a_contradicted_claim_is_never_the_sentence_itself() -> None:
    claims = [claim for seed in SEEDS for claim in made_of(TEXTS, seed)]
    assert all(claim.claim not in claim.passage for claim in claims if claim.decision == "C")


def test_what_says_when_or_how_much_stands_among_the_sentences_around_it() -> None:
    claims = [
        claim for seed in SEEDS for claim in ranged_claims(claiming_sentences([[PARAGRAPH]]), random.Random(seed))
    ]
    assert set(Counter(claim.decision for claim in claims)) == {"S", "C", "N"}
    assert any("The owners will sell it in spring." in claim.passage for claim in claims)
    assert any("years later" in claim.passage for claim in claims)
    assert any("workers" in claim.claim and "twelve workers" not in claim.claim for claim in claims)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("A kilogram of flour costs three euros.", "en"),
        ("La obra del molino costó 2,4 millones de euros.", "es"),
        ("El kilo de harina cuesta doce euros.", "es"),
    ],
)
def test_of_two_exact_amounts_of_money_another_one_contradicts(sentence: str, language: Language) -> None:
    claims = [claim for seed in SEEDS for claim in ranged_claims(claiming_sentences([[sentence]]), random.Random(seed))]
    assert {claim.decision for claim in claims} == {"S", "C"}
    assert {claim.claim == sentence for claim in claims} == {True, False}
    for claim in claims:
        same = values(claim.claim, language) == values(claim.passage, language)
        assert same is (claim.decision == "S")


def test_a_translation_supports_what_it_translates_alone_or_among_other_sentences() -> None:
    pairs = [
        Pair("The council sold the old harbour in March.", "El ayuntamiento vendió el viejo puerto en marzo."),
        Pair("Nobody has seen the two letters since.", "Nadie ha visto las dos cartas desde entonces."),
    ]
    claims = [claim for seed in SEEDS for claim in translated_claims(pairs, [OTHER], random.Random(seed))]
    supported = [claim for claim in claims if claim.decision == "S" and claim.claim == pairs[0].english]
    assert {pairs[0].spanish} == {claim.passage for claim in supported}
    into_english = {claim.passage for claim in claims if claim.decision == "S" and claim.claim == pairs[0].spanish}
    assert pairs[0].english in into_english
    assert f"{OTHER} {pairs[0].english}" in into_english
    neither = {claim.claim for claim in claims if claim.decision == "N" and pairs[0].spanish in claim.passage}
    assert neither == {pairs[1].english}


def test_a_number_is_changed_in_value() -> None:
    sentence = "The mill had twelve workers and 3,500 hens in 1911."
    changed = forms(with_other_number, sentence)
    assert len(changed) > 10
    for claim in changed:
        assert len(set(values(claim)) ^ set(values(sentence))) == 2


def test_a_bound_is_not_changed_as_another_number_does_not_contradict_it() -> None:
    assert forms(with_other_number, "More than 300 people came to the mill.") == set()
    assert forms(with_other_number, "Vinieron más de 300 personas al molino.", "es") == set()


def test_a_date_is_changed_in_its_day_or_month() -> None:
    sentence = "The mill opened on 4 May 1911 at noon."
    changed = forms(with_other_date, sentence)
    assert all("1911" in claim for claim in changed)
    assert not any(claim.startswith(("The mill opened on 4 May", "The mill opened on May 4")) for claim in changed)
    assert forms(with_other_date, "The mill opened at noon.") == set()


@pytest.mark.parametrize(
    ("sentence", "language", "changed"),
    [
        ("The mill will open in May.", "en", {"The mill will not open in May."}),
        ("The mill was sold in May.", "en", {"The mill was not sold in May.", "The mill wasn't sold in May."}),
        ("The mill is not open to lorries.", "en", {"The mill is open to lorries."}),
        ("The mill was never open to lorries.", "en", set()),
        ("El molino se ha vendido en mayo.", "es", {"El molino no se ha vendido en mayo."}),
        ("El molino no tiene rueda.", "es", {"El molino tiene rueda."}),
        ("El molino nunca fue vendido.", "es", set()),
        ("They sold the mill in May.", "en", set()),
    ],
)
def test_a_not_is_put_in_or_taken_out(sentence: str, language: Language, changed: set[str]) -> None:
    assert forms(with_other_sense, sentence, language) == changed


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("It ground 3,500,000 kilos of wheat with 12 workers.", "en"),
        ("Sales rose by 4.5% to 1,250 tonnes.", "en"),
        ("Molió 3.500.000 kilos de trigo con doce obreros.", "es"),
        ("Las ventas subieron un 4,5 % hasta 1.250 toneladas.", "es"),
    ],
)
def test_a_number_that_is_rewritten_keeps_its_value(sentence: str, language: Language) -> None:
    rewritten = forms(with_number_rewritten, sentence, language)
    assert len(rewritten) >= 2
    assert all(values(claim, language) == values(sentence, language) for claim in rewritten)


def test_a_date_that_is_rewritten_is_written_in_several_ways() -> None:
    rewritten = forms(with_date_rewritten, "The mill opened on 4 May 1911 at noon.")
    assert "The mill opened on May 4th, 1911 at noon." in rewritten
    assert all("4" in claim and "1911" in claim for claim in rewritten)


@pytest.mark.parametrize(
    ("sentence", "language", "short"),
    [
        ("It ground wheat for the town, which fed the valley.", "en", "It ground wheat for the town."),
        ("El molino dio pan a la comarca, según el archivo.", "es", "El molino dio pan a la comarca."),
        ("It closed, which surprised the valley.", "en", None),
        ("It ground wheat for the town, which fed it, until 1950.", "en", None),
        ("It ground “wheat, which was dear”, for the whole town then.", "en", None),
    ],
)
def test_what_only_adds_is_left_out(sentence: str, language: Language, short: str | None) -> None:
    assert shortened(sentence, language) == short
