"""What people on Discord try with the bot, and what it does not let them do: the real program over real sockets."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import loopback_objects as objects
import pytest
from loopback_discord import Asked, text_of
from running_bot import World, world

from knowledge.activity import open_activity
from knowledge.activity_model import CommunitySettings

SECRET = "correct-horse-battery-staple"
LEFT, STRANGER = 197038439483310999, 80351110224678555
CURATOR = objects.user("carla", id="80351110224678999")
BUNDLED = "deepseek-v3-en"


@pytest.fixture(scope="module")
def home(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a secret beside it, files that an earlier version kept, and a server that the bot has left."""
    place = Path(shutil.copytree(bundled_home, tmp_path_factory.mktemp("trust") / "home"))
    (place / "secrets.env").write_text(f"DISCORD_TOKEN={SECRET}\n")
    (place / "uploads").mkdir()
    (place / "uploads" / "rejected.txt").write_text("the words of a rejected upload")
    with closing(open_activity(place)) as activity:
        activity.set_community_settings(LEFT, CommunitySettings(mentions=False), by=STRANGER)
        asked = {"kind": "ask", "request": {"kind": "ask", "text": "lapwing"}, "result": {}, "private": False}
        activity.save_reply(**asked, community=LEFT, person=STRANGER)
    return place


@pytest.fixture(scope="module")
def bot(home: Path) -> Iterator[World]:
    with world(home, discord_curators=CURATOR["id"]) as opened:
        yield opened
        assert opened.discord.violations == []
        assert opened(opened.program.stop()) == 0
        assert "Traceback" not in opened.program.lines()
        assert SECRET not in opened.program.lines()


def asks(bot: World, name: str, **given: Any) -> Asked:
    async def scene() -> Asked:
        return await (await bot.discord.slash(name, **given)).answered()

    return bot(scene())


def menu(bot: World, name: str, message: Any, **given: Any) -> Asked:
    async def scene() -> Asked:
        return await (await bot.discord.menu(name, message, **given)).answered()

    return bot(scene())


def sources(home: Path) -> dict[str, str]:
    """The owners of the sources, by id."""
    with closing(sqlite3.connect(home / "knowledge.db")) as database:
        return dict(database.execute("SELECT id, owner FROM sources"))


def stored(home: Path, pattern: str = "*.db*") -> bytes:
    """Everything in the home's databases and their logs."""
    return b"".join(path.read_bytes() for path in home.glob(pattern))


# Local files.


@pytest.mark.parametrize(
    "address",
    [
        "secrets.env", "./secrets.env", "{home}/secrets.env", "file://{home}/secrets.env", "FILE:///etc/passwd",
        "/etc/passwd", "/proc/self/environ", "~/.ssh/id_rsa", "knowledge.db", "-", "..\\..\\secrets.env", "C:\\secrets",
        "//localhost/etc/passwd", "http:/etc/passwd", "https:///etc/passwd", "data:text/plain,hello", "ftp://example.org/x",
    ],
)  # fmt: skip
def test_no_path_reaches_the_readers(bot: World, home: Path, address: str) -> None:
    before = sources(home)
    refused = asks(bot, "source add", address=address.format(home=home))
    assert "cannot be opened" in text_of(refused.message)
    assert sources(home) == before
    assert SECRET.encode() not in stored(home)


def test_the_name_of_an_attachment_is_never_a_path(bot: World, home: Path) -> None:
    hostile = bot.discord.attach("knots.txt", b"The knots of Camota were tied by Uxia in 1742.")
    hostile["filename"] = "../../secrets.env/../knots.txt"
    assert "Added" in text_of(asks(bot, "source add", file=hostile).message)
    assert "Uxia" in text_of(asks(bot, "ask", question="Who tied the knots of Camota?").message)
    assert (home / "secrets.env").read_text() == f"DISCORD_TOKEN={SECRET}\n"


def test_no_upload_is_kept_as_a_file(bot: World, home: Path) -> None:
    asks(bot, "source add", file=bot.discord.attach("photo.png", b"\x89PNG rejected"))
    asks(bot, "source add", file=bot.discord.attach("hive.txt", b"The hives of Lira were built by Xian in 1801."))
    assert not list((home / "uploads").glob("*"))
    assert not [path for path in home.rglob("*") if path.is_file() and b"PNG rejected" in path.read_bytes()]


def test_two_files_of_one_name_are_two_sources(bot: World, home: Path) -> None:
    for words in (b"The bridge of Nabia was built by Roi in 1742.", b"The well of Seivane was dug by Iria in 1801."):
        assert "Added" in text_of(asks(bot, "source add", file=bot.discord.attach("notes.txt", words)).message)
    assert "Roi" in text_of(asks(bot, "ask", question="Who built the bridge of Nabia?").message)


# Time.


@pytest.mark.parametrize("spaces", [300, 3900])
def test_spaces_hold_nothing_up(bot: World, spaces: int) -> None:
    words = f"Open source models{' ' * spaces}are surpassing proprietary ones"
    assert "Verbatim" in text_of(asks(bot, "quote", text=words).message)


def test_a_clock_that_is_ahead_of_discords_loses_no_answer(bot: World) -> None:
    asked = asks(bot, "ask", question="What did Yann LeCun say about open source models?", age=16 * 60)
    assert "surpassing proprietary" in text_of(asked.message)


# Who may change the base.


@pytest.mark.parametrize("where", ["foreign guild", "bot dm", "group dm"])
@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("source add", {"address": "https://example.org/"}),
        ("source remove", {"source": BUNDLED}),
        ("rebuild", {}),
        ("settings", {"mentions": False}),
    ],
)
@pytest.mark.parametrize("person", [None, CURATOR], ids=["manager", "curator"])
def test_nobody_administers_from_where_the_bot_is_not(
    bot: World, home: Path, where: str, name: str, given: Any, person: Any
) -> None:
    before = sources(home)
    assert "Only" in text_of(asks(bot, name, where=where, user=person, **given).message)
    assert sources(home) == before


def test_a_manager_changes_what_was_added_from_the_server_and_nothing_else(bot: World, home: Path) -> None:
    note = bot.discord.attach("oven.txt", b"The oven of Muros was lit by Sabela in 1742.")
    assert "Added" in text_of(asks(bot, "source add", file=note).message)
    assert sources(home)["oven"] == f"community:{bot.discord.guild_id}"
    refused = asks(bot, "source remove", source=BUNDLED)
    assert "added elsewhere" in text_of(refused.message)
    assert sources(home)[BUNDLED] == "bundled"
    assert "Removed" in text_of(asks(bot, "source remove", source="oven").message)


def test_a_manager_is_offered_the_servers_own_sources_and_a_curator_all(bot: World) -> None:
    asks(bot, "source add", file=bot.discord.attach("kiln.txt", b"The kiln of Buno was fired by Antia in 1742."))

    async def offered(user: Any) -> list[str]:
        typing = await bot.discord.autocomplete("source remove", focused="source", source="", user=user)
        return (await typing.answered()).choices

    assert "kiln" in (mine := bot(offered(None)))
    assert not any("DeepSeek" in title for title in mine)
    assert len(bot(offered(CURATOR))) == 25


def test_an_uploaded_document_takes_nobodys_place(bot: World, home: Path) -> None:
    forged = f"---\nid: {BUNDLED}\npublisher: The New York Times\n---\nDeepSeek-V3 has nine moons of cheese.\n"
    assert "Added" in text_of(asks(bot, "source add", file=bot.discord.attach("f.md", forged.encode())).message)
    assert sources(home)[BUNDLED] == "bundled"
    assert "671 billion" in text_of(asks(bot, "ask", question="How many parameters does DeepSeek-V3 have?").message)


def test_a_curator_may_change_everything(bot: World, home: Path) -> None:
    assert "Removed" in text_of(asks(bot, "source remove", source="llama-2-licence-en", user=CURATOR).message)
    assert "llama-2-licence-en" not in sources(home)


def test_a_manager_does_not_rebuild(bot: World) -> None:
    assert "Only curators" in text_of(asks(bot, "rebuild", full=True).message)


# What is kept of others.


def test_somebody_elses_words_go_when_either_wants_so(bot: World, home: Path) -> None:
    for number, forgetting in enumerate(("asker", "writer")):
        people = {"asker": objects.user(f"asker{number}"), "writer": objects.user(f"writer{number}")}
        words = f"<@{STRANGER}> said DeepSeek-V3 has 9 dodos{number} in <#{STRANGER}> <:owl:{STRANGER}>."
        message = bot.discord.message(words, user=people["writer"])
        menu(bot, "Fact-check", message, user=people["asker"])
        menu(bot, "Find the source", message, user=people["asker"])
        assert f"dodos{number}".encode() in stored(home, "activity.db*")
        asks(bot, "forget-me", user=people[forgetting])
        assert f"dodos{number}".encode() not in stored(home, "activity.db*")


def test_of_somebody_elses_message_the_answer_is_not_kept_nor_any_id(bot: World, home: Path) -> None:
    writer = objects.user("writer")
    message = bot.discord.message(f"<@{writer['id']}>: Meta released Llama 2 in July 2023, gannet.", user=writer)
    menu(bot, "Fact-check", message)
    with closing(sqlite3.connect(home / "activity.db")) as database:
        rows = list(database.execute("SELECT request, result FROM replies WHERE request LIKE '%gannet%'"))
    assert [set(json.loads(result)) for _, result in rows] == [{"index"}]
    assert writer["id"].encode() not in stored(home, "activity.db*")


def test_a_server_that_was_left_meanwhile_is_forgotten(bot: World, home: Path) -> None:
    asks(bot, "about")
    assert b"lapwing" not in stored(home, "activity.db*")
    with closing(open_activity(home)) as activity:
        assert LEFT not in activity.all_community_settings()


def test_files_that_earlier_versions_kept_are_gone(bot: World, home: Path) -> None:
    assert not (home / "uploads" / "rejected.txt").exists()
