"""Whether evidence supports a claim, contradicts it or says nothing of it, as a model reads the two together.

Recognising textual entailment (Dagan, Glickman and Magnini 2006, "The PASCAL Recognising Textual Entailment
Challenge"). The packaged model is our own, on the packaged encoder's word vectors; see the model card. Any CrossEncoder
for natural language inference can stand in its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import UntrustedModel
from retrieval.packaged import ENTAILMENT, ENTAILMENT_NAME, WEIGHTS, packaged_entailment

DEFAULT_ENTAILMENT = ENTAILMENT_NAME
# Pairs kept: the same evidence is read again when a claim is asked again, or by both commands.
_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Stances:
    """Probabilities that evidence supports a claim, contradicts it, or is neutral; they sum to 1."""

    supports: float
    contradicts: float
    neutral: float


class Entailment(Protocol):
    """Reads evidence and claims. `name` and `digest` say which model it is and what it depends on."""

    name: str
    digest: str

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Stances]:
        """The stance of each evidence to the claim beside it."""
        ...


class OnnxEntailment:
    """The packaged model, one pair at a time, as the int8 model scales activations by the largest of its input."""

    def __init__(self, folder: Path = WEIGHTS) -> None:
        """Open it. Raises UntrustedModel unless its files are the ones promised and can be run."""
        import onnxruntime
        from tokenizers import Tokenizer

        model = packaged_entailment(folder)
        self.name, self.digest = model.name, model.digest
        self._temperature = model.temperature
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # Neither library's errors have a common class below Exception.
        try:
            self._session = onnxruntime.InferenceSession(
                folder / ENTAILMENT, options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = Tokenizer.from_file(str(model.tokenizer))
        except Exception as error:
            raise UntrustedModel(f"The entailment model {model.name} cannot be run: {error}.") from error
        # Of a passage that is too long the end is cut, of a claim as well: together they keep the most of both.
        self._tokenizer.enable_truncation(model.pieces, strategy="longest_first")
        self._tokenizer.no_padding()
        self._read = lru_cache(_KEPT)(self._stances)

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Stances]:
        """The stance of each evidence to the claim beside it."""
        return [self._read(evidence, claim) for evidence, claim in pairs]

    def _stances(self, evidence: str, claim: str) -> Stances:
        found = self._tokenizer.encode(storable(evidence), storable(claim))
        given = {"pieces": np.array([found.ids], np.int64), "parts": np.array([found.type_ids], np.int64)}
        return stances(self._session.run(["log_odds"], given)[0].reshape(-1) / self._temperature)


def stances(log_odds: NDArray[np.float32]) -> Stances:
    """Probabilities of log-odds (3,) in the order supports, contradicts, neutral."""
    shares = np.exp(log_odds - log_odds.max())
    supports, contradicts, neutral = (shares / shares.sum()).tolist()
    return Stances(supports, contradicts, neutral)


def open_entailment(name: str) -> Entailment:
    """The packaged model, or a CrossEncoder by its folder or its name in the cache. Raises UntrustedModel."""
    if name == DEFAULT_ENTAILMENT:
        return OnnxEntailment()
    from retrieval.cross_encoder import CrossEncoderEntailment

    return CrossEncoderEntailment.open(name)


def storable(text: str) -> str:
    """The text as UTF-8 can hold it."""
    # A command line may hand over bytes that are no UTF-8 as lone surrogates, which tokenizers refuse.
    return text.encode("utf-8", "replace").decode()
