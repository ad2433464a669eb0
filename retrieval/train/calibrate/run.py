"""The steps in their order, each with the weights that were fitted before it, and the files that come of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

from knowledge.errors import BadInput
from knowledge.model import Language
from retrieval.evaluation.labels import LabelledClaim, LabelledQuestion, LabelledQuotation
from retrieval.models.encoder import open_encoder
from retrieval.models.fitted import Fitted, read_fitted
from retrieval.search.fusion import FITTED, Weights
from retrieval.train.calibrate.confidence import fit_confidence
from retrieval.train.calibrate.fusion import fit_fusion
from retrieval.train.calibrate.paraphrase import fit_paraphrase
from retrieval.train.calibrate.reading import fit_reading
from retrieval.train.calibrate.step import ArticleFile, Bases, Fit, LabelFile, Ranking, Table
from retrieval.train.calibrate.verdict import fit_verdict
from retrieval.train.calibrate.written import WrittenText

# The package and the name of the file that each step fits, in the order of the steps.
FILES = {
    "fusion": ("retrieval.search", "fusion.json"),
    "reading": ("retrieval.answer", "reading.json"),
    "confidence": ("retrieval.answer", "confidence.json"),
    "verdict": ("retrieval.check", "verdict.json"),
    "paraphrase": ("retrieval.check", "paraphrase.json"),
}
# The steps whose numbers depend on another model besides the encoder.
_READER_STEPS = ("reading", "confidence", "verdict", "paraphrase")


@dataclass(frozen=True, slots=True)
class Given:
    """All that there is to fit on; what no step asks for is empty."""

    articles: Mapping[Language, ArticleFile]
    questions: Sequence[LabelFile[LabelledQuestion]]
    claims: Sequence[LabelFile[LabelledClaim]]
    quotations: Sequence[LabelFile[LabelledQuotation]]
    written: Sequence[WrittenText]


def model_digests(steps: Sequence[str], bases: Bases) -> dict[str, dict[str, str]]:
    """The digests of the models that each step's numbers depend on, by the models' roles.

    Raises BadInput where the weights that ship, which stay unless fusion is a step, were fitted with another encoder.
    """
    encoder = open_encoder(bases.encoder)
    if "fusion" not in steps and not FITTED.holds_for(encoder):
        raise BadInput("The weights of the fusion were fitted with another encoder.", hint="Name the step fusion too.")
    ranking = {"encoder": encoder.digest}
    digests = {step: dict(ranking) for step in steps}
    for step in steps:
        if step in _READER_STEPS:
            digests[step]["reader"] = bases.reader.digest
    return digests


def fit_steps(steps: Sequence[str], given: Given, bases: Bases, start: Ranking) -> Iterator[tuple[str, Fit]]:
    """Fit these steps; the later ones rank as those before them have fitted, or as `start` where none has."""
    ranking = start
    for step in (step for step in FILES if step in steps):
        match step:
            case "fusion":
                fit = fit_fusion(bases, given.articles, given.questions, given.written, start.fusion)
                ranking = replace(ranking, fusion=Weights(**fit.values))
            case "reading":
                fit = fit_reading(bases, given.articles, given.questions, given.written, ranking)
                ranking = replace(ranking, **fit.values)
            case "confidence":
                fit = fit_confidence(bases, given.articles, given.questions, given.written, ranking)
            case "verdict":
                fit = fit_verdict(bases, given.claims, given.written, ranking.fusion)
            case _:
                fit = fit_paraphrase(bases, given.quotations, ranking.fusion)
        yield step, fit


def as_fitted(step: str, fit: Fit, models: Mapping[str, str]) -> Fitted:
    """What the file of a step holds: the values, how they were made, and the digests of the models."""
    return Fitted(f"python -m retrieval.train.calibrate {step}, on {fit.data}", dict(models), fit.values)


def target(step: str, out: Path | None) -> Path:
    """The file to write: in a folder, or where it ships."""
    package, name = FILES[step]
    return (Path(str(resources.files(package))) if out is None else out) / name


def beside_shipped(step: str, fit: Fit) -> Table:
    """The values beside those that ship."""
    shipped = dict(_named(asdict(read_fitted(*FILES[step]))["values"]))
    rows = [(name, f"{value:g}", f"{shipped.get(name, '–')}") for name, value in _named(fit.values)]
    return Table(f"{step.capitalize()}: values", ("", "fitted", "shipped"), tuple(rows))


def _named(values: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Every number with its name, those of groups behind the group's name."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from ((f"{name} {own}", number) for own, number in _named(value))
        else:
            yield name, value
