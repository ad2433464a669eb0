"""Reading in a process with limits: what takes too much is refused, and the next document is read all the same."""

import time

import pytest
from child_work import break_down, fill_memory

from knowledge.errors import DamagedDocument, NoText, TooCostly
from knowledge.reader_process import ReaderProcess
from knowledge.readers import ReadingLimits, read_bytes

NOTE = b"The mill of Sada was built in 1742."


def note(process: ReaderProcess) -> str:
    return process.read(
        "note.txt", read_bytes, NOTE, name="note.txt", content_type=None, location="note.txt", limits=ReadingLimits()
    ).text


def test_a_document_comes_out_as_it_does_without_a_process() -> None:
    with ReaderProcess() as process:
        assert note(process) == NOTE.decode()


def test_what_never_ends_is_given_up_and_the_next_document_is_read() -> None:
    with ReaderProcess(seconds=1) as process:
        with pytest.raises(TooCostly, match=r"endless\.pdf takes more than 1 seconds"):
            process.read("endless.pdf", time.sleep, 60)
        assert note(process) == NOTE.decode()


def test_what_would_fill_the_memory_is_refused_and_the_next_document_is_read() -> None:
    with ReaderProcess() as process:
        with pytest.raises(TooCostly, match=r"bomb\.docx takes more memory"):
            process.read("bomb.docx", fill_memory)
        assert note(process) == NOTE.decode()


def test_a_fault_of_a_library_is_a_damaged_document() -> None:
    with ReaderProcess() as process, pytest.raises(DamagedDocument, match=r"odd\.html is damaged") as caught:
        process.read("odd.html", break_down)
    assert "words" not in str(caught.value)


def test_what_a_reader_refuses_is_told_as_the_reader_tells_it() -> None:
    with ReaderProcess() as process, pytest.raises(NoText, match="is empty"):
        process.read("x", read_bytes, b"", name="", content_type=None, location="x", limits=ReadingLimits())
