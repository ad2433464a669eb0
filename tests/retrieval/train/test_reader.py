"""The reader is taught on a tiny base: what is read of a row, what each row teaches, and the same run every time."""

import math
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from knowledge.errors import DamagedData
from retrieval.train.reader import PIECES, QUESTION_PIECES, ReadPair, Start, read_pair, read_pairs, step_loss, teach
from retrieval.train.reader_model import READER, ReaderModel, build_reader
from retrieval.train.reader_rows import ClaimRow, QuestionRow, Rows
from retrieval.train.teaching import Checkpoints, Recipe
from retrieval.train.transformer import Base, read_weights

MILL = "the council bought the mill in the church"
BOAT = "the fisherman repaired the boat by the bridge"
CLAIMS = [
    ClaimRow("claim", "the mill was bought", MILL, "S"),
    ClaimRow("claim", "the teacher sold the mill", MILL, "C"),
    ClaimRow("other claim", "the mill was bought", BOAT, "N"),
    ClaimRow("public claim", "the teacher painted the boat", BOAT, "not S"),
]
QUESTIONS = [
    QuestionRow("question", "who bought the mill?", MILL, answered=True, span=(0, 11)),
    QuestionRow("question", "who repaired the boat?", BOAT, answered=True, span=(0, 13)),
    QuestionRow("other question", "who bought the mill?", BOAT, answered=False, span=None),
    QuestionRow("article question", "what was in the church?", MILL, answered=True, span=None),
]
ROWS: Rows = [*CLAIMS, *QUESTIONS]
RECIPE = Recipe(steps=4, batch=4, rate=1e-3, typed=0.0)
FROM_BASE = Start()


def taught(
    base: Base,
    folder: Path,
    recipe: Recipe = RECIPE,
    *,
    rows: Rows = ROWS,
    start: Start = FROM_BASE,
    go_on: bool = False,
    report: Callable[[int, float], None] = lambda *_: None,
) -> ReaderModel:
    return teach(base, start, rows, recipe, Checkpoints(folder / "checkpoint.pt", 2, go_on), report=report)


def same(first: ReaderModel, second: ReaderModel) -> bool:
    own, other = first.state_dict(), second.state_dict()
    return own.keys() == other.keys() and all(torch.equal(value, other[name]) for name, value in own.items())


@pytest.fixture(scope="module")
def whole(base: Base, tmp_path_factory: pytest.TempPathFactory) -> tuple[ReaderModel, list[float]]:
    """A reader after a whole run, and the loss of each of its steps."""
    losses: list[float] = []
    return taught(base, tmp_path_factory.mktemp("whole"), report=lambda _, loss: losses.append(loss)), losses


def test_a_few_steps_change_everything_but_the_word_vectors(base: Base, whole: tuple[ReaderModel, list[float]]) -> None:
    model, losses = whole
    assert len(losses) == 4
    assert all(map(math.isfinite, losses))
    unchanged = {name for name, value in model.bert.state_dict().items() if torch.equal(value, base.weights[name])}
    assert unchanged == {"embeddings.word_embeddings.weight"}
    assert not model.training


def test_the_same_seed_gives_the_same_weights(
    base: Base, tmp_path: Path, whole: tuple[ReaderModel, list[float]]
) -> None:
    again: list[float] = []
    assert same(taught(base, tmp_path, report=lambda _, loss: again.append(loss)), whole[0])
    assert again == whole[1]
    assert not same(taught(base, tmp_path, replace(RECIPE, seed=2)), whole[0])


class CutOff(Exception):
    """What ends a run from outside."""


@pytest.mark.parametrize("last", [2, 3])
def test_a_run_that_goes_on_is_the_run_that_was_not_cut_off(
    base: Base, tmp_path: Path, whole: tuple[ReaderModel, list[float]], last: int
) -> None:
    def interrupt(step: int, loss: float) -> None:
        if step > last:
            raise CutOff

    rest: list[float] = []
    with pytest.raises(CutOff):
        taught(base, tmp_path, report=interrupt)
    assert same(taught(base, tmp_path, go_on=True, report=lambda _, loss: rest.append(loss)), whole[0])
    assert rest == whole[1][2:]


def test_a_reader_begins_with_the_weights_that_are_given(base: Base, work: Path, tmp_path: Path) -> None:
    begun = read_weights(work / READER)
    still = taught(base, tmp_path, replace(RECIPE, steps=1, rate=1e-12), start=Start(begun)).state_dict()
    assert all(torch.allclose(value, still[name], atol=1e-6) for name, value in begun.items())
    # Without, its heads are the seed's.
    first, second = (taught(base, tmp_path, replace(RECIPE, steps=1, rate=1e-12, seed=seed)) for seed in (1, 2))
    assert not torch.allclose(first.nli.weight, second.nli.weight, atol=1e-3)


@pytest.mark.parametrize(("layers", "still"), [(1, {"0"}), (2, set()), (9, set())])
def test_of_a_run_on_the_last_layers_the_others_stay(base: Base, tmp_path: Path, layers: int, still: set[str]) -> None:
    model = taught(base, tmp_path, start=Start(layers=layers))
    heads = build_reader(base).state_dict().keys() - {f"bert.{name}" for name in base.weights}
    unchanged = {name for name, value in base.weights.items() if torch.equal(model.bert.state_dict()[name], value)}
    assert {name.split(".")[2] for name in unchanged if name.startswith("encoder.")} == still
    assert {name for name in base.weights if name.startswith("embeddings.")} <= unchanged
    # The heads are always taught: from the same beginning, another rate leads elsewhere.
    other = taught(base, tmp_path, replace(RECIPE, rate=1e-9), start=Start(layers=layers)).state_dict()
    assert not [name for name in heads if torch.allclose(model.state_dict()[name], other[name], atol=1e-6)]


def test_a_run_on_the_last_layers_goes_on(base: Base, tmp_path: Path) -> None:
    start = Start(layers=1)
    uncut = taught(base, tmp_path, start=start)
    # The checkpoint of its fourth step is that of its end.
    assert same(taught(base, tmp_path, start=start, go_on=True), uncut)
    with pytest.raises(DamagedData, match=r"checkpoint\.pt cannot be read\.$"):
        taught(base, tmp_path, start=Start(layers=2), go_on=True)


def test_it_learns_what_the_rows_say(base: Base, tmp_path: Path) -> None:
    model = taught(base, tmp_path, Recipe(steps=40, batch=6, rate=4e-3, typed=0.0))
    with torch.no_grad():
        stances, answered, ends, _ = read_pairs(model, [read_pair(base.tokenizer, row) for row in ROWS])
    shares = stances.softmax(-1)
    assert shares[:3].argmax(-1).tolist() == [0, 1, 2]
    # "Not S" leaves open which of the others it is.
    assert float(shares[3, 0]) < 0.2
    assert (answered[4:] > 0).tolist() == [True, True, False, True]
    for number in (4, 5):
        pair = read_pair(base.tokenizer, ROWS[number])
        assert tuple(ends[number, : len(pair.pieces)].argmax(0).tolist()) == pair.ends


def loss_of(
    model: ReaderModel, tokenizer: Tokenizer, rows: Rows, batch: int, seed: int = 1, recipe: Recipe = RECIPE
) -> float:
    with torch.no_grad():
        return float(step_loss(model, tokenizer, rows, replace(recipe, batch=batch), random.Random(seed)))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.kind}, {getattr(row, 'decision', '')}")
def test_the_loss_of_any_row_is_finite_and_falls_with_what_it_teaches(
    base: Base, tmp_path: Path, row: ClaimRow | QuestionRow
) -> None:
    losses: list[float] = []
    taught(
        base,
        tmp_path,
        Recipe(steps=5, batch=1, rate=5e-3, typed=0.0),
        rows=[row],
        report=lambda _, loss: losses.append(loss),
    )
    assert all(map(math.isfinite, losses))
    assert losses[-1] < losses[0]


def test_surely_supported_rows_that_are_not_supported_have_a_finite_loss(base: Base) -> None:
    model = build_reader(base)
    with torch.no_grad():
        model.nli.weight.zero_()
        model.nli.bias.copy_(torch.tensor([200.0, 0.0, 0.0]))
    # The largest share of support that is counted is 0.999.
    assert loss_of(model, base.tokenizer, [CLAIMS[3]], 1) == pytest.approx(math.log(1000), rel=1e-3)


@pytest.mark.parametrize(
    ("row", "log_odds", "wanted"),
    [
        # Of three equal shares, the smoothed target is the same as any.
        (CLAIMS[0], [0.0, 0.0, 0.0], math.log(3)),
        (CLAIMS[3], [0.0, 0.0, 0.0], -math.log(2 / 3)),
        # log(2), of 2 in 4.
        (CLAIMS[1], [0.0, math.log(2), 0.0], 0.95 * math.log(2) + 0.05 * (math.log(2) + 2 * math.log(4)) / 3),
        (CLAIMS[3], [math.log(2), 0.0, 0.0], math.log(2)),
    ],
)
def test_the_loss_of_stances_is_smoothed_cross_entropy(
    base: Base, row: ClaimRow, log_odds: list[float], wanted: float
) -> None:
    model = build_reader(base)
    with torch.no_grad():
        model.nli.weight.zero_()
        model.nli.bias.copy_(torch.tensor(log_odds))
    assert loss_of(model, base.tokenizer, [row], 1) == pytest.approx(wanted, rel=1e-5)


def test_the_loss_of_answers_is_of_whether_and_half_of_where(base: Base) -> None:
    model = build_reader(base)
    with torch.no_grad():
        for head in (model.answered, model.span):
            head.weight.zero_()
            head.bias.zero_()
        model.answered.bias.fill_(1.0)
    right, wrong = -math.log(1 / (1 + math.exp(-1))), -math.log(1 - 1 / (1 + math.exp(-1)))
    assert loss_of(model, base.tokenizer, [QUESTIONS[3]], 1) == pytest.approx(0.98 * right + 0.02 * wrong, rel=1e-5)
    assert loss_of(model, base.tokenizer, [QUESTIONS[2]], 1) == pytest.approx(0.98 * wrong + 0.02 * right, rel=1e-5)
    # Every piece is as likely an end as another.
    pieces = len(read_pair(base.tokenizer, QUESTIONS[0]).pieces)
    where = 0.5 * math.log(pieces)
    assert loss_of(model, base.tokenizer, [QUESTIONS[0]], 3) == pytest.approx(0.98 * right + 0.02 * wrong + where)
    # What fills up a batch is no end: beside a longer row, of which no end is known, nothing changes.
    longer = replace(QUESTIONS[3], passage=f"{MILL} and {BOAT}")
    both = [loss_of(model, base.tokenizer, [QUESTIONS[0], longer], 8, seed) for seed in range(3)]
    assert both == pytest.approx([0.98 * right + 0.02 * wrong + where] * 3)


def test_a_step_is_of_claims_or_of_questions_as_often(base: Base) -> None:
    model = build_reader(base)
    with torch.no_grad():
        for head in (model.nli, model.answered):
            head.weight.zero_()
            head.bias.zero_()
    rows: Rows = [CLAIMS[0], QUESTIONS[3]]
    drawn = [loss_of(model, base.tokenizer, rows, 4, seed) for seed in range(60)]
    claims = [loss for loss in drawn if loss == pytest.approx(math.log(3))]
    questions = [loss for loss in drawn if loss == pytest.approx(math.log(2))]
    assert len(claims) + len(questions) == 60
    assert 20 <= len(claims) <= 40
    # The recipe says how often.
    for share, wanted in ((0.0, math.log(2)), (1.0, math.log(3))):
        recipe = replace(RECIPE, claims=share)
        drawn = [loss_of(model, base.tokenizer, rows, 4, seed, recipe) for seed in range(9)]
        assert drawn == pytest.approx([wanted] * 9)
    # Where there are rows of one sort alone, every step is of these.
    assert [loss_of(model, base.tokenizer, rows[:1], 4, seed) for seed in range(4)] == pytest.approx([math.log(3)] * 4)


def test_claims_and_questions_are_read_as_people_type_them_as_often_as_the_recipe_says(base: Base) -> None:
    model, rows = build_reader(base), [replace(CLAIMS[0], text="¿The mill, was bought?")]
    plain, half, always = (
        [loss_of(model, base.tokenizer, rows, 1, seed, replace(RECIPE, typed=share)) for seed in range(40)]
        for share in (0.0, 0.5, 1.0)
    )
    assert len(set(plain)) == 1
    changed = [sum(loss not in plain for loss in losses) for losses in (half, always)]
    assert 0 < changed[0] < changed[1]
    assert changed[1] > 30


def test_a_large_batch_is_read_in_groups_and_has_the_mean_loss_of_its_rows(base: Base) -> None:
    model = build_reader(base)
    rows = [replace(CLAIMS[0], passage=f"{MILL} {'mill ' * number}") for number in range(40)]
    drawn: list[ReadPair] = []
    with torch.no_grad():
        whole = float(step_loss(model, base.tokenizer, rows, replace(RECIPE, batch=40), random.Random(3)))
        # Drawn as the step draws them.
        chance = random.Random(3)
        chance.random()
        drawn = [read_pair(base.tokenizer, row) for row in chance.choices(rows, [1.0] * len(rows), k=40)]
        shares = torch.cat([read_pairs(model, [pair])[0] for pair in drawn]).log_softmax(-1)
    assert whole == pytest.approx(float(-(0.95 * shares[:, 0] + 0.05 * shares.mean(-1)).mean()), rel=1e-4)


def test_a_pair_is_read_the_same_alone_and_beside_a_longer_one(base: Base, work: Path) -> None:
    model = build_reader(base, read_weights(work / READER))
    pairs = [read_pair(base.tokenizer, row) for row in (CLAIMS[0], replace(CLAIMS[1], passage=f"{BOAT} {MILL} <pad>"))]
    with torch.no_grad():
        together = read_pairs(model, pairs)
        alone = [read_pairs(model, [pair]) for pair in pairs]
    for row, (pair, own) in enumerate(zip(pairs, alone, strict=True)):
        stances, answered, ends, mask = own
        assert torch.allclose(together[0][row], stances[0], atol=1e-4)
        assert torch.allclose(together[1][row], answered[0], atol=1e-4)
        assert torch.allclose(together[2][row, : len(pair.pieces)], ends[0], atol=1e-4)
        # A text that has the padding's name in it has no padding.
        assert mask.sum() == together[3][row].sum() == len(pair.pieces)


def test_a_pair_is_both_texts_between_marks(base: Base) -> None:
    tokenizer = base.tokenizer
    pair = read_pair(tokenizer, QUESTIONS[0])
    assert [tokenizer.id_to_token(piece) for piece in pair.pieces] == [
        "<s>", "▁who", "▁bought", "▁the", "▁mill", "?", "</s>", "</s>",
        "▁the", "▁council", "▁bought", "▁the", "▁mill", "▁in", "▁the", "▁church", "</s>",
    ]  # fmt: skip
    assert (pair.begins, pair.ends) == (8, (8, 9))
    assert read_pair(tokenizer, CLAIMS[0]).ends is None


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        ("the council", (0, 1)),
        ("mill", (4, 4)),
        # Within a piece, over the space between two, and the whole.
        ("ounc", (1, 1)),
        ("l b", (1, 2)),
        ("church", (7, 7)),
        (MILL, (0, 7)),
    ],
)
def test_the_ends_of_an_answer_are_the_pieces_that_its_words_touch(
    base: Base, words: str, pieces: tuple[int, int]
) -> None:
    start = MILL.index(words)
    pair = read_pair(base.tokenizer, replace(QUESTIONS[0], span=(start, start + len(words))))
    assert pair.ends == (pair.begins + pieces[0], pair.begins + pieces[1])


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.data(), st.text("abñé日 ?.", min_size=1, max_size=40))
def test_every_piece_that_an_answer_touches_is_in_it_and_no_other(base: Base, data: st.DataObject, text: str) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    pair = read_pair(base.tokenizer, QuestionRow("question", "who?", text, answered=True, span=(start, end)))
    offsets = base.tokenizer.encode(text, add_special_tokens=False).offsets
    touched = [number for number, (first, last) in enumerate(offsets) if set(range(first, last)) & {*range(start, end)}]
    assert pair.ends == ((pair.begins + touched[0], pair.begins + touched[-1]) if touched else None)


def test_long_texts_are_cut_and_an_answer_that_is_cut_off_has_no_ends(base: Base) -> None:
    question, passage = "who " * 200, "the " * 400
    room = PIECES - 4 - QUESTION_PIECES
    for last, is_read in ((room, True), (room + 1, False), (400, False)):
        # Of each four letters, a piece begins with the space before its word.
        row = QuestionRow("question", question, passage, answered=True, span=(0, 4 * last - 1))
        pair = read_pair(base.tokenizer, row)
        assert len(pair.pieces) == PIECES
        assert pair.begins == QUESTION_PIECES + 3
        assert pair.ends == ((pair.begins, pair.begins + last - 1) if is_read else None)
    # A short question leaves its room to the passage.
    pair = read_pair(base.tokenizer, replace(row, text="who?", span=(0, 4 * 314 - 1)))
    assert (len(pair.pieces), pair.ends) == (PIECES, (5, 5 + 313))


@pytest.mark.parametrize(("text", "passage"), [("", ""), ("who?", ""), ("", MILL)])
def test_empty_texts_are_read_between_the_same_marks(base: Base, text: str, passage: str) -> None:
    pair = read_pair(base.tokenizer, QuestionRow("question", text, passage, answered=False, span=None))
    assert [pair.pieces[0], *pair.pieces[pair.begins - 2 : pair.begins], pair.pieces[-1]] == [0, 2, 2, 2]
    with torch.no_grad():
        readings = read_pairs(build_reader(base), [pair])
    assert all(torch.isfinite(part).all() for part in readings[:3])
