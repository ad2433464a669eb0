"""What text a claim of a message is read with."""

import time

import pytest

from retrieval.check.claims import split
from retrieval.check.context import contexts


@pytest.mark.parametrize(
    "message",
    [
        "Zuckerberg bought the firm. He paid 3 million for it.",
        "Zuckerberg bought Instagram. In 2012, he paid a billion for it.",
        "Zuckerberg bought Instagram. In 2012 he paid a billion.",
        "Instagram had 13 workers. Zuckerberg paid a billion dollars for it.",  # the object is not the subject
        "Instagram had 13 workers. Years later its founders left.",
        "DeepSeek released V3. The model has 671 billion parameters.",
        "Meta published Llama. This model is not open source.",
        "openai used to be a nonprofit\nit now has 500 million users",
        "Llama 4 came out in April. Costs nothing to download.",
        "Instagram nació en 2010. Zuckerberg la compró por mil millones.",
        "Zuckerberg compró Instagram. Pagó mil millones por ella.",  # the subject is left out
        "DeepSeek publicó V3. El modelo tiene 671.000 millones de parámetros.",
        "DeepSeek publicó V3. También abrió los pesos.",
        "Liang Wenfeng fundó DeepSeek. Su fondo se llama High-Flyer.",
        "Meta publicó Llama. No es libre según la OSI.",
    ],
)
def test_a_claim_that_refers_back_is_read_after_the_sentence_before(message: str) -> None:
    parts = split(message)
    first, second = (claim.text for claim in parts.claims)
    stop = "" if first.endswith(".") else "."
    assert contexts(parts) == (first, f"{first}{stop} {second}")


@pytest.mark.parametrize(
    "message",
    [
        "DeepSeek spent 5.6 million. Meta closed Llama.",
        "OpenAI started GPT-4. This year Meta closed Llama.",
        "Instagram was tiny. Meta built Llama and then closed it.",
        "LeCun left Meta in 2025. Zuckerberg said he would spend 65 billion.",
        "DeepSeek released V3. The company Nvidia lost 17 percent.",
        "Meta released Llama. Critics say that Mistral is better funded.",
        "DeepSeek publicó V3. Es falso que Nvidia quebrara.",
        "Llama no es libre. La empresa Nvidia perdió un 17 %.",
        "Nvidia is big. Aaron Swartz wrote RSS.",
        "Meta cerró Llama. Altman y su empresa pidieron dinero.",
    ],
)
def test_a_claim_that_has_its_own_subject_is_read_by_itself(message: str) -> None:
    parts = split(message)
    assert contexts(parts) == tuple(claim.text for claim in parts.claims)


def test_sentences_that_all_refer_back_are_read_after_the_sentence_with_the_name() -> None:
    message = (
        "Mistral is French. It was founded in 2023. It raised 100 million. Its models are open. It is not Chinese."
    )
    assert contexts(split(message))[-1] == "Mistral is French. It is not Chinese."


def test_the_name_may_be_in_a_sentence_set_aside() -> None:
    (context,) = contexts(split("DeepSeek is amazing! It cost 5.6 million to train."))
    assert context == "DeepSeek is amazing! It cost 5.6 million to train."
    (context,) = contexts(split("Who founded DeepSeek? He was born in Guangdong in 1985."))
    assert context == "Who founded DeepSeek? He was born in Guangdong in 1985."


def test_without_a_sentence_before_it_a_claim_is_read_by_itself() -> None:
    assert contexts(split("It cost 5.6 million to train.")) == ("It cost 5.6 million to train.",)
    assert contexts(split("What do you think? It cost 5.6 million to train.")) == ("It cost 5.6 million to train.",)
    assert contexts(split("Hello")) == ()


def test_a_sentence_without_its_full_stop_stays_a_sentence_of_its_own() -> None:
    assert contexts(split("Meta published Llama\nIt is not open source"))[1] == (
        "Meta published Llama. It is not open source"
    )


def test_a_long_message_takes_no_longer_than_its_length() -> None:
    parts = split("Meta published Llama. " + "It is not open source. " * 200)
    began = time.perf_counter()
    assert len(contexts(parts)) == 201
    assert time.perf_counter() - began < 5
