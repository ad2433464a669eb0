"""What people see on a terminal, in any width, with and without styles."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console, RenderableType

from knowledge.model import Paragraph, Reference, Source, Translation
from retrieval.model import Citation, Reason
from retrieval.present import terminal
from retrieval.settings import SettingRow
from retrieval.upkeep_model import Added, Difference, Rebuilt, Verification

HOSTILE = "[bold red]x[/] \x1b[31m\x9b2J\u202egnp\u2066 \u200bhid\u200bden \x1b]8;;https://evil.example\x07 :smile:"
WIDTHS = (60, 80, 100, 137, 200)


def shown(renderable: RenderableType, *, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


def styled(renderable: RenderableType, *, no_color: bool = False) -> str:
    console = Console(
        file=io.StringIO(), width=100, highlight=False, force_terminal=True, color_system="truecolor",
        no_color=no_color, legacy_windows=False,
    )  # fmt: skip
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


def flat(text: str) -> str:
    """The words without the bar, the wrapping and the indentation."""
    return " ".join(text.replace("▌", " ").split())


def test_the_exact_words_come_first_and_then_the_citation_with_its_place(
    make_answer: Any, make_citation: Callable[..., Citation]
) -> None:
    one = make_citation()
    found = flat(shown(terminal.answer(make_answer(one))))
    assert found.startswith(one.exact)
    place = "Clara Whitfield · The Estuary Post · 2024-05-11 · paragraph 6"
    for part in ("1.", "The tide mill", place, "https://estuary"):
        assert part in found
    assert found.endswith("confidence high (91%) · index 3f2a91bc · encoder citabot-e5-es-en")


def test_without_styles_the_excerpt_is_marked_inside_its_paragraph(
    make_answer: Any, make_citation: Callable[..., Citation]
) -> None:
    one = make_citation()
    assert f"▸{one.exact}◂ Nobody objected." in flat(shown(terminal.answer(make_answer(one))))
    with_styles = styled(terminal.answer(make_answer(one)), no_color=True)
    assert "▸" not in with_styles
    assert "\x1b[1m" in with_styles
    assert "\x1b[2m" in with_styles


def test_an_excerpt_that_is_its_whole_paragraph_is_not_said_twice(
    make_answer: Any, make_citation: Callable[..., Citation]
) -> None:
    one = make_citation("All of it.", "All of it.")
    assert shown(terminal.answer(make_answer(one))).count("All of it.") == 1
    assert shown(terminal.answer(make_answer(one, replace(one, n=2)))).count("All of it.") == 2


def test_a_quote_names_its_speaker_with_the_role(make_answer: Any, quoted: Citation) -> None:
    found = flat(shown(terminal.answer(make_answer(quoted))))
    assert "said by Helena Duarte, the engineer" in found
    assert "reported" not in found
    indirect = make_answer(replace(quoted, direct=False))
    assert "reported speech, in the writer's words" in flat(shown(terminal.answer(indirect)))
    unnamed = make_answer(replace(quoted, speaker=None))
    assert "speaker not named" in flat(shown(terminal.answer(unnamed)))


def test_a_translation_is_labelled_and_shown_to_those_who_read_another_language(
    make_answer: Any, quoted: Citation
) -> None:
    translated = "Traducción de Citabot (español): Queríamos un molino que moliera"
    assert translated in flat(shown(terminal.answer(make_answer(quoted, language="es"))))
    assert "Queríamos" not in shown(terminal.answer(make_answer(quoted)))


def test_a_brief_is_called_our_words_and_lists_what_it_rests_on(make_answer: Any, briefed: Citation) -> None:
    found = flat(shown(terminal.answer(make_answer(briefed, language="es"))))
    assert "resumen nuestro de la referencia de abajo, no una cita" in found
    assert "Citabot · 2024-05-11" in found
    rests_on = "Referencias: [1] Acta del molino · Ayuntamiento · Registro · 2018 · fuente primaria"
    assert f"{rests_on} https://registro.example/acta" in found


def test_a_brief_points_to_references_only_where_there_are_some(make_answer: Any, briefed: Citation) -> None:
    (reference,) = briefed.references
    for references, expected in (
        ((), "our summary, not a quotation"),
        ((reference,), "our summary of the reference below, not a quotation"),
        ((reference, replace(reference, number=2)), "our summary of the references below, not a quotation"),
    ):
        assert expected in flat(shown(terminal.answer(make_answer(replace(briefed, references=references)))))


def test_an_answer_likelier_wrong_than_right_begins_with_the_doubt(
    make_answer: Any, make_citation: Callable[..., Citation]
) -> None:
    one = make_citation()
    unsure = flat(shown(terminal.answer(make_answer(one, confidence=0.22))))
    assert unsure.startswith(f"I am not sure that this answers your question. {one.exact}")
    spanish = flat(shown(terminal.answer(make_answer(one, confidence=0.49, language="es"))))
    assert spanish.startswith(f"No es seguro que esto responda a tu pregunta. {one.exact}")
    # From 0.5 on it is likelier right; of an unmeasured confidence nothing is known, which is said instead.
    for answer in (make_answer(one, confidence=0.5), make_answer(one, confidence=0.22, calibrated=False)):
        assert "not sure" not in shown(terminal.answer(answer))


def test_a_silence_says_why_what_to_do_and_offers_the_nearest(make_answer: Any, quoted: Citation) -> None:
    silent = make_answer(reason=Reason.NEAR_BUT_NOT_ANSWERING, nearest=(quoted,), confidence=0.2)
    found = flat(shown(terminal.answer(silent)))
    assert found.startswith("My sources touch on this, but none of them answers it. Ask more precisely,")
    assert "Passages that came nearest: 1. To see them, add --nearest." in found
    assert "confidence" not in found
    assert quoted.exact not in found
    asked = flat(shown(terminal.answer(silent, nearest=True)))
    assert "Nearest, though not an answer" in asked
    assert quoted.exact in asked
    empty = make_answer(reason=Reason.EMPTY_BASE, language="es")
    assert "citabot add" in shown(terminal.answer(empty))


def test_links_are_clickable_and_lead_to_the_words(make_answer: Any, make_citation: Callable[..., Citation]) -> None:
    one = make_citation()
    found = styled(terminal.answer(make_answer(one)))
    assert f";{one.link}\x1b\\" in found
    assert ":~:text" not in shown(terminal.answer(make_answer(one)))
    unsafe = replace(one, link="javascript:alert(1)", source=replace(one.source, url=None))
    assert "javascript" not in styled(terminal.answer(make_answer(unsafe)))


@pytest.fixture
def everything(
    make_answer: Any, make_source: Callable[..., Source], make_citation: Callable[..., Citation], state: Any
) -> Callable[[str], list[RenderableType]]:
    """Every view, with the same text wherever a stranger's can stand."""

    def views(text: str) -> list[RenderableType]:
        source = make_source(id=text, title=text, author=text, publisher=text, published=text, kind="brief")
        one = make_citation(
            text, f"{text} {text} {text}", kind="quote", speaker=text, role=text, direct=True, source=source,
            translations=(Translation(text, "es", text),),
            references=(Reference(1, text, text, "news", text, text, text),),
        )  # fmt: skip
        index = replace(state, encoder=text)
        return [
            terminal.answer(make_answer(one, one, question=text, language="und", index=index)),
            terminal.answer(make_answer(reason=Reason.NOTHING_NEAR, nearest=(one,), question=text), nearest=True),
            terminal.answer(make_answer(reason=Reason.NOTHING_NEAR, nearest=(one,), language="es")),
            terminal.quotes([one, one]),
            terminal.sources([source, source]),
            terminal.source_text(source, [text, text], [Paragraph(0, 1), Paragraph(2, 3, "note", "12:40")]),
            terminal.added(Added(source, "updated")),
            terminal.removed(source),
            terminal.rebuilt(Rebuilt(state, 3, changed=True)),
            terminal.verification(Verification(1, 2, 3, (Difference(text, text),))),
            terminal.settings([SettingRow("CITABOT_ALLOW_PRIVATE_ADDRESSES", text, "environment", text)]),
        ]

    return views


def test_text_of_strangers_is_neither_obeyed_nor_read_as_markup(
    everything: Callable[[str], list[RenderableType]],
) -> None:
    for view in everything(HOSTILE):
        plain = shown(view)
        assert not set(plain) & set("\x1b\x07\x9b\u202e\u2066\u200b")
        assert "😄" not in plain
        written = styled(view)
        assert "\x1b[31m\x9b" not in written
        assert "]8;;https://evil" not in written.replace("�]8;;https://evil", "")
    assert "[bold red]x[/]" in shown(everything(HOSTILE)[0])


@pytest.mark.parametrize("width", WIDTHS)
def test_no_line_is_wider_than_the_terminal_and_no_word_is_lost(
    everything: Callable[[str], list[RenderableType]], width: int
) -> None:
    text = "una palabra 漢字 " + "https://very-long.example/" + "x" * 230
    for view in everything(text):
        found = shown(view, width=width)
        assert max(cell_len(line) for line in found.splitlines()) <= min(width, 100)
        assert "…" not in found.replace("[…]", "")
    assert "".join(shown(everything(text)[5], width=width).split()).count("x" * 230) >= 1


def test_lists_that_are_empty_say_what_to_do() -> None:
    assert "citabot add" in shown(terminal.sources([]))
    assert "--speaker" in shown(terminal.quotes([]))
    assert "Todavía no hay fuentes" in shown(terminal.sources([], language="es"))


def test_a_source_is_listed_by_its_id_and_shown_by_its_paragraphs(make_source: Callable[..., Source]) -> None:
    found = flat(shown(terminal.sources([make_source(author=None)])))
    assert found.startswith("Source Published ¶")
    assert "tide-mill 2024-05-11 9 The tide mill The Estuary Post · English · article" in found
    places = [Paragraph(0, 6), Paragraph(8, 15, "note"), Paragraph(17, 23, "text", "2025-02-01T12:40")]
    text = flat(shown(terminal.source_text(make_source(url=None), ["First.", "Second.", "Third."], places)))
    assert "paragraph 1 First. paragraph 2 Second. note" in text
    assert "paragraph 3 Third. update of 2025-02-01 12:40" in text


def test_changes_checks_and_settings_are_said_plainly(make_source: Callable[..., Source], state: Any) -> None:
    assert flat(shown(terminal.added(Added(make_source(), "added")))).startswith("Added: tide-mill The tide mill")
    assert shown(terminal.removed(make_source())).startswith("Removed: tide-mill")
    assert "newly encoded: 12" in shown(terminal.rebuilt(Rebuilt(state, 12, changed=True)))
    assert "up to date" in shown(terminal.rebuilt(Rebuilt(state, 0, changed=False)))
    assert "Everything stored is as it was written." in shown(terminal.verification(Verification(1, 2, 3, ())))
    differs = shown(terminal.verification(Verification(1, 2, 3, (Difference("sentence 4", "it moved"),))))
    assert "Differences found: 1." in differs
    assert "sentence 4: it moved" in differs
    row = SettingRow("CITABOT_HOME", "/data", "environment", "data folder")
    assert flat(shown(terminal.settings([row]))).endswith("CITABOT_HOME /data data folder environment")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_long_setting_keeps_its_name_in_one_piece_and_its_value_whole(width: int) -> None:
    value = "/".join(f"folder{number}" for number in range(40))
    found = shown(terminal.settings([SettingRow("CITABOT_ALLOW_PRIVATE_ADDRESSES", value, "", "")]), width=width)
    assert "".join(found.split()).endswith(f"CITABOT_ALLOW_PRIVATE_ADDRESSES{value}")
