"""Every labelled question asked of the engine, and the report on what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import BadLabels, UnknownSource
from knowledge.model import Source
from retrieval.engine import Engine, open_engine
from retrieval.evaluation.calibration import Bin, CurvePoint, bins, risk_coverage
from retrieval.evaluation.cases import Case, places_found
from retrieval.evaluation.labels import LabelledQuestion, read_labels
from retrieval.evaluation.measures import DEPTH, Measures, measure
from retrieval.model import IndexState
from retrieval.rebuild import Progress
from retrieval.serving import Notice
from retrieval.settings import Settings

_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Group:
    """The measures of the cases that share a language pair or a kind."""

    name: str
    measures: Measures


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured: at which threshold, with which index, over all questions and group by group.

    `kinds` is empty where no line names its kind. `cases` are in the file's order.
    """

    file: str
    threshold: float
    index: IndexState
    overall: Measures
    pairs: tuple[Group, ...]
    kinds: tuple[Group, ...]
    bins: tuple[Bin, ...]
    curve: tuple[CurvePoint, ...]
    cases: tuple[Case, ...]


def evaluate(settings: Settings, path: Path, *, notice: Notice, progress: Progress) -> Report:
    """Measure the home of these settings on a labelled file.

    Raises MissingFile, SourceTooLarge, BadLabels or UnknownSource before anything is measured, and what opening raises.
    """
    labels = read_labels(path, max_bytes=int(settings.max_source_mb * _MEGABYTE))
    # Ranking and confidence are wanted of every question; the settings' own threshold then says which are answered.
    asking = settings.model_copy(update={"threshold": 0.0})
    with open_engine(asking, notice=notice, progress=progress) as engine:
        cases = _ask_all(engine, labels, threshold=settings.threshold, progress=progress)
        return report(cases, file=path.name, threshold=settings.threshold, index=engine.state())


def report(cases: Sequence[Case], *, file: str, threshold: float, index: IndexState) -> Report:
    """The report on cases, of which there is at least one."""
    return Report(
        file=file,
        threshold=threshold,
        index=index,
        overall=measure(cases),
        pairs=_grouped([(case.pair, case) for case in cases]),
        kinds=_grouped([(case.label.kind, case) for case in cases if case.label.kind is not None]),
        bins=bins(cases),
        curve=risk_coverage(cases),
        cases=tuple(cases),
    )


def _ask_all(engine: Engine, labels: Sequence[LabelledQuestion], *, threshold: float, progress: Progress) -> list[Case]:
    sources = {source.id: source for source in engine.sources()}
    pairs = [_pair(label, sources) for label in labels]
    # Asked once more below: the encoder is loaded by the first question, and no later one would take as long.
    engine.ask(labels[0].question, k=DEPTH)
    cases = []
    for done, (label, pair) in enumerate(zip(labels, pairs, strict=True)):
        progress("asking", done, len(labels))
        cases.append(_ask(engine, label, pair=pair, threshold=threshold))
    progress("asking", len(labels), len(labels))
    return cases


def _ask(engine: Engine, label: LabelledQuestion, *, pair: str, threshold: float) -> Case:
    answer = engine.ask(label.question, k=DEPTH)
    return Case(
        label=label,
        pair=pair,
        found=places_found(label, answer.citations),
        first=answer.citations[0] if answer.citations else None,
        confidence=answer.confidence,
        answered=bool(answer.citations) and answer.confidence >= threshold,
        elapsed_ms=answer.elapsed_ms,
    )


def _pair(label: LabelledQuestion, sources: dict[str, Source]) -> str:
    """The question's language and its gold's; raises UnknownSource or BadLabels for a place that the base lacks."""
    for place in label.gold:
        if place.source not in sources:
            raise UnknownSource(f"The base has no source “{place.source}”, which question “{label.id}” names as gold.")
        paragraphs = sources[place.source].paragraphs
        if place.paragraph > paragraphs:
            raise BadLabels(
                f"Question “{label.id}” names paragraph {place.paragraph} of “{place.source}”, which has {paragraphs}.",
                hint=f"`citabot show {place.source}` numbers them.",
            )
    languages = sorted({sources[place.source].language for place in label.gold})
    return f"{label.language}→{'+'.join(languages) or 'nothing'}"


def _grouped(named: Sequence[tuple[str, Case]]) -> tuple[Group, ...]:
    return tuple(
        Group(name, measure([case for other, case in named if other == name]))
        for name in sorted({one for one, _ in named})
    )
