"""A packaged reader at work, with the tokenizer that ships over tiny layers: what it reads, and what it refuses."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import regex
import tiny_models
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from knowledge.errors import UntrustedModel
from knowledge.storage import file_sha256
from retrieval.model import READER_NAME, Reading
from retrieval.models import onnx_reader
from retrieval.models.onnx_reader import OnnxReader
from retrieval.models.packaged import MODEL, READER, READER_MANIFEST, TOKENIZER, WEIGHTS, packaged_reader

ROOT = Path(__file__).parents[3]
PASSAGE = "The council bought the mill in 1931. La maestra María  López pintó la iglesia."
PAIRS = [
    ("Who bought the mill?", PASSAGE),
    ("¿Quién pintó la iglesia?", PASSAGE),
    ("The mill was sold.", "The ferry carried salt to the island for a century."),
    ("Who?", "word " * 4000),
    ("who " * 500, PASSAGE),
    ("", PASSAGE),
]
EMPTY = ["", " ", "\n", "\t \u00a0", "\u200b "]
# Texts that a tokenizer may stumble over: its own marks, letters that it takes apart or puts together, emoji of several
# characters, other scripts, and bytes that are no text.
ODD = [
    "<s>", "</s></s>", "<pad>", "<mask>", "▁", "½", "ﬁ", "№", "ﷺ", "e\u0301", "Jose\u0301 ", "n\u0303", "\u0301",
    "\u200b", "\u00a0", "\x00", "日本", "¿Quién", "mill", "  ", "\n", "\r\n", "🙂", "👨\u200d👩\u200d👧", "🇪🇸",
    "\udce9", "\ud83d\ude00", "هل", "\u202e",
]  # fmt: skip


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("packed")
    return tiny_models.pack_both(
        tiny_models.write_work(place / "work", tokenizer=WEIGHTS / TOKENIZER), place / "weights"
    )


@pytest.fixture(scope="module")
def reader(packed: Path) -> OnnxReader:
    return OnnxReader(packed)


@pytest.fixture
def folder(packed: Path, tmp_path: Path) -> Path:
    """A weights folder of the test's own; what is to be changed in it has to be replaced, as its files are links."""
    (tmp_path / "weights").mkdir()
    for path in packed.iterdir():
        os.link(path, tmp_path / "weights" / path.name)
    return tmp_path / "weights"


def replaced(path: Path, content: bytes) -> None:
    path.unlink()
    path.write_bytes(content)


def check(reading: Reading, passage: str) -> None:
    """What holds of the reading of any pair."""
    stances = reading.stances
    assert stances.supports + stances.contradicts + stances.neutral == pytest.approx(1, abs=1e-5)
    assert reading.answered is not None
    assert 0 <= reading.answered <= 1
    assert 0 <= reading.span_probability <= 1 + 1e-6
    if reading.span is not None:
        start, end = reading.span
        assert 0 <= start < end <= len(passage)
        words = passage[start:end]
        assert words == words.strip()
        bounds = {place for cluster in regex.finditer(r"\X", passage) for place in cluster.span()}
        # A mark may stand on a space, which is not of the span.
        assert start in bounds or passage[start - 1].isspace()
        assert end in bounds


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{len(pair[0])}, {len(pair[1])}")
def test_a_pair_has_probabilities_and_a_span_in_its_passage(reader: OnnxReader, pair: tuple[str, str]) -> None:
    (reading,) = reader.read([pair])
    check(reading, pair[1])
    assert reading.span is not None
    assert reading.span_probability > 0


@settings(derandomize=True, deadline=None, max_examples=60)
@given(
    st.text(max_size=20) | st.sampled_from(ODD),
    st.text(max_size=40) | st.lists(st.sampled_from(ODD), max_size=12).map("".join),
)
def test_any_text_can_be_read_and_every_span_lies_in_it(reader: OnnxReader, asked: str, passage: str) -> None:
    (reading,) = reader.read([(asked, passage)])
    check(reading, passage)


@pytest.mark.parametrize("part", ODD)
def test_spans_of_long_odd_passages_lie_in_what_is_read(reader: OnnxReader, part: str) -> None:
    passage = f"{part}a " * 1500
    (reading,) = reader.read([("Who?", passage)])
    check(reading, passage)


@pytest.mark.parametrize("passage", EMPTY)
@pytest.mark.parametrize("asked", ["", "Who bought the mill?", "who " * 500])
def test_an_empty_passage_has_no_span(reader: OnnxReader, asked: str, passage: str) -> None:
    (reading,) = reader.read([(asked, passage)])
    check(reading, passage)
    assert reading.span is None


def test_nothing_is_read_of_no_pairs(reader: OnnxReader) -> None:
    assert reader.read([]) == []


def test_a_pair_is_read_alike_whatever_stands_beside_it_and_however_often(packed: Path, reader: OnnxReader) -> None:
    alone = [OnnxReader(packed).read([pair])[0] for pair in PAIRS]
    assert OnnxReader(packed).read(PAIRS[::-1])[::-1] == alone == reader.read(PAIRS) == reader.read(PAIRS)
    assert reader.read(PAIRS * 3) == alone * 3


def test_the_number_of_threads_changes_nothing(
    packed: Path, reader: OnnxReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    for threads in (1, 7):
        monkeypatch.setattr(onnx_reader, "processors", lambda threads=threads: threads)
        assert OnnxReader(packed).read(PAIRS) == reader.read(PAIRS)


def test_question_and_passage_are_read_in_their_own_places(reader: OnnxReader) -> None:
    first, turned = reader.read([("The mill was sold.", PASSAGE), (PASSAGE, "The mill was sold.")])
    assert first.stances != turned.stances
    assert turned.span is not None
    assert turned.span[1] <= len("The mill was sold.")


def test_of_a_question_ninety_pieces_are_read_and_of_a_passage_what_there_is_room_for(
    packed: Path, reader: OnnxReader
) -> None:
    tokenizer, pieces = Tokenizer.from_file(str(packed / TOKENIZER)), packaged_reader(packed).pieces

    def cut(text: str, most: int) -> str:
        offsets = tokenizer.encode(text, add_special_tokens=False).offsets
        assert len(offsets) > most
        return text[: offsets[most - 1][1]]

    question, passage = "who sold it " * 100, "the council bought the mill " * 200
    readings = reader.read([
        (question, passage),
        (cut(question, 90), passage),
        (question, cut(passage, pieces - 4 - 90)),
        (cut(question, 89), passage),
        (question, cut(passage, pieces - 5 - 90)),
    ])  # fmt: skip
    assert readings[0] == readings[1] == readings[2]
    assert readings[0] not in readings[3:]
    assert readings[0].span is not None
    assert readings[0].span[1] <= len(cut(passage, pieces - 4 - 90))


def test_the_space_before_a_word_is_not_of_its_span(reader: OnnxReader) -> None:
    passages = [f"the{space}mill{space}was{space}sold" for space in (" ", "  ", "\u00a0", " \n\t ")]
    for passage, reading in zip(passages, reader.read([("Who?", passage) for passage in passages]), strict=True):
        check(reading, passage)
        assert reading.span is not None


def test_name_and_digest_are_those_of_the_manifest(packed: Path, reader: OnnxReader, folder: Path) -> None:
    assert (reader.name, len(reader.digest)) == (READER_NAME, 64)
    assert reader.digest == packaged_reader(packed).digest == OnnxReader(folder).digest
    manifest = json.loads((folder / READER_MANIFEST).read_text("utf-8"))
    replaced(folder / READER_MANIFEST, json.dumps(manifest | {"pieces": 128}).encode())
    assert packaged_reader(folder).digest != reader.digest


def test_word_vectors_are_in_the_encoders_file_alone(packed: Path) -> None:
    vectors = len(json.loads((packed / TOKENIZER).read_text("utf-8"))["model"]["vocab"]) * 128 // 32 * 18
    assert (packed / READER).stat().st_size < vectors < (packed / MODEL).stat().st_size


@pytest.mark.parametrize("name", [MODEL, READER, TOKENIZER])
def test_a_changed_file_is_refused(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    replaced(folder / name, bytes(content))
    with pytest.raises(UntrustedModel, match=rf"^The file {name} of the packaged models is not the one published\.$"):
        OnnxReader(folder)


@pytest.mark.parametrize("name", [MODEL, READER, TOKENIZER])
def test_a_missing_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(UntrustedModel, match=rf"^The file {name} of the packaged models is missing\.$"):
        OnnxReader(folder)


@pytest.mark.parametrize("name", [MODEL, READER, TOKENIZER, READER_MANIFEST])
def test_a_folder_in_the_place_of_a_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).unlink()
    (folder / name).mkdir()
    with pytest.raises(UntrustedModel):
        OnnxReader(folder)


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b"null", b'{"name": "x"}', b"\xff", b"[" * 100_000])
def test_an_unreadable_manifest_is_refused(folder: Path, content: bytes | None) -> None:
    if content is None:
        (folder / READER_MANIFEST).unlink()
    else:
        replaced(folder / READER_MANIFEST, content)
    with pytest.raises(UntrustedModel, match=r"^The packaged reader has no readable manifest\.$"):
        OnnxReader(folder)


@pytest.mark.parametrize("values", [{"files": None}, {"files": []}, {"pieces": None}, {"pieces": "many"}, {"name": 3}])
def test_a_manifest_whose_values_are_of_another_kind_is_refused(folder: Path, values: dict[str, object]) -> None:
    manifest = json.loads((folder / READER_MANIFEST).read_text("utf-8"))
    replaced(folder / READER_MANIFEST, json.dumps(manifest | values).encode())
    with pytest.raises(UntrustedModel, match="no readable manifest"):
        OnnxReader(folder)


@pytest.mark.parametrize("name", [MODEL, READER, TOKENIZER])
def test_a_file_without_a_digest_is_refused(folder: Path, name: str) -> None:
    manifest = json.loads((folder / READER_MANIFEST).read_text("utf-8"))
    del manifest["files"][name]
    replaced(folder / READER_MANIFEST, json.dumps(manifest).encode())
    with pytest.raises(UntrustedModel, match=f"{name} of the packaged models is not the one published"):
        OnnxReader(folder)


@pytest.mark.parametrize(("name", "content"), [(READER, b"no model"), (TOKENIZER, b"{}"), (READER, b"")])
def test_published_files_that_cannot_be_run_are_refused(folder: Path, name: str, content: bytes) -> None:
    replaced(folder / name, content)
    manifest = json.loads((folder / READER_MANIFEST).read_text("utf-8"))
    manifest["files"][name] = file_sha256(folder / name)
    replaced(folder / READER_MANIFEST, json.dumps(manifest).encode())
    with pytest.raises(UntrustedModel, match=rf"^The reader {READER_NAME} cannot be run: "):
        OnnxReader(folder)


def test_a_copy_elsewhere_reads_the_same(folder: Path, reader: OnnxReader) -> None:
    assert OnnxReader(folder).read(PAIRS) == reader.read(PAIRS)


def test_probabilities_are_plain_numbers(reader: OnnxReader) -> None:
    """What is kept and written as JSON holds no numpy."""
    (reading,) = reader.read(PAIRS[:1])
    numbers = [reading.stances.supports, reading.answered, reading.span_probability, *(reading.span or ())]
    assert not [number for number in numbers if isinstance(number, np.generic)]


def test_reading_loads_neither_torch_nor_transformers(packed: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from retrieval.models.onnx_reader import OnnxReader
OnnxReader(Path({str(packed)!r})).read([("Who?", "The mill.")])
heavy = {{"torch", "transformers", "sentence_transformers", "faiss", "scipy", "sklearn", "onnx"}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
