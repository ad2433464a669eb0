"""The steps in their order, each with the weights that were fitted before it, and the files that come of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from knowledge.errors import BadInput
from knowledge.model import Language
from retrieval.evaluation.labels import LabelledClaim, LabelledQuestion, LabelledQuotation
from retrieval.models.encoder import open_encoder
from retrieval.models.entailment_models import open_entailment
from retrieval.models.fitted import Fitted, read_fitted
from retrieval.search.fusion import FITTED, Weights
from retrieval.train.calibrate.confidence import fit_confidence
from retrieval.train.calibrate.fusion import fit_fusion
from retrieval.train.calibrate.paraphrase import fit_paraphrase
from retrieval.train.calibrate.stance import fit_stance
from retrieval.train.calibrate.step import ArticleFile, Bases, Fit, LabelFile, Table
from retrieval.train.calibrate.written import WrittenText

# The package and the name of the file that each step fits, in the order of the steps.
FILES = {
    "fusion": ("retrieval.search", "fusion.json"),
    "confidence": ("retrieval.answer", "confidence.json"),
    "stance": ("retrieval.check", "stance.json"),
    "paraphrase": ("retrieval.check", "paraphrase.json"),
}
# Steps whose numbers depend on the entailment model besides the encoder.
_READ_BY_BOTH = ("stance", "paraphrase")


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
    if not any(step in _READ_BY_BOTH for step in steps):
        return dict.fromkeys(steps, ranking)
    both = {**ranking, "entailment": open_entailment(bases.entailment).digest}
    return {step: both if step in _READ_BY_BOTH else ranking for step in steps}


def fit_steps(steps: Sequence[str], given: Given, bases: Bases, start: Weights) -> Iterator[tuple[str, Fit]]:
    """Fit these steps; those after fusion rank with its weights, or with `start` where fusion is not among them."""
    weights = start
    for step in (step for step in FILES if step in steps):
        match step:
            case "fusion":
                fit = fit_fusion(bases, given.articles, given.questions, given.written, start)
                weights = Weights(**fit.values)
            case "confidence":
                fit = fit_confidence(bases, given.articles, given.questions, given.written, weights)
            case "stance":
                fit = fit_stance(bases, given.claims, given.written, weights)
            case _:
                fit = fit_paraphrase(bases, given.quotations, weights)
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
