"""The JSON of the contract: names, rounding, one line whatever the words hold."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import UnknownSource
from knowledge.model import Source
from retrieval.model import Answer, Citation, Reason
from retrieval.present import as_json
from retrieval.settings import SettingRow
from retrieval.upkeep_model import Added, Difference, Verification

CITATION = [
    "n", "kind", "exact", "prefix", "suffix", "start", "end", "paragraph", "score", "speaker", "speaker_confidence",
    "possible_speakers", "role", "parts", "translation", "translations", "link", "source", "references", "standing",
    "context", "context_start", "highlight", "cut_before", "cut_after", "recording_seconds",
    "part", "time", "superseded", "also_at",
]  # fmt: skip
SOURCE = ["id", "title", "author", "publisher", "url", "published", "language", "kind", "sha256"]


def test_an_answer_has_the_fields_of_the_contract_in_their_order(make_answer: Any, quoted: Citation) -> None:
    found = as_json.answer(make_answer(quoted))
    assert list(found) == [
        "question", "language", "answered", "confidence", "reason", "answer", "citations", "nearest", "index",
        "elapsed_ms", "read_as", "foreign_language",
    ]  # fmt: skip
    assert (found["answer"], found["confidence"], found["elapsed_ms"]) == (quoted.exact, 0.9123, 12.3)
    assert found["index"] == {
        "fingerprint": "3f2a91bc77d0aa11", "encoder": "citabot-e5-es-en", "encoder_digest": "dd" * 32,
        "sources": 47, "passages": 310, "reader": "citabot-reader-es-en", "reader_digest": "ee" * 32,
    }  # fmt: skip


def test_a_silence_has_its_reason_and_the_nearest(make_answer: Any, quoted: Citation) -> None:
    silent: Answer = make_answer(reason=Reason.NOTHING_NEAR, nearest=(quoted,))
    found = as_json.answer(silent)
    assert (found["answered"], found["answer"], found["citations"]) == (False, None, [])
    assert found["reason"] == "nothing near"
    assert found["nearest"] == [as_json.citation(quoted)]


def test_a_citation_has_the_fields_of_the_contract_in_their_order(quoted: Citation, briefed: Citation) -> None:
    found = as_json.citation(quoted)
    assert list(found) == CITATION
    assert found["score"] == 0.8712
    assert found["translation"] == {"text": "Queríamos un molino que moliera", "language": "es", "by": "Citabot"}
    assert found["translations"] == [found["translation"]]
    assert list(found["source"]) == SOURCE  # type: ignore[call-overload]
    reference = as_json.citation(briefed)["references"][0]  # type: ignore[index]
    assert list(reference) == ["number", "publisher", "title", "kind", "author", "published", "url"]


def test_a_citation_says_which_of_its_words_answer(
    quoted: Citation, highlighted: Callable[..., Citation], make_answer: Any
) -> None:
    citation = highlighted()
    shown = as_json.answer(make_answer(citation, quoted))["citations"]
    assert [one["highlight"] for one in shown] == [  # type: ignore[attr-defined]
        {"start": citation.start + 18, "end": citation.start + 40, "exact": "300 kilograms of flour"}, None,
    ]  # fmt: skip
    silent = as_json.answer(make_answer(reason=Reason.NEAR_BUT_NOT_ANSWERING, nearest=(citation,)))
    assert silent["nearest"] == [as_json.citation(citation)]


def test_a_citation_says_when_it_was_written_and_where_else_it_stands(
    make_citation: Callable[..., Citation], make_source: Callable[..., Source]
) -> None:
    other = make_source(id="other", publisher="The Wire")
    shown = as_json.citation(make_citation(part="note", time="12:40", superseded=True, also_at=(other,)))
    assert (shown["part"], shown["time"], shown["superseded"]) == ("note", "12:40", True)
    assert [place["id"] for place in shown["also_at"]] == ["other"]  # type: ignore[attr-defined]


def test_a_quote_row_says_who_said_it_and_how(quoted: Citation) -> None:
    found = as_json.quote_row(quoted)
    assert list(found)[:4] == ["speaker", "role", "verb", "direct"]
    assert [found[key] for key in list(found)[:4]] == ["Helena Duarte", "the engineer", "said", True]
    assert found.keys() >= set(CITATION)


def test_sources_changes_checks_settings_and_errors_have_their_fields(make_source: Callable[..., Source]) -> None:
    found = as_json.source(make_source())
    assert list(found) == [*SOURCE, "licence", "location", "added", "paragraphs", "passages"]
    assert as_json.added(Added(make_source(), "updated")) == {"change": "updated", "source": found}
    assert as_json.verification(Verification(1, 2, 3, (Difference("span 4", "moved"),))) == {
        "clean": False, "snapshots": 1, "spans": 2, "vectors": 3,
        "differences": [{"subject": "span 4", "detail": "moved"}],
    }  # fmt: skip
    assert as_json.verification(Verification(1, 2, 3, ()))["clean"] is True
    row = SettingRow("CITABOT_HOME", "/x", "option", "the one data folder")
    assert list(as_json.setting(row)) == ["name", "value", "origin", "description"]
    assert as_json.error(UnknownSource("There is no “x”.")) == {
        "error": "unknown-source", "message": "There is no “x”.", "hint": "`citabot sources` lists the ids.",
    }  # fmt: skip


@given(
    st.text(
        st.one_of(st.characters(exclude_categories=[]), st.sampled_from("\u2028\u2029\x85\ud800\udcff\x1b\x9b\u202e"))
    )
)
@settings(derandomize=True, deadline=None, max_examples=120)
def test_any_text_is_one_line_of_utf8_that_reads_back_the_same(text: str) -> None:
    line = as_json.dump({"text": text, text: 1})
    assert len(line.splitlines()) == 1
    without_surrogates = "".join("\ufffd" if "\ud800" <= one <= "\udfff" else one for one in text)
    assert json.loads(line.encode("utf-8"))["text"] == without_surrogates or text == "text"
    assert not set(line) & set("\x1b\x9b\x7f\u202e\u2066")


def test_accents_are_written_as_they_are() -> None:
    assert as_json.dump({"b": "año", "a": [1, None, True]}) == '{"b": "año", "a": [1, null, true]}'


def test_a_number_that_json_cannot_hold_is_refused(make_answer: Any, quoted: Citation) -> None:
    with pytest.raises(ValueError, match="JSON"):
        as_json.dump(as_json.answer(make_answer(replace(quoted, score=float("nan")))))
