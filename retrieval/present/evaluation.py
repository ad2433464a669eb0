"""An evaluation as a JSON value: names, order and rounding, and the names that tables and pages use too."""

from dataclasses import asdict

from retrieval.evaluation.cases import Case
from retrieval.evaluation.measures import Estimate, Measures
from retrieval.evaluation.run import Evaluation, Group, Report
from retrieval.present.evaluation_outcomes import judged

Json = dict[str, object]

# As in `as_json`: enough to tell two figures apart.
_DECIMALS = 4
_MILLISECOND_DECIMALS = 1


def evaluation(e: Evaluation) -> Json:
    """What was measured of questions, at the top, and of claims and quotations; what the file lacks is left out."""
    asked = {} if e.questions is None else _report(e.questions)
    checked: Json = {} if e.claims is None else {"claims": judged(e.claims)}
    compared: Json = {} if e.quotations is None else {"quotations": judged(e.quotations)}
    return {"file": e.file} | asked | checked | compared | {"index": asdict(e.index)}


def _report(r: Report) -> Json:
    """A report. Shares and scores lie between 0 and 1; where there was nothing to measure a value is null."""
    return {
        "threshold": r.threshold,
        "overall": _measures(r.overall),
        "by_pair": _groups(r.pairs),
        "by_kind": _groups(r.kinds),
        "calibration": [_rounded(asdict(group)) for group in r.bins],
        "risk_coverage": [_rounded(asdict(point)) for point in r.curve],
        "rows": [_row(case) for case in r.cases],
    }


def ranking(m: Measures) -> dict[str, Estimate | None]:
    """The measures of ranking by their JSON fields."""
    return {
        "hit@1": m.hit_1,
        "hit@3": m.hit_3,
        "hit@5": m.hit_5,
        "recall@5": m.recall_5,
        "recall@10": m.recall_10,
        "mrr@10": m.mrr_10,
        "ndcg@10": m.ndcg_10,
    }


def silence(m: Measures) -> dict[str, Estimate | None]:
    """What silence costs and saves, by its JSON fields."""
    return {"false_answers": m.false_answers, "false_refusals": m.false_refusals, "precision": m.precision}


def confidence(m: Measures) -> dict[str, float | None]:
    """The measures of confidence by their JSON fields."""
    return {"calibration_error": m.calibration_error, "auc": m.auc, "aurc": m.risk_area}


def speed(m: Measures) -> dict[str, float]:
    """Milliseconds a question, by their JSON fields."""
    return {"median_ms": m.median_ms, "p95_ms": m.p95_ms}


def _groups(groups: tuple[Group, ...]) -> Json:
    return {group.name: _measures(group.measures) for group in groups}


def _measures(m: Measures) -> Json:
    estimates = ranking(m) | silence(m)
    return {
        "questions": m.questions,
        "answerable": m.answerable,
        "answered": m.answered,
        **{name: None if estimate is None else _rounded(asdict(estimate)) for name, estimate in estimates.items()},
        **_rounded(confidence(m)),
        **{name: round(value, _MILLISECOND_DECIMALS) for name, value in speed(m).items()},
    }


def _row(c: Case) -> Json:
    return {
        "id": c.label.id,
        "pair": c.pair,
        "kind": c.label.kind,
        "confidence": round(c.confidence, _DECIMALS),
        "answered": c.answered,
        "right": c.right,
        "rank": c.rank,
        "cited": None if c.first is None else {"source": c.first.source.id, "paragraph": c.first.paragraph},
        "elapsed_ms": round(c.elapsed_ms, _MILLISECOND_DECIMALS),
    }


def _rounded(values: "dict[str, float | None]") -> Json:
    return {name: None if value is None else round(value, _DECIMALS) for name, value in values.items()}
