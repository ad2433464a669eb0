"""Plain texts with their speakers, made from patterns of news: what any reader is certain of.

Marked texts of the data folder are hard on purpose. A model fitted on them alone would doubt “…”, dijo Ana Ruiz.
"""

import random
import re
from collections.abc import Iterator
from typing import Literal

from knowledge.model import Language
from retrieval.train.data_folder import QuotationRow, SpeakersRow

# {A} and {B} are full names, {a} and {b} last names, {O} and {P} organisations, {r} a role ({r_} and {R} with its
# article), {p} the pronoun of A; ⟨A Q⟩ is a quotation of A's, with a capital or small letter, ⟨A~ q⟩ a statement.
_PATTERNS: dict[Language, tuple[str, ...]] = {
    "es": (
        "“⟨A Q⟩”, dijo {A}, {r}.",
        "«⟨A Q⟩», exclamó {r_} {A}.",
        "{A}, {r}, explicó: “⟨A Q⟩”.",
        "{A} afirmó que ⟨A~ q⟩.",
        "Según {A}, ⟨A~ q⟩.",
        "“⟨A Q⟩”, aseguró {A}. “⟨A Q⟩”, añadió.",
        "“⟨A Q⟩”, aseguró {A}. “⟨A Q⟩”.",
        "“⟨A Q⟩”, dijo {A}. “⟨B Q⟩”, respondió {B}.",
        "“⟨A Q⟩”, dijo {A}.\n“⟨B Q⟩”, contestó {B}. “⟨B Q⟩”.",
        "{A} llegó tarde a la reunión. “⟨A Q⟩”, se disculpó.",
        "{A} llegó tarde a la reunión con {B}. “⟨A Q⟩”, comentó {a}.",
        "—⟨A Q⟩ —dijo {A}—. ⟨A Q.⟩",
        "La frase es de {A}: “⟨A Q⟩”.",
        "{A}: ⟨A Q.⟩\n{B}: ⟨B Q.⟩\n{A}: ⟨A Q.⟩",
        "«⟨A Q⟩» ({A}, {r}).",
        "«⟨A Q⟩».\n—{A}, {r}",
        "{R} de la entidad, {A}, advirtió de que ⟨A~ q⟩. “⟨A Q⟩”, insistió {p}.",
        "{A} presentó ayer las cuentas. {R} recordó que ⟨A~ q⟩.",
        "Un portavoz de {O} señaló que ⟨un portavoz de {O}~ q⟩.",
        "{O} dijo en un comunicado que ⟨{O}~ q⟩.",
        "“⟨A Q⟩”, dice {A}, {r}, en una entrevista. “⟨A Q⟩”, sostiene {a}.",
        "⟨A~ Q⟩, según {A}.",
        "⟨A~ Q⟩, anunció {r_} {A}.",
        "“⟨A Q⟩, —subrayó {A}— ⟨A q⟩”.",
        "“⟨A Q⟩”, dijo {A}, {r} de {O}.",
        "{A}, {r} de {O}, ha reiterado que «⟨A q⟩».",
        "{R} de {O}, {A}, confirmó el lunes que ⟨A~ q⟩.",
        "{R} de {O}, {A}, habló ayer de sus planes. “⟨A Q⟩”, afirmó ante la prensa.",
        "Para {A}, {r} de {O}, “⟨A q⟩”.",
        "{A} declaró a la agencia {O} que ⟨A~ q⟩.",
        "{O} afirmó que ⟨{O}~ q⟩. La empresa añadió que ⟨{O}~ q⟩.",
        "“⟨A Q⟩.\n“⟨A Q⟩”, contó {A}.",
        "“⟨A Q⟩”, dijo {A}, y {B} le pidió calma: “⟨B Q⟩”.",
        "{A} escribió en su cuenta: «⟨A Q⟩». {A} se jubila hoy.",
        "“⟨B Q⟩”, gritó {B}, y {r_} de {O}, {A}, le pidió calma: “⟨A Q⟩”.",
        "{A}, entonces {r} de {O}, escribió el 3 de mayo de 2021 que ⟨A~ q⟩.",
        "{A} dijo a los inversores de {O} el 4 de junio de 2022 que ⟨A~ q⟩.",
        "{A}, {r} de {O}, declaró a {P} en marzo de 2020: “⟨A Q⟩”.",
        "{O} informó el 7 de julio de 2023 de que ⟨{O}~ q⟩.",
        "{A} dijo en una entrevista con {P}, publicada en mayo de 2024, que ⟨A~ q⟩.",
        "⟨{O}~ Q⟩, informó {O} el 9 de mayo de 2021.",
        "⟨{O}~ Q⟩, según {O}.",
        "{A}, {r} de {O}, habló primero. {O} sostiene que ⟨{O}~ q⟩, pero {B} replicó que ⟨B~ q⟩.",
        "{A} escribió a {B} el 6 de junio de 2023. {a} dijo que ⟨A~ q⟩.",
        "{O} dijo a {P} en enero de 2025 que ⟨{O}~ q⟩.",
        "Un funcionario afirmó el 2 de mayo de 2020 que ⟨un funcionario~ q⟩.",
        "{A}, que dirigió {O} hasta mayo, dijo que ⟨A~ q⟩. {P} lo negó.",
        "Según {P}, {A} visitó la sede de {O}. “⟨A Q⟩”, dijo {A}.",
        "Fuentes de {O} señalaron que ⟨fuentes de {O}~ q⟩.",
        "{A} calificó el plan de “⟨A q⟩” y se marchó.",
        "{O} prometió “⟨{O} q⟩”, pero el comité habla de “⟨el comité q⟩”.",
        "En un comunicado, {O} dijo: “⟨{O} Q⟩”. Añadió: “⟨{O} Q⟩”.",
        "{A}, que dirige el laboratorio, ha dicho: “⟨A Q⟩”.",
        "“⟨A Q⟩”, dijo {A}. “⟨A Q⟩.\n“⟨A Q⟩”.",
        "{R} {A} llegó con {B}, que no quiso hablar. “⟨A Q⟩”, dijo {r_}.",
    ),
    "en": (
        "“⟨A Q⟩,” said {A}, {r}.",
        "“⟨A Q⟩,” {A} said.",
        "{A}, {r}, explained: “⟨A Q⟩.”",
        "{A} said that ⟨A~ q⟩.",
        "According to {A}, ⟨A~ q⟩.",
        "“⟨A Q⟩,” said {A}. “⟨A Q⟩,” {p} added.",
        "“⟨A Q⟩,” said {A}. “⟨A Q⟩.”",
        "“⟨A Q⟩,” {A} said. “⟨B Q⟩,” {B} replied.",
        "“⟨A Q⟩,” said {A}.\n“⟨B Q⟩,” {B} answered. “⟨B Q⟩.”",
        "{A} came late to the meeting. “⟨A Q⟩,” {p} said.",
        "{A} came late to the meeting with {B}. “⟨A Q⟩,” {a} said.",
        "“⟨A Q⟩,” {A}, {r}, told reporters.",
        "The words are {A}’s: “⟨A Q⟩.”",
        "{A}: ⟨A Q.⟩\n{B}: ⟨B Q.⟩\n{A}: ⟨A Q.⟩",
        "“⟨A Q⟩.” ({A}, {r})",
        "“⟨A Q⟩.”\n— {A}, {r}",
        "{R}, {A}, warned that ⟨A~ q⟩. “⟨A Q⟩,” {p} insisted.",
        "{A} presented the figures on Monday. {R} recalled that ⟨A~ q⟩.",
        "A spokesperson for {O} said that ⟨a spokesperson for {O}~ q⟩.",
        "{O} said in a statement that ⟨{O}~ q⟩.",
        "“⟨A Q⟩,” says {A}, {r}, in an interview. “⟨A Q⟩,” {a} argues.",
        "⟨A~ Q⟩, according to {A}.",
        "⟨A~ Q⟩, {A} announced.",
        "“⟨A Q⟩,” {A} said, “⟨A q⟩.”",
        "“⟨A Q⟩,” said {A}, {r} of {O}.",
        "{A}, {r} of {O}, pointed out that ⟨A~ q⟩.",
        "“⟨A Q⟩,” {O} vice president {A} told reporters on Tuesday.",
        "“⟨A Q⟩,” said {O}’s chief engineer, {A}. {a} added that ⟨A~ q⟩.",
        "“⟨A Q⟩,” {A}, {O}’s head of research, wrote in a post on Monday.",
        "{O} said, “⟨{O} Q⟩.” It added: “⟨{O} Q⟩.”",
        "“⟨A Q⟩.\n“⟨A Q⟩,” said {A}.",
        "“⟨A Q⟩,” said {A}, and {B} asked for calm: “⟨B Q⟩.”",
        "“⟨B Q⟩,” shouted {B}, and {r_}, {A}, asked for calm: “⟨A Q⟩.”",
        "“⟨B Q⟩,” shouted {B}, a farmer, and the chair, {A}, called for order: “⟨A Q⟩.”",
        "{A}, then {r} at {O}, wrote on 3 May 2021 that ⟨A~ q⟩.",
        "{A} told {O}’s investors on 4 June 2022 that ⟨A~ q⟩.",
        "{A}, {r} of {O}, told The {P} Herald in March 2020: “⟨A Q⟩.”",
        "{O} reported on 7 July 2023 that ⟨{O}~ q⟩.",
        "{A} said in an interview with the {P} Times, published in May 2024, that ⟨A~ q⟩.",
        "{O} promised “⟨{O} q⟩,” but the committee speaks of “⟨the committee q⟩.”",
        "In a statement, {O} said, “⟨{O} Q⟩.” It added: “⟨{O} Q⟩.”",
        "{A}, who leads the lab, has said: “⟨A Q⟩.”",
        "“⟨A Q⟩,” said {A}. “⟨A Q⟩.\n“⟨A Q⟩.”",
        "A {O} spokesperson answered that ⟨a {O} spokesperson~ q⟩.",
        "⟨{O}~ Q⟩, {O} reported on 9 May 2021.",
        "⟨{O}~ Q⟩, according to {O}.",
        "{A}, {r} of {O}, spoke first. {O} argues that ⟨{O}~ q⟩, but {B} replied that ⟨B~ q⟩.",
        "{A} wrote to {B} on 6 June 2023. {a} said that ⟨A~ q⟩.",
        "{O} told the {P} in January 2025 that ⟨{O}~ q⟩.",
        "An unnamed official alleged on 2 May 2020 that ⟨an unnamed official~ q⟩.",
        "{A}, who led {O} until May, said that ⟨A~ q⟩. {P} denied it.",
        "Transport Secretary {A} was blunt: “⟨A Q⟩.”",
        "In the words of {A}, {r} of {O}, “⟨A q⟩.”",
        "{O} officials said that ⟨{O} officials~ q⟩.",
        "{A} told the {O} agency that ⟨A~ q⟩.",
        "Former minister {A} believes that ⟨A~ q⟩. “⟨A Q⟩,” {p} notes.",
    ),
}
_GIVEN: dict[Language, dict[str, str]] = {
    "es": {
        "m": "Andrés Bruno Cosme Damián Elías Gaspar Íñigo Julio",
        "f": "Alba Berta Celia Elvira Irene Julia Lidia Noa",
    },
    "en": {"m": "Adam Barry Colin Derek Edwin Frank Hugh Leon", "f": "Alice Beth Carol Diana Erin Fiona Helen Joan"},
}
_LAST: dict[Language, str] = {
    "es": "Arroyo Baeza Calvo Dorado Espejo Fajardo Gallego Hierro Jurado Lobato Mena Nogales Ocaña Pardo Rincón",
    "en": "Abbott Barlow Crane Dobson Ellery Farrow Grant Hobbs Jarvis Kemp Lowe Marsh Noble Orton Pratt Rowe Sutton",
}
_ROLES: dict[Language, dict[str, str]] = {
    "es": {
        "m": "director portavoz ingeniero alcalde presidente médico",
        "f": "directora portavoz ingeniera alcaldesa jueza",
    },
    "en": {"m": "director engineer mayor chairman doctor", "f": "director engineer mayor chairwoman doctor"},
}
_ORGANISATIONS = "Nortia Veldara Quintel Brumax Osternet Calvion"
_WORDS: dict[Language, tuple[str, ...]] = {
    "es": (
        "la obra terminará antes del invierno", "nadie nos avisó de los cambios", "el agua volverá mañana",
        "hemos aprendido de los errores del año pasado", "las cuentas están claras", "habrá que esperar al martes",
        "los vecinos tienen razón", "el tren no parará en la estación vieja",
    ),
    "en": (
        "the work will be done before the winter", "nobody warned us of the changes", "the water will be back tomorrow",
        "we have learnt from the mistakes of last year", "the accounts are clear", "we must wait until Tuesday",
        "the neighbours are right", "the train will not stop at the old station",
    ),
}  # fmt: skip
_MARK = re.compile(r"⟨([^⟩ ~]+(?: [^⟩~]+?)??)(~?) ([Qq]\.?)⟩")


def easy_texts(count: int, seed: int) -> Iterator[SpeakersRow]:
    """Yield so many texts, half of them in each language, each of two to four patterns with people of their own."""
    chance = random.Random(seed)
    for number in range(count):
        language: Language = "es" if number % 2 else "en"
        yield _text(language, chance)


def _text(language: Language, chance: random.Random) -> SpeakersRow:
    paragraphs: list[str] = []
    quotations: list[QuotationRow] = []
    lasts = chance.sample(_LAST[language].split(), 8)
    for _ in range(chance.randint(2, 4)):
        gender = chance.choice("mf")
        people = {
            letter: f"{chance.choice(_GIVEN[language][own].split())} {lasts.pop()}"
            for letter, own in (("A", gender), ("B", chance.choice("mf")))
        }
        pattern = _filled(chance.choice(_PATTERNS[language]), language, gender, people, chance)
        for paragraph in pattern.split("\n"):
            quotations.extend(_quotations(paragraph, language, people, len(paragraphs), chance, paragraphs))
    return SpeakersRow(language, paragraphs, quotations, "train")


def _filled(pattern: str, language: Language, gender: str, people: dict[str, str], chance: random.Random) -> str:
    role = chance.choice(_ROLES[language][gender].split())
    article = {"es": {"m": "el", "f": "la"}[gender]}.get(language, "the")
    values = {
        "A": people["A"], "B": people["B"], "a": people["A"].split()[-1], "b": people["B"].split()[-1],
        "r": role if language == "es" else f"the {role}",
        "r_": f"{article} {role}", "R": f"{article} {role}".capitalize(),
        "p": {"es": {"m": "él", "f": "ella"}, "en": {"m": "he", "f": "she"}}[language][gender],
        **dict(zip("OP", chance.sample(_ORGANISATIONS.split(), 2), strict=True)),
    }  # fmt: skip
    return re.sub(r"\{(\w+)\}", lambda match: values[match.group(1)], pattern)


def _quotations(
    pattern: str, language: Language, people: dict[str, str], number: int, chance: random.Random, paragraphs: list[str]
) -> Iterator[QuotationRow]:
    """Yield the quotations of a paragraph whose marks are filled with words, and add the paragraph."""
    rows: list[QuotationRow] = []

    def words(match: re.Match[str]) -> str:
        who, reported, case = match.groups()
        text = chance.choice(_WORDS[language])
        text = text[0].upper() + text[1:] if case.startswith("Q") else text
        text += case[1:]
        kind: Literal["direct", "indirect"] = "indirect" if reported else "direct"
        rows.append(QuotationRow(text, people.get(who, who), None, number, None, kind))
        return text

    paragraphs.append(_MARK.sub(words, pattern))
    yield from rows
