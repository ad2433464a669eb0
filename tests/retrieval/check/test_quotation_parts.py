"""Quotations that a text interrupts, or that go on over paragraphs, are one; and whose they are."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.model import Metadata
from retrieval.engine import Engine, open_engine
from retrieval.model import QuoteResultKind
from retrieval.settings import Settings

VERBATIM, ALTERED = QuoteResultKind.VERBATIM, QuoteResultKind.ALTERED
OTHER, UNATTRIBUTED = QuoteResultKind.OTHER_SPEAKER, QuoteResultKind.UNATTRIBUTED
ROSS = "Eleanor Ross"
FIRST = "We read every gauge on the river"
SECOND = "and not one of them was working that night"
INTERRUPTED = f"“{FIRST},” said Eleanor Ross, an engineer, “{SECOND}.”"
# Each paragraph of hers is a passage of its own.
LONG = " ".join(
    f"In year {number} the river rose by {number} metres and nobody wrote it down." for number in range(8, 20)
)
LONGER = LONG.replace("river", "canal").replace("metres", "feet")
INNER = "Leave the boats where they are"
OUTER = f"“My brother, Peter Vance, shouted at me, ‘{INNER},’”"
TEXT = f"""The inquiry into the flood at Cala Honda met on Monday.

{INTERRUPTED}

“The pumps were sold in spring,” said Mark Hale, the mayor. “Nobody asked what would replace them.”

“The town was never warned in time,” said Olga Brand, a teacher.

A note on the door said “all the offices of the port are closed until further notice”.

“{LONG}

“{LONGER}” said Eleanor Ross.

{OUTER} said Olga Brand, the teacher, on Monday.

“She told us ‘don’t sign anything’ and then she left,” said Mark Evans, a former clerk.
"""


@pytest.fixture(scope="module")
def flood(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("flood")
    (folder / "flood.txt").write_text(TEXT, "utf-8")
    home = Path(shutil.copytree(prepared_home, folder / "home"))
    with open_engine(Settings(home=home, bundled=False)) as engine:
        engine.add([str(folder / "flood.txt")], Metadata(language="en"))
        yield engine


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (f"{FIRST} … {SECOND}", 2),
        (f"{FIRST}, {SECOND}", 2),
        (f"{FIRST} {SECOND}.", 2),
        (f"gauge on the river […] {SECOND}", 2),
        (f"{FIRST} … not one of them was", 2),
        (FIRST, 1),
        (SECOND, 1),
        (INTERRUPTED, 2),
    ],
)
def test_a_quotation_is_verbatim_with_its_interruption_and_without(flood: Engine, text: str, parts: int) -> None:
    found = flood.quote(text, speaker=ROSS)
    assert (found.kind, len(found.match.parts if found.match else ())) == (VERBATIM, parts)


def test_the_excerpt_runs_over_both_parts_as_the_text_has_them(flood: Engine) -> None:
    match = flood.quote(f"{FIRST} … {SECOND}", speaker=ROSS).match
    assert match is not None
    assert match.exact == f"{FIRST},” said Eleanor Ross, an engineer, “{SECOND}"
    assert [match.exact[start - match.start : end - match.start] for start, end in match.parts] == [f"{FIRST},", SECOND]
    assert (match.speaker, match.role, match.paragraph) == (ROSS, "an engineer", 2)


@pytest.mark.parametrize(
    "text",
    [
        f"{SECOND}, {FIRST.lower()}",
        f"{SECOND} … {FIRST}",
        f"{FIRST} … one of them was working that night",
        f"{FIRST.removesuffix(' river')}, {SECOND}",
        f"{FIRST} {SECOND.removeprefix('and ')}",
        f"{FIRST} … nobody asked what would replace them",
        f"{FIRST}, never, {SECOND}",
        "one of them was working that night",
        f"{FIRST},” said Mark Hale, the mayor, “{SECOND}.”",
    ],
)
@pytest.mark.parametrize("speaker", [ROSS, None])
def test_parts_put_together_otherwise_are_not_verbatim(flood: Engine, text: str, speaker: str | None) -> None:
    assert flood.quote(text, speaker=speaker).kind is not VERBATIM


def test_a_piece_of_the_interruption_is_no_word_of_the_speaker(flood: Engine) -> None:
    found = flood.quote(f"an engineer, {SECOND}", speaker=ROSS)
    assert found.kind is UNATTRIBUTED
    assert found.match is not None
    assert found.match.speaker is None


def test_words_of_two_people_that_follow_each_other_are_no_quotation(flood: Engine) -> None:
    found = flood.quote("Nobody asked what would replace them. The town was never warned in time.")
    assert found.kind is ALTERED
    assert "several voices" in [note.kind for note in found.notes]


def test_a_quotation_over_passages_is_one_in_each_of_them(flood: Engine) -> None:
    ends, begins = LONG.split(". ")[-1], LONGER.split(". ")[0]
    found = flood.quote(f"{ends} {begins}", speaker=ROSS)
    assert (found.kind, found.match and found.match.speaker) == (VERBATIM, ROSS)
    assert flood.quote(begins, speaker=ROSS).kind is VERBATIM
    whole = next(one for one in flood.quotes(speaker=ROSS) if len(one.exact) > len(LONG) + len(LONGER))
    (quote,) = [one for one in flood.store.quotes() if one.span.start == whole.start and one.source == "flood"]
    passages = [
        one
        for one in flood.store.passages_in(quote.span.snapshot)
        if one.span.end > quote.span.start and one.span.start < quote.span.end
    ]
    assert len(passages) > 1
    assert all(quote in one.quotes for one in flood.store.full_passages(passages).values())
    assert flood.verify().differences == ()


def test_words_that_the_source_gives_nobody_are_unattributed(flood: Engine) -> None:
    words = "all the offices of the port are closed until further notice"
    assert flood.quote(words, speaker=ROSS).kind is UNATTRIBUTED
    assert flood.quote(words).kind is VERBATIM
    assert flood.quote("The pumps were sold in spring", speaker=ROSS).kind is OTHER


def test_a_name_is_compared_by_its_parts(flood: Engine) -> None:
    assert flood.quote(FIRST, speaker="Elenor Ross").kind is VERBATIM
    assert flood.quote(FIRST, speaker="Edmund Ross").kind is OTHER


@pytest.mark.parametrize(
    "written",
    [
        "We read every gau\u00adge on the ri\u200bver",
        "We\u00a0read\u202fevery\u2009gauge on the river",
        "\ufeff“We read every gauge on the river‟",
        "‹We read every gauge on the river›",
        "We read every gauge on the riv\u2060er\u200e",
    ],
)
def test_what_nobody_sees_alters_nothing(flood: Engine, written: str) -> None:
    assert flood.quote(written, speaker=ROSS).kind is VERBATIM


@pytest.mark.parametrize(
    ("text", "speaker", "kind", "named"),
    [
        (INNER, "Peter Vance", VERBATIM, "Peter Vance"),
        (INNER, None, VERBATIM, "Peter Vance"),
        (INNER, "Olga Brand", OTHER, "Peter Vance"),
        (OUTER.strip("“”"), "Olga Brand", VERBATIM, "Olga Brand"),
        (OUTER.strip("“”"), "Peter Vance", OTHER, "Olga Brand"),
        (INNER.replace("are", "were"), "Olga Brand", OTHER, "Peter Vance"),
    ],
)
def test_words_quoted_within_a_quotation_are_those_of_who_is_quoted_there(
    flood: Engine, text: str, speaker: str | None, kind: QuoteResultKind, named: str
) -> None:
    result = flood.quote(text, speaker=speaker)
    assert result.kind is kind
    assert result.match is not None
    assert result.match.speaker == named


def test_a_quotation_and_the_one_around_it_are_cited_once(flood: Engine) -> None:
    citations = flood.ask("What did Peter Vance shout at his sister about the boats?").citations
    assert sum(INNER in citation.exact for citation in citations) == 1


def test_words_of_somebody_unnamed_are_shown_in_the_quotation_of_who_repeats_them(flood: Engine) -> None:
    result = flood.quote("don't sign anything", speaker="Mark Evans")
    assert result.kind is VERBATIM
    assert "part" in [note.kind for note in result.notes]
