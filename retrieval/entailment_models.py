"""Which entailment model the settings mean."""

from retrieval.cross_encoder import CrossEncoderEntailment
from retrieval.entailment import Entailment
from retrieval.onnx_entailment import OnnxEntailment
from retrieval.packaged import ENTAILMENT_NAME

DEFAULT_ENTAILMENT = ENTAILMENT_NAME


def open_entailment(name: str) -> Entailment:
    """The packaged model, or a CrossEncoder by its folder or its name in the cache. Raises UntrustedModel."""
    return OnnxEntailment() if name == DEFAULT_ENTAILMENT else CrossEncoderEntailment.open(name)
