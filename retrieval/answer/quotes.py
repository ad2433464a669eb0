"""Lists of quotes, by source and position or by similarity."""

from knowledge.known_names import means_name
from retrieval.answer.cite import cite_quote, verify_citations
from retrieval.index.vectors import OneVector
from retrieval.model import Citation
from retrieval.search.base import Base


def list_quotes(base: Base, *, speaker: str | None, near: OneVector | None) -> list[Citation]:
    """Return the quotes of the base, or of a speaker, by source and position, or with `near` the most similar first.

    Those that may be the speaker's, as the text leaves open whose they are, are among them.

    Raises IndexUnreachable where `near` is given and the vector index cannot be searched, and DamagedDatabase.
    """
    if speaker is None:
        quotes = base.store.quotes()
    else:
        quotes = base.store.quotes_by([name for name in base.store.speakers() if means_name(speaker, name)])
    scores = dict.fromkeys((quote.id for quote in quotes), 0.0)
    if near is not None:
        scores |= {hit.id: hit.score for hit in base.index.quotes.search(near, len(quotes), only=list(scores))}
        quotes.sort(key=lambda quote: -scores[quote.id])
    passages = base.store.read_passages(quote.passage for quote in quotes)
    citations = [
        cite_quote(base, passages[quote.passage], quote, n=n, score=scores[quote.id])
        for n, quote in enumerate(quotes, 1)
    ]
    return list(verify_citations(base.store, citations))
