"""Questions as people really put them: mixed, misspelt, shouted, of one word or a whole page, in any language."""

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.model import Metadata
from retrieval.engine import Engine, open_engine
from retrieval.model import Citation
from retrieval.settings import Settings

OBSERVATORY = """Larkfell opens its new observatory

The Larkfell observatory opened to visitors on the third of May. Its main mirror measures 1.5 metres and was ground by
hand over two winters.

The building cost 5 billion crowns, four times what parliament had approved. "We counted every screw twice," said Ada
Nicholson, who directs the observatory.

Nicholson expects eleven thousand visitors a year. School classes from the valley enter free on Wednesdays.

The night trains to Larkfell no longer whistle at the level crossing, because the vibration blurred the first pictures
of the comet.
"""
SHIPYARD = """El astillero de Puerto Candela cambia de manos

La empresa DeepSail compró el astillero de Puerto Candela en enero de 2019 y mantuvo a sus 240 trabajadores.

El casco del primer velero pesa 1,5 toneladas, la mitad que el de sus rivales. «La madera vieja no miente», dijo Iván
LeBrun, maestro carpintero del astillero.

La deuda del puerto asciende a un billón de pesos candelanos, según el ayuntamiento. DeepSail no la asumirá.

Los aprendices comen gratis en la cantina, y cada otoño organizan una regata de botes de papel encerado.
"""
COPY = """Cambia de dueño el astillero candelano

La empresa DeepSail compró el astillero de Puerto Candela en enero de 2019 y mantuvo a sus 240 trabajadores.

Otra cosa es el mercado de pescado, que abre los martes junto al muelle viejo.
"""


def paragraphs(article: str) -> list[str]:
    """The paragraphs of an article, each on one line."""
    return [" ".join(paragraph.split()) for paragraph in article.split("\n\n")]


def filled(home: Path, *articles: str) -> None:
    """A home with each paragraph below a headline as a source of its own: short ones would share a passage."""
    home.mkdir(parents=True)
    paths = []
    for number, article in enumerate(articles):
        for part, text in enumerate(paragraphs(article)[1:]):
            paths.append(home.parent / f"article-{number}-{part}.txt")
            paths[-1].write_text(text, encoding="utf-8")
    with open_engine(Settings(home=home, bundled=False)) as engine:
        for result in engine.add([str(path) for path in paths], Metadata()):
            assert not isinstance(result, Exception), result


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A base in both languages; no test changes it."""
    home = tmp_path_factory.mktemp("both") / "home"
    filled(home, OBSERVATORY, SHIPYARD)
    with open_engine(Settings(home=home, bundled=False)) as engine:
        yield engine


@pytest.fixture(scope="module", params=["English", "Spanish"])
def one_language(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A base in one language alone."""
    home = tmp_path_factory.mktemp(request.param) / "home"
    filled(home, OBSERVATORY if request.param == "English" else SHIPYARD)
    with open_engine(Settings(home=home, bundled=False)) as engine:
        yield engine


def shown(engine: Engine, question: str) -> tuple[Citation, ...]:
    """What is cited or, where nothing answers, what is nearest."""
    answer = engine.ask(question, k=3)
    found = answer.citations or answer.nearest
    for citation in found:
        text = engine.store.snapshot(citation.source.snapshot).text
        assert text[citation.start : citation.end] == citation.exact
    return found


def first(engine: Engine, question: str) -> str:
    return shown(engine, question)[0].context


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("¿Quién dirige the observatory?", "Ada"),
        ("What did the maestro carpintero say about la madera vieja?", "La madera vieja"),
        ("How many trabajadores did DeepSail keep en el astillero?", "240"),
        ("¿Cuánto mide el main mirror?", "1.5 metres"),
    ],
)
def test_a_question_may_mix_both_languages(both: Engine, question: str, words: str) -> None:
    assert words in first(both, question)


@pytest.mark.parametrize(
    ("question", "read_as", "words"),
    [
        ("what did deepsial buy?", "DeepSail", "La empresa DeepSail"),
        ("what did depsail buy in 2019?", "DeepSail", "La empresa DeepSail"),
        ("who is Ada Nicolson?", "Nicholson", "Ada"),
        ("¿qué dijo nicohlson de los tornillos?", "Nicholson", "every screw"),
        ("what does LeBrn say about old wood?", "LeBrun", "La madera vieja"),
        ("who bought the shipyard of Puerto Candla?", "Candela", "La empresa DeepSail"),
    ],
)
def test_a_misspelt_name_is_read_as_the_base_writes_it(both: Engine, question: str, read_as: str, words: str) -> None:
    assert read_as in (both.ask(question).read_as or "")
    assert words in first(both, question)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("que dijo ivan lebrun de la madera?", "La madera vieja"),
        ("QUE DIJO IVÁN LeBrun DE LA MADERA", "La madera vieja"),
        ("¿cuantos años tarda el espejo de larkfell, tallado a mano?", "two winters"),
        (unicodedata.normalize("NFD", "¿Qué regata organizan cada otoño los aprendices?"), "regata"),
    ],
)
def test_accents_and_case_may_be_missing_or_apart(both: Engine, question: str, words: str) -> None:
    assert both.ask(question).read_as is None
    assert words in first(both, question)


def test_a_name_that_the_base_lacks_is_no_misspelling_of_another(both: Engine) -> None:
    for question in ("What did Peterson say?", "¿Quién es Laura Candelaria?", "Where is Blackfell?"):
        assert both.ask(question).read_as is None


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("WHO DIRECTS THE OBSERVATORY?", "Ada"),
        ("¿CUÁNTOS TRABAJADORES MANTUVO DEEPSAIL?", "240"),
        ("WHAT DID DEPSAIL BUY IN 2019?", "La empresa DeepSail"),
        ("¿CUÁNTO COSTÓ EL EDIFICIO?", "5 billion"),
    ],
)
def test_a_question_in_capitals_is_a_question(both: Engine, question: str, words: str) -> None:
    assert words in first(both, question)
    assert words in first(both, question.capitalize())


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Nicholson", "Nicholson"),
        ("deepsail", "DeepSail"),
        ("regata", "regata"),
        ("comet", "comet"),
        ("carpintero", "carpintero"),
        ("carpenter", "carpintero"),
        ("espejo", "mirror"),
        ("2019", "2019"),
    ],
)
def test_a_single_word_finds_where_it_stands(both: Engine, question: str, words: str) -> None:
    assert words in first(both, question)


@pytest.mark.parametrize("question", ["what is it", "¿y qué?", "of the"])
def test_function_words_alone_are_answered_by_nothing_and_break_nothing(both: Engine, question: str) -> None:
    assert not both.ask(question, k=3).answered
    assert len(shown(both, question)) == 3


def test_a_pasted_paragraph_finds_itself_and_what_tells_the_same(both: Engine) -> None:
    for paragraph in (*paragraphs(OBSERVATORY)[1:], *paragraphs(SHIPYARD)[1:]):
        assert first(both, paragraph) == paragraph


def test_a_long_pasted_text_is_read_for_what_it_is_about(both: Engine) -> None:
    pasted = (
        "I found this in my grandfather's papers and I would like to know whether it is true. He writes, at some "
        "length, that he once worked as a carpenter, that wood has a memory, that nobody listens to old people any "
        "more, and that his friend Iván LeBrun used to say the very same thing about old wood when they built the "
        "first sailing boat together, whose hull weighed so little that the whole town came to look at it. "
    )
    assert len(pasted * 9) < 4000
    for question in (pasted, pasted * 9):
        assert "LeBrun" in first(both, question)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("¿Qué costó cinco mil millones de coronas?", "5 billion"),
        ("¿Qué costó 5.000 millones?", "5 billion"),
        ("What cost 5,000,000,000 crowns?", "5 billion"),
        ("¿Qué mide 1,5 metros?", "1.5 metres"),
        ("What weighs 1.5 tonnes?", "1,5 toneladas"),
        ("What debt amounts to one trillion?", "un billón"),
        ("What debt amounts to 1,000,000,000,000?", "un billón"),
        ("¿Qué mantuvo a doscientos cuarenta trabajadores?", "240"),
        ("Where do 11,000 visitors go?", "eleven thousand"),
        ("¿Adónde van once mil visitantes?", "eleven thousand"),
    ],
)
def test_numbers_may_be_written_in_either_way(both: Engine, question: str, words: str) -> None:
    assert words in first(both, question)


def test_a_spanish_billion_is_a_thousand_english_ones(both: Engine) -> None:
    """Asked for the number alone, each finds its own value and not the word that looks like it."""
    assert "un billón" in first(both, "1 trillion")
    assert "un billón" not in first(both, "5 billion")
    assert "5 billion" not in first(both, "un billón")


def test_a_base_in_one_language_is_asked_in_the_other(one_language: Engine) -> None:
    asked = {
        "en": [
            ("¿Quién dirige el observatorio?", "Ada"),
            ("¿Por qué los trenes nocturnos ya no pitan?", "whistle"),
            ("¿Qué días entran gratis los escolares?", "Wednesdays"),
        ],
        "es": [
            ("How much does the hull of the first sailing boat weigh?", "1,5 toneladas"),
            ("Who bought the shipyard?", "La empresa DeepSail"),
            ("What do the apprentices hold every autumn?", "regata"),
        ],
    }
    (language,) = {source.language for source in one_language.sources()}
    for question, words in asked[language]:
        assert words in first(one_language, question), question


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Qui dirige l'observatoire de Larkfell ?", "observatory"),
        ("Wer leitet das Observatorium von Larkfell?", "observatory"),
        ("Quanti operai lavorano per DeepSail a Puerto Candela?", "DeepSail"),
        ("Wann kaufte DeepSail die Werft in Puerto Candela?", "DeepSail"),
        ("O que disse Iván LeBrun, o carpinteiro?", "LeBrun"),
    ],
)
def test_a_question_in_a_third_language_still_searches(both: Engine, question: str, words: str) -> None:
    assert any(words in citation.context for citation in shown(both, question))


def test_two_sources_that_say_the_same_are_shown_once(tmp_path: Path) -> None:
    filled(tmp_path / "home", SHIPYARD, COPY)
    with open_engine(Settings(home=tmp_path / "home", bundled=False)) as engine:
        found = shown(engine, "¿Cuándo compró DeepSail el astillero de Puerto Candela?")
        assert "enero de 2019" in found[0].exact
        assert sum("enero de 2019" in citation.exact for citation in found) == 1
        assert len({citation.exact for citation in found}) == len(found)
        (market,) = (one for one in shown(engine, "¿Cuándo abre el mercado de pescado?") if "martes" in one.exact)
        assert market.source.id == "article-1-1"
