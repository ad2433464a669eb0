"""Homes for tests of what is stored, with an encoder that costs nothing and without a process that reads documents."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from stand_in_encoder import StandInEncoder

from knowledge.errors import CitabotError
from knowledge.model import Metadata
from knowledge.readers import ReadingLimits, read_bytes
from retrieval.engine import Engine, open_engine
from retrieval.index.adding import _store_document
from retrieval.index.current import Notice
from retrieval.index.encoding import Progress
from retrieval.models.encoder import Encoder
from retrieval.settings import Settings


@contextmanager
def cheap_engine(
    home: Path,
    encoder: object = None,
    *,
    notice: Notice | None = None,
    progress: Progress | None = None,
    index: str = "faiss",
) -> Iterator[Engine]:
    """Open an engine with this encoder, by default the stand-in, and with sealed vectors in this place."""
    with open_engine(Settings(home=home, bundled=False, index=index), notice=notice, progress=progress) as engine:
        engine._current._encoder = cast(Encoder, encoder or StandInEncoder())
        yield engine


def stored(engine: Engine, name: str, text: str, title: str | None = None) -> str:
    """Store a text as a document of this name, and return the id of its source. Raises what adding returns."""
    place = f"{name}.txt"
    document = read_bytes(text.encode(), name=place, content_type=None, location=place, limits=ReadingLimits())
    added = _store_document(
        engine.store, engine._current, engine._write_lock, document, Metadata(title=title), "operator"
    )
    if isinstance(added, CitabotError):
        raise added
    return added.source.id
