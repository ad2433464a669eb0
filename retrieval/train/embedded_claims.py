"""A sentence inside another that asserts it, denies it, or leaves it open; and who says it.

A reader that is taught by sentences as they are takes whatever holds a claim's words for support. Here it learns that
what is called false contradicts, that what is doubted, alleged, hoped, asked or supposed is no support (event
factuality: Saurí and Pustejovsky 2009, "FactBank: a corpus annotated with event factuality"), and that what one person
said another did not say.
"""

import random
import re
from typing import Literal

from knowledge.model import Language
from retrieval.check.names import names
from retrieval.train.data_folder import Decision

Embedded = tuple[str, str, Decision | Literal["not S"]]
"""A claim, the sentence that stands in the text, and what that does with the claim."""

_LATER = re.compile(r"[\"“”«»:;]")
# What a frame does with the sentence in it. Our choice, as all shares here.
_FRAMES: dict[Language, dict[Decision | Literal["not S"], tuple[str, ...]]] = {
    "en": {
        "S": (
            "The report confirms that {}.", "It is true that {}.", "It turned out that {}.",
            "Although {}, little changed.", "Since {}, much has changed.", "Nobody disputes that {}.",
            "The documents show that {}.", "{} said that {}.", "According to {}, {}.",
        ),
        "C": (
            "It is not true that {}.", "The claim that {} is false.", "Rumours that {} were wrong.",
            "Some believe that {}; they are mistaken.", "It is a myth that {}.",
            "Contrary to reports, it is not so that {}.", "It is often said, wrongly, that {}.",
        ),
        "N": (
            "Whether {} is disputed.", "A reporter asked whether {}.", "If {}, there will be trouble.",
            "{} hopes that {}.", "It is unclear whether {}.", "Perhaps {}, perhaps not.", "Imagine that {}.",
            "They promised that {}.", "Unless {}, nothing will come of it.", "It could not be confirmed that {}.",
            "Nobody knows whether {}.", "If {}, prices would fall.", "Critics allege that {}.", "{} fears that {}.",
        ),
        "not S": (
            "No evidence has been found that {}.", "Nobody has shown that {}.", "{} denied that {}.",
            "The claim that {} is false, {} wrote.", "{} doubts that {}.", "There is no proof that {}.",
        ),
    },
    "es": {
        "S": (
            "El informe confirma que {}.", "Es cierto que {}.", "Resultó que {}.", "Aunque {}, poco ha cambiado.",
            "Como {}, mucho ha cambiado.", "Nadie discute que {}.", "Los documentos muestran que {}.",
            "{} dijo que {}.", "Según {}, {}.",
        ),
        "C": (
            "No es cierto que {}.", "La afirmación de que {} es falsa.", "Los rumores de que {} eran falsos.",
            "Algunos creen que {}; se equivocan.", "Es un mito que {}.", "Es falso que {}.",
            "Se suele decir, sin razón, que {}.",
        ),
        "N": (
            "Se discute si {}.", "Un periodista preguntó si {}.", "Si {}, habrá problemas.", "{} espera que {}.",
            "No está claro si {}.", "Quizá {}, quizá no.", "Imaginemos que {}.", "Prometieron que {}.",
            "A menos que {}, no servirá de nada.", "No se pudo confirmar que {}.", "Nadie sabe si {}.",
            "Si {}, bajarían los precios.", "Los críticos denuncian que {}.", "{} teme que {}.",
        ),
        "not S": (
            "No se han encontrado pruebas de que {}.", "Nadie ha demostrado que {}.", "{} negó que {}.",
            "La afirmación de que {} es falsa, escribió {}.", "{} duda de que {}.", "No hay pruebas de que {}.",
        ),
    },
}  # fmt: skip
# What was wrong, and what is so.
_CORRECTIONS: dict[Language, tuple[str, ...]] = {
    "en": (
        "It is not true that {}: {}.", "It was reported that {}; in fact, {}.", "Some thought that {}, but {}.",
        "{}? No: {}.", "The first report, that {}, was wrong: {}.", "It was not so that {}, but {}.",
    ),
    "es": (
        "No es cierto que {}: {}.", "Se publicó que {}; en realidad, {}.", "Algunos pensaban que {}, pero {}.",
        "¿{}? No: {}.", "La primera noticia, que {}, era errónea: {}.", "No es que {}, sino que {}.",
    ),
}  # fmt: skip
_SAYS: dict[Language, tuple[str, ...]] = {
    "en": (
        "{} said that {}.",
        "According to {}, {}.",
        "{} says {}.",
        "{} claimed that {}.",
        "{} told reporters that {}.",
    ),
    "es": (
        "{} dijo que {}.",
        "Según {}, {}.",
        "{} afirma que {}.",
        "{} aseguró que {}.",
        "{} contó a la prensa que {}.",
    ),
}
_DENIES: dict[Language, tuple[str, ...]] = {"en": ("{} denied that {}.",), "es": ("{} negó que {}.",)}
# People and bodies that no written text names.
_SPEAKERS: dict[Language, tuple[str, ...]] = {
    "en": (
        "Harriet Coe", "Mayor Dunmore", "the water authority", "Luis Abarca", "Professor Idris Vane", "Ottoline Park",
        "the union", "Kenji Morita", "the ministry", "Bruno Castellani", "the company", "Sister Agnes", "Zoë Adebayo",
    ),
    "es": (
        "Harriet Coe", "el alcalde Pinzón", "la autoridad del agua", "Luis Abarca", "la profesora Idoia Vela",
        "Otilia Parra", "el sindicato", "Kenji Morita", "el ministerio", "Bruno Castellani", "la empresa", "sor Inés",
        "Zoe Adebayo",
    ),
}  # fmt: skip
# Shares of sentences that stand in a frame; of the others, of claims that somebody said what the text asserts or what
# another said.
_FRAMED, _OTHER_SPEAKER = 0.75, 0.4
# Of corrections, those whose claim is what is so.
_TRUE = 0.6
_DECISIONS: tuple[Decision | Literal["not S"], ...] = ("S", "C", "N", "not S")
_WEIGHTS = (0.25, 0.2, 0.4, 0.15)


def embedded(sentence: str, language: Language, chance: random.Random) -> Embedded | None:
    """Return a claim, a sentence with its words, and what that does with it; None where a sentence cannot stand so."""
    if _LATER.search(sentence) or language == "und":
        return None
    clause = _clause(sentence)
    speaker, other = chance.sample(_SPEAKERS[language], 2)
    if chance.random() < _FRAMED:
        decision = chance.choices(_DECISIONS, _WEIGHTS)[0]
        return sentence, _framed(chance.choice(_FRAMES[language][decision]), clause, speaker), decision
    said = _framed(chance.choice(_SAYS[language]), clause, speaker)
    how = chance.random()
    if how < _OTHER_SPEAKER:
        # Another person's words, or nobody's, are none of this person's.
        text = _framed(chance.choice(_SAYS[language]), clause, other) if chance.random() < _OTHER_SPEAKER else sentence
        return said, text, "N"
    if how < 2 * _OTHER_SPEAKER:
        return said, _framed(chance.choice(_SAYS[language]), clause, speaker), "S"
    denied = _framed(chance.choice(_DENIES[language]), clause, speaker)
    return (said, denied, "C") if chance.random() < _OTHER_SPEAKER else (denied, said, "C")


def corrected(sentence: str, changed: str, language: Language, chance: random.Random) -> Embedded | None:
    """Return the claim that a sentence makes, or that it makes when changed, with a text that puts the latter right."""
    if language == "und" or _LATER.search(sentence):
        return None
    text = chance.choice(_CORRECTIONS[language]).format(_clause(changed), _clause(sentence))
    text = text[0].upper() + text[1:] if text[0] != "¿" else text[0] + text[1].upper() + text[2:]
    return (sentence, text, "S") if chance.random() < _TRUE else (changed, text, "C")


def _clause(sentence: str) -> str:
    """Return a sentence as it stands within another: without its stop, its first word small unless it is a name."""
    text = sentence.strip().rstrip(".")
    return text if any(name.start == 0 for name in names(text)) else text[0].lower() + text[1:]


def _framed(frame: str, clause: str, speaker: str) -> str:
    """Return a clause in a frame, and the speaker where that has room for one, which the clause may come before."""
    if frame.count("{}") == 1:
        text = frame.format(clause)
    elif frame.endswith((", {} wrote.", ", escribió {}.")):
        text = frame.format(clause, speaker)
    else:
        text = frame.format(speaker, clause)
    return text[0].upper() + text[1:]
