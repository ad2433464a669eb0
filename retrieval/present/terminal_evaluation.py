"""An evaluation on a terminal: two tables, a row for all questions and one a language pair or kind."""

from collections.abc import Sequence

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from knowledge.model import Language
from retrieval.evaluation.measures import Estimate, Measures
from retrieval.evaluation.outcomes import Judged
from retrieval.evaluation.run import Evaluation, Group, Report
from retrieval.present.evaluation import confidence, ranking, silence, speed
from retrieval.present.evaluation_outcomes import cells, class_cells, class_columns, columns
from retrieval.present.evaluation_sentences import made_with, summary
from retrieval.present.inert import inert_line
from retrieval.present.terminal_citation import ACCENT, QUIET
from retrieval.present.terminal_table import figure_table
from retrieval.present.texts import say, say_for

_NOTHING = "–"


def evaluation(e: Evaluation, *, language: Language = "en") -> RenderableType:
    """How well it ranks, what silence and confidence are worth, and how verdicts fare; readable from 80 columns."""
    parts: list[RenderableType] = []
    if e.questions is not None:
        parts += [_questions(e.questions, language), ""]
    for title, outcomes in (("outcome-verdicts", e.claims), ("outcome-quotations", e.quotations)):
        if outcomes is not None:
            parts += [_outcome_tables(say(language, title), outcomes, language), ""]
    return Lines(*parts, Text(made_with(e.index, language), QUIET))


def _questions(r: Report, language: Language) -> RenderableType:
    parts = [[Group(say(language, "evaluation-all"), r.overall)], r.pairs, r.kinds]
    return Lines(
        Text(summary(r, language), "bold"),
        "",
        Text(say(language, "evaluation-ranking")),
        _ranking_table(parts, language),
        "",
        Text(say(language, "evaluation-silence")),
        _silence_table(parts, language),
    )


def _ranking_table(parts: Sequence[Sequence[Group]], language: Language) -> Table:
    table = _table(language, ["n", *ranking(parts[0][0].measures)])
    for groups in parts:
        table.add_section()
        for group in groups:
            if group.measures.answerable:
                figures = [_interval(estimate) for estimate in ranking(group.measures).values()]
                table.add_row(_name(group), str(group.measures.answerable), *figures)
    return table


def _silence_table(parts: Sequence[Sequence[Group]], language: Language) -> Table:
    first = parts[0][0].measures
    table = _table(language, ["n", *silence(first), *confidence(first), *speed(first)])
    for groups in parts:
        table.add_section()
        for group in groups:
            table.add_row(_name(group), str(group.measures.questions), *_silence_cells(group.measures))
    return table


def _silence_cells(m: Measures) -> list[Text]:
    return [
        *(_interval(estimate) for estimate in silence(m).values()),
        *(Text(_NOTHING if value is None else _share(value)) for value in confidence(m).values()),
        *(Text(f"{value:.0f}") for value in speed(m).values()),
    ]


def _table(language: Language, measures: Sequence[str]) -> Table:
    # Two short lines rather than one that would make its column wide.
    heads = [say_for(language, "measure", name).replace("@", "\n@").replace(" ", "\n") for name in measures]
    return figure_table([say(language, "evaluation-pair"), *heads])


def _name(group: Group) -> Text:
    return Text(inert_line(group.name), ACCENT)


def _interval(estimate: Estimate | None) -> Text:
    if estimate is None:
        return Text(_NOTHING)
    low, high = (_share(bound).removeprefix("0") for bound in (estimate.low, estimate.high))
    return Text(_share(estimate.value)).append(f"\n{low}–{high}", QUIET)


def _share(value: float) -> str:
    """Two decimals; of a whole one, one, so that an interval stays seven characters wide."""
    return "1.0" if f"{value:.2f}" == "1.00" else f"{value:.2f}"


def _outcome_tables(title: str, j: Judged, language: Language) -> RenderableType:
    """Two tables: the groups, and the classes overall."""
    groups, classes = figure_table(columns(language)), figure_table(class_columns(language))
    groups.add_row(Text(say(language, "evaluation-all"), ACCENT), *cells(j.overall))
    for group in j.groups:
        groups.add_row(Text(inert_line(group.name), ACCENT), *cells(group))
    for measures in j.overall.classes:
        classes.add_row(Text(measures.name, ACCENT), *class_cells(measures))
    return Lines(Text(title, "bold"), groups, "", classes)
