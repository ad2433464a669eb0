"""Messages checked against two small articles: which claims they have, each one's verdict, and what is shown of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from knowledge.errors import BadQuestion
from knowledge.model import Metadata
from retrieval.check import verdict
from retrieval.check.verdict import Calibration
from retrieval.engine import Engine, open_engine
from retrieval.model import Verdict, VerdictKind
from retrieval.settings import Settings

SUPPORTED, CONTRADICTED = VerdictKind.SUPPORTED, VerdictKind.CONTRADICTED
NOT_ENOUGH = VerdictKind.NOT_ENOUGH_EVIDENCE
WEIR = "The weir of Sada is made of granite and belongs to the water board."


def add(engine: Engine, folder: Path, text: str, name: str = "added.md") -> None:
    path = folder / name
    path.write_text(f"{text}\n", "utf-8")
    engine.add([str(path)], Metadata(language="en"))


def checked(engine: Engine, claim: str) -> Verdict:
    """The verdict on a message that is one claim."""
    (found,) = engine.check(claim).verdicts
    return found


@pytest.fixture(scope="module")
def weir(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on both articles and a text, for messages only."""
    folder = tmp_path_factory.mktemp("weir")
    with open_engine(Settings(home=Path(shutil.copytree(prepared_home, folder / "home")), bundled=False)) as engine:
        add(engine, folder, WEIR)
        yield engine


PLAIN = [
    ("Inés Cabrera advirtió que la luz blanca desorienta a las pardelas.", SUPPORTED),
    ("The weir of Sada belongs to the water board.", SUPPORTED),
    ("A kilogram of flour does not cost three euros.", CONTRADICTED),
    ("A kilogram of flour costs nine euros.", CONTRADICTED),
    ("Los vecinos no podrán subir nunca a la torre.", CONTRADICTED),
    ("La torre llevaba apagada desde 2006.", CONTRADICTED),
    ("The weir of Sada belongs to a bank.", CONTRADICTED),
    ("Penguins live in Antarctica.", NOT_ENOUGH),
    ("El papa visitó Chile en 2018.", NOT_ENOUGH),
    pytest.param(
        "The weir of Sada has a café.",
        NOT_ENOUGH,
        marks=pytest.mark.xfail(reason="What a text does not mention is at times taken for contradicted.", strict=True),
    ),
]


@pytest.mark.parametrize(("claim", "expected"), PLAIN)
def test_a_plain_claim_has_a_verdict_in_either_language(weir: Engine, claim: str, expected: VerdictKind) -> None:
    assert weir.check(claim).kind is expected


@pytest.mark.parametrize(
    "claim",
    [
        "The restoration cost 9.4 million euros.",
        "La restauración costó 9,4 millones de euros.",
        "La torre mide 83 metros.",
        "The weir of Sada is made of wood.",
        "Oh sure, the weir of Sada is made of wood, what a marvel!",
        "In 2031 the weir of Sada will be replaced.",
        "En 2035 el molino de Porto Seco cerrará.",
    ],
)
def test_what_is_false_or_yet_to_come_is_not_supported(weir: Engine, claim: str) -> None:
    assert checked(weir, claim).kind is not SUPPORTED


@pytest.mark.parametrize("claim", ["The weir of Sada belongs to the water board.", "Penguins live in Antarctica."])
def test_every_piece_of_evidence_is_a_span_of_its_source(weir: Engine, claim: str) -> None:
    found = checked(weir, claim)
    assert bool(found.evidence) != bool(found.nearest)
    assert found.read
    for item in (*found.evidence, *found.nearest, *found.read):
        text = weir.store.snapshot(item.citation.source.snapshot).text
        assert text[item.citation.start : item.citation.end] == item.citation.exact
        assert sum((item.stances.supports, item.stances.contradicts, item.stances.neutral)) == pytest.approx(1)
    assert [item.citation.n for item in found.evidence] == list(range(1, len(found.evidence) + 1))


@pytest.mark.parametrize(
    "question", ["Is it true that the tower is 38 metres high?", "¿Es verdad que la torre mide 38 m?"]
)
def test_a_question_may_put_a_claim(weir: Engine, question: str) -> None:
    found = weir.check(question)
    assert len(found.verdicts) == 1
    claim = found.verdicts[0]
    assert question[claim.start : claim.end] == claim.claim
    assert not claim.claim.startswith(("Is", "¿"))


def test_a_message_is_divided_and_what_is_no_claim_set_aside(weir: Engine) -> None:
    found = weir.check("Hello everyone! The tower is 38 metres high. What do you think? The mill cost 9 million euros.")
    assert [verdict.claim for verdict in found.verdicts] == [
        "The tower is 38 metres high.",
        "The mill cost 9 million euros.",
    ]
    assert [part.reason for part in found.set_aside] == ["no statement", "question"]


def test_a_message_without_a_claim_is_no_error(weir: Engine) -> None:
    found = weir.check("What a lovely mill!  I hope it lasts.")
    assert (found.verdicts, found.kind) == ((), NOT_ENOUGH)
    assert found.set_aside


def test_ten_claims_have_ten_verdicts(weir: Engine) -> None:
    found = weir.check(" ".join(f"The tower is {height} metres high." for height in range(40, 50))).verdicts
    assert len({item.start for item in found}) == len(found) == 10


def test_a_claim_that_leans_on_another_is_read_together_with_it(weir: Engine) -> None:
    with patch.object(weir.reader, "read", wraps=weir.reader.read) as read:
        found = weir.check("Helena Duarte led the work. She promised a fish ladder.").verdicts
    assert [item.claim for item in found] == ["Helena Duarte led the work.", "She promised a fish ladder."]
    assert {claim for call in read.call_args_list for claim, _ in call.args[0]} == {
        "Helena Duarte led the work.", "Helena Duarte led the work. She promised a fish ladder.",
    }  # fmt: skip
    assert [item.read_as for item in found] == [None, "Helena Duarte led the work. She promised a fish ladder."]


def test_a_claim_of_two_thousand_characters_is_checked(weir: Engine) -> None:
    long = "The tower is 38 metres high and " + "it stands on a rock and " * 82 + "it has a lamp."
    assert len(long) > 1900
    assert weir.check(long).verdicts


@pytest.mark.parametrize("text", ["", "   ", "¿?", "x" * 4001, "caf\udce9 is good"])
def test_what_holds_no_claim_to_read_is_refused(weir: Engine, text: str) -> None:
    with pytest.raises(BadQuestion, match="claim"):
        weir.check(text)


def test_a_base_without_sources_has_no_evidence(engine: Engine) -> None:
    for source in engine.sources():
        engine.remove(source.id)
    found = engine.check("The tower is 38 metres high.").verdicts[0]
    assert (found.kind, found.evidence, found.nearest) == (NOT_ENOUGH, (), ())
    assert (found.decider, found.read) == ("nothing_decides", ())


@pytest.mark.parametrize(
    ("claim", "speaker"),
    [
        ("La luz blanca desorienta a las pardelas.", "Inés Cabrera"),
        ("Inés Cabrera advirtió que la luz blanca desorienta a las pardelas.", None),
        ("The weir of Sada belongs to the water board.", None),
    ],
)
def test_what_one_person_alone_says_is_according_to_that_person_unless_the_claim_says_so(
    weir: Engine, claim: str, speaker: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verdict, "CALIBRATION", Calibration(least=0.8, intercept=0.0, weight=1.0))
    found = checked(weir, claim)
    assert (found.kind, found.attributed_to) == (SUPPORTED, speaker)


@pytest.mark.parametrize(
    "text",
    [
        "The claim that the kiln of Cala Honda burns peat is false, the town council writes.",
        "Whether the kiln of Cala Honda burns peat is disputed.",
    ],
)
def test_what_a_source_calls_untrue_or_doubts_is_not_supported(engine: Engine, tmp_path: Path, text: str) -> None:
    add(engine, tmp_path, text)
    assert checked(engine, "The kiln of Cala Honda burns peat.").kind is not SUPPORTED


def test_headings_alone_are_no_evidence(engine: Engine, tmp_path: Path) -> None:
    add(engine, tmp_path, "# Peat\n\n## The kiln of Cala Honda burns peat\n")
    found = checked(engine, "The kiln of Cala Honda burns peat.")
    assert found.kind is NOT_ENOUGH
    assert all(item.citation.source.id != "added" for item in (*found.evidence, *found.nearest))


def test_the_same_claim_gives_the_same_verdict(weir: Engine) -> None:
    first, second = (weir.check("The restoration cost 2.4 million euros.") for _ in range(2))
    assert first.verdicts == second.verdicts


def test_what_a_namesake_said_is_nobody_elses(prepared_home: Path, tmp_path: Path) -> None:
    text = (
        "Anna Walker owns the mill, and her brother David Walker speaks for the crew.\n\n"
        "“Forty families will be out on the street,” David Walker said.\n\n“There was no other way,” Anna Walker said."
    )
    home = Path(shutil.copytree(prepared_home, tmp_path / "home"))
    with open_engine(Settings(home=home, bundled=False)) as engine:
        add(engine, tmp_path, text)
        own = checked(engine, "David Walker said that forty families will be out on the street.")
        other = checked(engine, "Anna Walker said that forty families will be out on the street.")
    assert own.kind is SUPPORTED
    assert (other.kind, [note.kind for note in other.notes]) == (NOT_ENOUGH, ["speaker not named"])
