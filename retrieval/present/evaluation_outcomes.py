"""The measures of verdicts and quotation checks as JSON, and as the cells of tables."""

from collections.abc import Iterator

from retrieval.evaluation.outcomes import Judged, Outcome, OutcomeMeasures
from retrieval.present.evaluation_texts import EvaluationTexts

Json = dict[str, object]

_DECIMALS = 4
_MILLISECOND_DECIMALS = 1
_MEASURES = ("accuracy", "macro_f1", "reversals", "calibration_error")


def judged(j: Judged) -> Json:
    """Overall, group by group and line by line."""
    return {
        "overall": _measures(j.overall),
        "groups": {one.name: _measures(one) for one in j.groups},
        "rows": [_row(one) for one in j.outcomes],
    }


def columns(words: EvaluationTexts) -> list[str]:
    """The heads of the tables, in the order of `cells`."""
    return ["n", *(words.outcome_measures[name] for name in _MEASURES), "ms"]


def cells(m: OutcomeMeasures) -> list[str]:
    """The figures of one group."""
    return [str(m.outcomes), *(f"{getattr(m, name):.3f}" for name in _MEASURES), f"{m.median_ms:.0f}"]


def wrong(j: Judged) -> Iterator[Outcome]:
    """What was not as expected."""
    return (one for one in j.outcomes if not one.right)


def _measures(m: OutcomeMeasures) -> Json:
    return {
        "n": m.outcomes,
        **{name: round(getattr(m, name), _DECIMALS) for name in _MEASURES},
        "median_ms": round(m.median_ms, _MILLISECOND_DECIMALS),
        "classes": {
            one.name: {
                "n": one.labels,
                "precision": round(one.precision, _DECIMALS),
                "recall": round(one.recall, _DECIMALS),
                "f1": round(one.f1, _DECIMALS),
            }
            for one in m.classes
        },
    }


def _row(one: Outcome) -> Json:
    return {
        "id": one.label.id,
        "kind": one.label.kind,
        "expected": one.expected,
        "given": one.given,
        "confidence": round(one.confidence, _DECIMALS),
        "elapsed_ms": round(one.elapsed_ms, _MILLISECOND_DECIMALS),
    }
