"""Late interaction: for each word piece of a question the highest cosine with a word piece of a passage.

Khattab and Zaharia 2020, "ColBERT" (https://arxiv.org/abs/2004.12832). Token vectors are stored in two bits a
component; only those of a question's candidates are read.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.models.encodings import expand


def match(question: NDArray[np.float32], passages: Sequence[NDArray[np.uint8]]) -> NDArray[np.float32]:
    """Return for each piece of the question the highest cosine with a piece of each passage: (passages, pieces).

    `question` is (pieces, t), a passage its compressed token vectors (pieces, t / 4). For a passage without pieces the
    cosines are 0. Each passage is multiplied alone: how a product of several is rounded depends on their order.
    """
    best = np.zeros((len(passages), len(question)), dtype=np.float32)
    for row, passage in enumerate(passages):
        if len(passage) and len(question):
            best[row] = (expand(passage) @ question.T).max(axis=0)
    return best
