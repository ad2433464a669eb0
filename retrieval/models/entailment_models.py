"""Which entailment model the settings mean."""

from retrieval.model import ENTAILMENT_NAME
from retrieval.models.entailment import Entailment
from retrieval.models.hub_entailment import CrossEncoderEntailment
from retrieval.models.onnx_entailment import OnnxEntailment


def open_entailment(name: str) -> Entailment:
    """The packaged model, or a CrossEncoder by its folder or its name in the cache. Raises UntrustedModel."""
    return OnnxEntailment() if name == ENTAILMENT_NAME else CrossEncoderEntailment.open(name)
