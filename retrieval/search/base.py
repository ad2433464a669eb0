"""A state of the knowledge base with the index that was made from it, for searching."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from knowledge.model import Quote, Source
from knowledge.store import Store
from knowledge.terms import fold
from retrieval.index.generation import Generation
from retrieval.index.vectors import ExactIndex
from retrieval.models.encoder import Encoder


@dataclass(frozen=True)
class Base:
    """The store, its index, the encoder, and every source by id. `degraded`: only full text is searched."""

    store: Store
    index: Generation
    encoder: Encoder
    sources: Mapping[str, Source]
    degraded: bool = False

    def full_text_only(self) -> "Base":
        """Return the same base without vectors, so that only full text is searched."""
        empty = ExactIndex(np.zeros(0, np.int64), np.zeros((0, self.encoder.dimension), np.float32))
        return replace(self, index=replace(self.index, vectors=empty, tokens=None), degraded=True)

    @cached_property
    def quotes(self) -> tuple[Quote, ...]:
        """Return every quote, by source and position; read at the first use."""
        return tuple(self.store.quotes())

    @cached_property
    def names(self) -> frozenset[str]:
        """Return the names in the passages, folded."""
        return frozenset(map(fold, self.index.postings.names.tolist()))
