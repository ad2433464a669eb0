"""Verdicts on a terminal: in words and a sign, with and without colour, and nothing of strangers' is obeyed."""

from collections.abc import Callable
from dataclasses import replace
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType
from verdicts import CLAIM, REVIEW, evidence, message, verdict

from knowledge.model import Source
from retrieval.model import (
    CheckedMessage,
    Citation,
    IndexState,
    Note,
    QuoteResult,
    QuoteResultKind,
    SetAside,
    Stance,
    VerdictKind,
)
from retrieval.present.terminal_verdict import checked, quote_result
from retrieval.present.texts import say_for

NUMBER = Note("number differs", "900 kilograms", "300 kilograms")
SIGNS = {"supported": "✓", "contradicted": "✗", "conflicting": "≠", "not enough evidence": "?"}


def lines(shown: RenderableType, width: int = 80, **options: object) -> list[str]:
    console = Console(file=StringIO(), width=width, **options)  # type: ignore[arg-type]
    console.print(shown)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]


@pytest.fixture
def contradicted(make_citation: Callable[..., Citation], state: IndexState) -> CheckedMessage:
    return message(state, verdict(VerdictKind.CONTRADICTED, [evidence(make_citation(), "contradicts", NUMBER)]))


def test_the_verdict_comes_first_then_why_then_evidence(contradicted: CheckedMessage) -> None:
    shown = lines(checked(contradicted))
    assert shown[0] == "✗ Contradicted · confidence high (88%)"
    assert shown[1] == "The sources below say otherwise."
    text = "\n".join(shown)
    assert "    ✗ contradicts\n" in text
    assert "number differs: claim 900 kilograms, source 300 kilograms" in text
    assert "1." in text
    assert "Source: The tide mill" in text


@pytest.mark.parametrize("kind", list(VerdictKind))
def test_without_colour_a_sign_and_a_word_say_the_same(
    kind: VerdictKind, make_citation: Callable[..., Citation], state: IndexState
) -> None:
    stance: Stance = "supports" if kind is VerdictKind.SUPPORTED else "contradicts"
    shown = lines(checked(message(state, verdict(kind, [evidence(make_citation(), stance)]))), no_color=True)
    assert shown[0].startswith(f"{SIGNS[kind.value]} {say_for('en', 'verdict', kind)}")
    assert not any("\x1b" in line for line in shown)


def test_with_colour_it_is_coloured(contradicted: CheckedMessage) -> None:
    assert "\x1b[1;31m✗ Contradicted" in lines(checked(contradicted), force_terminal=True, color_system="standard")[0]


def test_what_only_one_person_says_is_attributed_in_the_first_line(
    make_citation: Callable[..., Citation], state: IndexState
) -> None:
    found = evidence(make_citation(), "supports", speaker="Helena Duarte")
    shown = lines(checked(message(state, verdict(VerdictKind.SUPPORTED, [found], attributed_to="Helena Duarte"))))
    assert shown[0].startswith("✓ Supported, according to Helena Duarte")
    assert any("attributed to Helena Duarte" in line for line in shown)


def test_a_review_comes_before_our_own_verdict(make_citation: Callable[..., Citation], state: IndexState) -> None:
    found = [evidence(make_citation(), "contradicts")]
    shown = lines(checked(message(state, verdict(VerdictKind.CONTRADICTED, found, review=REVIEW))))
    assert shown[0] == "★ Reviewed on 2026-01-31: contradicted"
    text = "\n".join(shown)
    assert "The mill's own books say 300." in text
    assert "https://mill.example/books" in text
    assert shown.index("What my sources say") < next(n for n, line in enumerate(shown) if line.startswith("✗"))


def test_what_came_nearest_is_shown_only_when_asked_for(
    make_citation: Callable[..., Citation], state: IndexState
) -> None:
    made = message(state, verdict(VerdictKind.NOT_ENOUGH_EVIDENCE, [evidence(make_citation(), "neutral")]))
    assert not any("The tide mill" in line for line in lines(checked(made)))
    assert any("Passages that came nearest: 1." in line for line in lines(checked(made)))
    assert any("The tide mill" in line for line in lines(checked(made, nearest=True)))


def test_how_it_was_decided_is_shown_only_when_asked_for(contradicted: CheckedMessage) -> None:
    plain, explained = lines(checked(contradicted)), lines(checked(contradicted, explain=True))
    assert not any("How this was decided" in line for line in plain)
    start = explained.index("How this was decided")
    assert explained[: start - 1] == plain[: start - 1]
    assert explained[start : start + 7] == [
        "How this was decided",
        "Of the passages read, the clearest contradicts the claim.",
        "Passages read, and how likely each is to support the claim or contradict it:",
        "1.  The tide mill",
        "    The mill produces 300 kilograms of flour a week, but only when the tide […]",
        "    supports 5%, contradicts 90%, says neither 5%",
        "",
    ]


def test_the_index_and_the_models_are_then_named_in_full(contradicted: CheckedMessage) -> None:
    assert lines(checked(contradicted, explain=True), width=100)[-3:] == [
        "index 3f2a91bc77d0aa11", f"encoder citabot-e5-es-en {'dd' * 32}", f"reader citabot-reader-es-en {'cd' * 32}",
    ]  # fmt: skip


def test_what_a_claim_was_read_as_and_that_nothing_was_read_is_said_in_its_language(state: IndexState) -> None:
    undecided = verdict(VerdictKind.NOT_ENOUGH_EVIDENCE, [], language="es", read_as=f"Abrió en marzo. {CLAIM}")
    shown = lines(checked(message(state, undecided, language="es"), explain=True))
    start = shown.index("Cómo se decidió")
    assert shown[start + 1 : start + 4] == [
        "Ningún pasaje leído es lo bastante claro, ni a favor de la afirmación ni en",
        "contra.",
        f"Leído como: Abrió en marzo. {CLAIM}",
    ]
    assert shown[start + 4] == "No había ningún pasaje que leer."


def test_how_each_of_several_claims_was_decided_stands_below_its_own_verdict(
    make_citation: Callable[..., Citation], state: IndexState
) -> None:
    found = [evidence(make_citation(), "contradicts")]
    both = [verdict(VerdictKind.CONTRADICTED, found), verdict(VerdictKind.SUPPORTED, found, claim="It grinds.")]
    shown = lines(checked(message(state, *both), explain=True))
    first, second = (n for n, line in enumerate(shown) if line == "How this was decided")
    assert first < shown.index("▌ It grinds.") < second
    assert (shown[first + 1], shown[second + 1]) == (
        "Of the passages read, the clearest contradicts the claim.",
        "Of the passages read, the clearest supports the claim.",
    )


@pytest.mark.parametrize("exact", ["x" * 300, "漢字" * 90, "a b " * 90, "One line.\n\nAnother line."])
@pytest.mark.parametrize("width", [40, 60, 120])
def test_an_excerpt_that_was_read_takes_one_line_whatever_it_holds(
    exact: str, width: int, make_citation: Callable[..., Citation], state: IndexState
) -> None:
    made = message(state, verdict(VerdictKind.CONTRADICTED, [evidence(make_citation(exact, exact), "contradicts")]))
    shown = lines(checked(made, explain=True), width=width)
    assert max(map(cell_len, shown)) <= width
    title = shown.index("1.  The tide mill")
    assert shown[title + 2].startswith("    supports 5%,")


def test_several_claims_are_listed_each_with_its_verdict(
    make_citation: Callable[..., Citation], state: IndexState
) -> None:
    found = [evidence(make_citation(), "contradicts")]
    aside = SetAside("Is it?", 80, 86, "question")
    both = [verdict(VerdictKind.CONTRADICTED, found), verdict(VerdictKind.SUPPORTED, found, claim="It grinds.")]
    shown = lines(checked(message(state, *both, aside=[aside])))
    assert shown[0].startswith("✗ The message as a whole: Contradicted")
    assert f"▌ {CLAIM}" in shown
    assert "▌ It grinds." in shown
    assert "Set aside (a question): Is it?" in shown


def test_without_a_claim_it_says_so(state: IndexState) -> None:
    shown = lines(checked(message(state, aside=[SetAside("Hi!", 0, 3, "no statement")], language="es")))
    assert shown[0].startswith("▌ Aquí no hay nada que comprobar.")


@pytest.mark.parametrize("width", [40, 60, 120])
def test_it_fits_any_terminal(contradicted: CheckedMessage, width: int) -> None:
    for explain in (False, True):
        assert max(map(len, lines(checked(contradicted, explain=explain), width=width))) <= width


def test_what_strangers_wrote_is_text(
    make_citation: Callable[..., Citation], make_source: Callable[..., Source], state: IndexState
) -> None:
    hostile = "[red]\x1b[31m@everyone[/red]"
    found = [evidence(make_citation(), "contradicts", Note("name differs", hostile, hostile), speaker=hostile)]
    made = message(
        state, verdict(VerdictKind.CONTRADICTED, found, claim=hostile), aside=[SetAside(hostile, 0, 1, "wish")]
    )
    read = evidence(make_citation(hostile, hostile, source=make_source(title=hostile)), "contradicts")
    explained = replace(made, verdicts=(replace(made.verdicts[0], read=(read,), read_as=hostile),), reader=hostile)
    for renderable in (checked(made), checked(explained, explain=True)):
        shown = "\n".join(lines(renderable, force_terminal=True, color_system=None))
        assert "[red]" in shown
        assert "\x1b[31m@" not in shown


def result(
    state: IndexState, kind: QuoteResultKind, match: Citation | None, *differences: tuple[str, str]
) -> QuoteResult:
    return QuoteResult("words", None, "en", kind, match, 0.857, differences, (), state, 9.04)


def test_the_differences_are_marked_without_colour(make_citation: Callable[..., Citation], state: IndexState) -> None:
    found = result(
        state, QuoteResultKind.ALTERED, make_citation(), ("=", "models are "), ("-", "worse "), ("+", "better")
    )
    shown = lines(quote_result(found), no_color=True)
    assert shown[0] == "≠ Altered · similarity 86%"
    assert "▌ models are [-worse-] {+better+}" in shown


def test_not_found_is_one_sentence(state: IndexState) -> None:
    shown = lines(quote_result(result(state, QuoteResultKind.NOT_FOUND, None)))
    assert shown[:2] == ["? Not found", "Nothing in my sources has these words or says the same."]
