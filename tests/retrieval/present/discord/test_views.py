"""What is shown on Discord keeps to its limits and shows strangers' words as words, whatever they are."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import discord
import pytest
from discord_markdown import notifying, previewed, shown
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.engine import Engine
from retrieval.model import Answer, CheckedMessage, Citation, QuoteResult
from retrieval.present.discord.answers import context_view, copy_view, evidence_view
from retrieval.present.discord.limits import (
    BUTTON_LABEL,
    BUTTON_URL,
    COMPONENTS,
    COMPONENTS_BYTES,
    COMPONENTS_TEXT,
    CUSTOM_ID,
    ROW_BUTTONS,
    length,
)
from retrieval.present.discord.markdown import plain_line
from retrieval.present.discord.views import error_text, further, nearest, outcome_view, unseen, working_view
from retrieval.present.request import MessageOrigin, QuoteList, Request, SourceList
from retrieval.present.texts import say, say_for, stances_text
from retrieval.serve.perform import perform
from retrieval.serve.workers import Busy

KEY = "k" * 22
HOSTILE = (
    "@everyone **bold** [free nitro](https://evil.example) ```half a fence ||spoiler|| <@80351110224678912> "
    "\u202eesrever\u202c <#1> :smile: https://evil.example/x discord.gg/abc # heading\n> quoted\n-# small\n1. list"
)
WORDS = st.text(min_size=1, max_size=300) | st.sampled_from(
    [HOSTILE, "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 " * 400, "漢字" * 3000, "**" * 900, "👩‍🔬" * 500, "a" * 9000, "\\" * 2000]
)


def parts(view: discord.ui.LayoutView) -> list[Mapping[str, Any]]:
    """Every component of a message, at any depth."""

    def walk(items: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        for one in items:
            yield one
            yield from walk(list(one.get("components", [])))
            if "accessory" in one:
                yield one["accessory"]

    return list(walk(view.to_components()))  # type: ignore[arg-type]


def texts(view: discord.ui.LayoutView) -> list[str]:
    return [one["content"] for one in parts(view) if one["type"] == 10]


def labels(view: discord.ui.LayoutView) -> list[str]:
    return [one["label"] for one in parts(view) if one["type"] == 2]


def keeps_to_the_limits(view: discord.ui.LayoutView) -> None:
    held = parts(view)
    assert len(held) <= COMPONENTS
    assert sum(length(one) for one in texts(view)) <= COMPONENTS_TEXT
    assert sum(len(one.encode()) for one in texts(view)) <= COMPONENTS_BYTES
    assert all(one.strip() for one in texts(view))
    ids = [one["custom_id"] for one in held if "custom_id" in one]
    assert len(ids) == len(set(ids))
    for one in held:
        if one["type"] == 1:
            assert 1 <= len(one["components"]) <= ROW_BUTTONS
        if one["type"] == 2:
            assert 1 <= length(one["label"]) <= BUTTON_LABEL
            assert length(one.get("url", "")) <= BUTTON_URL
            assert 1 <= length(one.get("custom_id", "x")) <= CUSTOM_ID


@pytest.fixture(scope="module")
def answer(bundled_engine: Engine) -> Answer:
    return bundled_engine.ask("What did Yann LeCun say about open source models?")


@pytest.fixture(scope="module")
def outcomes(bundled_engine: Engine) -> list[Any]:
    asked = [
        Request("ask", "¿Cuánto costó entrenar DeepSeek-V3?", most=5),
        Request("ask", "Who won the football World Cup in 1998?"),
        Request("check", "DeepSeek was founded by Sam Altman. DeepSeek was founded by Liang Wenfeng."),
        Request("check", "Is it true that DeepSeek was founded in 2020?"),
        Request("check", "I love it!"),
        Request("quote", "Open source models are crushing proprietary ones", speaker="Yann LeCun"),
        Request("quote", "The moon is made of excellent cheese and wine"),
        Request("find", "Open source models are surpassing proprietary ones"),
        Request("find", "Llama 2 has a licence of its own"),
        Request("quotes", speaker="LeCun"),
        Request("quotes", speaker="Nobody Atall"),
        Request("sources"),
    ]
    return [perform(bundled_engine, one) for one in asked]


@pytest.fixture(scope="module")
def decided(outcomes: list[Any]) -> CheckedMessage:
    """Two claims, one of which is contradicted."""
    checked = outcomes[2]
    assert isinstance(checked, CheckedMessage)
    return checked


def test_every_result_has_its_message_within_the_limits(outcomes: list[Any]) -> None:
    for one in outcomes:
        for sharing in (False, True):
            for language in ("en", "es"):
                keeps_to_the_limits(outcome_view(one, KEY, language, sharing=sharing, heading="-# x", stale=True))  # type: ignore[arg-type]


def with_words(citation: Citation, words: str) -> Citation:
    source = replace(citation.source, title=words, author=words, publisher=words, url=f"https://example.org/{words}")
    return replace(citation, exact=words, context=words, speaker=words, role=words, source=source, kind="quote")


@given(words=st.lists(WORDS, min_size=1, max_size=9))
@settings(deadline=None, max_examples=60)
def test_words_of_strangers_never_break_a_limit_nor_notify_nor_preview(answer: Answer, words: list[str]) -> None:
    citations = tuple(with_words(replace(answer.citations[0], n=n), one) for n, one in enumerate(words, 1))
    hostile = replace(answer, citations=citations, question=words[0], read_as=words[-1])
    for view in (
        outcome_view(hostile, KEY, "en", sharing=True),
        outcome_view(QuoteList(citations), KEY, "es"),
        evidence_view("more-title", list(citations), "en"),
        context_view(list(citations), "es"),
        copy_view(list(citations), "en"),
    ):
        keeps_to_the_limits(view)
        for text in texts(view):
            assert notifying(text) == []
    for text in texts(outcome_view(hostile, KEY, "en")):
        assert previewed(text) == []


def test_an_excerpt_full_of_markup_is_read_as_it_stands(answer: Answer) -> None:
    view = outcome_view(replace(answer, citations=(with_words(answer.citations[0], HOSTILE),)), KEY, "en")
    seen = " ".join(" ".join(shown(one).text.split()) for one in texts(view))
    assert "**bold** [free nitro](https://evil.example) ```half a fence ||spoiler||" in seen.replace("\u200b", "")


def test_an_answer_leads_with_the_words_and_names_source_and_confidence(answer: Answer) -> None:
    view = outcome_view(answer, KEY, "en")
    words = "\n".join(texts(view))
    # Words that answer are bold in it.
    assert f"> {answer.citations[0].exact.splitlines()[0][:40]}" in words.replace("**", "")
    assert "**Yann LeCun**" in words
    assert "confidence" in words
    assert answer.index.fingerprint[:8] in words
    assert {"More evidence", "Show context", "Copy citation", "Wrong?"} <= set(labels(view))


def test_a_silence_has_no_citation_and_offers_what_is_nearest(outcomes: list[Any]) -> None:
    silent = outcomes[1]
    view = outcome_view(silent, KEY, "en")
    assert not any(line.startswith("> ") for text in texts(view) for line in text.splitlines())
    assert "That is not in my sources" in "\n".join(texts(view))
    assert ("Show nearest" in labels(view)) == bool(silent.nearest)
    assert "Copy citation" not in labels(view)


def test_each_claim_has_its_verdict_in_words_sign_and_colour(outcomes: list[Any]) -> None:
    checked = outcomes[2]
    assert isinstance(checked, CheckedMessage)
    view = outcome_view(checked, KEY, "en")
    words = "\n".join(texts(view))
    for verdict in checked.verdicts:
        assert re.sub(r"\W+", "", verdict.claim) in re.sub(r"\W+", "", words)
    cards = [one for one in parts(view) if one["type"] == 17]
    assert len({one["accent_color"] for one in cards}) == len({verdict.kind for verdict in checked.verdicts})
    assert "✗ Contradicted" in words
    assert "✓ Supported" in words


def test_a_message_of_thirty_claims_shows_what_fits_and_says_how_many_did_not(bundled_engine: Engine) -> None:
    message = " ".join(f"DeepSeek had {n} employees in 2019." for n in range(30, 60))
    checked = perform(bundled_engine, Request("check", message))
    view = outcome_view(checked, KEY, "en")
    keeps_to_the_limits(view)
    assert any("more claims did not fit" in one for one in texts(view))


def rows(view: discord.ui.LayoutView) -> list[list[str]]:
    return [[button["label"] for button in part["components"]] for part in parts(view) if part["type"] == 1]


def test_the_buttons_of_a_verdict_take_a_second_row_where_one_cannot_hold_them(
    outcomes: list[Any], decided: CheckedMessage
) -> None:
    no_claim = outcomes[4]
    own = ["More evidence", "Show context", "Show working", "Copy citation", "Wrong?"]
    assert rows(outcome_view(decided, KEY, "en")) == [own]
    assert rows(outcome_view(decided, KEY, "en", sharing=True)) == [["Share"], own]
    assert rows(outcome_view(no_claim, KEY, "en", sharing=True)) == [["Share", "Wrong?"]]
    undecided = replace(
        decided, verdicts=tuple(replace(each, evidence=(), nearest=each.read) for each in decided.verdicts)
    )
    assert rows(outcome_view(undecided, KEY, "en", sharing=True)) == [
        ["Share", "Show nearest", "Show working", "Wrong?"]
    ]


def test_how_a_verdict_was_decided_has_its_message(decided: CheckedMessage) -> None:
    view = working_view(decided, "en", stale=True)
    assert view is not None
    keeps_to_the_limits(view)
    words = "\n".join(texts(view))
    assert words.startswith("### How this was decided")
    for verdict in decided.verdicts:
        assert say_for("en", "decider", verdict.decider) in words
        for passage in verdict.read:
            assert f"**{passage.citation.n}.** {plain_line(passage.citation.source.title)[:40]}" in words
            assert stances_text(passage.stances, "en") in words
    for digest in (decided.index.fingerprint, decided.index.encoder_digest, decided.reader_digest):
        assert digest in words
    assert say("en", "stale") in words
    cards = [part for part in parts(view) if part["type"] == 17]
    assert len(cards) == len(decided.verdicts)


def test_what_is_no_verdict_has_no_working(outcomes: list[Any]) -> None:
    others = [outcome for outcome in outcomes if not isinstance(outcome, CheckedMessage)]
    assert [working_view(outcome, "es", stale=False) for outcome in others] == [None] * len(others)


@given(words=st.lists(WORDS, min_size=1, max_size=10))
@settings(deadline=None, max_examples=30)
def test_how_verdicts_were_decided_keeps_to_the_limits_whatever_was_read(
    decided: CheckedMessage, words: list[str]
) -> None:
    verdict = decided.verdicts[0]
    verdicts = [
        replace(
            verdict,
            claim=text,
            read_as=text,
            read=tuple(replace(piece, citation=with_words(piece.citation, text)) for piece in verdict.read),
        )
        for text in words
    ]
    view = working_view(replace(decided, verdicts=tuple(verdicts), reader=words[0]), "es", stale=True)
    assert view is not None
    keeps_to_the_limits(view)
    left = len(verdicts) - sum(part["type"] == 17 for part in parts(view))
    assert (say("es", "claims-left-out", count=left) in "\n".join(texts(view))) == (left > 0)
    for text in texts(view):
        assert notifying(text) == []
        assert previewed(text) == []


def test_of_ten_claims_those_that_fit_are_explained_and_the_others_counted(decided: CheckedMessage) -> None:
    for count in (1, 2, 3, 10, 60):
        verdicts = (decided.verdicts * 30)[:count]
        view = working_view(replace(decided, verdicts=verdicts), "en", stale=False)
        assert view is not None
        keeps_to_the_limits(view)
        cards = sum(part["type"] == 17 for part in parts(view))
        assert cards == count or cards >= 4
        left = say("en", "claims-left-out", count=count - cards)
        assert (left in "\n".join(texts(view))) == (cards < count)


def test_sharing_stands_out_and_names_who_shares(outcomes: list[Any]) -> None:
    view = outcome_view(outcomes[0], KEY, "es", sharing=True, heading="Ana comparte:")
    assert labels(view)[-5] == "Compartir"
    assert texts(view)[0] == "Ana comparte:"


def test_pages_lead_back_and_forth_and_never_past_the_end(outcomes: list[Any]) -> None:
    listed = next(one for one in outcomes if isinstance(one, SourceList))
    first, last = outcome_view(listed, KEY, "en"), outcome_view(listed, KEY, "en", page=999)
    assert labels(first) == ["Next"]
    assert labels(last) == ["Previous"]
    assert texts(first) != texts(last)


def test_more_evidence_is_what_was_not_shown(bundled_engine: Engine, answer: Answer) -> None:
    request = Request("ask", answer.question)
    found = perform(bundled_engine, further(request, answer))
    new = unseen(answer, found)
    assert new
    seen = {(one.source.id, one.start, one.end) for one in answer.citations}
    assert not seen & {(one.source.id, one.start, one.end) for one in new}
    assert [one.n for one in new] == list(range(len(answer.citations) + 1, len(answer.citations) + 1 + len(new)))


def test_what_is_nearest_is_only_there_where_nothing_was_found(bundled_engine: Engine, outcomes: list[Any]) -> None:
    answered, silent, *checks = [one for one in outcomes if isinstance(one, Answer | CheckedMessage)]
    assert isinstance(answered, Answer)
    assert answered.answered
    assert nearest(answered) == []
    assert isinstance(silent, Answer)
    assert nearest(silent) == list(silent.nearest) != []
    for one in checks:
        assert isinstance(one, CheckedMessage)
        assert len(nearest(one)) == sum(len(verdict.nearest) for verdict in one.verdicts)
    undecided = bundled_engine.check("Penguins live in Antarctica. Sourdough bread is made of flour and water.")
    passages = [cited.citation for verdict in undecided.verdicts for cited in verdict.nearest]
    assert nearest(undecided) == [replace(citation, n=n) for n, citation in enumerate(passages, 1)] != []
    others = [one for one in outcomes if isinstance(one, QuoteResult | MessageOrigin)]
    assert [nearest(one) for one in others] == [[]] * 4


def test_errors_are_told_in_the_readers_language() -> None:
    busy = Busy("As many requests wait as may.")
    assert error_text(busy, "es").startswith("Ahora mismo hay muchas preguntas en espera.")
    assert error_text(busy, "en").startswith("Many questions are waiting")
