"""Lists of quotes: whose they are, where they stand, and which are nearest to a text."""

from collections.abc import Mapping

from knowledge.known_names import means_name
from knowledge.model import Source
from knowledge.store import Store
from retrieval.answer.cite import cite_quote, seal
from retrieval.index.vectors import OneVector, VectorIndex
from retrieval.model import Citation


def list_quotes(
    store: Store, sources: Mapping[str, Source], *, speaker: str | None, near: tuple[VectorIndex, OneVector] | None
) -> list[Citation]:
    """The quotes of the base, or of one speaker, by source and place, or those nearest to a vector first."""
    quotes = [
        quote
        for quote in store.quotes()
        if speaker is None or (quote.speaker is not None and means_name(speaker, quote.speaker))
    ]
    scores = dict.fromkeys((quote.id for quote in quotes), 0.0)
    if near is not None:
        index, vector = near
        scores |= {hit.id: hit.score for hit in index.search(vector, len(quotes), only=list(scores))}
        quotes.sort(key=lambda quote: -scores[quote.id])
    cited = [
        cite_quote(store, sources[quote.source], quote, n=n, score=scores[quote.id])
        for n, quote in enumerate(quotes, 1)
    ]
    return list(seal(store, cited))
