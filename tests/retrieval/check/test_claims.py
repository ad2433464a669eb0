"""A message's claims: what is worth checking, what is set aside and why, and where each part stands."""

import json
import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.model import Language
from knowledge.terms import fold, stems
from retrieval.check.claims import Message, split
from retrieval.model import SetAsideReason

PIECES = [
    "Meta cerró Llama.", "Llama costs $5.6M", "¿Es verdad que ", "Is it true that ", "?", "!", ", isn't it?", ", ¿no?",
    "¿o me equivoco?", "> ", "- ", "1. ", "@ana ", "<@12> ", "https://example.org/a.b?c=d", "“", "”", "«", "»", "...",
    "\n", "\r\n", "\t", "\u2028", " ", "Dr. ", "EE. UU.", "3.141,59", "İ", "ﬁ", "e\u0301", "😀", "I hope ",
]  # fmt: skip
SENTENCES = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "development" / "checkable.jsonl").read_text("utf-8").splitlines()
]
LISTS = tomllib.loads(resources.files("retrieval.check").joinpath("claims.toml").read_text("utf-8"))
STEMS = sorted(
    {
        (language, word)
        for language, lists in LISTS.items()
        for text in lists.values()
        for word in re.split(r"[|\s]+", text)
        if "*" in word
    }
)
MESSAGES = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=20).map("".join))


def claims(message: str) -> list[str]:
    return [claim.text for claim in split(message).claims]


def asked(message: str) -> list[tuple[str, bool]]:
    return [(claim.text, claim.asked) for claim in split(message).claims]


def reasons(message: str) -> list[tuple[str, SetAsideReason]]:
    return [(aside.text, aside.reason) for aside in split(message).set_aside]


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("¿Quién fundó DeepSeek?", "question"),
        ("¿Cuánto cuesta entrenar un modelo?", "question"),
        ("¿Por qué Meta cerró Llama?", "question"),
        ("¿Desde cuándo existe Llama?", "question"),
        ("Who founded DeepSeek?", "question"),
        ("How much does it cost to train a model?", "question"),
        ("Why did Meta close Llama in 2024?", "question"),
        ("Any news about Llama?", "question"),
        ("what did i miss", "question"),
        ("Dónde está la noticia", "question"),
        ("Por qué Meta cerró Llama", "question"),
        ("Cuándo cerró Meta Llama", "question"),
        ("“Hola.”", "no statement"),
        ("“Lee el artículo.”", "command"),
        ("Cómo mola Llama", "opinion"),
        ("Qué ganas de que Meta abra Llama", "wish"),
        ("where is the article", "question"),
        ("Creo que Meta es mejor que Google.", "opinion"),
        ("En mi opinión, el mejor modelo es Claude.", "opinion"),
        ("Ese modelo es una basura.", "opinion"),
        ("¡Qué vergüenza!", "opinion"),
        ("I think Meta is better than Google.", "opinion"),
        ("In my opinion the best model is Claude.", "opinion"),
        ("This model is overrated.", "opinion"),
        ("What a shame.", "opinion"),
        ("What a time to be alive!", "opinion"),
        ("¡Menudo día para el código abierto!", "opinion"),
        ("Ojalá Meta abra sus modelos.", "wish"),
        ("Espero que OpenAI baje los precios.", "wish"),
        ("Me encantaría que Meta abriera sus modelos.", "wish"),
        ("A ver si Meta abre sus modelos.", "wish"),
        ("I hope OpenAI lowers its prices.", "wish"),
        ("If only Meta opened its models.", "wish"),
        ("I'd love to see Meta open its models.", "wish"),
        ("Hopefully Meta opens its models.", "wish"),
        ("Lee el artículo entero, por favor.", "command"),
        ("Comprueba la fuente antes de hablar.", "command"),
        ("No difundas bulos.", "command"),
        ("¿Podrías pasarme el enlace?", "command"),
        ("Please read the article.", "command"),
        ("Check the source before you post.", "command"),
        ("Don't spread hoaxes.", "command"),
        ("Could you send me the link?", "command"),
        ("Hola a todos", "no statement"),
        ("Buenos días, gracias", "no statement"),
        ("Estas son las cifras:", "no statement"),
        ("Hello everyone", "no statement"),
        ("Thanks a lot", "no statement"),
        ("Here are the figures:", "no statement"),
        ("No.", "no statement"),
        ("lol", "no statement"),
        ("😀😀", "no statement"),
        ("...", "no statement"),
        ("https://example.org/a/b", "no statement"),
    ],
)
def test_what_states_nothing_that_can_be_checked_is_set_aside_with_its_reason(
    message: str, reason: SetAsideReason
) -> None:
    assert claims(message) == []
    assert reasons(message) == [(message, reason)]


@pytest.mark.parametrize("message", ["", " ", "\n\n", " \t\r\n "])
def test_an_empty_message_holds_nothing(message: str) -> None:
    assert split(message) == Message((), ())


@pytest.mark.parametrize(
    ("message", "claim"),
    [
        ("¿Es verdad que DeepSeek se fundó en 2023?", "DeepSeek se fundó en 2023"),
        ("¿Y es verdad que Meta cerró Llama?", "Meta cerró Llama"),
        ("¿Es cierto que Meta cerró Llama?", "Meta cerró Llama"),
        ("¿Será cierto que Meta cerrará Llama?", "Meta cerrará Llama"),
        ("¿Sabéis si OpenAI ha cerrado sus modelos?", "OpenAI ha cerrado sus modelos"),
        ("¿Me estás diciendo que Meta cerró Llama?", "Meta cerró Llama"),
        ("¿De verdad Meta ha cerrado Llama?", "Meta ha cerrado Llama"),
        ("¿Acaso Meta cerró Llama?", "Meta cerró Llama"),
        ("¿Meta cerró Llama?", "Meta cerró Llama"),
        ("Meta cerró Llama en 2024?", "Meta cerró Llama en 2024"),
        ("¿No es verdad que Meta cerró Llama?", "Meta cerró Llama"),
        ("¿No es cierto que Meta cerró Llama?", "Meta cerró Llama"),
        ("¿Verdad que Meta cerró Llama?", "Meta cerró Llama"),
        ("¿Así que Meta cerró Llama?", "Meta cerró Llama"),
        ("Isn't it true that Meta closed Llama?", "Meta closed Llama"),
        ("Isn’t it true that Meta closed Llama?", "Meta closed Llama"),
        ("Is it not true that Meta closed Llama?", "Meta closed Llama"),
        ("Can you believe that Meta closed Llama?", "Meta closed Llama"),
        ("Is it true that DeepSeek was founded in 2023?", "DeepSeek was founded in 2023"),
        ("Is it really true that Meta closed Llama?", "Meta closed Llama"),
        ("Is it true DeepSeek spent $5.6 million?", "DeepSeek spent $5.6 million"),
        ("Are you telling me that Meta closed Llama?", "Meta closed Llama"),
        ("Does anyone know if Meta closed Llama?", "Meta closed Llama"),
        ("Did Meta really close Llama?", "Did Meta really close Llama"),
        ("Has OpenAI closed its models?", "Has OpenAI closed its models"),
        ("Will OpenAI launch GPT-6 in 2030?", "Will OpenAI launch GPT-6 in 2030"),
        ("Didn't Meta close Llama?", "Didn't Meta close Llama"),
    ],
)
def test_a_claim_that_is_asked_about_is_the_words_of_the_claim(message: str, claim: str) -> None:
    assert asked(message) == [(claim, True)]
    assert reasons(message) == []


@pytest.mark.parametrize(
    ("claim", "tag"),
    [
        ("DeepSeek was founded in 2023", ", wasn't it?"),
        ("Llama is free", ", isn’t it?"),
        ("Meta did close Llama", ", didn't they?"),
        ("Yann LeCun works at Meta", ", doesn't he?"),
        ("Meta closed Llama", ", right?"),
        ("DeepSeek se fundó en 2023", ", ¿no?"),
        ("DeepSeek se fundó en 2023", ", ¿verdad?"),
        ("Meta cerró Llama", ", ¿cierto?"),
        ("Meta cerró Llama", ", verdad?"),
        ("Meta cerró Llama", ", ¿no es así?"),
        ("Meta cerró Llama", " ¿o me equivoco?"),
        ("META CERRÓ LLAMA", ", ¿O ME EQUIVOCO?"),
        ("Meta cerró Llama", ", o me equivoco?"),
        ("Meta closed Llama", ", ¿or am I wrong?"),
        ("Meta closed Llama", ", or am I wrong?"),
        ("Meta closed Llama", ", is it true?"),
        ("Meta hasn't closed Llama", ", has it?"),
        ("Meta won't close Llama", ", will it?"),
    ],
)
def test_a_tag_question_asks_about_what_stands_before_it(claim: str, tag: str) -> None:
    assert asked(claim + tag) == [(claim, True)]


@pytest.mark.parametrize("message", ["¿Es verdad?", "Is it true?", "¿En serio?", "Really?"])
def test_a_doubt_without_a_claim_is_only_a_question(message: str) -> None:
    assert reasons(message) == [(message, "question")]


def test_a_claim_in_the_sentence_before_a_doubt_was_told_and_not_asked() -> None:
    assert asked("Meta cerró Llama. ¿Es cierto?") == [("Meta cerró Llama.", False)]


def test_a_quoted_question_does_not_make_its_sentence_one() -> None:
    for message in ("Meta said “Is it over?” on Monday.", "Meta dijo «¿Se acabó?» el lunes."):
        assert asked(message) == [(message, False)]
    assert reasons("“¿Se acabó?”") == [("“¿Se acabó?”", "question")]


@pytest.mark.parametrize(
    "message",
    [
        "DeepSeek se fundó en 2023.",
        "Llama is free",
        '"Meta cerró Llama."',
        "«Llama es gratis», dijo Meta.",
        "Nadie ha entrenado nunca un modelo por menos.",
        "Nobody has ever trained a model for less.",
        "Mira, DeepSeek gastó 5,6 millones.",  # calls for attention to what follows
        "Look, DeepSeek spent 5.6 million.",
        "Claro, y DeepSeek entrenó su modelo con dos euros.",  # sarcasm that states a fact
        "Sí, claro, OpenAI regala sus modelos.",
        "Oh sure, and DeepSeek trained its model for two dollars.",
        "Yeah right, Meta gives its models away.",
        "No es falso que Meta publicó Llama.",  # double negation
        "No es verdad que Meta no publicó Llama.",
        "It is not untrue that Meta published Llama.",
        "Nobody denies that Meta published Llama.",
        "OpenAI lanzará GPT-6 en 2030.",  # the future
        "El año que viene Meta cerrará sus modelos.",
        "Next year Meta will close its models.",
        "Meta might close Llama someday.",
    ],
)
def test_what_states_a_fact_is_a_claim(message: str) -> None:
    assert asked(message) == [(message, False)]
    assert reasons(message) == []


@pytest.mark.parametrize(
    "message",
    [
        "Los precios han bajado.",  # no form of "precioso"
        "El discurso de odio está penado en Alemania.",
        "La recogida de basura se ha privatizado.",
        "Garbage collection pauses the program for a few milliseconds.",
        "Hate speech is illegal in Germany.",
        "The beautiful campus in Menlo Park once belonged to Sun Microsystems.",
        "El precioso pueblo de Albarracín está en Teruel.",
        "Great Britain left the European Union.",
        "El alcalde considera el plan un desastre.",  # somebody else's opinion, reported
        "La crítica dijo que la película era aburrida, pero ganó en Cannes.",
    ],
)
def test_a_word_that_judges_elsewhere_makes_no_opinion(message: str) -> None:
    assert asked(message) == [(message, False)]


@pytest.mark.parametrize(
    "message",
    [
        "It's ridiculous but OpenAI lost a fortune that year.",
        "They fired the whole ethics team, which is insane.",
        "Han despedido a todo el equipo de ética, es una locura.",
        "Es una vergüenza que Meta usara libros pirateados para entrenar Llama.",
        "es una verguenza que meta usara libros pirateados",
        "En mi opinión lo mejor es que Qwen tiene licencia Apache.",
        "I love how Apple pretends Siri never leaked recordings to contractors.",
        "me encanta cuando dicen que netflix no subió la cuota",
        "Qué fuerte, Google inventó los transformers y no los aprovechó.",
        "It is a disgrace that they sold the data of every patient.",
        "Es horrible, murieron 43 personas.",  # a figure is never an opinion alone
        "I feel sad because it closed on 3 May 2021.",
    ],
)
def test_what_is_stated_beside_an_opinion_is_a_claim(message: str) -> None:
    assert asked(message) == [(message, False)]


@pytest.mark.parametrize(
    "message",
    [
        "Share prices tumbled across Asia.",
        "Search engines lost much of their traffic.",
        "Use of the app on campus has been banned.",
        "Post-training was the cheap part.",
        "Entra en vigor la ley europea de inteligencia artificial.",
        "Deja OpenAI su directora técnica.",
        "No crean empleo en la comarca.",
        "Thanks to Meta, Llama is free.",
        "Gracias a Meta existe Llama.",
        "Hola, DeepSeek es de China",
        "lol deepseek literally runs on huawei chips",
        "Dimitió ayer.",
    ],
)
def test_nouns_headlines_and_credits_are_no_commands_or_greetings(message: str) -> None:
    assert asked(message) == [(message, False)]


@pytest.mark.parametrize(
    ("message", "claim"),
    [
        ("Don't forget that Llama 2 banned big rivals.", "Llama 2 banned big rivals."),
        ("Hey, don’t forget: Llama 2 banned big rivals.", "Llama 2 banned big rivals."),
        ("Keep in mind that Meta never opened the data.", "Meta never opened the data."),
        ("No olvides que Llama 2 vetaba a los grandes.", "Llama 2 vetaba a los grandes."),
        ("Que sepas que Meta usó LibGen.", "Meta usó LibGen."),
    ],
)
def test_of_a_command_that_presents_a_claim_the_claim_is_taken(message: str, claim: str) -> None:
    assert asked(message) == [(claim, False)]
    assert split(message).claims[0].start == message.index(claim)
    assert reasons("Don't forget that I love you.") == [("I love you.", "opinion")]


def test_a_statement_with_a_question_mark_is_asked_about() -> None:
    for message in ("DeepSeek belongs to a hedge fund in Hangzhou?", "You know Meta trained Llama on LibGen, yeah?"):
        assert [claim.asked for claim in split(message).claims] == [True]
    assert asked("Did you know that Nvidia's boss was born in Taiwan?") == [("Nvidia's boss was born in Taiwan", True)]
    assert reasons("In which year did Meta close Llama?") == [("In which year did Meta close Llama?", "question")]


@pytest.mark.parametrize("language", ["en", "es"])
def test_hardly_a_checkable_sentence_is_set_aside(language: str) -> None:
    """One in a hundred of the development sentences, and of those that are none fewer than one in five is a claim."""
    own = [line for line in SENTENCES if line["language"] == language]
    missed = [line["text"] for line in own if line["checkable"] and not claims(line["text"])]
    taken = [line["text"] for line in own if not line["checkable"] and claims(line["text"])]
    assert len(missed) <= sum(line["checkable"] for line in own) / 100, missed
    assert len(taken) <= sum(not line["checkable"] for line in own) / 5, taken


@pytest.mark.parametrize(("language", "stem"), STEMS)
def test_a_stem_of_the_lists_is_of_a_single_word(language: Language, stem: str) -> None:
    """Of the words that occur once in a million or more, it matches forms of a single word, or laughter."""
    wordfreq = pytest.importorskip("wordfreq", reason="word frequencies are of the extra train")
    common = wordfreq.get_frequency_dict(language, wordlist="small")
    shape = re.compile(re.escape(stem).replace(r"\*", r"\w*"))
    matched = {fold(word) for word in common if shape.fullmatch(fold(word))}
    letters = set(stem.rstrip("*"))
    assert len({root for word in matched if set(word) != letters for root in stems(word, language)}) <= 1, matched


@pytest.mark.parametrize(
    "message",
    [
        "DeepSeek gastó 5.6 millones y Meta 65.000.",
        "DeepSeek spent $5.6 million, i.e. less than Meta Inc. did.",
        "DeepSeek S.A. gastó 5,6 millones de dólares, p. ej. en chips.",
        "El 75,5 % de los usuarios de EE.UU. lo usa.",
        "El Sr. Pérez fundó la empresa en EE. UU. en 1998.",
        "El prof. García y la Dra. López publicaron el estudio.",
        "Dr. Smith met Mr. Jones in the U.S. in 1998.",
        "J. K. Rowling wrote seven books.",
        "Llama 3.1 se publicó el 23.07.2024.",
        "Meta published Llama in 2023 (see p. 12) and No. 3 was free.",
        "Meta published Llama 3.1 in July (https://ai.meta.com/blog).",
        "Según https://example.org/a.b?c=d.e Meta cerró Llama.",
        "According to https://example.org/a.b?c=d Meta closed Llama.",
        "According to @meta the model is open.",
        "Según @maria, Meta cerró Llama.",
    ],
)
def test_decimals_abbreviations_addresses_and_mentions_do_not_cut(message: str) -> None:
    assert claims(message) == [message]


@pytest.mark.parametrize(
    "lead",
    [
        "> ", ">> ", "- ", "* ", "• ", "– ", "1. ", "2) ", "@maria ", "@maria: ", "@ana, ", "<@123456> ", "<@!123456> ",
        "> - @maria ", "  ",
    ],
)  # fmt: skip
def test_what_leads_up_to_a_claim_is_no_part_of_it(lead: str) -> None:
    (claim,) = split(lead + "DeepSeek se fundó en 2023.").claims
    assert (claim.text, claim.start) == ("DeepSeek se fundó en 2023.", len(lead))


def test_several_claims_in_one_message_stand_in_order() -> None:
    message = "Meta publicó Llama. ¡DeepSeek gastó 5,6 millones! OpenAI perdió dinero en 2024."
    assert claims(message) == ["Meta publicó Llama.", "¡DeepSeek gastó 5,6 millones!", "OpenAI perdió dinero en 2024."]


def test_each_line_is_read_by_itself() -> None:
    message = "> Meta publicó Llama en 2023\r\n- DeepSeek se fundó en 2023\n\n@ana OpenAI perdió cinco mil millones"
    assert claims(message) == [
        "Meta publicó Llama en 2023",
        "DeepSeek se fundó en 2023",
        "OpenAI perdió cinco mil millones",
    ]


@pytest.mark.parametrize(
    ("message", "claim", "aside"),
    [
        (
            "¡Hola! Meta cerró Llama. ¿Por qué? Espero que vuelva. Lee la noticia. Me parece una vergüenza.",
            "Meta cerró Llama.",
            ["no statement", "question", "wish", "command", "opinion"],
        ),
        (
            "Thanks! Meta closed Llama. Why? I wish it had stayed open. Read the article. This is a joke.",
            "Meta closed Llama.",
            ["no statement", "question", "wish", "command", "opinion"],
        ),
    ],
)
def test_a_claim_is_found_among_all_that_is_set_aside(message: str, claim: str, aside: list[SetAsideReason]) -> None:
    assert asked(message) == [(claim, False)]
    assert [reason for _, reason in reasons(message)] == aside


@pytest.mark.parametrize("between", [" ", "\n", "\n- ", "\n> ", "\n\n1. "])
@pytest.mark.parametrize(
    "sentence",
    [
        "La empresa número {n} gastó {n},5 millones de euros en 20{n}.",
        "Company number {n} spent {n}.5 million dollars in 20{n}.",
    ],
)
def test_thirty_claims_in_one_message_are_thirty_claims(sentence: str, between: str) -> None:
    told = [sentence.format(n=n) for n in range(10, 40)]
    message = between.join(told)
    assert claims(message) == told
    assert reasons(message) == []


def test_nothing_of_a_claim_of_two_thousand_characters_is_lost() -> None:
    told = ", ".join(f"{n} million dollars on model number {n}" for n in range(100, 160))
    message = f"DeepSeek spent {told}"[:1999] + "."
    found = split(message)
    assert found.claims[0].start == 0
    parts = sorted((*found.claims, *found.set_aside), key=lambda part: part.start)
    assert " ".join(part.text for part in parts) == message


def test_what_is_cut_off_a_claim_for_its_length_is_a_claim() -> None:
    told = ", ".join(f"{n} million dollars on model number {n}" for n in range(100, 160))
    for message in (f"DeepSeek spent {told}"[:1990], "Meta dijo " + "modelo " * 283 + "genial"):
        assert split(message).set_aside == ()
    assert len(claims("Meta " + "dijo " * 220 + "\nHola")) == 2
    assert reasons("Meta " + "dijo " * 220 + "\nHola") == [("Hola", "no statement")]


@settings(derandomize=True, deadline=None, max_examples=150)
@given(MESSAGES)
def test_every_part_is_the_message_between_its_offsets(message: str) -> None:
    found = split(message)
    for part in (*found.claims, *found.set_aside):
        assert 0 <= part.start < part.end <= len(message)
        assert part.text == message[part.start : part.end]


@settings(derandomize=True, deadline=None, max_examples=150)
@given(MESSAGES)
def test_the_parts_stand_in_order_and_do_not_overlap(message: str) -> None:
    found = split(message)
    for parts in (found.claims, found.set_aside):
        assert list(parts) == sorted(parts, key=lambda part: part.start)
    end = 0
    for part in sorted((*found.claims, *found.set_aside), key=lambda part: part.start):
        assert part.start >= end
        end = part.end
