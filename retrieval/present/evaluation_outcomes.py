"""The measures of verdicts and quotation checks as JSON, and as the cells of tables."""

from collections.abc import Iterator

from knowledge.model import Language
from retrieval.evaluation.outcomes import ClassMeasures, Judged, Outcome, OutcomeMeasures
from retrieval.present.texts import say, say_for

Json = dict[str, object]

_DECIMALS = 4
_MILLISECOND_DECIMALS = 1
MEASURES = ("accuracy", "macro_f1", "reversals", "calibration_error")
CLASS_MEASURES = ("precision", "recall", "f1")


def judged(j: Judged) -> Json:
    """Overall, group by group and line by line."""
    return {
        "overall": _measures(j.overall),
        "groups": {group.name: _measures(group) for group in j.groups},
        "rows": [_row(outcome) for outcome in j.outcomes],
    }


def columns(language: Language) -> list[str]:
    """The heads of the table of groups: what names a group, then those of `cells`."""
    measures = ("n", *MEASURES, "median_ms")
    return [say(language, "evaluation-pair"), *(say_for(language, "measure", name) for name in measures)]


def cells(m: OutcomeMeasures) -> list[str]:
    """The figures of one group."""
    return [str(m.outcomes), *(f"{getattr(m, name):.3f}" for name in MEASURES), f"{m.median_ms:.0f}"]


def class_columns(language: Language) -> list[str]:
    """The heads of the table of classes: what names a class, then those of `class_cells`."""
    measures = [say_for(language, "class-measure", name) for name in CLASS_MEASURES]
    return [say(language, "outcome"), say_for(language, "measure", "n"), *measures]


def class_cells(m: ClassMeasures) -> list[str]:
    """The figures of one class."""
    return [str(m.labels), *(f"{getattr(m, name):.3f}" for name in CLASS_MEASURES)]


def wrong(j: Judged) -> Iterator[Outcome]:
    """What was not as expected."""
    return (outcome for outcome in j.outcomes if not outcome.right)


def _measures(m: OutcomeMeasures) -> Json:
    return {
        "n": m.outcomes,
        **{name: round(getattr(m, name), _DECIMALS) for name in MEASURES},
        "median_ms": round(m.median_ms, _MILLISECOND_DECIMALS),
        "classes": {
            measures.name: {"n": measures.labels}
            | {name: round(getattr(measures, name), _DECIMALS) for name in CLASS_MEASURES}
            for measures in m.classes
        },
    }


def _row(o: Outcome) -> Json:
    return {
        "id": o.label.id,
        "kind": o.label.kind,
        "expected": o.expected,
        "given": o.given,
        "confidence": round(o.confidence, _DECIMALS),
        "elapsed_ms": round(o.elapsed_ms, _MILLISECOND_DECIMALS),
    }
