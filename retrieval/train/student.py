"""The student of the distilled encoder: its first weights, and reading and writing them.

What the entailment model is taught from is such a checkpoint.
"""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import AutoModel

from retrieval.models.hub_encoder import quietly, teacher_folder
from retrieval.train.bitext import LONG, Pair, joined, read_pairs, read_prose, translated
from retrieval.train.vocabulary import bilingual, starting_vectors

# Sources of English prose whose licences allow commercial use: FEVER CC BY-SA 3.0, ConjNLI MIT, FM2 Apache 2.0.
_PROSE = ("fever_dev_gold", "conjnli_adv", "fm2")
# Of prose for the translator, what is longer is a list and what is shorter a title.
_FEWEST_WORDS, _MOST_WORDS = 6, 90
_VECTORS = "embeddings.word_embeddings.weight"
_CHECKPOINT, _TOKENIZER = "student.safetensors", "tokenizer.json"


def gathered(files: Sequence[Path], prose: Path | None, chance: random.Random) -> list[Pair]:
    """Every pair to learn from, in an order of chance: those of the files, translated prose, and short ones joined."""
    real = [pair for file in files for pair in read_pairs(file)]
    texts = [] if prose is None else read_prose(prose, _PROSE)
    made = translated([text for text in texts if _FEWEST_WORDS <= text.count(" ") + 1 <= _MOST_WORDS]) if texts else []
    long = joined([pair for pair in real if pair.words < LONG], chance)
    pairs = list(dict.fromkeys([*real, *made, *long]))
    chance.shuffle(pairs)
    return pairs


def begin(work: Path, english: Tokenizer, pairs: Sequence[Pair], weights: Path) -> None:
    """Write the first checkpoint: these weights with a tokenizer that reads Spanish."""
    spanish, numbers = bilingual(english, pairs)
    stored = {name: value.float() for name, value in load_file(weights).items()}
    vectors = starting_vectors(english, spanish, numbers, stored[_VECTORS].numpy(), pairs)
    spanish.save(str(work / _TOKENIZER))
    save_file(stored | {_VECTORS: torch.from_numpy(vectors)}, work / _CHECKPOINT)


def load_student(path: Path) -> Any:
    """A model of the teacher's shape with the weights of a checkpoint, whose vocabulary may be another."""
    student, stored = _load_teacher(), load_file(path)
    vectors = stored[_VECTORS]
    student.embeddings.word_embeddings = torch.nn.Embedding(vectors.shape[0], vectors.shape[1], padding_idx=0)
    student.load_state_dict(stored, strict=False)
    return student


def save_student(student: Any, path: Path) -> None:
    """Write a checkpoint, whole or not at all."""
    aside = path.with_suffix(".new")
    save_file({name: value.contiguous() for name, value in student.state_dict().items()}, aside)
    aside.replace(path)


def _load_teacher() -> Any:
    with quietly():
        return AutoModel.from_pretrained(str(teacher_folder()), local_files_only=True).eval()
