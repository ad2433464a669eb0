"""Times in a recording and the addresses that open it there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.media_times import address_at, clock, clock_seconds


@settings(derandomize=True, deadline=None)
@given(st.integers(0, 999 * 3600))
def test_a_time_that_is_written_is_read_again(seconds: int) -> None:
    assert clock_seconds(clock(seconds)) == seconds


@pytest.mark.parametrize("text", ["0:12:34", "[12:34]", "[3]", "[1:2:3]", "words [0:00:01]", ""])
def test_no_other_text_is_a_time(text: str) -> None:
    assert clock_seconds(text) is None


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://www.youtube.com/watch?v=a_b&t=3s", "https://www.youtube.com/watch?v=a_b&t=754s"),
        ("https://youtu.be/abc", "https://youtu.be/abc?t=754s"),
        ("https://news.test/talk.mp4#x", "https://news.test/talk.mp4#t=754"),
        ("https://youtube.com.evil.test/a", "https://youtube.com.evil.test/a#t=754"),
    ],
)
def test_an_address_opens_a_recording_at_a_time(url: str, address: str) -> None:
    assert address_at(url, 754) == address
