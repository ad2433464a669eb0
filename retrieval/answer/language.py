"""Of a brief that is there in two languages, the one that its reader reads."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from knowledge.model import Language, Passage, Source
from knowledge.store import Store
from retrieval.answer.independence import story
from retrieval.model import Evidence

_MARK = re.compile(r"\[\d+\]")


def in_reader_language(
    store: Store, sources: Mapping[str, Source], fit: Sequence[Evidence], found: Sequence[Evidence], language: Language
) -> list[Evidence]:
    """The evidence that is fit to be shown, of a brief's two languages the reader's, and nothing twice.

    `found` is all that was ranked: the reader's own version may have been ranked lower than its translation. Where it
    was not ranked at all, the sentence at the same place stands for it, as long as both rest on the same references.
    """
    passages = store.passages(item.passage for item in found)

    def said(item: Evidence) -> tuple[str, int]:
        passage = passages[item.passage]
        source = sources[passage.source]
        return (story(source), passage.paragraph) if source.kind == "brief" else (source.id, item.start)

    own = {said(item): item for item in reversed(found) if sources[passages[item.passage].source].language == language}
    shown = {said(item): own.get(said(item)) or _other(store, sources, item, passages, language) for item in fit}
    return list(shown.values())


def _other(
    store: Store, sources: Mapping[str, Source], item: Evidence, passages: Mapping[int, Passage], language: Language
) -> Evidence:
    """The same sentence of the brief in this language; what it was where there is none."""
    source = sources[passages[item.passage].source]
    twin = sources.get(f"{story(source)}-{language}")
    if source.kind != "brief" or twin is None or twin.kind != "brief" or twin.id == source.id:
        return item
    mine, theirs = store.sentences_of(source.snapshot), store.sentences_of(twin.snapshot)
    place = next((at for at, one in enumerate(mine) if one.id == item.unit), None)
    if place is None or len(mine) != len(theirs):
        return item
    text, translated = store.snapshot(source.snapshot).text, store.snapshot(twin.snapshot).text
    found = theirs[place]
    if _MARK.findall(text[item.start : item.end]) != _MARK.findall(translated[found.span.start : found.span.end]):
        return item
    return replace(item, passage=found.passage, unit=found.id, start=found.span.start, end=found.span.end)
