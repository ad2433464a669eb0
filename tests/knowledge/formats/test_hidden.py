"""What is struck out or hidden is no part of what a document says, in HTML and Markdown."""

import time
from contextlib import suppress

import pytest

from knowledge.errors import NoText, TooCostly
from knowledge.formats.markdown import read_markdown
from knowledge.formats.pages import read_page

KEPT = "The pier cost 7 million euros, and was opened by the mayor in the spring of that year."


def page(body: str, head: str = "") -> str:
    source = f"<html><head><title>x</title>{head}</head><body><article><p>{KEPT}</p>{body}<p>It stands.</p></article>"
    return read_page(source.encode(), charset=None, location="a").text


def markdown(text: str) -> str:
    return read_markdown(text.encode(), charset=None, location="a").text


@pytest.mark.parametrize(
    "body",
    [
        "<p><del>The pier cost 4 million euros.</del></p>",
        "<p><s>The pier cost 4 million euros.</s></p>",
        "<p><strike>The pier cost 4 million euros.</strike></p>",
        "<p hidden>The pier cost 4 million euros.</p>",
        "<div style='color:red; display : none'><p>The pier cost 4 million euros.</p></div>",
        "<p style='visibility:hidden'>The pier cost 4 million euros.</p>",
        "<p><span style='text-decoration: line-through'>The pier cost 4 million euros.</span></p>",
        "<!-- <p>The pier cost 4 million euros.</p> -->",
        "<template><p>The pier cost 4 million euros.</p></template>",
        "<dialog><p>The pier cost 4 million euros.</p></dialog>",
    ],
)
def test_a_page_is_read_as_it_is_seen(body: str) -> None:
    assert page(body) == f"{KEPT}\n\nIt stands."


@pytest.mark.parametrize("selector", [".old", "#old", ".x, .old"])
def test_a_rule_of_the_page_hides_too(selector: str) -> None:
    body = "<p class='a old' id=old>The pier cost 4 million euros.</p>"
    assert page(body, f"<style>/* .x{{}} */ {selector} {{ display: none }}</style>") == f"{KEPT}\n\nIt stands."


@pytest.mark.parametrize(
    "rule",
    [
        "@media print { .old { display: none } }",
        ".old { color: red }",
        ".old p { display: none }",
        ".old:hover { display: none }",
        "body .old { display: none }",
    ],
)
def test_what_hides_only_at_times_hides_nothing(rule: str) -> None:
    assert "4 million" in page("<p class=old>The pier cost 4 million euros.</p>", f"<style>{rule}</style>")


def test_what_is_inserted_and_what_stands_beside_stays() -> None:
    assert "The pier cost nine euros." in page("<p>The pier cost <del>four</del><ins>nine</ins> euros.</p>")


@pytest.mark.parametrize(
    "text",
    [
        f"{KEPT} ~~The office burned down.~~",
        f"{KEPT} <del>The office burned down.</del>",
        f"{KEPT} <s>The office burned <b>down</b>.</s>",
        f"{KEPT}\n\n<del>\n\nThe office burned down.\n\n</del>",
        f"{KEPT}\n\n<div hidden>\n\n## It burned\n\n- The office burned down.\n\n</div>",
        f"{KEPT}\n\n<div style='display:none'><p>The office burned down.</p></div>",
        f"{KEPT}\n\n<!-- The office burned down.\n\nIt burned. -->",
    ],
)
def test_markdown_is_read_as_it_is_shown(text: str) -> None:
    assert markdown(text) == KEPT
    assert markdown(f"{text}\n\nIt stands.").endswith("It stands.")


def test_a_single_tilde_strikes_nothing_out() -> None:
    assert markdown("It costs ~40 euros, or ~50.") == "It costs ~40 euros, or ~50."


def test_a_page_that_only_its_scripts_show_is_read() -> None:
    source = "<style>.wait { display: none }</style><body class=wait hidden><p>Some words that scripts show.</p></body>"
    assert read_page(source.encode(), charset=None, location="a").text == "Some words that scripts show."


def test_a_page_that_hides_all_it_has_is_refused() -> None:
    with pytest.raises(NoText):
        read_page(b"<body><div hidden><p>Some words that are never seen.</p></div>", charset=None, location="a")


@pytest.mark.parametrize("unit", ["<del>", "<style>.a{", "</del>", "<style>.a{display:none}</style>", "<p style='"])
def test_tags_without_end_take_no_time_by_their_square(unit: str) -> None:
    start = time.monotonic()
    with suppress(TooCostly):
        markdown(f"{unit} " * 2_000 + "\n\nWords.")
    assert time.monotonic() - start < 5
