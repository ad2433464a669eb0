"""A GPU by a setting: which providers are asked, one sentence where it is not there, and the same vectors or none."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest

from knowledge.errors import BadSettings, UntrustedModel
from retrieval.model import ENCODER_NAME
from retrieval.models.device import check_same
from retrieval.models.encoder import open_encoder
from retrieval.models.onnx_encoder import OnnxEncoder
from retrieval.models.packaged import open_packaged, packaged_model
from retrieval.settings import Settings, read_settings

CUDA, PROCESSOR = "CUDAExecutionProvider", "CPUExecutionProvider"


class Claimed:
    """A session that runs on the processor and claims to run where it was asked to; `error` is added to its vectors."""

    asked: list[Any]
    starts = True
    error = 0.0

    def __init__(self, model: Path, options: Any, *, providers: list[Any]) -> None:
        type(self).asked.append(providers)
        self._session = REAL(model, options, providers=[PROCESSOR])
        self._claimed = [PROCESSOR] if len(providers) == 1 or not self.starts else [CUDA, PROCESSOR]

    def get_providers(self) -> list[str]:
        return self._claimed

    def run(self, outputs: Any, inputs: Any) -> Any:
        vector, tokens = self._session.run(outputs, inputs)
        noise = np.random.default_rng(1).standard_normal(vector.shape) * self.error if CUDA in self._claimed else 0
        return [np.asarray((vector + noise) / np.linalg.norm(vector + noise), np.float32), tokens]


REAL = onnxruntime.InferenceSession


@pytest.fixture
def claimed(monkeypatch: pytest.MonkeyPatch) -> type[Claimed]:
    """An onnxruntime that offers CUDA."""
    session = type("Session", (Claimed,), {"asked": []})
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [CUDA, PROCESSOR])
    monkeypatch.setattr(onnxruntime, "InferenceSession", session)
    return session


def test_the_setting_takes_a_processor_a_gpu_or_neither(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings().device == "auto"
    for value in ("cpu", "cuda", "cuda:1"):
        monkeypatch.setenv("CITABOT_DEVICE", value)
        assert read_settings().device == value
    for value in ("gpu", "cuda:", "cuda:x", "", "cuda\n"):
        monkeypatch.setenv("CITABOT_DEVICE", value)
        with pytest.raises(BadSettings, match="device"):
            read_settings()


def test_the_packaged_encoder_on_a_gpu_has_the_digest_and_the_vectors_of_the_processor(claimed: type[Claimed]) -> None:
    on_gpu, on_processor = OnnxEncoder(packaged_model(), device="cuda:1"), open_packaged(device="cpu")
    assert claimed.asked[0] == [(CUDA, {"device_id": 1}), PROCESSOR]
    assert all(providers == [PROCESSOR] for providers in claimed.asked[1:])
    assert on_gpu.digest == on_processor.digest
    texts = ["The mill ground wheat.", "El molino molía trigo."]
    cosines = np.sum(on_gpu.encode_passages(texts).vectors * on_processor.encode_passages(texts).vectors, axis=1)
    assert cosines.min() >= 0.999


def test_a_gpu_that_gives_other_vectors_is_not_used(claimed: type[Claimed]) -> None:
    claimed.error = 0.01
    with pytest.raises(UntrustedModel, match=r"On cuda the encoder .* gives other vectors .*\(cosine 0\.\d+\)\.$"):
        OnnxEncoder(packaged_model(), device="cuda")


def test_a_gpu_that_cannot_be_started_is_said(claimed: type[Claimed]) -> None:
    claimed.starts = False
    with pytest.raises(BadSettings, match=r"asks for cuda, .*: onnxruntime could not start CUDA on it\.$"):
        OnnxEncoder(packaged_model(), device="cuda")


def test_without_a_gpu_the_packaged_encoder_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: [PROCESSOR])
    with pytest.raises(BadSettings, match=r"asks for cuda, .*: onnxruntime [\d.]+ offers no CUDA\.$") as refused:
        open_encoder(ENCODER_NAME, device="cuda")
    assert "onnxruntime-gpu" in refused.value.hint
    assert "CITABOT_DEVICE=cpu" in refused.value.hint


def test_vectors_that_are_no_numbers_are_not_the_same() -> None:
    one = np.eye(3, dtype=np.float32)
    check_same("model", "cuda", one, one)
    with pytest.raises(UntrustedModel):
        check_same("model", "cuda", one, one * np.float32("nan"))
