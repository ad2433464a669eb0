"""The state of a run, from which it goes on after it was cut off."""

import io
import pickle
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from knowledge.errors import BadInput, DamagedData, MissingFile
from knowledge.storage import read_regular, write_whole
from retrieval.train.data_folder import LARGEST

CHECKPOINT, READER_CHECKPOINT = "checkpoint.pt", "reader-checkpoint.pt"
_HINT = "Begin anew, without --go-on."


@dataclass(frozen=True, slots=True)
class Progress:
    """Steps that are done, and how long they took."""

    step: int
    seconds: float


def write_checkpoint(
    path: Path, model: Any, optimiser: torch.optim.Optimizer, recipe: Mapping[str, Any], progress: Progress
) -> None:
    """Write a checkpoint, whole or not at all. Raises HomeNotWritable, StorageFull or BadTarget."""
    content = io.BytesIO()
    state = {
        "recipe": dict(recipe),
        "progress": asdict(progress),
        "model": model.state_dict(),
        "optimiser": optimiser.state_dict(),
    }
    torch.save(state, content)
    write_whole(path, content.getvalue())


def read_checkpoint(path: Path, model: Any, optimiser: torch.optim.Optimizer, recipe: Mapping[str, Any]) -> Progress:
    """Give the model and the optimiser the state of a checkpoint, and return how far it was.

    Raises MissingFile, DamagedData, or BadInput where it is of another recipe.
    """
    if not path.exists():
        raise MissingFile(f"There is no checkpoint {path} to go on from.", hint=_HINT)
    content = io.BytesIO(read_regular(path, LARGEST))
    try:
        # Nothing but tensors and plain values is read (https://docs.pytorch.org/docs/stable/notes/serialization.html).
        state = torch.load(content, map_location="cpu", weights_only=True)
        other = {name for name, value in recipe.items() if state["recipe"][name] != value}
        if not other:
            model.load_state_dict(state["model"])
            optimiser.load_state_dict(state["optimiser"])
        progress = Progress(**state["progress"])
    except (RuntimeError, EOFError, KeyError, TypeError, ValueError, pickle.UnpicklingError) as error:
        raise DamagedData(f"The checkpoint {path} cannot be read.", hint=_HINT) from error
    if other:
        raise BadInput(f"The checkpoint {path} is of a run with another {', '.join(sorted(other))}.", hint=_HINT)
    return progress
