"""The Discord bot as the people of a server use it: the real program and a real client over real sockets."""

import asyncio
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import loopback_objects as objects
import pytest
from discord_markdown import notifying
from loopback_discord import Asked, buttons_of, text_of
from loopback_limits import EPHEMERAL, walk
from running_bot import World, world

from knowledge.activity import open_activity
from retrieval.engine import open_engine
from retrieval.settings import Settings

HOSTILE = """A hostile page

@everyone The tide clock of Ribadeo was built by [Ana](https://evil.example) in 1742, said <@80351110224678912>.

The second half has a ```half open fence and ||a spoiler|| about the tide clock keeper @here who lived in Ribadeo.
"""


@pytest.fixture(scope="module")
def home(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = Path(shutil.copytree(bundled_home, tmp_path_factory.mktemp("bot") / "home"))
    page = place / "hostile.txt"
    page.write_text(HOSTILE, "utf-8")
    with open_engine(Settings(home=place)) as engine:
        from knowledge.model import Metadata

        engine.add([str(page)], Metadata())
    return place


CURATOR = objects.user("carla", id="80351110224678999")


@pytest.fixture(scope="module")
def bot(home: Path) -> Iterator[World]:
    with world(home, discord_curators=CURATOR["id"]) as opened:
        yield opened
        assert opened.discord.violations == []
        assert opened.discord.pings == []
        assert opened(opened.program.stop()) == 0
        assert "Traceback" not in opened.program.lines()


def asks(bot: World, name: str, **given: Any) -> Asked:
    async def scene() -> Asked:
        return await (await bot.discord.slash(name, **given)).answered()

    return bot(scene())


def presses(bot: World, message: Any, label: str = "", **given: Any) -> Asked:
    async def scene() -> Asked:
        return await (await bot.discord.press(message, label, **given)).answered()

    return bot(scene())


def menu(bot: World, name: str, message: Any, **given: Any) -> Asked:
    async def scene() -> Asked:
        return await (await bot.discord.menu(name, message, **given)).answered()

    return bot(scene())


DEFINITION = Path(__file__).parent / "support" / "discord_commands.json"
QUESTION = "What did Yann LeCun say about open source models?"


# Commands and their definition.


def test_every_command_is_offered_in_both_languages_and_everywhere(bot: World) -> None:
    known = {one["name"]: one for one in bot.discord.commands}
    assert set(known) == {
        "ask", "check", "quote", "quotes", "sources", "about", "forget-me", "source", "rebuild", "settings",
        "Fact-check", "Find the source",
    }  # fmt: skip
    for one in known.values():
        assert set(one["name_localizations"]) == {"en-US", "en-GB", "es-ES", "es-419"}
        assert one["contexts"]
        assert one["integration_types"]
    for name in ("ask", "check", "quote", "quotes", "sources", "about", "forget-me", "Fact-check", "Find the source"):
        assert sorted(known[name]["contexts"]) == [0, 1, 2]
        assert sorted(known[name]["integration_types"]) == [0, 1]
    assert known["ask"]["name_localizations"]["es-419"] == "preguntar"
    assert known["Fact-check"]["name_localizations"]["es-ES"] == "Verificar"
    assert int(known["source"]["default_member_permissions"]) == objects.MANAGE_GUILD


def test_the_definition_of_the_commands_is_the_one_that_was_looked_at(bot: World) -> None:
    """A change is shown by `git diff` once the file has been written anew: WRITE_COMMANDS=1 python -m pytest …"""
    (sent,) = [one.body for one in bot.discord.requests if one.method == "PUT"]
    text = json.dumps(sent, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if "WRITE_COMMANDS" in os.environ:
        DEFINITION.write_text(text, "utf-8")
    assert text == DEFINITION.read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "given", "english", "spanish"),
    [
        ("ask", {"question": "xyzzy plugh 1998 football?"}, "That is not in my sources", "That is not in my sources"),
        ("about", {}, "I answer questions", "Respondo a preguntas"),
        ("sources", {}, "### Sources", "### Fuentes"),
        ("quotes", {"speaker": "LeCun"}, "### Quotations", "### Citas"),
        ("quotes", {"speaker": "Nobody Atall"}, "No quotation matches", "Ninguna cita coincide"),
        (
            "forget-me",
            {"user": objects.user("nadie")},
            "Nothing was stored about you",
            "No había nada guardado sobre ti",
        ),
        ("source list", {}, "### Sources", "### Fuentes"),
        ("settings", {}, "Settings of this server", "Ajustes de este servidor"),
    ],
)
def test_interface_texts_follow_the_reader(bot: World, name: str, given: Any, english: str, spanish: str) -> None:
    assert english in text_of(asks(bot, name, **given).message)
    assert spanish in text_of(asks(bot, name, locale="es-ES", **given).message)


def test_answers_follow_the_question(bot: World) -> None:
    assert "Pregunta:" in text_of(asks(bot, "ask", question="¿Cuánto costó entrenar DeepSeek-V3?").message)
    assert "Question:" in text_of(asks(bot, "ask", question=QUESTION, locale="es-ES").message)


# Answers.


def test_an_answer_is_acknowledged_at_once_and_shows_words_source_and_link(bot: World) -> None:
    asked = asks(bot, "ask", question=QUESTION)
    assert asked.callback is not None
    assert asked.callback["type"] == 5
    assert asked.acknowledged_after < 1
    assert not asked.ephemeral
    words = text_of(asked.message)
    assert "Open source models are surpassing proprietary ones" in words
    assert "**Yann LeCun**" in words
    links = [one["url"] for one in walk((asked.message or {})["components"]) if one["type"] == 2 and "url" in one]
    assert any("#:~:text=" in one for one in links)
    assert list(buttons_of(asked.message)) == ["More evidence", "Show context", "Copy citation", "Wrong?"]


def test_as_many_citations_as_asked_for(bot: World) -> None:
    words = text_of(asks(bot, "ask", question=QUESTION, sources=1).message)
    assert "**1.**" in words
    assert "**2.**" not in words


def test_a_silence_is_friendly_and_offers_what_is_nearest(bot: World) -> None:
    asked = asks(bot, "ask", question="What was the price of Nvidia's RTX 4090 in Brazil?")
    assert "That is not in my sources" in text_of(asked.message)
    assert not re.search(r"^> ", text_of(asked.message), re.MULTILINE)
    near = presses(bot, asked.message, "Show nearest")
    assert near.ephemeral
    assert re.search(r"^> ", text_of(near.message), re.MULTILINE)


def test_a_private_answer_is_for_one_person_and_can_be_shared_by_name_once(bot: World) -> None:
    asked = asks(bot, "ask", question=QUESTION, private=True)
    assert asked.ephemeral
    shared = presses(bot, asked.message, "Share")
    (public,) = shared.followups
    assert not public["flags"] & EPHEMERAL
    assert text_of(public).strip().startswith("Ana shares:")
    assert "Share" not in buttons_of(public)

    async def again() -> Asked:
        return await (await bot.discord.press(asked.message, "Share")).acknowledged()

    second = bot(again())
    bot(asyncio.sleep(0.5))
    assert second.followups == []


def test_nobody_shares_what_another_asked(bot: World) -> None:
    asked = asks(bot, "ask", question=QUESTION, private=True)
    shared = presses(bot, asked.message, "Share", user=objects.user("mallory"))
    assert all(one["flags"] & EPHEMERAL for one in shared.followups)
    assert "Only the person who asked" in text_of(shared.followups[0])


@pytest.mark.parametrize(
    ("label", "expected"),
    [("More evidence", "**4.**"), ("Show context", "In their paragraphs"), ("Copy citation", "```")],
)
def test_buttons_answer_privately_whoever_presses(bot: World, label: str, expected: str) -> None:
    asked = asks(bot, "ask", question=QUESTION)
    pressed = presses(bot, asked.message, label, user=objects.user("bo"))
    assert pressed.ephemeral
    assert expected in text_of(pressed.message)


def test_a_double_press_is_answered_twice_and_breaks_nothing(bot: World) -> None:
    asked = asks(bot, "ask", question=QUESTION)

    async def scene() -> list[Asked]:
        both = [await bot.discord.press(asked.message, "Show context") for _ in range(2)]
        return [await one.answered() for one in both]

    assert len({text_of(one.message) for one in bot(scene())}) == 1


@pytest.mark.parametrize(
    "custom_id",
    ["citabot:more:unknownunknownunknown00", "citabot:more:" + "x" * 60, "older:button", "citabot:delete:abc"],
)
def test_old_unknown_and_tampered_buttons_say_so(bot: World, custom_id: str) -> None:
    asked = asks(bot, "ask", question=QUESTION)
    pressed = presses(bot, asked.message, custom_id=custom_id)
    assert pressed.ephemeral
    assert "no longer stored" in text_of(pressed.message)


def test_a_note_on_a_wrong_answer_is_stored_with_it(bot: World, home: Path) -> None:
    asked = asks(bot, "ask", question=QUESTION)

    async def scene() -> Asked:
        form = await (await bot.discord.press(asked.message, "Wrong?")).answered()
        assert form.callback is not None
        assert form.callback["type"] == 9
        return await (await bot.discord.submit(form, "paragraph 4 says the opposite")).answered()

    assert "Thank you" in text_of(bot(scene()).message)
    activity = open_activity(home)
    (note,) = [one for one in activity.feedback() if one.text == "paragraph 4 says the opposite"]
    assert note.reply.request["text"] == QUESTION
    assert note.reply.result["kind"] == "ask"
    activity.close()


def test_pages_are_turned_in_place(bot: World) -> None:
    asked = asks(bot, "sources")
    first = text_of(asked.message)
    turned = presses(bot, asked.message, "Next")
    assert turned.callback is not None
    assert turned.callback["type"] == 6
    assert text_of(asked.message) != first
    assert "Previous" in buttons_of(asked.message)


# Claims and quotations.


def test_a_claim_gets_its_verdict(bot: World) -> None:
    words = text_of(asks(bot, "check", claim="DeepSeek was founded by Sam Altman.").message)
    assert "### ✗ Contradicted" in words
    assert "founded by Liang Wenfeng" in words


def test_how_a_verdict_was_decided_is_shown_privately_to_whoever_presses(bot: World) -> None:
    asked = asks(bot, "check", claim="DeepSeek was founded by Sam Altman.")
    assert list(buttons_of(asked.message)) == [
        "More evidence", "Show context", "Show working", "Copy citation", "Wrong?",
    ]  # fmt: skip
    pressed = presses(bot, asked.message, "Show working", user=objects.user("bo"))
    assert pressed.ephemeral
    words = text_of(pressed.message)
    assert "### How this was decided" in words
    assert "Of the passages read, the clearest contradicts the claim." in words
    assert re.search(r"^supports \d+%, contradicts \d+%, says neither \d+%$", words, re.MULTILINE)
    in_spanish = presses(bot, asked.message, "Show working", locale="es-ES")
    assert "### Cómo se decidió" in text_of(in_spanish.message)


def test_a_private_verdict_has_a_second_row_and_can_be_shared(bot: World) -> None:
    asked = asks(bot, "check", claim="DeepSeek was founded by Sam Altman.", private=True)
    rows = [
        [one["label"] for one in row["components"]] for row in walk(asked.message["components"]) if row["type"] == 1
    ]
    assert rows == [["Share"], ["More evidence", "Show context", "Show working", "Copy citation", "Wrong?"]]
    (public,) = presses(bot, asked.message, "Share").followups
    assert "Show working" in buttons_of(public)


def test_what_is_no_verdict_was_not_decided(bot: World) -> None:
    asked = asks(bot, "ask", question=QUESTION)
    key = buttons_of(asked.message)["Copy citation"]["custom_id"].rpartition(":")[2]
    pressed = presses(bot, asked.message, custom_id=f"citabot:working:{key}")
    assert "no longer stored" in text_of(pressed.message)


def test_a_quotation_is_compared_word_by_word(bot: World) -> None:
    asked = asks(bot, "quote", text="Open source models are crushing proprietary ones", speaker="Yann LeCun")
    assert "≠ Altered" in text_of(asked.message)
    assert "~~crushing~~ **surpassing**" in text_of(asked.message)


def test_a_menu_lists_every_claim_of_a_message_privately(bot: World) -> None:
    text = "Meta released Llama 2 in July 2023. DeepSeek-V3 has 405 billion parameters. DeepSeek has 9 moons. Love it!"
    found = menu(bot, "Fact-check", bot.discord.message(text))
    assert found.ephemeral
    words = text_of(found.message)
    assert len(re.findall(r"^### [✓✗≠?] (?:Supported|Contradicted|Conflicting|Not enough)", words, re.MULTILINE)) == 3
    assert "Set aside" in words
    assert "Share" in buttons_of(found.message)


def test_a_menu_reads_embeds_and_long_messages(bot: World) -> None:
    embed = {"type": "rich", "title": "News", "description": "Meta released Llama 2 in July 2023.", "fields": []}
    assert "Llama 2" in text_of(menu(bot, "Fact-check", bot.discord.message("", embeds=[embed])).message)
    long = "DeepSeek was founded by Liang Wenfeng. " + f"{'So it goes on and on, ' * 40}and that is that. " * 2
    assert "Supported" in text_of(menu(bot, "Fact-check", bot.discord.message(long[:2000])).message)


def test_a_menu_on_a_message_without_text_says_so(bot: World) -> None:
    empty = bot.discord.message("", attachments=[bot.discord.attach("photo.png", b"x")])
    found = menu(bot, "Fact-check", empty)
    assert "no text" in text_of(found.message)


def test_the_source_of_somebodys_words_is_found_or_what_is_nearest(bot: World) -> None:
    quoted = bot.discord.message("he said “Open source models are surpassing proprietary ones” lol")
    assert "### ✓ Verbatim" in text_of(menu(bot, "Find the source", quoted).message)
    other = bot.discord.message("My sourdough starter has died again")
    assert "These words are not in my sources" in text_of(menu(bot, "Find the source", other).message)


# Autocompletion.


@pytest.mark.parametrize(
    ("typed", "expected"), [("lecun", ["Yann LeCun"]), ("LÉCÚN", ["Yann LeCun"]), ("zzzzzzzz", [])]
)
def test_speakers_are_suggested_whatever_accents_and_case(bot: World, typed: str, expected: list[str]) -> None:
    async def scene() -> Asked:
        return await (await bot.discord.autocomplete("quote", focused="speaker", text="x", speaker=typed)).answered()

    asked = bot(scene())
    assert asked.choices == expected
    assert asked.acknowledged_after < 0.3


def test_without_a_letter_the_most_quoted_are_suggested(bot: World) -> None:
    async def scene(name: str, option: str) -> Asked:
        return await (await bot.discord.autocomplete(name, focused=option, user=CURATOR, **{option: ""})).answered()

    assert 1 <= len(bot(scene("quotes", "speaker")).choices) <= 25
    assert len(bot(scene("source remove", "source")).choices) == 25


# Mentions and other places.


def reply_to(bot: World, said: Any, seconds: float = 10) -> Any:
    async def scene() -> Any:
        async with asyncio.timeout(seconds):
            while True:
                for one in bot.discord.replies():
                    if one["referenced"] == int(said["id"]):
                        return one
                await asyncio.sleep(0.02)

    return bot(scene())


def test_a_mention_is_answered_as_a_reply(bot: World) -> None:
    said = bot(bot.discord.say("is it true that DeepSeek was founded in 2023?"))
    assert "DeepSeek" in text_of(reply_to(bot, said))
    asked = bot(bot.discord.say(QUESTION, channel=bot.discord.thread_id))
    answered = reply_to(bot, asked)
    assert "surpassing proprietary" in text_of(answered)
    assert answered["channel_id"] == bot.discord.thread_id


def test_a_mention_without_words_explains_itself(bot: World) -> None:
    assert "Mention me with a question" in text_of(reply_to(bot, bot(bot.discord.say(""))))


def test_where_the_bot_may_not_write_it_is_silent_and_goes_on(bot: World) -> None:
    fault = bot.discord.fault("POST", r"/channels/\d+/messages$", 403, code=50013)
    bot(bot.discord.say(QUESTION))
    bot(asyncio.sleep(1.0))
    assert not fault.left
    assert "reply dropped" in bot.program.lines()
    assert "surpassing proprietary" in text_of(reply_to(bot, bot(bot.discord.say(QUESTION))))


def test_a_direct_message_is_answered(bot: World) -> None:
    said = bot(bot.discord.say(QUESTION, mention=False, direct=True))
    assert "surpassing proprietary" in text_of(reply_to(bot, said))


def test_nothing_else_is_read(bot: World) -> None:
    before = len(bot.discord.replies())
    bot(bot.discord.say(QUESTION, mention=False))
    bot(asyncio.sleep(0.7))
    assert len(bot.discord.replies()) == before
    assert not any(
        one["d"]["intents"] & (1 << 15 | 1 << 1 | 1 << 8) for one in bot.discord.gateway.received if one["op"] == 2
    )


@pytest.mark.parametrize("where", ["bot dm", "group dm", "foreign guild"])
def test_commands_work_in_every_place(bot: World, where: str) -> None:
    asked = asks(bot, "ask", question=QUESTION, where=where)
    assert "surpassing proprietary" in text_of(asked.message)
    assert len(asked.followups) == 0


# Administration.


def test_somebody_who_manages_the_server_adds_uses_and_removes_a_source(bot: World, home: Path) -> None:
    note = b"# The mill of Sada\n\nThe mill of Sada was built in 1742 by Xoan Pardo and burned down in 1801.\n"
    added = asks(bot, "source add", file=bot.discord.attach("mill of sada.md", note), publisher="The Village Gazette")
    assert added.ephemeral
    name = re.search(r"\(([\w-]+)\)", text_of(added.message).replace("\\", ""))
    assert name is not None
    assert "Xoan Pardo" in text_of(asks(bot, "ask", question="Who built the mill of Sada?").message)
    again = asks(bot, "source add", file=bot.discord.attach("mill of sada.md", note), publisher="The Village Gazette")
    assert "unchanged" in text_of(again.message)
    assert "Removed" in text_of(asks(bot, "source remove", source=name[1]).message)
    assert "Xoan Pardo" not in text_of(asks(bot, "ask", question="Who built the mill of Sada?").message)
    activity = open_activity(home)
    actions = [row.action for row in activity.audit(int(bot.discord.guild_id))]
    assert actions[:2] == ["source removed", "source added"]
    activity.close()


@pytest.mark.parametrize("name", ["source remove", "rebuild"])
def test_others_change_nothing(bot: World, name: str) -> None:
    given = {"source": "hostile"} if name == "source remove" else {}
    refused = asks(bot, name, user=objects.user("mallory"), permissions=0, **given)
    assert "Only" in text_of(refused.message)


def test_neither_or_both_of_file_and_address_are_explained(bot: World) -> None:
    assert "Attach a file or give an address" in text_of(asks(bot, "source add").message)


def test_an_address_within_the_network_is_not_opened(bot: World) -> None:
    refused = asks(bot, "source add", address=f"{bot.discord.base}/files/x")
    assert "cannot be opened" in text_of(refused.message)


def test_a_file_that_cannot_be_read_is_explained_in_the_readers_language(bot: World) -> None:
    refused = asks(bot, "source add", file=bot.discord.attach("photo.png", b"\x89PNG"), locale="es-ES")
    assert "Leo archivos" in text_of(refused.message)


def test_a_rebuild_says_what_it_did(bot: World) -> None:
    assert "up to date already" in text_of(asks(bot, "rebuild", user=CURATOR).message)


def test_settings_of_a_server_hold_at_once(bot: World) -> None:
    shown = asks(bot, "settings", private=True, mentions=False, allow=bot.discord.other_channel_id)
    assert "Private unless asked otherwise: yes" in text_of(shown.message)
    assert asks(bot, "ask", question=QUESTION).ephemeral
    elsewhere = asks(bot, "ask", question=QUESTION, private=False)
    assert elsewhere.ephemeral
    assert "not allowed in this channel" in text_of(elsewhere.message)
    assert not asks(bot, "ask", question=QUESTION, private=False, channel=bot.discord.other_channel_id).ephemeral
    before = len(bot.discord.replies())
    bot(bot.discord.say(QUESTION))
    bot(asyncio.sleep(0.7))
    assert len(bot.discord.replies()) == before
    asks(bot, "settings", private=False, mentions=True, disallow=bot.discord.other_channel_id)
    assert not asks(bot, "ask", question=QUESTION).ephemeral


# Safety.


def test_words_of_an_article_neither_ping_nor_format_nor_link(bot: World) -> None:
    asked = asks(bot, "ask", question="Who built the tide clock of Ribadeo?")
    words = text_of(asked.message)
    assert "evil" in words
    assert notifying(words) == []
    assert "[Ana](https://evil" not in words
    assert bot.discord.pings == []


def test_words_of_a_user_neither_ping_nor_format(bot: World) -> None:
    asked = asks(bot, "check", claim="@everyone DeepSeek was **founded** in [2020](https://evil.example) ```by <@1>")
    assert notifying(text_of(asked.message)) == []
    assert bot.discord.pings == []


@pytest.mark.parametrize(
    "question", ["👩‍🔬 ¿quién? 漢字 e\u0301\u202e", "x" * 4000, "\u200b\u200b", "'; DROP TABLE replies; --"]
)
def test_odd_questions_are_answered(bot: World, question: str) -> None:
    assert text_of(asks(bot, "ask", question=question).message).strip()


def test_logs_hold_no_word_of_anybody_and_no_token(bot: World) -> None:
    asks(bot, "ask", question="zanahoria confidencial de prueba")
    held = bot.program.lines()
    assert "zanahoria" not in held
    assert "Cl2FMQ" not in held
    assert bot.discord.ana["id"] not in held


def test_somebody_who_wants_to_be_forgotten_is(bot: World, home: Path) -> None:
    person = objects.user("olvidadiza")
    asked = asks(bot, "ask", question=f"{QUESTION} (zarapito)", user=person)
    forgotten = asks(bot, "forget-me", user=person)
    assert "one answer and 0 notes" in text_of(forgotten.message)
    assert "no longer stored" in text_of(presses(bot, asked.message, "Show context", user=person).message)
    held = b"".join(path.read_bytes() for path in home.glob("activity.db*"))
    assert b"zarapito" not in held
