"""Transcripts with times: read once however they roll up, each paragraph under the time at which it begins."""

import time

import pytest

from knowledge.errors import CitabotError, DamagedDocument, NoText
from knowledge.media_times import clock_seconds
from knowledge.model import Document
from knowledge.readers import ReadingLimits, read_bytes

# As YouTube writes them: each word has a time, and every line is shown again below the next.
ROLLING = """WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:02.470 align:start position:0%
\x20
hello<00:00:00.480><c> everyone</c><00:00:01.000><c> welcome</c>

00:00:02.470 --> 00:00:02.480 align:start position:0%
hello everyone welcome
\x20

00:00:02.480 --> 00:00:05.000 align:start position:0%
hello everyone welcome
to<00:00:02.600><c> the mill</c>
"""


def read(text: str, name: str = "talk.vtt") -> Document:
    return read_bytes(text.encode(), name=name, content_type=None, location=name, limits=ReadingLimits())


def paragraphs(text: str, name: str = "talk.vtt") -> list[tuple[str, str]]:
    document = read(text, name)
    return [(part.role, document.text[part.start : part.end]) for part in document.paragraphs]


def test_lines_that_roll_up_are_read_once() -> None:
    assert paragraphs(ROLLING) == [("heading", "[0:00:00]"), ("text", "hello everyone welcome to the mill")]


def test_voices_and_dashes_begin_paragraphs_and_tags_and_notes_are_left_out() -> None:
    text = (
        "WEBVTT - a talk\n\nNOTE\nnot shown\n\nSTYLE\n::cue {}\n\nname\n01:02:03.000 --> 01:02:05.000\n"
        "<v.loud Ana Ruiz>We &amp; they <i>closed</i> it.</v>\n\n01:02:06.000 --> 01:02:07.000\n- Really?\n- Yes.\n"
    )
    assert paragraphs(text) == [
        ("heading", "[1:02:03]"),
        ("text", "Ana Ruiz: We & they closed it."),
        ("heading", "[1:02:06]"),
        ("text", "- Really?"),
        ("text", "- Yes."),
    ]


def test_a_subrip_file_is_read_and_named_by_its_file() -> None:
    first, second = "00:00:01,000 --> 00:00:02,000", "00:00:02,500 --> 00:00:04,000"
    text = f"1\r\n{first}\r\n<i>Hola</i> a todos,\r\n\r\n2\r\n{second}\r\nadiós.\r\n"
    document = read(text, "charla.srt")
    assert document.text == "[0:00:01]\n\nHola a todos, adiós."
    assert document.metadata.title == "charla"


def cue(start: int, words: str, seconds: int = 2) -> str:
    first, last = (f"{moment // 60:02}:{moment % 60:02}.000" for moment in (start, start + seconds))
    return f"{first} --> {last}\n{words}\n\n"


def test_a_paragraph_ends_after_enough_sentences_or_a_pause() -> None:
    lines = "".join(cue(2 * number, f"Word{number} {'word ' * 8}end.") for number in range(8))
    found = paragraphs("WEBVTT\n\n" + lines + cue(60, "After a pause."))
    assert [text for role, text in found if role == "heading"] == ["[0:00:00]", "[0:00:08]", "[0:01:00]"]
    endless = "".join(cue(2 * number, f"word{number} " * 10) for number in range(30))
    counts = [len(text.split()) for role, text in paragraphs("WEBVTT\n\n" + endless) if role == "text"]
    assert counts == [80, 80, 80, 60]


@pytest.mark.parametrize("text", ["WEBVTT\n\nno times at all", "WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "WEBVTT"])
def test_a_transcript_without_words_or_times_is_refused(text: str) -> None:
    with pytest.raises((DamagedDocument, NoText)) as caught:
        read(text)
    assert isinstance(caught.value, CitabotError)
    assert caught.value.message.endswith(".")


@pytest.mark.parametrize("line", ["<" * 100_000, "{\\" * 50_000, "-" * 100_000, "<v " * 30_000, "9:" * 50_000])
def test_hostile_lines_take_no_time(line: str) -> None:
    start = time.process_time()
    document = read(f"WEBVTT\n\n{cue(0, line)}{cue(3, 'Words.')}")
    assert time.process_time() - start < 2
    assert all(clock_seconds("[0:00:03]") == 3 for _ in document.paragraphs)


def test_names_and_signs_of_speakers_begin_turns_and_sounds_are_no_words() -> None:
    lines = [
        "ANA RUIZ: It closed.",
        "[Música]",
        ">> Since when?",
        "JOSÉ: Since May.",
        "(applause)",
        "The UN: a report.",
    ]
    text = "WEBVTT\n\n" + "".join(f"00:0{n}.000 --> 00:0{n + 1}.000\n{line}\n\n" for n, line in enumerate(lines))
    assert [words for role, words in paragraphs(text) if role == "text"] == [
        "ANA RUIZ: It closed.", ">> Since when?", "JOSÉ: Since May. The UN: a report."
    ]  # fmt: skip
    both = "WEBVTT\n\n00:01.000 --> 00:02.000\nANA: It closed.\nBO: When?\n"
    assert [words for role, words in paragraphs(both) if role == "text"] == ["ANA: It closed.", "BO: When?"]
