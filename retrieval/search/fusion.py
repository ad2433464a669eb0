"""How the scores of all rankers become one: a weighted sum of figures that mean the same for every question.

Every score is on a scale of its own that no question stretches: cosines as they are, and the share of the question's
words that a passage covers. Unlike reciprocal ranks (Bruch, Gai and Ingber 2023, "An Analysis of Fusion Functions for
Hybrid Retrieval", ACM TOIS) the sum keeps how far one passage is ahead of the next, and it trusts no ranker blindly:
words count by whether the passage is in the question's language.
"""

from dataclasses import dataclass

from knowledge.model import Language
from retrieval.model import Scores


@dataclass(frozen=True, slots=True)
class Weights:
    """What each score counts; `offset` is added where languages differ, as translations score lower than they should.

    `exact` is how much more a name, a figure or a quoted word counts than another word, within `words`.
    """

    late: float
    weakest: float
    sentence: float
    same: float
    across: float
    offset: float
    exact: float


# Fitted by `tests/benchmarks/fusion.py` on XQuAD's development half and on the repository's own development questions,
# which share fewer words with the passages. Hit@1, each half of the questions with weights from the other:
#                                     en → en   es → es   en → es   es → en   own, en   own, es
#   late interaction alone              0.958     0.943     0.920     0.884     0.729     0.670
#   nearest vector alone                0.869     0.779     0.799     0.737     0.579     0.529
#   words alone                         0.930     0.917     0.809     0.822     0.638     0.597
#   the sum                             0.961     0.946     0.926     0.912     0.756     0.756
# The passage's own vector beside its nearest unit's adds nothing, nor does the root of `words`; `weakest` adds 0.003,
# and 1.3 for `exact` 0.0006 over 1 and 0.0016 over 2.
WEIGHTS = Weights(late=1.0, weakest=0.63, sentence=0.67, same=0.64, across=0.54, offset=0.01, exact=1.3)


def fuse(scores: Scores, weights: Weights) -> float:
    """The weighted sum."""
    vectors = weights.late * scores.late + weights.weakest * scores.weakest + weights.sentence * scores.sentence
    if scores.across:
        return vectors + weights.across * scores.words + weights.offset
    return vectors + weights.same * scores.words


def across(asked: Language, told: Language) -> bool:
    """Whether a passage is in another language than the question, as far as either is known."""
    return "und" not in (asked, told) and asked != told
