"""Any CrossEncoder for natural language inference in the place of a packaged reader of claims. Needs torch."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.errors import UntrustedModel
from retrieval.model import Reading
from retrieval.models.hub_encoder import check_weights, folder_digest, model_folder, quietly
from retrieval.models.pieces import storable
from retrieval.models.readings import stances

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

# What models call the three relations, by the beginning of their names.
_CALLED = {"entail": 0, "support": 0, "contra": 1, "refut": 1, "neutral": 2, "not enough": 2, "nei": 2}


class CrossEncoderReader:
    """Runs a CrossEncoder with three labels; every pair alone, so that padding leaves no trace."""

    def __init__(self, name: str, digest: str, model: "CrossEncoder") -> None:
        """Take a model. Raises UntrustedModel where its labels are not those of entailment."""
        self.name, self._model = name, model
        self._order = label_order(name, _labels(model))
        self.digest = hashlib.sha256(f"{digest}\n{self._order}".encode()).hexdigest()

    @classmethod
    def open(cls, name: str) -> "CrossEncoderReader":
        """Open a model folder, or a model of this name in the Hugging Face cache; nothing is fetched or run.

        Raises UntrustedModel when there is none, when it cannot be loaded so, or when it tells something else.
        """
        with quietly():
            from sentence_transformers import CrossEncoder

            folder = model_folder(name)
            check_weights(name, folder)
            # The library raises whatever a model's configuration or its weights make it raise.
            try:
                model = CrossEncoder(str(folder), local_files_only=True, trust_remote_code=False)
            except Exception as error:
                raise UntrustedModel(
                    f"The model {name} cannot be loaded: {error}", hint="Check the folder, or download the model again."
                ) from error
        return cls(name, folder_digest(folder), model)

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Reading]:
        """Read each claim together with the passage beside it."""
        readings = []
        for claim, passage in pairs:
            pair: Any = [[storable(passage), storable(claim)]]
            log_odds = self._model.predict(pair, show_progress_bar=False)
            readings.append(Reading(stances(np.asarray(log_odds, np.float32).reshape(-1)[list(self._order)])))
        return readings


def label_order(name: str, labels: Mapping[int, str]) -> tuple[int, int, int]:
    """Where a model puts supports, contradicts and neutral. Raises UntrustedModel."""
    places: dict[int, int] = {}
    for place, label in labels.items():
        for beginning, relation in _CALLED.items():
            if str(label).lower().startswith(beginning):
                places[relation] = int(place)
    if sorted(places) != [0, 1, 2] or len(labels) != 3:
        raise UntrustedModel(
            f"The model {name} does not tell entailment, contradiction and neutral apart.",
            hint="Name a CrossEncoder for natural language inference whose configuration names its three labels.",
        )
    return places[0], places[1], places[2]


def _labels(model: "CrossEncoder") -> Mapping[int, str]:
    labels: Any = getattr(model.config, "id2label", None)
    return labels or {}
