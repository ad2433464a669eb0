"""Postings: what they find is what counting finds, and what was saved is what is loaded."""

from collections import Counter
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import DamagedIndex
from knowledge.model import Language
from retrieval.index.postings import Postings, build_postings, load_postings, save_postings
from retrieval.words.terms import LANGUAGES, search_terms

PASSAGES: list[tuple[int, Language, str]] = [
    (3, "en", "The mill grinds flour; flour costs 1.5 euros."),
    (7, "es", "El molino muele harina a 1,5 euros."),
    (8, "en", "Helena Duarte runs the mill."),
    (20, "und", "Meunier, tu dors"),
]
LANGUAGE: st.SearchStrategy[Language] = st.sampled_from(LANGUAGES)
WORDS = st.lists(st.sampled_from(["flour", "Mill", "harina", "1,5", "1.5", "año", "ß", "x" * 60, "x" * 59 + "y"]))
TEXT = st.one_of(st.text(max_size=60), WORDS.map(" ".join))


def same(one: Postings, other: Postings) -> bool:
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name))
        and getattr(one, field.name).dtype == getattr(other, field.name).dtype
        for field in fields(Postings)
    )


def test_a_term_is_found_in_the_passages_that_hold_it_with_its_counts() -> None:
    postings = build_postings(PASSAGES)
    rows, counts = postings.find("flour", "en")
    assert (postings.ids[rows].tolist(), counts.tolist()) == ([3], [2.0])
    rows, _ = postings.find("mill", "en")
    assert postings.ids[rows].tolist() == [3, 8]


def test_a_term_means_nothing_outside_its_language() -> None:
    postings = build_postings(PASSAGES)
    assert postings.has("harin", "es")
    assert not postings.has("harin", "en")
    assert not postings.has("flour", "und")
    assert postings.find("harin", "en")[0].tolist() == []


def test_a_number_is_one_term_in_both_languages() -> None:
    postings = build_postings(PASSAGES)
    assert [postings.ids[postings.find("#1.5", key)[0]].tolist() for key in ("en", "es")] == [[3], [7]]


def test_names_are_kept_as_written_and_headline_words_are_not() -> None:
    texts = ["The Power of LeCun: a talk. More power than Nicholson has, by Jo.", "They gave power to DeepSeek and 4K."]
    postings = build_postings([(number, "en", text) for number, text in enumerate(texts, 1)])
    assert postings.names.tolist() == ["4K", "DeepSeek", "Jo", "LeCun", "Nicholson"]


def test_a_name_is_one_even_where_an_address_has_it_in_lower_case() -> None:
    postings = build_postings([(1, "en", "We asked DeepSeek, and DeepSeek (deepseek at github) said so.")])
    assert postings.names.tolist() == ["DeepSeek"]


def test_a_name_longer_than_any_is_left_out_rather_than_cut() -> None:
    assert build_postings([(1, "en", "We met Tom" + "o" * 40 + " and Bo.")]).names.tolist() == ["Bo"]


def test_long_terms_that_are_cut_alike_count_as_one() -> None:
    postings = build_postings([(1, "und", f"{'x' * 60} {'x' * 59}y")])
    rows, counts = postings.find("x" * 70, "und")
    assert (rows.tolist(), counts.tolist()) == ([0], [2.0])


def test_a_base_without_passages_has_postings_that_find_nothing(tmp_path: Path) -> None:
    empty = build_postings([])
    save_postings(empty, tmp_path / "postings.npz")
    loaded = load_postings(tmp_path / "postings.npz")
    assert same(empty, loaded)
    assert not loaded.has("flour", "en")


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(st.tuples(LANGUAGE, TEXT), max_size=6))
def test_finding_agrees_with_counting(texts: list[tuple[Language, str]]) -> None:
    passages = [(number * 3, language, text) for number, (language, text) in enumerate(texts, 1)]
    postings = build_postings(passages)
    terms = [(language, Counter(term[:30] for term in search_terms(text, language))) for language, text in texts]
    assert postings.lengths.tolist() == [sum(counted.values()) for _, counted in terms]
    for language, counted in terms:
        for term in (term for term in counted if len(term) < 11):
            rows, counts = postings.find(term, language)
            wanted = {row: held[term] for row, (key, held) in enumerate(terms) if key == language and term in held}
            assert dict(zip(rows.tolist(), counts.tolist(), strict=True)) == wanted


@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.lists(st.tuples(LANGUAGE, TEXT), max_size=4))
def test_what_was_saved_is_what_is_loaded(
    tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[Language, str]]
) -> None:
    path = tmp_path_factory.mktemp("postings") / "postings.npz"
    postings = build_postings([(number, language, text) for number, (language, text) in enumerate(texts, 1)])
    save_postings(postings, path)
    assert same(postings, load_postings(path))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("saved") / "postings.npz"
    save_postings(build_postings(PASSAGES), path)
    return path.read_bytes()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not postings at all", b"\x93NUMPY\x01\x00", b"\x00" * 4096])
def test_a_file_that_holds_no_postings_is_said_to_be_damaged(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "postings.npz"
    path.write_bytes(content)
    with pytest.raises(DamagedIndex, match="cannot be read"):
        load_postings(path)


def test_a_missing_file_and_a_single_array_are_damage_too(tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", np.arange(3))
    np.savez(tmp_path / "some.npz", terms=np.arange(3))
    for name in ("missing.npz", "one.npy", "some.npz"):
        with pytest.raises(DamagedIndex):
            load_postings(tmp_path / name)


@settings(derandomize=True, deadline=None, max_examples=120)
@given(place=st.floats(0, 1, exclude_max=True), length=st.integers(0, 40), filling=st.binary(min_size=1, max_size=4))
def test_a_damaged_file_is_refused_or_read_and_never_anything_else(
    tmp_path_factory: pytest.TempPathFactory, saved: bytes, place: float, length: int, filling: bytes
) -> None:
    start = int(place * len(saved))
    path = tmp_path_factory.mktemp("damaged") / "postings.npz"
    path.write_bytes(saved[:start] + filling + saved[start + length :])
    try:
        load_postings(path)
    except DamagedIndex:
        return


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_refused(tmp_path: Path, saved: bytes, part: float) -> None:
    path = tmp_path / "postings.npz"
    path.write_bytes(saved[: int(part * len(saved))])
    with pytest.raises(DamagedIndex):
        load_postings(path)
