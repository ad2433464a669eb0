"""Every sentence and label that people read, in Spanish and in English."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from knowledge.model import Language, ReferenceKind, SourceKind
from retrieval.model import Reason, Standing

Confidence = Literal["high", "fair", "low"]
Change = Literal["added", "updated", "unchanged"]

# From here on an answer is right more than four times in five, as the calibrated probability says.
_HIGH = 0.8
# Below this a wrong answer is likelier than a right one.
_FAIR = 0.5


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one interface language. What stands in braces is filled in with `str.format`."""

    reasons: Mapping[Reason, str]
    read_as: str
    foreign: str
    nearest_offer: str
    nearest_title: str
    confidence: str
    confidences: Mapping[Confidence, str]
    paragraph: str
    spoken_by: str
    reported: str
    translation: str
    our_words: str
    standings: Mapping[Standing, str]
    references: str
    reference_kinds: Mapping[ReferenceKind, str]
    source_kinds: Mapping[SourceKind, str]
    languages: Mapping[Language, str]
    index: str
    encoder: str
    changes: Mapping[Change, str]
    removed: str
    rebuilt: str
    up_to_date: str
    verify_clean: str
    verify_differs: str
    verify_read: str
    no_sources: str
    no_quotes: str
    unnamed: str
    source: str
    published: str
    paragraphs: str
    paragraphs_column: str
    setting: str
    value: str


ENGLISH = Texts(
    reasons={
        Reason.NOTHING_NEAR: (
            "None of my sources comes near this question. Ask it in other words, or add a source that covers it."
        ),
        Reason.NEAR_BUT_NOT_ANSWERING: (
            "My sources touch on this, but none of them answers it. Ask more precisely, or add a source that does."
        ),
        Reason.EMPTY_BASE: "There is nothing to answer from yet. Add a first source: citabot add PATH_OR_URL",
    },
    read_as="Read as: {question}",
    foreign="This seems to be neither Spanish nor English ({code}), the languages I know. I searched all the same.",
    nearest_offer="Passages that came nearest: {count}. --nearest shows them.",
    nearest_title="Nearest, though not an answer",
    confidence="confidence {words} ({percent}%)",
    confidences={"high": "high", "fair": "fair", "low": "low"},
    paragraph="¶ {number}",
    spoken_by="said by",
    reported="reported speech, in the writer's words",
    translation="Translation by {by} ({language})",
    our_words="our words, not a quotation",
    standings={
        "one source": "one source, and not a primary one",
        "disputed": "told as disputed or unproven",
    },
    references="References",
    reference_kinds={"primary": "primary source", "news": "news", "commentary": "commentary"},
    source_kinds={"article": "article", "brief": "brief", "quotation": "quotations"},
    languages={"es": "Spanish", "en": "English", "und": "undetermined"},
    index="index {fingerprint}",
    encoder="encoder {name}",
    changes={"added": "Added", "updated": "Updated", "unchanged": "Unchanged"},
    removed="Removed",
    rebuilt="The index is rebuilt. Texts newly encoded: {encoded}.",
    up_to_date="The index was up to date already.",
    verify_clean="Everything stored is as it was written.",
    verify_differs="Differences found: {count}.",
    verify_read="Re-read: {snapshots} snapshots, {spans} spans, {vectors} index rows",
    no_sources="There are no sources yet. Add a first one: citabot add PATH_OR_URL",
    no_quotes="No quotes match. Leave out --speaker or --about to see them all.",
    unnamed="speaker not named",
    source="Source",
    published="Published",
    paragraphs="paragraphs: {count}",
    paragraphs_column="¶",
    setting="Setting",
    value="Value",
)

SPANISH = Texts(
    reasons={
        Reason.NOTHING_NEAR: (
            "Ninguna de mis fuentes se acerca a esta pregunta. Hazla con otras palabras o añade una que la trate."
        ),
        Reason.NEAR_BUT_NOT_ANSWERING: (
            "Mis fuentes rozan el tema, pero ninguna responde. Pregunta con más precisión o añade una que lo haga."
        ),
        Reason.EMPTY_BASE: "Todavía no hay nada con que responder. Añade una primera fuente: citabot add PATH_OR_URL",
    },
    read_as="Leído como: {question}",
    foreign="Esto no parece español ni inglés ({code}), las lenguas que conozco. He buscado de todos modos.",
    nearest_offer="Pasajes que más se acercan: {count}. --nearest los muestra.",
    nearest_title="Lo más cercano, aunque no es una respuesta",
    confidence="confianza {words} ({percent} %)",
    confidences={"high": "alta", "fair": "media", "low": "baja"},
    paragraph="¶ {number}",
    spoken_by="dicho por",
    reported="estilo indirecto, en palabras de quien escribe",
    translation="Traducción de {by} ({language})",
    our_words="palabras nuestras, no una cita",
    standings={
        "one source": "una sola fuente, y no primaria",
        "disputed": "se cuenta como discutido o sin probar",
    },
    references="Referencias",
    reference_kinds={"primary": "fuente primaria", "news": "noticia", "commentary": "comentario"},
    source_kinds={"article": "artículo", "brief": "resumen", "quotation": "citas"},
    languages={"es": "español", "en": "inglés", "und": "sin determinar"},
    index="índice {fingerprint}",
    encoder="codificador {name}",
    changes={"added": "Añadida", "updated": "Actualizada", "unchanged": "Sin cambios"},
    removed="Retirada",
    rebuilt="El índice está reconstruido. Textos codificados de nuevo: {encoded}.",
    up_to_date="El índice ya estaba al día.",
    verify_clean="Todo lo guardado está como se escribió.",
    verify_differs="Diferencias encontradas: {count}.",
    verify_read="Releído: {snapshots} versiones, {spans} fragmentos, {vectors} filas del índice",
    no_sources="Todavía no hay fuentes. Añade la primera: citabot add PATH_OR_URL",
    no_quotes="Ninguna cita coincide. Quita --speaker o --about para verlas todas.",
    unnamed="sin nombre de quien habla",
    source="Fuente",
    published="Publicada",
    paragraphs="párrafos: {count}",
    paragraphs_column="¶",
    setting="Ajuste",
    value="Valor",
)


def texts(language: Language) -> Texts:
    """The words for somebody who reads this language; English where it is undetermined."""
    return SPANISH if language == "es" else ENGLISH


def confidence_level(value: float) -> Confidence:
    """A calibrated probability in words: high from 0.8, fair from 0.5, low below."""
    if value >= _HIGH:
        return "high"
    return "fair" if value >= _FAIR else "low"
