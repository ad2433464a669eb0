"""An engine in a process of its own: nothing that it computes keeps an event loop waiting, and it can be ended."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from knowledge.child import Child, Report
from retrieval.engine import Engine, open_engine
from retrieval.model import IndexState, Request
from retrieval.serve.logs import configure_logs
from retrieval.serve.perform import meant
from retrieval.settings import Settings

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a home answers with, for whoever asks."""

    index: IndexState
    entailment: str


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
    """A process with an engine for one home, with its models and index `ready` before the first question or not.

    `report` is told of progress, in the thread that waits for it.
    """
    # A token is of no use to it.
    settings = settings.model_copy(update={"discord_token": None, "health_token": None})
    return Child(_opened, settings, ready, report=report)


@contextmanager
def _opened(report: Report, settings: Settings, ready: bool) -> Iterator[Engine]:
    configure_logs(logging.INFO, form=settings.log_format)
    logging.getLogger("faiss").setLevel(logging.WARNING)  # it tells at INFO which processor it has found
    with open_engine(settings, notice=_LOG.info, progress=report) as engine:
        if ready:
            engine.desk()
        yield engine


def meaning(_: Engine, text: str) -> Request:
    """What a message asks for; told in a process, as any text of a stranger is read."""
    return meant(text)


def sweep_uploads(engine: Engine) -> int:
    """Delete the files that earlier versions kept of uploads and that no source was read from; how many."""
    kept = {source.location for source in engine.sources()}
    folder = engine.settings.home / "uploads"
    swept = [path for path in folder.glob("*") if path.is_file() and str(path.absolute()) not in kept]
    for path in swept:
        path.unlink()
    return len(swept)


def facts(engine: Engine) -> Facts:
    """The index and the models that answer at present."""
    return Facts(engine.state(), engine.desk().entailment.name)


def names(engine: Engine) -> Names:
    """The names that can be asked about."""
    speakers = Counter(quote.speaker for quote in engine.desk().quotes if quote.speaker)
    sources = tuple(SourceName(source.id, source.title, source.owner) for source in engine.sources())
    return Names(tuple(speakers.most_common()), sources)
