"""Evaluation runs: the engine's results for every line of a labelled file, and the report on them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from knowledge.errors import BadLabels, UnknownSource
from knowledge.model import Source
from retrieval.engine import Engine, open_engine
from retrieval.evaluation.calibration import Bin, CurvePoint, bins, risk_coverage
from retrieval.evaluation.cases import Case, cited_gold
from retrieval.evaluation.labels import LabelledClaim, LabelledQuestion, LabelledQuotation, read_labels
from retrieval.evaluation.measures import DEPTH, Measures, measure
from retrieval.evaluation.outcomes import Judged, Outcome, judged
from retrieval.index.current import Notice
from retrieval.index.encoding import Progress
from retrieval.model import IndexState
from retrieval.settings import Settings

# Bytes: the SI megabyte.
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Group:
    """The measures of the cases that share a language pair or a kind."""

    name: str
    measures: Measures


@dataclass(frozen=True, slots=True)
class Report:
    """The measures of questions at a threshold, with the index they were asked of: overall and by group.

    `pairs` are groups by languages, `kinds` by the labels' kinds, empty where none has one. `cases` are in the file's
    order.
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
    """The reports on the questions, claims and quotations of a labelled file; None for types it does not have."""

    file: str
    index: IndexState
    questions: Report | None
    claims: Judged | None
    quotations: Judged | None


def evaluate(settings: Settings, path: Path, *, notice: Notice, progress: Progress) -> Evaluation:
    """Measure the home of these settings on a labelled file.

    Raises MissingFile, SourceTooLarge, BadLabels or UnknownSource before any measurement, and as `open_engine` does.
    """
    labels = read_labels(path, max_bytes=int(settings.max_source_mb * _MEGABYTE))
    # Ranking and confidence are measured of every question; `_ask` applies the threshold of the settings afterwards.
    without_threshold = settings.model_copy(update={"threshold": 0.0})
    questions = [label for label in labels if isinstance(label, LabelledQuestion)]
    claims = [label for label in labels if isinstance(label, LabelledClaim)]
    quotations = [label for label in labels if isinstance(label, LabelledQuotation)]
    with open_engine(without_threshold, notice=notice, progress=progress) as engine:
        cases = _ask_all(engine, questions, threshold=settings.threshold, progress=progress) if questions else []
        index = engine.state()
        question_report = report(cases, file=path.name, threshold=settings.threshold, index=index) if cases else None
        checked_claims = _judge_all(claims, lambda label: _check_claim(engine, label), progress)
        checked_quotations = _judge_all(quotations, lambda label: _check_quotation(engine, label), progress)
        return Evaluation(path.name, index, question_report, judged(checked_claims), judged(checked_quotations))


def report(cases: Sequence[Case], *, file: str, threshold: float, index: IndexState) -> Report:
    """Make the report on at least one case."""
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
        judge(labels[0])  # This loads the models, so that its time below is like that of the others.
    outcomes = []
    for done, label in enumerate(labels):
        progress("checking", done, len(labels))
        outcomes.append(judge(label))
    if labels:
        progress("checking", len(labels), len(labels))
    return outcomes


def _check_claim(engine: Engine, label: LabelledClaim) -> Outcome:
    message = engine.check(label.claim)
    return Outcome(label, label.verdict, message.kind.value, message.confidence, message.elapsed_ms)


def _check_quotation(engine: Engine, label: LabelledQuotation) -> Outcome:
    quotation = engine.quote(label.text, speaker=label.speaker)
    # A quotation check has no probability of being right, so that its confidence is 1.
    return Outcome(label, label.result, quotation.kind.value, 1.0, quotation.elapsed_ms)


def _ask_all(engine: Engine, labels: Sequence[LabelledQuestion], *, threshold: float, progress: Progress) -> list[Case]:
    sources = {source.id: source for source in engine.sources()}
    pairs = [_pair(label, sources) for label in labels]
    # This loads the encoder, so that the time of the question below is like that of the others.
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
        gold_numbers=cited_gold(label, answer.citations),
        first=answer.citations[0] if answer.citations else None,
        confidence=answer.confidence,
        answered=bool(answer.citations) and answer.confidence >= threshold,
        elapsed_ms=answer.elapsed_ms,
    )


def _pair(label: LabelledQuestion, sources: dict[str, Source]) -> str:
    """Return the question's language and those of its gold places, as "en→es".

    Raises UnknownSource or BadLabels for a place that the base lacks.
    """
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


def _grouped(named_cases: Sequence[tuple[str, Case]]) -> tuple[Group, ...]:
    """Measure the cases of each group; they are given with the names of their groups."""
    return tuple(
        Group(name, measure([case for own_name, case in named_cases if own_name == name]))
        for name in sorted({own_name for own_name, _ in named_cases})
    )
