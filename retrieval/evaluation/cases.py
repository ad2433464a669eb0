"""Cases: labelled questions with their citations, and whether these are right."""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.evaluation.labels import LabelledQuestion, Place, folded
from retrieval.model import Citation


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled question and the result of asking it.

    `gold_numbers` has an entry for each citation, best first: the index in `label.gold` of the place that it is the
    first to cite rightly, else None. `pair` is the question's language and those of its gold sources, as "en→es".
    `first` is the first citation; `elapsed_ms` is in milliseconds.
    """

    label: LabelledQuestion
    pair: str
    gold_numbers: tuple[int | None, ...]
    first: Citation | None
    confidence: float
    answered: bool
    elapsed_ms: float

    @property
    def answerable(self) -> bool:
        """Say whether the question has gold places."""
        return bool(self.label.gold)

    @property
    def right(self) -> bool:
        """Say whether the first citation is right."""
        return self.rank == 1

    @property
    def rank(self) -> int | None:
        """Return the number, from 1, of the first citation that is right; None where none is."""
        return next((rank for rank, number in enumerate(self.gold_numbers, 1) if number is not None), None)


def cited_gold(label: LabelledQuestion, citations: Sequence[Citation]) -> tuple[int | None, ...]:
    """Return for each citation the index in `label.gold` of the place that it is the first to cite rightly, or None.

    A citation is right if its paragraph is a gold place and, where the label has answers, contains one of them.
    """
    numbers = {place: number for number, place in enumerate(label.gold)}
    answers = [folded(answer) for answer in label.answers]
    cited: list[int | None] = []
    for citation in citations:
        number = numbers.get(Place(citation.source.id, citation.paragraph))
        context = folded(citation.context)
        right = number not in cited and (not answers or any(answer in context for answer in answers))
        cited.append(number if right else None)
    return tuple(cited)
