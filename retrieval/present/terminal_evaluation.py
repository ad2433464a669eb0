"""An evaluation on a terminal: two tables, a row for all questions and one a language pair or kind."""

from collections.abc import Sequence

from rich import box
from rich.console import Group as Lines
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from knowledge.model import Language
from retrieval.evaluation.measures import Estimate, Measures
from retrieval.evaluation.outcomes import Judged
from retrieval.evaluation.run import Evaluation, Group, Report
from retrieval.present.evaluation import confidence, ranking, silence, speed
from retrieval.present.evaluation_outcomes import cells, columns
from retrieval.present.evaluation_texts import EvaluationTexts, evaluation_texts
from retrieval.present.inert import inert_line
from retrieval.present.terminal_citation import ACCENT, QUIET

# Hexadecimal digits, as in every other footer.
_SHORT = 8
_NOTHING = "–"


def evaluation(e: Evaluation, *, language: Language = "en") -> RenderableType:
    """How well it ranks, what silence and confidence are worth, and how verdicts fare; readable from 80 columns."""
    words = evaluation_texts(language)
    parts: list[RenderableType] = []
    if e.questions is not None:
        parts += [_questions(e.questions, words), ""]
    for title, found in ((words.verdicts, e.claims), (words.quotations, e.quotations)):
        if found is not None:
            parts += [_outcome_tables(title, found, words), ""]
    made_with = words.made_with.format(
        fingerprint=e.index.fingerprint[:_SHORT],
        encoder=inert_line(e.index.encoder),
        digest=e.index.encoder_digest[:_SHORT],
        sources=e.index.sources,
        passages=e.index.passages,
    )
    return Lines(*parts, Text(made_with, QUIET))


def _questions(r: Report, words: EvaluationTexts) -> RenderableType:
    parts = [[Group(words.all, r.overall)], r.pairs, r.kinds]
    m = r.overall
    counts = {"questions": m.questions, "answerable": m.answerable, "answered": m.answered}
    return Lines(
        Text(words.summary.format(threshold=r.threshold, **counts), "bold"),
        "",
        Text(words.ranking),
        _ranking_table(parts, words),
        "",
        Text(words.silence),
        _silence_table(parts, words),
    )


def _ranking_table(parts: Sequence[Sequence[Group]], words: EvaluationTexts) -> Table:
    table = _table(words, ["n", *ranking(parts[0][0].measures)])
    for groups in parts:
        table.add_section()
        for one in groups:
            if one.measures.answerable:
                cells = [_interval(found) for found in ranking(one.measures).values()]
                table.add_row(_name(one), str(one.measures.answerable), *cells)
    return table


def _silence_table(parts: Sequence[Sequence[Group]], words: EvaluationTexts) -> Table:
    first = parts[0][0].measures
    table = _table(words, ["n", *silence(first), *confidence(first), *speed(first)])
    for groups in parts:
        table.add_section()
        for one in groups:
            table.add_row(_name(one), str(one.measures.questions), *_silence_cells(one.measures))
    return table


def _silence_cells(m: Measures) -> list[Text]:
    return [
        *(_interval(found) for found in silence(m).values()),
        *(Text(_NOTHING if value is None else _share(value)) for value in confidence(m).values()),
        *(Text(f"{value:.0f}") for value in speed(m).values()),
    ]


def _table(words: EvaluationTexts, measures: Sequence[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(Text(words.pair), overflow="fold")
    for name in measures:
        # Two short lines rather than one that would make its column wide.
        head = words.measures.get(name, name).replace("@", "\n@").replace(" ", "\n")
        table.add_column(Text(head), justify="right", vertical="top")
    return table


def _name(group: Group) -> Text:
    return Text(inert_line(group.name), ACCENT)


def _interval(found: Estimate | None) -> Text:
    if found is None:
        return Text(_NOTHING)
    low, high = (_share(bound).removeprefix("0") for bound in (found.low, found.high))
    return Text(_share(found.value)).append(f"\n{low}–{high}", QUIET)


def _share(value: float) -> str:
    """Two decimals; of a whole one, one, so that an interval stays seven characters wide."""
    return "1.0" if f"{value:.2f}" == "1.00" else f"{value:.2f}"


def _outcome_tables(title: str, j: Judged, words: EvaluationTexts) -> RenderableType:
    """Two tables: the groups, and the classes overall."""
    groups, classes = (
        _plain_table(words.pair, columns(words)),
        _plain_table(words.outcome, [*words.class_measures.values()]),
    )
    for one in (j.overall, *j.groups):
        name = words.all if one is j.overall else one.name
        groups.add_row(Text(inert_line(name), ACCENT), *cells(one))
    for found in j.overall.classes:
        figures = [str(found.labels), *(f"{value:.3f}" for value in (found.precision, found.recall, found.f1))]
        classes.add_row(Text(found.name, ACCENT), *figures)
    return Lines(Text(title, "bold"), groups, "", classes)


def _plain_table(first: str, heads: list[str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(Text(first), overflow="fold")
    for head in heads:
        table.add_column(Text(head), justify="right")
    return table
