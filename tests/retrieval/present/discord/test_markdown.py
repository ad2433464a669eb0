"""Text of strangers in a Discord message: the very words, and nothing that Discord would obey."""

import pytest
from discord_markdown import notifying, previewed, shown
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.present.discord.limits import length
from retrieval.present.discord.markdown import bold, link, plain, plain_line, quoted
from retrieval.present.inert import inert, inert_line

MARKS = [
    "*", "**", "***", "_", "__", "~~", "||", "|", "`", "``", "```", "```py\n", "# ", "## ", "### ", "#", "-# ", "- ",
    "* ", "+ ", "1. ", "12.", "> ", ">>> ", "[", "]", "(", ")", "](", "[a](http://b.c)", "](http://b.c)", "<", ">",
    "http://b.cd", "<https://b.cd>", "https:", "//", "/", ":", "::", ":smile:", ":+1:", "smile", "<t:1>", "<t:1:R>",
    "<@1>", "<@!1>", "<@&1>", "<#1>", "</name:1>", "<id:guide>", "<:a:1>", "<a:a:1>", "@", "@everyone", "@here",
    "everyone", "a@b.cd", "\\", "\\\\", "\n", "\n\n", "   ", " ", "\t", "\r", "a", "b c", "1", ".", "!", "'", '"',
    "discord.gg/x", "\u200b", "\u200d", "\u202e", "😀", "👩‍🔬", "é", "e\u0301", "\u00a0", "¯\\_(ツ)_/¯", "…", "<+1 23>",
]  # fmt: skip
hostile = st.lists(st.sampled_from(MARKS) | st.text(max_size=3), max_size=12).map("".join)
any_text = st.one_of(st.text(max_size=40), hostile)
thorough = settings(derandomize=True, deadline=None, max_examples=120)

ATTACKS = [
    "**bold**", "*italics*", "_italics_", "__underline__", "~~gone~~", "||spoiler||", "`code`", "``a`b``",
    "```\nblock\n```", "```py\nhalf open```", "# heading", "## heading", "### heading", "  # heading", "-# small",
    "- one\n- two", "* one", "+ one", "1. one", "text\n  12. twelve", "> said", ">>> said\nand said",
    "[Bank](https://evil.example)", "[Bank](<https://evil.example>)", "[a [b] c](https://evil.example 'title')",
    "https://evil.example/path", "http://a_b.example/__x__", "<https://evil.example>", "steam://run", "a@b.example",
    "<mailto:a@b.example>", "<+34 123 456>", "discord.gg/abc", "<t:1618953630>", "<t:1618953630:R>", "@everyone",
    "@here", "<@80351110224678912>", "<@!80351110224678912>", "<@&165511591545143296>", "<#103735883630395392>",
    "</airhorn:816437322781949972>", "<id:customize>", "<id:linked-roles:1>", "<:mmLol:216154654256398347>",
    "<a:b1nzy:392938283556143104>", ":smile:", ":+1:", "10:100:20", ":piñata:", ":wave::skin-tone-2:",
    "\\\\*italics*", "\\\\**bold**", "**bold\\\\**", "a\n# b\n> c\n- d",
]  # fmt: skip


@pytest.mark.parametrize("text", ATTACKS)
def test_markup_of_strangers_is_shown_as_they_wrote_it(text: str) -> None:
    assert shown(text).kinds, "what is tried must be markup to begin with"
    assert shown(plain(text)).kinds == set()
    assert shown(plain(text)).text == text


@given(any_text)
@thorough
@example("`a\\")
@example("1.\n2.")
@example("-\n#\n+")
def test_whatever_the_text_its_very_words_are_shown_and_nothing_else(text: str) -> None:
    found = shown(plain(text))
    assert (found.text, found.kinds) == (inert(text), set())


@given(any_text)
@thorough
def test_a_line_is_one_line_of_the_very_words(text: str) -> None:
    found = shown(plain_line(text))
    assert (found.text, found.kinds) == (inert_line(text), set())
    assert "\n" not in plain_line(text)


@given(any_text)
@thorough
def test_it_grows_to_twice_its_length_at_most(text: str) -> None:
    assert length(plain(text)) <= 2 * length(text)


@given(any_text)
@thorough
def test_nobody_is_notified_and_no_page_previewed_even_by_who_reads_it_without_its_escapes(text: str) -> None:
    assert notifying(plain(text)) == []
    assert previewed(plain(text)) == []


@pytest.mark.parametrize("text", ["@every\u200bone", "@\u2060here", "@every\u00adone", "<\u200b@1>", "@\u202eeveryone"])
def test_invisible_characters_do_not_smuggle_a_mention_through(text: str) -> None:
    assert notifying(plain(text)) == []
    assert shown(plain(text)).kinds == set()


def test_what_only_looks_like_a_mention_stays_as_it_is() -> None:
    assert plain("＠everyone") == "＠everyone"


def test_ordinary_prose_is_hardly_touched() -> None:
    prose = "«El molino», dijo (2024), “costó 2,4 millones – el 5,6 %”: ¿y qué? It’s fine; see p. 12/13 & more…"
    assert plain(prose) == prose


@given(any_text)
@thorough
def test_a_quotation_holds_the_very_words_on_every_line(text: str) -> None:
    found = shown(quoted(plain(text)))
    words = inert(text).rstrip().lstrip("\n")
    assert found.text == words
    assert found.kinds == ({"quotation"} if words else set())


@given(any_text)
@thorough
def test_our_bold_ends_where_the_words_end(text: str) -> None:
    found = shown(bold(plain_line(text)) + " and on")
    words = inert_line(text)
    assert found.text == f"{words} and on"
    assert found.kinds == ({"bold"} if words else set())


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [("~~[-", "-]~~", "strikethrough"), ("### ", "", "heading"), ("-# ", "", "subtext"), ("**3.** ", " · ", "bold")],
)
@given(text=any_text)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_words_stay_inside_the_marks_around_them(before: str, after: str, kind: str, text: str) -> None:
    found = shown(before + plain_line(text) + after)
    assert found.kinds == {kind}
    assert inert_line(text) in found.text


@given(any_text, any_text, st.sampled_from([" ", ", ", " · ", ": ", "\n", " ("]))
@thorough
def test_inert_pieces_side_by_side_are_inert(one: str, other: str, between: str) -> None:
    found = shown(f"[1] {plain_line(one)}{between}{plain_line(other)}")
    assert found.kinds == set()
    assert found.text == f"[1] {inert_line(one)}{between}{inert_line(other)}"


def test_a_link_leads_to_the_address_and_shows_no_preview() -> None:
    assert link("The tide mill", "https://estuary.example/mill") == "[The tide mill](<https://estuary.example/mill>)"


@given(any_text)
@thorough
def test_the_label_of_a_link_shows_the_very_words(text: str) -> None:
    words, made = inert_line(text), link(plain_line(text), "https://estuary.example/mill")
    if not words:
        assert made is None
        return
    assert made is not None
    assert shown(made).kinds == {"link"}
    # No-break spaces are lost in labels.
    assert " ".join(shown(made).text.split()) in (words, f"{words} →")
    assert previewed(made) == []


@pytest.mark.parametrize("label", ["snake\\_case", "a \\[b\\]", "sun 😀", "می‌خواهم", "me@\u200bhere"])
def test_words_that_a_label_cannot_hold_stand_before_the_link(label: str) -> None:
    assert link(label, "https://b.example/") == f"{label} [→](<https://b.example/>)"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://b.example/a_(b)", "https://b.example/a_%28b%29"),
        ("https://b.example/**a**", "https://b.example/%2A%2Aa%2A%2A"),
        ("https://b.example/a>b", "https://b.example/a%3Eb"),
        ("https://b.example/~~a~~", "https://b.example/~%7Ea~%7E"),
        ("https://b.example/a#:~:text=b", "https://b.example/a#:~:text=b"),
        ("https://b.example/ñ", "https://b.example/%C3%B1"),
    ],
)
def test_an_address_cannot_end_its_link(url: str, address: str) -> None:
    assert link("a", url) == f"[a](<{address}>)"
    assert shown(bold(f"[a](<{address}>)")).text == "a"


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "https://user@b.example",
        "https://b.example/ c",
        "https://b.example/" + 500 * "a",
    ],
)
def test_what_cannot_be_linked_to_is_not_linked(url: str | None) -> None:
    assert link("a", url) is None


@pytest.mark.parametrize("nothing", ["", " ", "\n\n"])
def test_nothing_gets_no_marks(nothing: str) -> None:
    assert (quoted(nothing), bold(nothing), link(nothing, "https://b.example/")) == ("", "", None)
