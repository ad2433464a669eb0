"""Keys that came lately are noticed when they come again, and are no more than may be remembered."""

from retrieval.discord.recent_keys import RecentKeys


def test_a_key_is_new_once() -> None:
    keys = RecentKeys[int]()
    assert [keys.add(key) for key in (1, 2, 1, 3, 2)] == [True, True, False, True, False]


def test_a_key_that_is_discarded_is_new_again() -> None:
    keys = RecentKeys[str]()
    keys.add("answer")
    keys.discard("answer")
    keys.discard("never added")
    assert keys.add("answer")


def test_the_oldest_is_forgotten_and_the_latest_is_not() -> None:
    keys = RecentKeys[int]()
    for key in range(10_000):
        keys.add(key)
    assert keys.add(0)
    assert not keys.add(9_999)
