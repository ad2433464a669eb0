"""Texts as the encoder reads them in training: their pieces, their vectors, and how alike two texts are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

QUESTION, PASSAGE = "query: ", "passage: "
"""What the base was taught to read before each (https://huggingface.co/intfloat/multilingual-e5-small, "Usage")."""
# <pad> and </s>: the second and third piece of the base's tokenizer and of everything that is cut from it.
_PADDING, _END = 1, 2
# Below any cosine, so that padding is never the best match.
_NO_MATCH = -10.0


@dataclass(frozen=True, slots=True)
class Texts:
    """The pieces of texts, with prefix and marks; the first `prefixed` ones are not of the text itself."""

    pieces: list[list[int]]
    prefixed: int

    def some(self, numbers: Sequence[int]) -> "Texts":
        """Return those of these numbers."""
        return Texts([self.pieces[number] for number in numbers], self.prefixed)


@dataclass(frozen=True, slots=True)
class Reading:
    """Unit vectors of texts (n, d) and of their pieces (n, length, d), and which pieces are the texts' own."""

    pooled: Tensor
    tokens: Tensor
    own: Tensor


def cut_texts(tokenizer: Tokenizer, prefix: str, texts: Sequence[str], longest: int) -> Texts:
    """Cut texts into at most `longest` pieces, prefix and marks included."""
    # The prefix's space belongs to the text's first piece.
    prefixed = len(tokenizer.encode(prefix.rstrip()).ids) - 1
    encodings = tokenizer.encode_batch_fast([prefix + text for text in texts])
    cut = [ids if len(ids) <= longest else [*ids[: longest - 1], _END] for ids in (e.ids for e in encodings)]
    return Texts(cut, prefixed)


def read(model: Any, texts: Texts) -> Reading:
    """Run a model over texts: on CUDA in bfloat16, on a processor in float32."""
    device = next(model.parameters()).device
    lengths = torch.tensor([len(ids) for ids in texts.pieces])
    padded = [torch.tensor(ids) for ids in texts.pieces]
    pieces = torch.nn.utils.rnn.pad_sequence(padded, batch_first=True, padding_value=_PADDING).to(device)
    places, lengths = torch.arange(pieces.shape[1], device=device), lengths.to(device)[:, None]
    mask = places < lengths
    with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
        hidden = model(input_ids=pieces, attention_mask=mask.long()).last_hidden_state
    hidden = hidden.float()
    pooled = functional.normalize((hidden * mask[..., None]).sum(1) / lengths, dim=-1)
    own = (places >= texts.prefixed) & (places < lengths - 1)
    return Reading(pooled, functional.normalize(hidden, dim=-1), own)


def late_interaction(questions: Reading, passages: Reading) -> Tensor:
    """Return for each question and passage (q, p) the mean, over the question's pieces, of its best cosine there.

    Khattab and Zaharia 2020, ColBERT (https://arxiv.org/abs/2004.12832), section 3.3, with a mean for the sum.
    """
    device = questions.tokens.device.type
    with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
        cosines = torch.einsum("qid,pjd->qpij", questions.tokens, passages.tokens)
    best = cosines.masked_fill(~passages.own[None, :, None, :], _NO_MATCH).max(-1).values.float()
    own = questions.own.float()
    return (best * own[:, None, :]).sum(-1) / own.sum(-1).clamp(min=1)[:, None]
