"""Citations of real documents: where they were cut, and when what they cite was said."""

from pathlib import Path

import pytest

from knowledge.model import Metadata
from retrieval.engine import Engine

TALK = """WEBVTT

00:00:04.000 --> 00:00:09.000
<v Ana Ruiz>The lock at Vika was repaired by nine workers, and it took them two long winters to do it.</v>

00:12:34.000 --> 00:12:39.000
<v Bo Lund>The ferry to Holm costs fourteen crowns, and children under six years of age travel for free.</v>
"""


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://www.youtube.com/watch?v=abc", "https://www.youtube.com/watch?v=abc&t=754s"),
        ("https://radio.test/talk.mp3", "https://radio.test/talk.mp3#t=754"),
        (None, None),
    ],
)
def test_what_is_cited_of_a_transcript_says_when_it_was_said(
    engine: Engine, tmp_path: Path, url: str | None, link: str | None
) -> None:
    path = tmp_path / "talk.vtt"
    path.write_text(TALK, "utf-8")
    engine.add([str(path)], Metadata(url=url))
    answer = engine.ask("How much does the ferry to Holm cost?")
    cited = answer.citations[0]
    assert "fourteen crowns" in cited.exact
    assert "12:34" not in cited.exact
    assert (cited.recording_seconds, cited.link) == (754, link)


def test_a_part_of_a_quotation_says_that_it_was_cut(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "quay.txt"
    path.write_text(
        "“Nobody at the harbour should promise a date before the money is there,” said Odile Marchetti on Monday.",
        "utf-8",
    )
    engine.add([str(path)], Metadata())
    match = engine.quote("should promise a date before the money", speaker="Odile Marchetti").match
    assert match is not None
    assert (match.exact, match.cut_before, match.cut_after) == ("should promise a date before the money", True, True)
    whole = engine.quote("Nobody at the harbour should promise a date before the money is there").match
    assert whole is not None
    assert (whole.cut_before, whole.cut_after) == (False, False)


def test_whole_sentences_are_not_cut(engine: Engine) -> None:
    for question in ("How much did the restoration of the tide mill cost?", "¿Cuánto costará la obra del faro?"):
        cited = next(citation for citation in engine.ask(question).citations if citation.kind == "passage")
        assert (cited.cut_before, cited.cut_after) == (False, False)
