"""Names put right: only slips, only names, only where one name is meant."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from memory_index import postings_of

from retrieval.index.postings import Postings
from retrieval.search.spelling import respelled
from retrieval.words.lexicon import Lexicon

LEXICON = Lexicon({"es": {"medicin": {"medic": 0.9}, "american": {"us": 0.5}}, "en": {"general": {"gener": 0.9}}})


@pytest.fixture(scope="module")
def postings() -> Postings:
    return postings_of(
        [
            (1, "en", "The model of DeepSeek and that of Anthropic were read by LeCun, Nicholson and Satya Nadella."),
            (2, "es", "Lo dijeron Marcos Ibáñez y Zuckerberg. Unos vieron Mérida y Mérica."),
            (3, "en", "They spoke of General Wickham, of the Americans, and gave people power; Power, and Kubernetes."),
        ]
    )


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("how much does deepsek spend", "how much does DeepSeek spend"),
        ("what did Nicolson read", "what did Nicholson read"),
        ("what did Nihcolson read", "what did Nicholson read"),
        ("¿qué dijo zukerberg?", "¿qué dijo Zuckerberg?"),
        ("y satya nadela?", "y Satya Nadella?"),
        ("kuberntes and kubermetes", "Kubernetes and Kubernetes"),
        ("who made kubbernetis?", "who made Kubernetes?"),
        ("cuánto cobra antropic", "cuánto cobra Anthropic"),
        ("DeepSek?", "DeepSeek?"),
    ],
)
def test_a_misspelt_name_is_read_as_the_base_writes_it(postings: Postings, asked: str, read: str) -> None:
    assert respelled(asked, postings, LEXICON) == read


@pytest.mark.parametrize(
    ("asked", "read"),
    [
        ("what did Zuckerburg say", "what did Mark Zuckerberg say"),
        ("what does Deep Seek spend", "what does DeepSeek spend"),
        ("who works at hugin face", "who works at hugin face"),  # the base does not know the name either
        ("did avocado come out", "did avocado come out"),  # another name of what the base does not hold
    ],
)
def test_a_known_writing_of_a_name_that_the_base_holds_is_put_right(asked: str, read: str) -> None:
    held = postings_of([(1, "en", "DeepSeek, they said. Mark Zuckerberg answered.")])
    assert respelled(asked, held, LEXICON) == read


@pytest.mark.parametrize(
    "asked",
    [
        "What did Lecun say?",
        "Que dijo Ibanez de deepseek?",
        "¿Qué dijo IBÁÑEZ?",
        unicodedata.normalize("NFD", "¿Qué dijo Ibáñez?"),
    ],
)
def test_case_and_accents_are_no_slips(postings: Postings, asked: str) -> None:
    assert respelled(asked, postings, LEXICON) == asked


@pytest.mark.parametrize(
    "asked",
    [
        "Which zebras and xylophones are there?",  # the base lacks them
        "¿Quién estudia medicina general?",  # words of the lexicon
        "Have you seen Mérita?",  # may be one name or the other
        "Who said pomer?",  # near a word of a headline, which is no name
        "Who said powr?",  # the same, and too short
        "¿Qué hicieron los americanas?",  # another form of a name
        "Did Wickhams come?",
        "Who are the Anthropid?",
        "Who is lecn?",  # too short to be sure
        "Who is depsek?",  # two slips in a short name
        "leepSeek",  # slips seldom touch the first letter
    ],
)
def test_what_is_no_slip_of_one_name_is_left_as_it_was_asked(postings: Postings, asked: str) -> None:
    assert respelled(asked, postings, LEXICON) == asked


def test_a_word_that_is_known_to_the_lexicon_is_no_name_to_put_in(postings: Postings) -> None:
    assert respelled("a genral strike", postings, LEXICON) == "a genral strike"
    assert respelled("a genral strike", postings, Lexicon({})) == "a General strike"


def test_a_shouted_question_stays_shouted(postings: Postings) -> None:
    assert respelled("WHAT DID DEEPSEK SAY?", postings, LEXICON) == "WHAT DID DEEPSEEK SAY?"


def test_an_empty_base_puts_nothing_right() -> None:
    assert respelled("what did deepsek say", postings_of([]), LEXICON) == "what did deepsek say"


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=80))
def test_no_text_is_an_error(postings: Postings, text: str) -> None:
    assert respelled(respelled(text, postings, LEXICON), postings, LEXICON) == respelled(text, postings, LEXICON)
