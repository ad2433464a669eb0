"""What came of each labelled question: what was cited, and whether it was right."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.evaluation.labels import LabelledQuestion, Place, folded
from retrieval.model import Citation


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled question and what was cited, best first.

    `found` has an entry a citation: the place in `label.gold` that it is the first to name rightly, else None.
    `pair` is the question's language and those of its gold sources, "en→es".
    """

    label: LabelledQuestion
    pair: str
    found: tuple[int | None, ...]
    first: Citation | None
    confidence: float
    answered: bool
    elapsed_ms: float

    @property
    def answerable(self) -> bool:
        """Whether there is anything to be found."""
        return bool(self.label.gold)

    @property
    def right(self) -> bool:
        """Whether the first citation is right."""
        return self.rank == 1

    @property
    def rank(self) -> int | None:
        """The number of the first citation that is right."""
        return next((n for n, place in enumerate(self.found, 1) if place is not None), None)


def places_found(label: LabelledQuestion, citations: Sequence[Citation]) -> tuple[int | None, ...]:
    """For each citation, the gold place that it is the first to name rightly; naming one again finds nothing new."""
    numbers = {place: number for number, place in enumerate(label.gold)}
    answers = [folded(answer) for answer in label.answers]
    found: list[int | None] = []
    for citation in citations:
        number = numbers.get(Place(citation.source.id, citation.paragraph))
        context = folded(citation.context)
        right = number not in found and (not answers or any(answer in context for answer in answers))
        found.append(number if right else None)
    return tuple(found)
