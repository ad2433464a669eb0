"""The packaged entailment model at work: our own; see the model card."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np

from knowledge.errors import UntrustedModel
from retrieval.model import Reading
from retrieval.models.onnx_encoder import processors
from retrieval.models.packaged import ENTAILMENT, WEIGHTS, packaged_entailment
from retrieval.models.pieces import storable
from retrieval.models.readings import stances

# Pairs kept: the same evidence is read again when a claim is asked again, or by both commands.
_KEPT = 4096


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
        self._cached = lru_cache(_KEPT)(self._reading)

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Read each claim together with the passage beside it; threads read in parallel, each one pair."""
        with ThreadPoolExecutor(processors(), thread_name_prefix="entailment") as pool:
            return list(pool.map(lambda pair: self._cached(*pair), pairs))

    def _reading(self, claim: str, evidence: str) -> Reading:
        found = self._tokenizer.encode(storable(evidence), storable(claim))
        given = {"pieces": np.array([found.ids], np.int64), "parts": np.array([found.type_ids], np.int64)}
        log_odds = self._session.run(["log_odds"], given)[0].reshape(-1)
        return Reading(stances(log_odds / self._temperature))
