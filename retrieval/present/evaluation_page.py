"""An evaluation as one HTML page: the figures, three plots, and what went wrong. No scripts, no outside resources."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib import resources
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from knowledge.errors import BadTarget, HomeNotWritable
from knowledge.model import Language
from knowledge.storage import write_whole
from retrieval.evaluation.cases import Case
from retrieval.evaluation.measures import DEPTH, Estimate, Measures
from retrieval.evaluation.outcomes import Judged, Outcome
from retrieval.evaluation.run import Evaluation, Group, Report
from retrieval.present import evaluation_plots as draw
from retrieval.present.evaluation import confidence, ranking, silence, speed
from retrieval.present.evaluation_outcomes import cells, class_cells, class_columns, columns, wrong
from retrieval.present.evaluation_sentences import made_with, summary
from retrieval.present.inert import inert, inert_line
from retrieval.present.texts import say, say_for

_TEMPLATE = "evaluation_page.html"
_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure, and its interval where it has one."""

    value: str
    interval: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A measure and its figure for each group."""

    name: str
    explained: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing and what is said of it."""

    title: str
    caption: str
    drawing: str


@dataclass(frozen=True, slots=True)
class Part:
    """A list of questions that went wrong in one way."""

    title: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class OutcomePart:
    """The figures of verdicts or quotation checks, and what did not come as expected."""

    title: str
    rows: tuple[tuple[str, ...], ...]
    classes: tuple[tuple[str, ...], ...]
    wrong: tuple[Outcome, ...]


def write_page(e: Evaluation, path: Path, *, language: Language = "en") -> None:
    """Write the page whole or not at all. Raises BadTarget, HomeNotWritable or StorageFull."""
    try:
        # A lone surrogate, of a file's name, is written as everywhere else.
        write_whole(path, page(e, language=language).encode("utf-8", "backslashreplace"))
    except (BadTarget, HomeNotWritable) as error:
        error.hint = "Name another file with --html."
        raise


def page(e: Evaluation, *, language: Language = "en") -> str:
    """The page; the same evaluation gives the same page."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["inert"] = inert
    template = environment.from_string(resources.files("retrieval.present").joinpath(_TEMPLATE).read_text("utf-8"))
    r = e.questions
    groups = [] if r is None else [Group(say(language, "evaluation-all"), r.overall), *r.pairs, *r.kinds]
    return template.render(
        language="es" if language == "es" else "en",
        say=partial(say, language),
        title=say(language, "evaluation-title", file=inert_line(e.file)),
        summary="" if r is None else summary(r, language),
        made_with=made_with(e.index, language),
        names=[inert_line(group.name) for group in groups],
        rows=_rows([group.measures for group in groups], language) if groups else [],
        plots=[] if r is None else _plots(r, language),
        parts=[] if r is None else _parts(r.cases, language),
        depth=DEPTH,
        outcome_parts=[
            _outcomes(say(language, title), outcomes, language)
            for title, outcomes in (("outcome-verdicts", e.claims), ("outcome-quotations", e.quotations))
            if outcomes is not None
        ],
        outcome_columns=columns(language),
        class_columns=class_columns(language),
    )


def _outcomes(title: str, j: Judged, language: Language) -> OutcomePart:
    groups = [(say(language, "evaluation-all"), j.overall), *((inert_line(group.name), group) for group in j.groups)]
    return OutcomePart(
        title,
        tuple((name, *cells(measures)) for name, measures in groups),
        tuple((measures.name, *class_cells(measures)) for measures in j.overall.classes),
        tuple(wrong(j)),
    )


def _rows(measures: Sequence[Measures], language: Language) -> list[Row]:
    counts = [
        Row(say(language, "evaluation-questions"), "", tuple(Cell(str(m.questions)) for m in measures)),
        Row(say(language, "evaluation-answered"), "", tuple(Cell(str(m.answered)) for m in measures)),
    ]
    columns = [_cells(m) for m in measures]
    return counts + [
        Row(
            say_for(language, "measure", name),
            say_for(language, "measure-meaning", name),
            tuple(column[name] for column in columns),
        )
        for name in columns[0]
    ]


def _cells(m: Measures) -> dict[str, Cell]:
    """The figures of a group by the measures' JSON fields."""
    estimates = {name: _interval(estimate) for name, estimate in (ranking(m) | silence(m)).items()}
    plain = {name: Cell(_NOTHING if value is None else f"{value:.3f}") for name, value in confidence(m).items()}
    return estimates | plain | {name: Cell(f"{value:.1f}") for name, value in speed(m).items()}


def _interval(estimate: Estimate | None) -> Cell:
    if estimate is None:
        return Cell(_NOTHING)
    return Cell(f"{estimate.value:.3f}", f"[{estimate.low:.3f}, {estimate.high:.3f}]")


def _plots(r: Report, language: Language) -> list[Plot]:
    m = r.overall
    curve = say(
        language,
        "plot-risk-caption",
        area=f"{m.risk_area:.3f}",
        threshold=f"{r.threshold:.2f}",
        coverage=f"{m.answered / m.questions:.0%}",
        risk=_NOTHING if m.precision is None else f"{1 - m.precision.value:.0%}",
    )
    reliability = say(language, "plot-reliability-caption", error=f"{m.calibration_error:.3f}")
    plots = [
        Plot(
            say(language, "plot-risk"),
            curve,
            draw.risk_coverage(r.curve, threshold=r.threshold, language=language, alt=curve),
        ),
        Plot(
            say(language, "plot-reliability"),
            reliability,
            draw.reliability(r.bins, language=language, alt=reliability),
        ),
    ]
    pairs = [pair for pair in r.pairs if pair.measures.answerable]
    if pairs:
        listed = "; ".join(f"{pair.name}: {draw.shown_scores(pair.measures, language)}" for pair in pairs)
        caption = say(language, "plot-scores-caption", scores=listed)
        drawing = draw.scores(pairs, language=language, alt=caption)
        plots.append(Plot(say(language, "plot-scores"), caption, drawing))
    return plots


def _parts(cases: Sequence[Case], language: Language) -> list[Part]:
    wrong_first = tuple(case for case in cases if case.answerable and not case.right)
    false_answers = tuple(case for case in cases if case.answered and not case.answerable)
    false_refusals = tuple(case for case in cases if case.answerable and not case.answered)
    return [
        Part(say(language, "case-wrong"), wrong_first),
        Part(say(language, "case-false-answers"), false_answers),
        Part(say(language, "case-false-refusals"), false_refusals),
    ]
