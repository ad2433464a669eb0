"""The reader as it is trained: the base with three heads, and its weights read and written.

A file of weights holds them in float16 under the names of `ReaderModel`, without the word vectors, those of the
base.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from knowledge.errors import BadInput
from retrieval.train.transformer import WORD_EMBEDDINGS, Base, build

READER = "reader.safetensors"
DROPOUT = 0.1


class ReaderModel(torch.nn.Module):
    """A transformer over a question or claim and a passage; the names of its parts are those in files of weights.

    The first piece and the mean of all go through a layer of their own to what the passage does with a claim and to
    whether it answers a question, and each piece to whether the answer begins and ends there.
    """

    def __init__(self, transformer: Any) -> None:
        super().__init__()
        width = transformer.config.hidden_size
        self.bert = transformer
        self.pool, self.nli = torch.nn.Linear(2 * width, width), torch.nn.Linear(width, 3)
        self.pool_qa, self.answered = torch.nn.Linear(2 * width, width), torch.nn.Linear(width, 1)
        self.span = torch.nn.Linear(width, 2)
        self.drop = torch.nn.Dropout(DROPOUT)

    def heads(self, hidden: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return log-odds of the stances (n, 3), of an answer (n,), and of its ends (n, length, 2).

        `hidden` are the pieces' vectors (n, length, d), `mask` (n, length) is 1 where there is a piece, else 0.
        """
        present = mask[..., None].to(hidden.dtype)
        pooled = torch.cat([hidden[:, 0], (hidden * present).sum(1) / present.sum(1)], -1)
        stances = self.nli(self.drop(torch.tanh(self.pool(pooled))))
        answered = self.answered(self.drop(torch.tanh(self.pool_qa(pooled))))[:, 0]
        return stances, answered, self.span(hidden)


def build_reader(base: Base, trained: Mapping[str, Tensor] | None = None, *, dropout: float = 0.0) -> ReaderModel:
    """Return a reader with the base's weights and new heads or, where given, trained ones; ready to read.

    Raises BadInput where the trained weights are of another shape.
    """
    model = ReaderModel(build(base, dropout=dropout))
    if trained is not None:
        words = {name: value for name, value in model.state_dict().items() if name.endswith(WORD_EMBEDDINGS)}
        try:
            model.load_state_dict({**words, **trained})
        except RuntimeError as error:
            raise BadInput("The weights are not those of a reader of this base.", hint="Name a reader's.") from error
    model.train(mode=False)
    return model
