"""What a question asks for and what a sentence offers."""

import pytest

from retrieval.words.answer_type import expected_types, offered_types, type_share


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("How many GPUs did they use?", {"amount"}),
        ("What did the training cost?", {"money"}),
        ("¿Cuánto costó?", {"amount", "money"}),
        ("When was it published?", {"time"}),
        ("¿En qué año se fundó?", {"time"}),
        ("¿Quién lo dijo?", {"person"}),
        ("Who led the work?", {"person"}),
        ("Why did Meta do it?", set()),
        ("Whoever spends whenever", set()),
    ],
)
def test_question_words_tell_what_is_asked_for(question: str, kinds: set[str]) -> None:
    assert expected_types(question) - {"amount"} == kinds - {"amount"}
    assert ("amount" in expected_types(question)) == ("amount" in kinds)


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        ("It took 2,048 chips.", {"amount"}),
        ("Costó cinco millones de dólares.", {"amount", "money"}),
        ("The bill was $5.", {"amount", "money"}),
        ("Se publicó en enero.", {"time"}),
        ("It was founded in 1998.", {"amount", "time"}),
        ("The work was led by Helena Duarte.", {"person"}),
        ("Lo fundó Juan de la Cierva.", {"person"}),
        ("They gave it away.", set()),
    ],
)
def test_a_sentence_offers_what_stands_in_it(sentence: str, kinds: set[str]) -> None:
    assert offered_types(sentence) == kinds


def test_the_fit_is_the_share_of_what_was_asked_for() -> None:
    assert type_share(frozenset({"amount", "money"}), "It took 7 days.") == 0.5
    assert type_share(frozenset(), "It took 7 days.") == 0
