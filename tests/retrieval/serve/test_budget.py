"""Budgets of work: so much a minute for each, by a clock that nobody sets."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.serve.budget import Budget


class Clock:
    """A clock that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_minutes_work_may_be_asked_for_at_once_and_then_as_it_fills_again(clock: Clock) -> None:
    budget = Budget(3, clock=clock)
    assert [budget.wait("ana") for _ in range(3)] == [0, 0, 0]
    assert budget.wait("ana") == pytest.approx(20)
    clock.now = 20.1
    assert budget.wait("ana") == 0
    assert budget.wait("ana") > 0


def test_each_has_a_measure_of_their_own(clock: Clock) -> None:
    budget = Budget(1, clock=clock)
    assert (budget.wait("ana"), budget.wait("bo")) == (0, 0)


def test_dear_work_is_admitted_to_a_full_measure_and_made_up_for(clock: Clock) -> None:
    budget = Budget(20, clock=clock)
    assert budget.wait("ana", 40) == 0
    assert budget.wait("ana") == pytest.approx(63)
    clock.now = 64
    assert budget.wait("ana") == 0
    assert budget.wait("ana", 40) > 0


def test_what_is_refused_costs_nothing(clock: Clock) -> None:
    budget = Budget(2, clock=clock)
    assert budget.wait("ana", 2) == 0
    first = budget.wait("ana", 2)
    assert budget.wait("ana", 2) == first


def test_a_wall_clock_that_is_set_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = Budget(1)
    assert budget.wait("ana") == 0
    for day in (-86_400.0, 86_400.0):
        shifted = time.time() + day
        monkeypatch.setattr(time, "time", lambda moment=shifted: moment)
        assert 0 < budget.wait("ana") <= 60


@given(st.lists(st.tuples(st.floats(0, 30), st.floats(0.1, 100)), max_size=30))
def test_nobody_gets_more_than_saved_and_allowed_for_the_time(asked: list[tuple[float, float]]) -> None:
    clock = Clock()
    budget, done, last = Budget(10, clock=clock), 0.0, 0.0
    for pause, cost in asked:
        clock.now += pause
        if budget.wait("ana", cost) == 0:
            done, last = done + cost, cost
    # One dear piece of work may be admitted before it is made up for.
    assert done - last <= 10 + clock.now * 10 / 60 + 1e-6
