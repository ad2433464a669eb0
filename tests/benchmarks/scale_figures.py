"""The figures of `scale.py`: kept in a file, shown as a table, drawn as a plot."""

import json
import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Figure:
    """Seconds that passed and that processors worked; or the amount of something else."""

    passed: float = 0.0
    worked: float = 0.0
    amount: float | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured: its name in a table, its unit, and what must be reached and was aimed at."""

    name: str
    unit: str
    must: str = ""
    aim: str = ""


Figures = dict[str, dict[str, dict[str, Figure]]]
"""Figures by kind of encoder or peer, number of passages, and measure."""

MEASURES = {
    "growing": Measure("growing, a passage", "ms"),
    "indexing": Measure("indexing all, as one command", "s", "10 k: 190 s", "150 s"),
    "add command": Measure("add one paragraph as a command", "s", "10 k: 2 s", "1.2 s"),
    "add one": Measure("add one paragraph, inside", "ms", "1 s", ".3 s"),
    "add fifty": Measure("add fifty paragraphs, inside", "ms", "10 k, 1 M: 2.5, 3 s", "1, 1.2 s"),
    "change fifty": Measure("change them", "ms"),
    "remove fifty": Measure("remove them", "ms"),
    "question": Measure("warm question without the reader", "ms", "10 k, 1 M: 30, 120 ms", "15, 45 ms"),
    "first answer": Measure("new process to the first answer", "s", "10 k, 1 M: 1.5, 2 s", "1, 1.2 s"),
    "memory": Measure("memory of a process after 40 questions", "MB", "10 k, 1 M: 400 MB, 2 GB", "300 MB, 1 GB"),
    "disk": Measure("disk a passage", "kB", "20 kB", "15 kB"),
    "disk, base": Measure("of which the base", "kB"),
    "disk, encodings": Measure("encodings", "kB"),
    "disk, segments": Measure("segments", "kB"),
    "recall": Measure("recall of the nearest 100", "", ".999", ""),
}
_FACTORS = {"ms": 1000.0, "s": 1.0}
_DRAWN = {
    "first answer": "new process to the first answer",
    "add command": "add one paragraph as a command",
    "add fifty": "add fifty paragraphs",
    "question": "question without the reader",
    "add one": "add one paragraph",
}
"""What is drawn of the work, from the longest to the shortest."""


def read(path: Path | None) -> Figures:
    """The figures of a file; none where there is none."""
    if path is None or not path.is_file():
        return {}
    kept = json.loads(path.read_text("utf-8"))
    return {
        kind: {size: {key: Figure(**value) for key, value in own.items()} for size, own in sizes.items()}
        for kind, sizes in kept["figures"].items()
    }


def kept(figures: Figures, size: int, measured: dict[str, dict[str, Figure]], path: Path | None) -> Figures:
    """The figures with those of one size, by kind; what was not measured now stays."""
    whole = {kind: dict(sizes) for kind, sizes in figures.items()}
    for kind, own in measured.items():
        sizes = whole.setdefault(kind, {})
        sizes[str(size)] = {**sizes.get(str(size), {}), **own}
    if path is not None:
        plain = {
            kind: {number: {key: asdict(value) for key, value in own.items()} for number, own in sizes.items()}
            for kind, sizes in whole.items()
        }
        path.write_text(json.dumps({"machine": machine(), "figures": plain}, indent=1), "utf-8")
    return whole


def machine() -> str:
    """The processor, its cores, and how many programs wait for them."""
    return f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}"


def show(figures: Figures) -> None:
    """Print a table with a column for each kind and size."""
    columns = [(kind, size) for kind, sizes in figures.items() for size in sorted(sizes, key=int)]
    table = Table("measure", "must", "aim", title=f"time passed (of work) · {machine()}")
    for kind, size in columns:
        table.add_column(f"{kind}, {int(size):,}", justify="right")
    for key, measure in MEASURES.items():
        values = [figures[kind][size].get(key) for kind, size in columns]
        if any(value is not None for value in values):
            table.add_row(measure.name, measure.must, measure.aim, *(_text(value, measure.unit) for value in values))
    Console(width=60 + 22 * len(columns)).print(table)


def _text(figure: Figure | None, unit: str) -> str:
    if figure is None:
        return "–"
    if figure.amount is not None:
        return f"{figure.amount:.4g} {unit}"
    factor = _FACTORS[unit]
    digits = 2 if unit == "s" or figure.passed * factor < 10 else 0
    return f"{figure.passed * factor:.{digits}f} {unit} ({figure.worked * factor:.{digits}f})"


def draw(figures: Figures, path: Path) -> None:
    """Draw the work of each measure, the memory and the disk by the number of passages."""
    import matplotlib as mpl
    from matplotlib.figure import Figure as Picture
    from matplotlib.ticker import FuncFormatter, NullFormatter

    # Text stays text, and equal figures give an equal file.
    mpl.rcParams |= {"svg.hashsalt": "citabot", "svg.fonttype": "none", "font.size": 9}
    picture = Picture(figsize=(8, 3.4), layout="constrained")
    left, right = picture.subplots(1, 2, width_ratios=(3, 2))
    own = figures["stand-in"]
    sizes = sorted(map(int, own))
    for key, label in _DRAWN.items():
        drawn = [(size, own[str(size)][key].worked) for size in sizes if key in own[str(size)]]
        left.plot(*zip(*drawn, strict=True), marker="o", markersize=4, label=label)
    left.set(ylabel="seconds of one core", title="Work")
    for key, label in (("memory", "memory, MB"), ("disk", "disk a passage, kB")):
        drawn = [(size, own[str(size)][key].amount or 0) for size in sizes if key in own[str(size)]]
        right.plot(*zip(*drawn, strict=True), marker="o", markersize=4, label=label)
    right.set(title="Memory and disk", ylim=(10, 1000))
    for axes in (left, right):
        axes.set(xscale="log", yscale="log", xlabel="passages")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
            axis.set_minor_formatter(NullFormatter())
        axes.legend(fontsize=7, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
        axes.grid(visible=True, linewidth=0.3)
    picture.savefig(path, format=path.suffix[1:], metadata={"Date": None} if path.suffix == ".svg" else None)
