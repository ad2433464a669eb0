"""Nothing is longer than the platform takes, and what is cut is cut where people would."""

import json
from pathlib import Path
from typing import Any

import pytest
import regex
from discord_markdown import shown
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.present.discord import limits
from retrieval.present.discord.limits import cut, length, plain_within
from retrieval.present.discord.markdown import bold, link, quoted
from retrieval.present.inert import inert
from retrieval.present.surroundings import MARK

PIECES = [
    "**",
    "`",
    "```",
    "\\",
    "[",
    "](http://b.cd)",
    "<@1>",
    "@everyone",
    ". ",
    "! ",
    " ",
    "\n",
    "word",
    "1.",
    "👩‍🔬",
    "🇪🇸",
]
any_text = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=25).map("".join)
thorough = settings(derandomize=True, deadline=None, max_examples=120)
OPENAPI = Path(__file__).parents[5] / "shared" / "discord" / "openapi.json"


@pytest.mark.parametrize(
    ("text", "counted"), [("", 0), ("ñandú", 5), ("e\u0301", 2), ("😀", 2), ("👩‍🔬", 5), ("\ud83d", 1), ("日本", 2)]
)
def test_length_is_counted_in_utf_16_code_units(text: str, counted: int) -> None:
    assert length(text) == counted >= len(text)


@given(any_text, st.integers(-1, 80))
@thorough
def test_nothing_is_longer_than_it_may_be(text: str, most: int) -> None:
    assert length(cut(text, most)) <= max(0, most)
    assert length(plain_within(text, most)) <= max(0, most)


@given(st.text(max_size=60), st.integers(0, 80))
@thorough
def test_what_fits_stays_as_it_is(text: str, more: int) -> None:
    assert cut(text, length(text) + more) == text


@given(any_text, st.integers(5, 80))
@thorough
def test_what_is_cut_is_the_beginning_of_the_very_words_and_a_mark(text: str, most: int) -> None:
    found = shown(plain_within(text, most))
    assert found.kinds == set()
    if found.text != inert(text):
        assert found.text.endswith(MARK)
        assert inert(text).startswith(found.text.removesuffix(MARK).rstrip())


@given(st.lists(st.text("abñé.", min_size=1, max_size=8), min_size=2, max_size=15).map(" ".join), st.integers(14, 60))
@thorough
def test_words_stay_whole_where_there_are_several(text: str, most: int) -> None:
    body = cut(text, most).removesuffix(f" {MARK}")
    assert body == text or text[len(body)] == " "


@given(any_text, st.integers(0, 80))
@thorough
def test_no_character_as_people_see_it_is_cut_through(text: str, most: int) -> None:
    body = cut(text, most).removesuffix(MARK).rstrip()
    assert not regex.search(r"[\ud800-\udfff]", body)
    for mark in ("```", "**"):
        body = body.removesuffix(f" {MARK}{mark}")
    if text.startswith(body):
        assert len(body) in {0, *(found.end() for found in regex.finditer(r"\X", text))}


@pytest.mark.parametrize(
    ("text", "most", "shown_as"),
    [
        ("One two three. Four five six. Seven eight nine.", 40, "One two three. Four five six. […]"),
        ("One two three. Four five six. Seven eight nine.", 25, "One two three. […]"),
        ("He said “No more.” Then he left the room.", 30, "He said “No more.” […]"),
        ("No. One two three four five six seven eight.", 40, "No. One two three four five six […]"),
        ("It cost 3.5 million euros in all those years", 20, "It cost 3.5 […]"),
        ("one two three four", 17, "one two three […]"),
        ("a" * 30, 20, "a" * 16 + " […]"),
        ("one two", 3, "[…]"),
        ("one two", 2, "…"),
        ("one two", 0, ""),
    ],
)
def test_the_cut_is_at_a_sentence_end_else_between_words_else_anywhere(text: str, most: int, shown_as: str) -> None:
    assert cut(text, most) == shown_as


@pytest.mark.parametrize("one", ["👩‍🔬", "🇪🇸", "👍🏽", "e\u0301\u0323", "한", "क्ष", "1️⃣", "😀"])
def test_emoji_and_accented_letters_stay_whole(one: str) -> None:
    for most in range(5, length(one) * 8):
        body = cut(one * 8, most).removesuffix(MARK).rstrip()
        assert body == one * body.count(one)


def test_an_escape_is_never_parted_from_its_mark() -> None:
    for most in range(5, 40):
        found = shown(plain_within("*_" * 20, most))
        assert found.kinds == set()
        assert "\\" not in found.text


OURS = "\n".join([
    "### Heading",
    bold("The mill produces 300 kg. It is old, they said"),
    quoted("First line of it.\nSecond \\*line\\* of it"),
    f"{link('The tide mill of the old harbour', 'https://estuary.example/mill')} · <@80351110224678912>",
    "<t:1618953630:R> [The [old] mill](<https://estuary.example/old>)",
    "~~[-removed words-]~~ **{+added words+}** <https://estuary.example/other>",
    "```\nA reference. In a block,\nof several lines\n```",
    "-# and more",
])  # fmt: skip


def test_our_own_markup_is_whole_wherever_it_is_cut() -> None:
    whole = shown(OURS)
    assert whole.kinds >= {"heading", "bold", "quotation", "link", "mention", "time", "code block", "subtext"}
    for most in range(5, length(OURS)):
        found = shown(cut(OURS, most))
        assert found.kinds <= whole.kinds
        assert whole.text.startswith(found.text.strip().removesuffix(MARK).rstrip()), most


def test_a_block_that_does_not_fit_is_cut_and_closed() -> None:
    assert cut("```\n" + "word " * 20 + "```", 30) == "```\nword word word word […]```"


def test_a_long_text_is_cut_at_once() -> None:
    text = "**[a](<b " * 20_000
    assert length(cut(text, limits.COMPONENTS_TEXT)) <= limits.COMPONENTS_TEXT


@pytest.mark.skipif(not OPENAPI.exists(), reason="the official OpenAPI document is not at hand")
@pytest.mark.parametrize(
    ("schema", "field", "limit"),
    [
        ("IncomingWebhookUpdateForInteractionCallbackRequestPartial", "content", limits.CONTENT),
        ("ContainerComponentForMessageRequest", "components", limits.COMPONENTS),
        ("TextDisplayComponentForMessageRequest", "content", limits.COMPONENTS_TEXT),
        ("ButtonComponentForMessageRequest", "label", limits.BUTTON_LABEL),
        ("ButtonComponentForMessageRequest", "url", limits.BUTTON_URL),
        ("ButtonComponentForMessageRequest", "custom_id", limits.CUSTOM_ID),
        ("ActionRowComponentForMessageRequest", "components", limits.ROW_BUTTONS),
        ("ModalInteractionCallbackRequestData", "title", limits.MODAL_TITLE),
        ("LabelComponentForModalRequest", "label", limits.MODAL_LABEL),
        ("TextInputComponentForModalRequest", "placeholder", limits.MODAL_PLACEHOLDER),
        ("TextInputComponentForModalRequest", "value", limits.MODAL_INPUT),
        ("ApplicationCommandOptionStringChoice", "name", limits.CHOICE_LABEL),
        ("InteractionApplicationCommandAutocompleteCallbackStringData", "choices", limits.CHOICES),
    ],
)
def test_the_limits_are_those_of_the_official_document(schema: str, field: str, limit: int) -> None:
    known: dict[str, Any] = json.loads(OPENAPI.read_bytes())["components"]["schemas"][schema]["properties"][field]
    assert limit == known.get("maxLength", known.get("maxItems"))
