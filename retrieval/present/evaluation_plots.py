"""The plots of an evaluation as inline SVG: the same report gives the same bytes, and text stays text.

Colours are of middle lightness, so that they are seen on white and on black; what they tell apart differs in shape
too. The colour of text is left to the page.
"""

import re
from collections.abc import Sequence
from html import escape
from io import StringIO

from knowledge.extras import from_extra
from knowledge.model import Language
from retrieval.evaluation.calibration import Bin, CurvePoint
from retrieval.evaluation.measures import Measures
from retrieval.evaluation.run import Group
from retrieval.present.evaluation import ranking
from retrieval.present.texts import say, say_for

with from_extra("eval", "matplotlib", purpose="A page with plots"):
    import matplotlib as mpl
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

# Each has a contrast of 3:1 or more with white and with the page's dark ground (WCAG 2.2, success criterion 1.4.11).
_BLUE, _ORANGE, _GREEN, _GREY = "#3478c6", "#c26a12", "#2b8f63", "#808080"
_WIDTH, _HEIGHT = 6.4, 4.0  # inches, at 72 SVG points each
_ROW = 0.55  # inches a language pair takes
_SHOWN = {"hit@1": ("o", _BLUE), "hit@5": ("s", _GREEN), "ndcg@10": ("D", _ORANGE)}
# Element ids and references to them, which must differ between the drawings of one page.
_REFERENCE = re.compile(r'(\bid="|href="#|url\(#)')
_NAMESPACE = re.compile(r' xmlns(?::\w+)?="[^"]*"')


def risk_coverage(curve: Sequence[CurvePoint], *, threshold: float, language: Language, alt: str) -> str:
    """Risk by coverage, and the point at which the threshold answers."""
    figure = _figure(_HEIGHT)
    axes = _axes(figure)
    coverage, risk = [point.coverage for point in curve], [point.risk for point in curve]
    axes.plot(coverage, risk, color=_BLUE, marker="." if len(curve) == 1 else None)
    answered = [point for point in curve if point.threshold >= threshold]
    if answered:
        label = say(language, "plot-risk-threshold", threshold=f"{threshold:.2f}")
        axes.plot(answered[-1].coverage, answered[-1].risk, "D", color=_ORANGE, label=label)
        axes.legend(frameon=False, loc="upper left")
    _percent(axes, say(language, "plot-risk-coverage"), say(language, "plot-risk-risk"))
    return _drawn(figure, name="risk", alt=alt)


def reliability(bins: Sequence[Bin], *, language: Language, alt: str) -> str:
    """The share that is right by mean confidence, a point a bin with the number of its questions."""
    figure = _figure(_HEIGHT)
    axes = _axes(figure)
    axes.plot([0, 1], [0, 1], "--", color=_GREY, label=say(language, "plot-reliability-perfect"))
    axes.plot([group.confidence for group in bins], [group.right for group in bins], "o-", color=_BLUE)
    for group in bins:
        axes.annotate(str(group.count), (group.confidence, group.right), xytext=(6, -10), textcoords="offset points")
    axes.legend(frameon=False, loc="upper left")
    _percent(axes, say(language, "plot-reliability-confidence"), say(language, "plot-reliability-right"))
    return _drawn(figure, name="reliability", alt=alt)


def scores(groups: Sequence[Group], *, language: Language, alt: str) -> str:
    """Scores by language pair with their intervals, for the pairs that have an answerable question."""
    figure = _figure(1.2 + _ROW * len(groups))
    axes = _axes(figure)
    for offset, (name, (marker, colour)) in zip((-0.22, 0.0, 0.22), _SHOWN.items(), strict=True):
        estimates = [(row, ranking(group.measures)[name]) for row, group in enumerate(groups)]
        known = [(row + offset, estimate) for row, estimate in estimates if estimate is not None]
        values = [estimate.value for _, estimate in known]
        below = [estimate.value - estimate.low for _, estimate in known]
        above = [estimate.high - estimate.value for _, estimate in known]
        axes.errorbar(
            values,
            [row for row, _ in known],
            xerr=[below, above],
            fmt=marker,
            color=colour,
            capsize=3,
            label=say_for(language, "measure", name),
        )
    axes.set_yticks(range(len(groups)), [group.name for group in groups])
    axes.set_ylim(len(groups) - 0.5, -0.5)
    axes.set_xlim(-0.02, 1.02)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=len(_SHOWN))
    return _drawn(figure, name="scores", alt=alt)


def shown_scores(measures: Measures, language: Language) -> str:
    """The scores that are drawn, in words."""
    estimates = ((say_for(language, "measure", name), ranking(measures)[name]) for name in _SHOWN)
    return ", ".join(f"{label} {estimate.value:.2f}" for label, estimate in estimates if estimate is not None)


def _figure(height: float) -> Figure:
    return Figure(figsize=(_WIDTH, height), layout="constrained")


def _axes(figure: Figure) -> Axes:
    axes = figure.add_subplot()
    axes.grid(color=_GREY, alpha=0.3, linewidth=0.6)
    axes.spines[:].set_color(_GREY)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(color=_GREY)
    return axes


def _percent(axes: Axes, x: str, y: str) -> None:
    axes.set(xlabel=x, ylabel=y, xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.yaxis.set_major_formatter(PercentFormatter(1))


def _drawn(figure: Figure, *, name: str, alt: str) -> str:
    """The SVG element with its description, without a date and without the namespaces, which HTML knows."""
    written = StringIO()
    unnamed = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(written, format="svg", transparent=True, metadata=unnamed)
    drawing = written.getvalue()
    drawing = _REFERENCE.sub(rf"\g<1>{name}-", drawing[drawing.index("<svg") :])
    drawing = _NAMESPACE.sub("", drawing)
    return drawing.replace("<svg", f'<svg role="img" aria-label="{escape(alt)}"', 1)
