"""A state of the knowledge base with the index that belongs to it, for searching."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from knowledge.errors import UnknownSource
from knowledge.model import Source
from knowledge.store import Store
from retrieval.index.current import Index
from retrieval.models.encoder import Encoder


class Sources(Mapping[str, Source]):
    """The sources of a base by id, each read when it is first asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Source] = {}

    def __getitem__(self, source_id: str) -> Source:
        if source_id not in self._known:
            try:
                self._known[source_id] = self._store.source(source_id)
            except UnknownSource as error:
                raise KeyError(source_id) from error
        return self._known[source_id]

    def __iter__(self) -> Iterator[str]:
        return iter([source.id for source in self._store.sources()])

    def __len__(self) -> int:
        return len(self._store.sources())


@dataclass(frozen=True)
class Base:
    """The store, its index, the encoder, and every source by id. `degraded`: only full text is searched."""

    store: Store
    index: Index
    encoder: Encoder
    sources: Mapping[str, Source]
    degraded: bool = False

    def full_text_only(self) -> "Base":
        """Return the same base without vectors, so that only full text is searched."""
        return replace(self, index=self.index.without_vectors(self.encoder.dimension), degraded=True)
