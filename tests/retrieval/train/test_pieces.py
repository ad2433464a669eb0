"""The vocabulary: what Spanish and English need of many more pieces, and a tokenizer that cuts as before."""

import json
import sys
from pathlib import Path

import pytest
import tiny_base
from tokenizers import Tokenizer

from knowledge.errors import BadInput, MissingExtra, MissingFile
from retrieval.train.pieces import choose, cut, piece_mass, pieces_of, word_lists

ORIGINAL = tiny_base.description()
TEXTS = ["the bridge the bridge the boat", "el puente", "日本", "the bridge"]
ALWAYS = {"<s>", "<pad>", "</s>", "<unk>", "<mask>", "▁", "a", "Z", "ñ", "¿", "7", ":"}


def chosen(size: int, texts: list[str] = TEXTS, words: list[dict[str, float]] | None = None) -> list[str]:
    return [tiny_base.PIECES[number] for number in choose(ORIGINAL, texts, words or [], size)]


def test_special_pieces_letters_digits_and_signs_are_always_there() -> None:
    assert set(chosen(1)) >= ALWAYS
    assert not {"▁the", "日"} & set(chosen(1))


def test_the_commonest_pieces_come_first() -> None:
    few = len(chosen(1))
    assert set(chosen(few + 2)) - set(chosen(1)) == {"▁the", "▁bridge"}
    # Of pieces that are used as often, the first.
    assert set(chosen(few + 3)) - set(chosen(few + 2)) == {"▁boat"}


def test_other_scripts_and_unused_pieces_stay_out_however_many_are_wanted() -> None:
    assert not {"日", "本", "▁unused"} & set(chosen(10_000))


def test_pieces_keep_their_order_and_the_choice_is_the_same_every_time() -> None:
    numbers = choose(ORIGINAL, TEXTS, [{"barco": 0.5}], 90)
    assert numbers == sorted(set(numbers)) == choose(ORIGINAL, iter(TEXTS), iter([{"barco": 0.5}]), 90)


def test_words_count_with_their_frequencies_and_capitals_less() -> None:
    mass = dict(zip(tiny_base.PIECES, piece_mass(ORIGINAL, [], [{"mill": 0.3}, {"la": 0.1}]), strict=True))
    assert mass["▁mill"] == pytest.approx(3 * mass["▁la"])
    # "Mill" is cut into letters, "MILL" too.
    assert mass["▁mill"] > mass["M"] > mass["L"] > 0
    assert sum(mass.values()) == pytest.approx(1)


def test_text_and_words_weigh_the_same() -> None:
    assert piece_mass(ORIGINAL, TEXTS, [{"mill": 0.3}]).sum() == pytest.approx(2)
    assert piece_mass(ORIGINAL, [], []).sum() == 0


@pytest.mark.parametrize("text", ["query: the bridge", "¿Quién pintó la iglesia?", "DeepSeek-7b", "", "the 日 mill"])
def test_a_text_is_cut_as_before(text: str) -> None:
    numbers = choose(ORIGINAL, ["¿quién pintó la iglesia? the bridge mill passage query"], [], 10_000)
    before, after = (Tokenizer.from_str(json.dumps(one)) for one in (ORIGINAL, cut(ORIGINAL, numbers)))
    assert after.get_vocab_size() == len(numbers) < before.get_vocab_size()
    ids = after.encode(text).ids
    # What is left out becomes the unknown piece.
    expected = [number if number in numbers else 3 for number in before.encode(text).ids]
    assert [numbers[number] for number in ids] == expected


def test_marks_get_the_numbers_of_their_pieces() -> None:
    numbers = [2, 0, 1, 3, len(tiny_base.PIECES) - 1, tiny_base.PIECES.index("▁the")]
    tokenizer = Tokenizer.from_str(json.dumps(cut(ORIGINAL, numbers)))
    assert tokenizer.encode("the").ids == [1, 5, 0]
    assert tokenizer.token_to_id("<mask>") == 4


def test_the_pieces_of_a_cut_tokenizer_are_found_again(tmp_path: Path) -> None:
    numbers = choose(ORIGINAL, TEXTS, [], 80)
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(cut(ORIGINAL, numbers)), "utf-8")
    assert pieces_of(ORIGINAL, path) == numbers


def other_score() -> str:
    other = json.loads(json.dumps(cut(ORIGINAL, [0, 1, 2, 3, 40, len(tiny_base.PIECES) - 1])))
    other["model"]["vocab"][4][1] = -1.0
    return json.dumps(other)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"model": {"vocab": [["▁new", 0.0]]}}', '{"model": {"vocab": {"a": 1}}}', "[" * 100_000,
     other_score()],
    ids=["empty", "list", "object", "another piece", "another kind", "deep", "another score"],
)  # fmt: skip
def test_another_tokenizer_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text(content, "utf-8")
    with pytest.raises(BadInput, match=r"tokenizer\.json is not cut from the base's tokenizer\."):
        pieces_of(ORIGINAL, path)


def test_a_tokenizer_that_is_not_there_is_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        pieces_of(ORIGINAL, tmp_path / "none.json")


def test_word_lists_have_common_words_of_both_languages() -> None:
    english, spanish = word_lists()
    assert english["the"] > english["bridge"] > english["fisherman"] > 0
    assert spanish["de"] > spanish["puente"] > spanish["pescador"] > 0


def test_without_word_lists_their_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wordfreq", None)
    with pytest.raises(MissingExtra, match=r"^Choosing the vocabulary needs the package wordfreq"):
        word_lists()
