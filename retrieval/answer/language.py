"""The choice between the two languages of a brief by the language of who asks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from knowledge.marks import REFERENCE_MARK
from knowledge.model import FullPassage, Language
from retrieval.answer.independence import story
from retrieval.model import Evidence
from retrieval.search.base import Base


def in_asker_language(
    base: Base, chosen: Sequence[Evidence], ranked: Sequence[Evidence], language: Language
) -> list[Evidence]:
    """Return the chosen evidence, each once, with that of briefs in the asker's language.

    The version in that language may have been ranked lower than its translation. Where it was not ranked, it is the
    sentence with the same number, where both have the same references.
    """

    def statement(item: Evidence) -> tuple[str, int]:
        source = base.sources[item.passage.source]
        if source.kind == "brief":
            return story(source), item.passage.paragraph
        return source.id, item.unit.span.start

    in_language = {
        statement(item): item for item in reversed(ranked) if base.sources[item.passage.source].language == language
    }
    passages = {item.passage.id: item.passage for item in ranked}
    shown: dict[tuple[str, int], Evidence] = {}
    for item in chosen:
        key = statement(item)
        shown[key] = in_language.get(key) or _translated(base, item, passages, language)
    return list(shown.values())


def _translated(base: Base, item: Evidence, passages: Mapping[int, FullPassage], language: Language) -> Evidence:
    """Return the same sentence of the brief in this language, else the evidence as it is.

    `passages` are those already read, by id.
    """
    source = base.sources[item.passage.source]
    other = base.sources.get(f"{story(source)}-{language}")
    if source.kind != "brief" or other is None or other.kind != "brief" or other.id == source.id:
        return item
    sentences, translations = base.store.sentences_of(source.snapshot), base.store.sentences_of(other.snapshot)
    number = next((number for number, sentence in enumerate(sentences) if sentence.id == item.unit.id), None)
    if number is None or len(sentences) != len(translations):
        return item
    translation = translations[number]
    key = translation.passage
    passage = passages.get(key) or base.store.read_passages([key])[key]
    original = item.passage.snapshot.text[item.unit.span.start : item.unit.span.end]
    translated = passage.snapshot.text[translation.span.start : translation.span.end]
    if REFERENCE_MARK.findall(original) != REFERENCE_MARK.findall(translated):
        return item
    return replace(item, passage=passage, unit=translation, reading=None)
