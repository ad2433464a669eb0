"""Every labelled line put to the engine, and the report on what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from knowledge.errors import BadLabels, UnknownSource
from knowledge.model import Source
from retrieval.engine import Engine, open_engine
from retrieval.evaluation.calibration import Bin, CurvePoint, bins, risk_coverage
from retrieval.evaluation.cases import Case, places_found
from retrieval.evaluation.labels import LabelledClaim, LabelledQuestion, LabelledQuotation, read_labels
from retrieval.evaluation.measures import DEPTH, Measures, measure
from retrieval.evaluation.outcomes import Judged, Outcome, judged
from retrieval.index.current import Notice
from retrieval.index.rebuild import Progress
from retrieval.model import IndexState
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


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a labelled file measures: of questions, claims and quotations those that it holds, the others None."""

    file: str
    index: IndexState
    questions: Report | None
    claims: Judged | None
    quotations: Judged | None


def evaluate(settings: Settings, path: Path, *, notice: Notice, progress: Progress) -> Evaluation:
    """Measure the home of these settings on a labelled file.

    Raises MissingFile, SourceTooLarge, BadLabels or UnknownSource before anything is measured, and what opening raises.
    """
    labels = read_labels(path, max_bytes=int(settings.max_source_mb * _MEGABYTE))
    # Ranking and confidence are wanted of every question; the settings' own threshold then says which are answered.
    asking = settings.model_copy(update={"threshold": 0.0})
    questions = [label for label in labels if isinstance(label, LabelledQuestion)]
    claims = [label for label in labels if isinstance(label, LabelledClaim)]
    quotations = [label for label in labels if isinstance(label, LabelledQuotation)]
    with open_engine(asking, notice=notice, progress=progress) as engine:
        cases = _ask_all(engine, questions, threshold=settings.threshold, progress=progress) if questions else []
        index = engine.state()
        asked = report(cases, file=path.name, threshold=settings.threshold, index=index) if cases else None
        checked = _judge_all(claims, lambda label: _checked(engine, label), progress)
        compared = _judge_all(quotations, lambda label: _compared(engine, label), progress)
        return Evaluation(path.name, index, asked, judged(checked), judged(compared))


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


_Judgeable = TypeVar("_Judgeable", LabelledClaim, LabelledQuotation)


def _judge_all(
    labels: Sequence[_Judgeable], judge: Callable[[_Judgeable], Outcome], progress: Progress
) -> list[Outcome]:
    if labels:
        judge(labels[0])  # Models are loaded by the first one, which is judged once more below.
    found = []
    for done, label in enumerate(labels):
        progress("checking", done, len(labels))
        found.append(judge(label))
    if labels:
        progress("checking", len(labels), len(labels))
    return found


def _checked(engine: Engine, label: LabelledClaim) -> Outcome:
    found = engine.check(label.claim)
    return Outcome(label, label.verdict, found.kind.value, found.confidence, found.elapsed_ms)


def _compared(engine: Engine, label: LabelledQuotation) -> Outcome:
    found = engine.quote(label.text, speaker=label.speaker)
    # Similarity is no probability of being right: a result is either what the words show or not.
    return Outcome(label, label.result, found.kind.value, 1.0, found.elapsed_ms)


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
