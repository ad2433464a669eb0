"""A writer killed at random moments, under questions from two other processes, loses nothing and shows nothing half."""

from pathlib import Path

from kill_loop import Counts, kill_loop


def test_kills_cost_no_answer_no_source_and_no_file(tmp_path: Path) -> None:
    counts = kill_loop(tmp_path / "home", 2)
    expected = Counts(kills=2, changes=counts.changes, questions=counts.questions, steps=counts.steps)
    assert counts == expected
    assert counts.questions > 0
    assert sum(counts.steps.values()) == 2
