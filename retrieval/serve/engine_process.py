"""An engine in a process of its own: nothing that it computes keeps an event loop waiting, and it can be ended."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from knowledge.child import Child, Report
from retrieval.engine import Engine, open_engine
from retrieval.model import IndexState
from retrieval.present.request import Request
from retrieval.serve.logs import configure_logs
from retrieval.serve.perform import request_in
from retrieval.settings import Settings

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Facts:
    """The index and the reader that answer."""

    index: IndexState
    reader: str


@dataclass(frozen=True, slots=True)
class SourceName:
    """A source as it is chosen from a list."""

    id: str
    title: str
    owner: str


@dataclass(frozen=True, slots=True)
class Names:
    """Speakers with how many quotations each has, most quoted first, and sources by id."""

    speakers: tuple[tuple[str, int], ...]
    sources: tuple[SourceName, ...]


def engine_process(settings: Settings, *, ready: bool, report: Report | None = None) -> Child[Engine]:
    """Return a process with an engine for one home, its models and index `ready` before the first question or not.

    `report` is called with progress, in the thread that waits for the process.
    """
    # A token is of no use to it.
    settings = settings.model_copy(update={"discord_token": None, "health_token": None})
    return Child(_open_engine, settings, ready, report=report)


@contextmanager
def _open_engine(report: Report, settings: Settings, ready: bool) -> Iterator[Engine]:
    configure_logs(logging.INFO, form=settings.log_format)
    logging.getLogger("faiss").setLevel(logging.WARNING)  # it logs at INFO which processor it has found
    with open_engine(settings, notice=_LOG.info, progress=report) as engine:
        if ready:
            engine.make_ready()
        yield engine


def message_request(_: Engine, text: str) -> Request:
    """Return what a message asks for; in a process, as all texts of users are read."""
    return request_in(text)


def sweep_uploads(engine: Engine) -> int:
    """Delete the files that earlier versions stored of uploads and that no source was read from; return how many."""
    locations = {source.location for source in engine.sources()}
    folder = engine.settings.home / "uploads"
    paths = [path for path in folder.glob("*") if path.is_file() and str(path.absolute()) not in locations]
    for path in paths:
        path.unlink()
    return len(paths)


def facts(engine: Engine) -> Facts:
    """Return the index and the reader that answer at present."""
    return Facts(engine.state(), engine.reader.name)


def names(engine: Engine) -> Names:
    """Return the names that can be asked about."""
    sources = tuple(SourceName(source.id, source.title, source.owner) for source in engine.sources())
    return Names(tuple(engine.store.speakers().items()), sources)
