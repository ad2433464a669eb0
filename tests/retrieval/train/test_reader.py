"""The reader is taught on a tiny base: what a step draws, what is learnt, and the same run every time."""

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from reader_data import BOAT, CLAIMS, MILL

from retrieval.train.reader import Cutter, Step, read_pairs, step_loss, steps, teach
from retrieval.train.reader_model import READER, ReaderModel, build_reader
from retrieval.train.reader_rows import SHARES, ClaimRow, Group, Kind, QuestionRow
from retrieval.train.teaching import Checkpoints, Recipe
from retrieval.train.transformer import Base, read_weights

QUESTIONS: list[tuple[QuestionRow, ...]] = [
    (
        QuestionRow("dossier question", "who bought the mill?", MILL, answered=True, span=(0, 11)),
        QuestionRow("dossier question", "who bought the mill?", BOAT, answered=False, span=None),
    ),
    (
        QuestionRow("question", "who repaired the boat?", BOAT, answered=True, span=(0, 13)),
        QuestionRow("question", "who repaired the boat?", MILL, answered=None, span=None),
        QuestionRow("question", "who repaired the boat?", "the teacher painted", answered=None, span=None),
    ),
    (QuestionRow("article question", "what was in the church?", MILL, answered=True, span=None),),
]
GROUPS: list[Group] = [*((row,) for row in CLAIMS), *QUESTIONS]
RECIPE = Recipe(steps=4, batch=4, rate=1e-3, typed=0.0)


def taught(
    base: Base,
    folder: Path,
    recipe: Recipe = RECIPE,
    *,
    groups: Sequence[Group] = GROUPS,
    start: Path | None = None,
    go_on: bool = False,
    report: Callable[[int, float], None] = lambda *_: None,
) -> ReaderModel:
    begin = None if start is None else read_weights(start)
    return teach(base, begin, groups, recipe, Checkpoints(folder / "checkpoint.pt", 2, go_on), report=report)


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


def test_the_last_layers_and_the_heads_learn_alone_where_the_recipe_says_so(base: Base, tmp_path: Path) -> None:
    model = taught(base, tmp_path, replace(RECIPE, layers=1))
    last = f"encoder.layer.{base.config.num_hidden_layers - 1}."
    changed = {name for name, value in model.bert.state_dict().items() if not torch.equal(value, base.weights[name])}
    assert changed == {name for name in base.weights if name.startswith(last)}
    heads = taught(base, tmp_path, replace(RECIPE, layers=1, rate=1e-12))
    assert not torch.allclose(model.nli.weight, heads.nli.weight, atol=1e-5)


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
    still = taught(base, tmp_path, replace(RECIPE, steps=1, rate=1e-12), start=work / READER).state_dict()
    assert all(torch.allclose(value, still[name], atol=1e-6) for name, value in read_weights(work / READER).items())
    # Without, its heads are the seed's.
    first, second = (taught(base, tmp_path, replace(RECIPE, steps=1, rate=1e-12, seed=seed)) for seed in (1, 2))
    assert not torch.allclose(first.nli.weight, second.nli.weight, atol=1e-3)


def test_it_learns_what_the_rows_say(base: Base, tmp_path: Path) -> None:
    model = taught(base, tmp_path, Recipe(steps=40, batch=6, rate=4e-3, typed=0.0))
    pairs = [Cutter(base.tokenizer).pair(row) for group in GROUPS for row in group]
    with torch.no_grad():
        stances, answered, ends, _ = read_pairs(model, pairs)
    shares = stances.softmax(-1)
    assert shares[:3].argmax(-1).tolist() == [0, 1, 2]
    # "Not S" leaves open which of the others it is.
    assert float(shares[3, 0]) < 0.2
    assert [float(answered[number]) > 0 for number in (4, 5, 6, 9)] == [True, False, True, True]
    # Whether the others of the second group answer is left open, but they do so less.
    assert float(answered[6]) > float(answered[7:9].max())
    for number in (4, 6):
        assert tuple(ends[number, : len(pairs[number].pieces)].argmax(0).tolist()) == pairs[number].ends


def drawn(base: Base, recipe: Recipe, groups: Sequence[Group] = GROUPS, *, times: int = 20) -> list[Step]:
    """As many steps as asked for, each of its own chances."""
    draw = steps(base.tokenizer, groups, recipe)
    return [draw(random.Random(number), number) for number in range(times)]


def claims_and_questions(step: Step) -> tuple[int, int]:
    claims = sum(isinstance(row, ClaimRow) for row in step.rows)
    return claims, len(step.rows) - claims


@pytest.mark.parametrize(
    ("batch", "share", "claims", "questions"),
    [
        (1, 0.5, 1, 1),
        (2, 0.5, 1, 1),
        (5, 0.5, 3, 3),
        (16, 0.25, 4, 12),
        (96, 0.5, 48, 48),
        # Of neither sort none is drawn where its share is small.
        (16, 0.01, 1, 16),
        (16, 0.0, 0, 16),
        (16, 1.0, 16, 0),
    ],
)
def test_a_step_holds_about_the_wanted_number_of_pairs_and_the_share_of_claims(
    base: Base, batch: int, share: float, claims: int, questions: int
) -> None:
    for step in drawn(base, replace(RECIPE, batch=batch, claims=share)):
        own, asked = claims_and_questions(step)
        assert own == claims
        # The last group of questions is drawn whole, of at most three.
        assert questions <= asked <= (questions + 2 if questions else 0)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_where_there_are_rows_of_one_sort_alone_every_pair_is_of_it(base: Base, share: float) -> None:
    recipe, model = replace(RECIPE, batch=4, claims=share), build_reader(base)
    for groups, wanted in ((GROUPS[:4], (4, 0)), (GROUPS[6:], (0, 4))):
        for step in drawn(base, recipe, groups, times=5):
            assert claims_and_questions(step) == wanted
        # Its loss has the whole weight, whatever the share.
        with torch.no_grad():
            assert float(step_loss(model, step, share)) == float(step_loss(model, step, 0.5)) > 0.1


def test_the_rows_of_a_step_stand_shortest_first_and_each_group_names_its_own(base: Base) -> None:
    for step in drawn(base, replace(RECIPE, batch=12)):
        lengths = [len(pair.pieces) for pair in step.pairs]
        assert lengths == sorted(lengths)
        assert sorted(place for group in step.groups for place in group) == list(range(len(step.rows)))
        cutter = Cutter(base.tokenizer)
        assert list(step.pairs) == [cutter.pair(row) for row in step.rows]
        for places in step.groups:
            assert Counter(step.rows[place] for place in places) in [Counter(group) for group in GROUPS]


def test_kinds_are_drawn_by_their_shares(base: Base) -> None:
    groups: list[Group] = [(CLAIMS[0],), (CLAIMS[3],), *QUESTIONS[1:]]
    pairs: list[tuple[Kind, Kind]] = [("claim", "public claim"), ("question", "article question")]
    counts = Counter(
        step.rows[group[0]].kind
        for step in drawn(base, replace(RECIPE, batch=40), groups, times=50)
        for group in step.groups
    )
    for first, second in pairs:
        wanted = SHARES[first] / (SHARES[first] + SHARES[second])
        assert counts[first] / (counts[first] + counts[second]) == pytest.approx(wanted, abs=0.03)


def test_the_same_chances_draw_the_same_step_and_others_another(base: Base) -> None:
    recipe = replace(RECIPE, batch=12, typed=0.5)
    draw, again = (steps(base.tokenizer, GROUPS, recipe) for _ in range(2))
    # What was drawn before says nothing.
    for number in range(5):
        again(random.Random(f"before {number}"), number)
    assert [draw(random.Random(number), 0) for number in range(5)] == [
        again(random.Random(number), 9) for number in range(5)
    ]
    assert draw(random.Random(1), 0) != draw(random.Random(2), 0)


def test_groups_are_read_as_people_type_them_as_often_as_the_recipe_says(base: Base) -> None:
    asked = "¿Quién, pintó LA iglesia?"
    group = tuple(replace(row, text=asked) for row in QUESTIONS[1])
    plain, half, always = (
        [step.rows for step in drawn(base, replace(RECIPE, batch=1, claims=0.0, typed=share), [group], times=60)]
        for share in (0.0, 0.5, 1.0)
    )
    # All of a group's rows have the same question.
    assert {len({row.text for row in rows}) for rows in (*plain, *half, *always)} == {1}
    changed = [sum(rows[0].text != asked for rows in own) for own in (plain, half, always)]
    assert changed[0] == 0 < changed[1] < changed[2]
    assert changed[1] == pytest.approx(changed[2] / 2, abs=10)
    # Nothing but the question is another.
    assert {row.passage for rows in always for row in rows} == {row.passage for row in group}
