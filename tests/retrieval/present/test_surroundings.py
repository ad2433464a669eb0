"""How a long paragraph is trimmed around its excerpt."""

from collections.abc import Callable
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.model import Citation
from retrieval.present.surroundings import MARK, cut_marks, surroundings

Make = Callable[..., Citation]


def test_a_short_paragraph_is_shown_whole(make_citation: Make) -> None:
    one = make_citation()
    before, after = surroundings(one)
    assert before + one.exact + after == one.context


def test_a_long_one_is_cut_where_sentences_end(make_citation: Make) -> None:
    one = make_citation("Here.", "One two three. Four five six. Here. Seven eight. Nine ten eleven.")
    assert surroundings(one, most=20) == (f"{MARK} Four five six. ", f" Seven eight. {MARK}")


def test_without_a_sentence_end_it_is_cut_between_words(make_citation: Make) -> None:
    one = make_citation("Here", "one two three four Here five six seven eight")
    assert surroundings(one, most=12) == (f"{MARK} three four ", f" five six {MARK}")


def test_a_paragraph_without_spaces_is_cut_anywhere(make_citation: Make) -> None:
    one = make_citation("Here", "a" * 50 + "Here" + "b" * 50)
    assert surroundings(one, most=5) == (f"{MARK} aaaaa", f"bbbbb {MARK}")


def test_an_excerpt_that_runs_on_into_the_next_paragraph_has_nothing_after_it(make_citation: Make) -> None:
    one = make_citation("end of one.", "The end of one.")
    assert surroundings(replace(one, exact="end of one.\n\nStart of two.", end=one.end + 15)) == ("The ", "")
    assert surroundings(replace(one, exact="end of another.\n\nStart of two.")) == ("", "")


def test_a_paragraph_that_does_not_hold_the_excerpt_is_not_shown(make_citation: Make) -> None:
    assert surroundings(make_citation(context_start=0)) == ("", "")
    assert surroundings(make_citation(context_start=9999)) == ("", "")


@given(before=st.text(max_size=60), after=st.text(max_size=60), most=st.integers(1, 40))
@settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_shown_touches_the_excerpt_and_is_the_paragraphs_own(
    make_citation: Make, before: str, after: str, most: int
) -> None:
    one = make_citation("\0Here\0", f"{before}\0Here\0{after}")
    shown_before, shown_after = surroundings(one, most=most)
    assert before.endswith(shown_before.removeprefix(f"{MARK} ")) or before == shown_before
    assert after.startswith(shown_after.removesuffix(f" {MARK}")) or after == shown_after
    assert max(len(shown_before), len(shown_after)) <= max(most, len(MARK) + 1 + most)


def test_the_marks_of_a_cut_stand_outside_the_excerpt_at_the_ends_that_were_cut(make_citation: Make) -> None:
    for before in (True, False):
        for after in (True, False):
            one = replace(make_citation(), cut_before=before, cut_after=after)
            assert cut_marks(one) == (f"{MARK} " if before else "", f" {MARK}" if after else "")
            assert MARK not in one.exact
