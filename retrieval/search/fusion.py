"""Score fusion: a weighted sum of the scores of all rankers.

Every score has the same scale for every question: cosines, and the share of the question's words that a passage covers.
Unlike reciprocal ranks (Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS)
the sum preserves the differences between scores. The weight of words depends on whether the passage is in the
question's language.
"""

from dataclasses import dataclass

from knowledge.model import Language
from retrieval.model import Scores
from retrieval.models.fitted import Fitted, read_fitted
from retrieval.models.reader import Reader
from retrieval.search.base import Base


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of the scores: `same` and `across` of `words`, for passages in the question's and another language.

    `offset` is added where the languages differ, as translated words score too low. `exact` is the weight of a name, a
    number or a quoted word within `words`, where that of other words is 1.
    """

    late: float
    weakest: float
    sentence: float
    same: float
    across: float
    offset: float
    exact: float


# Fitted on XQuAD's development half, the repository's own development questions, which share fewer words with the
# passages, and written articles. Hit@1, each half of the questions with weights fitted on the other half:
#                                     en → en   es → es   en → es   es → en   own, en   own, es
#   late interaction alone              0.977     0.959     0.949     0.938     0.709     0.690
#   nearest vector alone                0.928     0.922     0.908     0.892     0.679     0.675
#   words alone                         0.935     0.915     0.819     0.859     0.527     0.555
#   the sum                             0.977     0.959     0.964     0.954     0.740     0.722
# The passage's own vector beside its nearest unit's adds nothing. With 1, 1.3 and 2 for `exact` the means over XQuAD,
# own questions, articles and written passages are .964 .727 .644 .418, .964 .731 .644 .412 and .963 .735 .630 .421: no
# difference that can be told, so that it stays what it was.
FITTED = read_fitted("retrieval.search", "fusion.json")
WEIGHTS = Weights(**FITTED.values)


def is_calibrated(base: Base, fitted: Fitted, reader: Reader) -> bool:
    """Say whether these numbers and the weights were fitted with the models in use, all of which were asked."""
    return not base.degraded and all(each.holds_for(base.encoder, reader) for each in (FITTED, fitted))


def fuse(scores: Scores, weights: Weights) -> float:
    """Return the weighted sum of scores."""
    vectors = weights.late * scores.late + weights.weakest * scores.weakest + weights.sentence * scores.sentence
    if scores.across:
        return vectors + weights.across * scores.words + weights.offset
    return vectors + weights.same * scores.words


def differs_in_language(question: Language, passage: Language) -> bool:
    """Say whether a passage is in another language than the question; where either is undetermined, it is not."""
    return "und" not in (question, passage) and question != passage
