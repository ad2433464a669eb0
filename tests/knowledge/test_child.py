"""Children: processes that do one thing after another, and can be ended whatever they do."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from child_work import add, chatter, counter, die, environment, exhaust, fail, hang, identify, place, refuse

from knowledge.child import Child, ChildFailure
from knowledge.errors import BadQuestion, BrokenOff, HomeNotWritable, Late


@pytest.fixture(scope="module")
def child() -> Iterator[Child[list[int]]]:
    with Child(counter, 1) as opened:
        yield opened


def test_a_tool_is_opened_once_and_kept_between_calls() -> None:
    with Child(counter, 5) as child:
        assert child.call(add, 2) == 7
        assert child.call(add, 3, twice=True) == 13
        assert child.call(identify) != os.getpid()


def test_what_a_tool_cannot_be_opened_for_is_told_as_it_is() -> None:
    with pytest.raises(HomeNotWritable, match="no room") as caught, Child(counter, -1):
        pass
    assert caught.value.hint == "Make some."


def test_progress_is_told_while_a_call_goes_on() -> None:
    heard: list[tuple[object, ...]] = []
    with Child(counter, 3, report=lambda *values: heard.append(values)):
        assert heard == [("opened", 3)]


def test_what_hangs_is_ended_and_the_next_call_is_answered() -> None:
    with Child(counter, 1) as child:
        before = child.call(identify)
        began = time.monotonic()
        with pytest.raises(Late, match=r"longer than 0\.5 seconds"):
            child.call_within(0.5, hang)
        assert time.monotonic() - began < 5
        assert child.call(add, 1) == 2
        assert child.call(identify) != before


def test_a_child_that_dies_is_told_and_replaced() -> None:
    with Child(counter, 1) as child:
        with pytest.raises(BrokenOff, match="signal 9"):
            child.call(die)
        assert child.call(add, 1) == 2


def test_errors_of_ours_arrive_whole(child: Child[list[int]]) -> None:
    with pytest.raises(BadQuestion, match="No words") as caught:
        child.call(refuse, "No words.")
    assert (caught.value.code, caught.value.hint) == ("bad-question", "Ask something else.")


def test_faults_arrive_without_the_words_that_they_were_about(child: Child[list[int]]) -> None:
    with pytest.raises(ChildFailure, match="LookupError") as caught:
        child.call(fail, "a secret of somebody's")
    assert "secret" not in str(caught.value)
    assert "child_work.py" in str(caught.value)


def test_a_lack_of_memory_is_one_here_too(child: Child[list[int]]) -> None:
    with pytest.raises(MemoryError):
        child.call(exhaust)


def test_what_libraries_print_or_read_does_not_meet_the_results(child: Child[list[int]]) -> None:
    assert child.call(chatter) == "nothing to read"


def test_children_know_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "secret")
    monkeypatch.setenv("HARMLESS", "yes")
    with Child(counter, 1) as child:
        assert child.call(environment, "DISCORD_TOKEN") is None
        assert child.call(environment, "HARMLESS") == "yes"


def test_a_child_imports_nothing_from_where_somebody_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pickle.py").write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(tmp_path)
    with Child(counter, 1) as child:
        assert str(tmp_path) not in child.call(place)
        assert child.call(add, 1) == 2


def test_a_child_outlives_an_interruption_meant_for_its_parent() -> None:
    with Child(counter, 1) as child:
        number = child.call(identify)
        for one in (signal.SIGINT, signal.SIGTERM):
            os.kill(number, one)
        assert child.call(identify) == number


def test_a_child_ends_with_its_parent() -> None:
    with Child(counter, 1) as child:
        number = child.call(identify)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
