"""An evaluation as one HTML page: the figures, three plots, and what went wrong. No scripts, no outside resources."""

from collections.abc import Sequence
from dataclasses import dataclass
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
from retrieval.present.evaluation_outcomes import cells, columns, wrong
from retrieval.present.evaluation_texts import EvaluationTexts, evaluation_texts
from retrieval.present.inert import inert, inert_line

_TEMPLATE = "evaluation_page.html"
_NOTHING = "–"
# Hexadecimal digits, as in every other footer.
_SHORT = 8


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
    words = evaluation_texts(language)
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["inert"] = inert
    template = environment.from_string(resources.files("retrieval.present").joinpath(_TEMPLATE).read_text("utf-8"))
    r = e.questions
    groups = [] if r is None else [Group(words.all, r.overall), *r.pairs, *r.kinds]
    return template.render(
        language="es" if language == "es" else "en",
        words=words,
        title=words.title.format(file=inert_line(e.file)),
        summary="" if r is None else _summary(r, words),
        made_with=words.made_with.format(
            fingerprint=e.index.fingerprint[:_SHORT],
            encoder=inert_line(e.index.encoder),
            digest=e.index.encoder_digest[:_SHORT],
            sources=e.index.sources,
            passages=e.index.passages,
        ),
        names=[inert_line(one.name) for one in groups],
        rows=_rows([one.measures for one in groups], words) if groups else [],
        plots=[] if r is None else _plots(r, words),
        parts=[] if r is None else _parts(r.cases, words),
        depth=DEPTH,
        outcome_parts=[
            _outcomes(title, found, words)
            for title, found in ((words.verdicts, e.claims), (words.quotations, e.quotations))
            if found is not None
        ],
        outcome_columns=columns(words),
    )


def _summary(r: Report, words: EvaluationTexts) -> str:
    m = r.overall
    return words.summary.format(
        questions=m.questions, answerable=m.answerable, answered=m.answered, threshold=r.threshold
    )


def _outcomes(title: str, j: Judged, words: EvaluationTexts) -> OutcomePart:
    groups = [(words.all, j.overall), *((inert_line(one.name), one) for one in j.groups)]
    return OutcomePart(
        title,
        tuple((name, *cells(one)) for name, one in groups),
        tuple(
            (one.name, str(one.labels), *(f"{value:.3f}" for value in (one.precision, one.recall, one.f1)))
            for one in j.overall.classes
        ),
        tuple(wrong(j)),
    )


def _rows(measures: Sequence[Measures], words: EvaluationTexts) -> list[Row]:
    columns = [_cells(one, words) for one in measures]
    names = {words.questions: "", words.answered: ""} | {
        words.measures[key]: words.explained[key] for key in words.explained
    }
    return [Row(name, explained, tuple(column[name] for column in columns)) for name, explained in names.items()]


def _cells(m: Measures, words: EvaluationTexts) -> dict[str, Cell]:
    """The figures of a group by the measures' names."""
    estimates = {key: _interval(one) for key, one in (ranking(m) | silence(m)).items()}
    plain = {key: Cell(_NOTHING if one is None else f"{one:.3f}") for key, one in confidence(m).items()}
    times = {key: Cell(f"{one:.1f}") for key, one in speed(m).items()}
    counts = {words.questions: Cell(str(m.questions)), words.answered: Cell(str(m.answered))}
    return counts | {words.measures[key]: cell for key, cell in (estimates | plain | times).items()}


def _interval(found: Estimate | None) -> Cell:
    return Cell(_NOTHING) if found is None else Cell(f"{found.value:.3f}", f"[{found.low:.3f}, {found.high:.3f}]")


def _plots(r: Report, words: EvaluationTexts) -> list[Plot]:
    m = r.overall
    curve = words.curve_caption.format(
        area=m.risk_area,
        threshold=r.threshold,
        coverage=m.answered / m.questions,
        risk=_NOTHING if m.precision is None else f"{1 - m.precision.value:.0%}",
    )
    reliability = words.reliability_caption.format(error=m.calibration_error)
    plots = [
        Plot(words.curve, curve, draw.risk_coverage(r.curve, threshold=r.threshold, words=words, alt=curve)),
        Plot(words.reliability, reliability, draw.reliability(r.bins, words=words, alt=reliability)),
    ]
    pairs = [one for one in r.pairs if one.measures.answerable]
    if pairs:
        listed = "; ".join(f"{one.name}: {draw.shown_scores(one.measures, words)}" for one in pairs)
        caption = words.scores_caption.format(scores=listed)
        plots.append(Plot(words.scores, caption, draw.scores(pairs, words=words, alt=caption)))
    return plots


def _parts(cases: Sequence[Case], words: EvaluationTexts) -> list[Part]:
    return [
        Part(words.wrong, tuple(one for one in cases if one.answerable and not one.right)),
        Part(words.false_answers, tuple(one for one in cases if one.answered and not one.answerable)),
        Part(words.false_refusals, tuple(one for one in cases if one.answerable and not one.answered)),
    ]
