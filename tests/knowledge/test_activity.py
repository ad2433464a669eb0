"""What people did is kept as long as it is needed, under keyed hashes, and is gone when somebody wants it gone."""

import os
import random
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from knowledge.activity import LARGEST_RESULT, LONGEST_NOTE, Activity, open_activity
from knowledge.activity_model import CommunitySettings
from knowledge.activity_schema import migrations
from knowledge.errors import BadInput, DamagedData, DamagedDatabase, HomeBusy, HomeNotWritable

ANA, BO, SERVER = 80351110224678912, 80351110224678913, 197038439483310086


def settings_of(activity: Activity) -> CommunitySettings:
    """The settings of the server; the defaults where it has set nothing."""
    return activity.all_community_settings().get(SERVER, CommunitySettings())


MARKER = "zanahoria-secreta"


@pytest.fixture
def activity(tmp_path: Path) -> Iterator[Activity]:
    opened = open_activity(tmp_path)
    yield opened
    opened.close()


WRITER = """
import sys
from pathlib import Path
from knowledge.activity import open_activity
from knowledge.activity_model import CommunitySettings
activity = open_activity(Path(sys.argv[1]))
for number in range(40):
    key = activity.save_reply(kind="ask", request={}, result={}, community=1, person=number, private=False)
    activity.add_feedback(key, number, "note")
    activity.set_community_settings(1, CommunitySettings(), by=number)
    activity.remember("name", "value")
    if number % 10 == 0:
        activity.expire(30)
        activity.forget(-1)
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Activity]:
    """One that many examples write to."""
    opened = open_activity(tmp_path_factory.mktemp("kept"))
    yield opened
    opened.close()


def save(
    activity: Activity,
    *,
    user: int = ANA,
    community: int | None = SERVER,
    text: str = "x",
    private: bool = False,
    now: datetime | None = None,
) -> str:
    request, result = {"text": text}, {"answer": text}
    return activity.save_reply(
        kind="ask", request=request, result=result, community=community, person=user, private=private, now=now
    )


def words_in(home: Path) -> int:
    """How often the marker stands in the files."""
    return sum(path.read_bytes().count(MARKER.encode()) for path in home.glob("activity.db*"))


def together(count: int, work: Callable[[], None]) -> list[BaseException]:
    """Do the same in several threads that begin at once; what went wrong in them."""
    wrong: list[BaseException] = []
    barrier = threading.Barrier(count)

    def run() -> None:
        try:
            barrier.wait()
            work()
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_a_reply_is_found_under_its_key_after_a_restart(tmp_path: Path) -> None:
    first = open_activity(tmp_path)
    key = save(first, text="¿Quién?")
    first.close()
    again = open_activity(tmp_path)
    found = again.reply(key)
    assert found is not None
    assert (found.request, found.result, found.community) == ({"text": "¿Quién?"}, {"answer": "¿Quién?"}, SERVER)
    assert found.owner == again.person_hash(ANA)
    again.close()


def test_a_key_fits_a_button_and_cannot_be_guessed(activity: Activity) -> None:
    keys = {save(activity) for _ in range(50)}
    assert len(keys) == 50
    assert all(len(key) == 22 for key in keys)
    assert activity.reply("nothing") is None


def test_nobody_is_stored_by_id(activity: Activity, tmp_path: Path) -> None:
    key = save(activity)
    activity.add_feedback(key, ANA, "wrong")
    activity.add_audit(SERVER, ANA, "source added", "s1")
    activity.close()
    held = b"".join(path.read_bytes() for path in tmp_path.glob("activity.db*"))
    assert str(ANA).encode() not in held
    assert ANA.to_bytes(8, "big") not in held
    assert activity.person_hash(ANA).encode() in held


def test_the_hash_of_a_person_depends_on_the_key(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = open_activity(tmp_path / "one"), open_activity(tmp_path / "two")
    assert one.person_hash(ANA) != two.person_hash(ANA)
    assert one.person_hash(ANA) != one.person_hash(BO)
    one.close()
    two.close()


def test_the_key_is_for_its_owner_alone(activity: Activity, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "activity.key").stat().st_mode) == 0o600


def test_of_many_that_make_a_key_at_once_all_take_the_same(tmp_path: Path) -> None:
    for round_ in range(20):
        home = tmp_path / str(round_)
        home.mkdir()
        hashes: list[str] = []

        def opened(home: Path = home, hashes: list[str] = hashes) -> None:
            one = open_activity(home)
            hashes.append(one.person_hash(ANA))
            one.close()

        assert together(4, opened) == []
        assert len(hashes) == 4
        assert len(set(hashes)) == 1
        assert [path.name for path in home.glob(".*")] == []


def test_forgetting_somebody_leaves_not_a_word_in_the_files(activity: Activity, tmp_path: Path) -> None:
    key, other = save(activity, text=MARKER), save(activity, user=BO)
    activity.add_feedback(key, ANA, f"note {MARKER}")
    activity.add_feedback(other, ANA, f"another {MARKER}")
    activity.add_audit(SERVER, ANA, "source added", "s1")
    assert words_in(tmp_path) > 0
    gone = activity.forget(ANA)
    assert (gone.replies, gone.feedback) == (1, 2)
    assert activity.reply(key) is None
    assert activity.reply(other) is not None
    assert [row.author for row in activity.audit(SERVER)] == [None]
    assert words_in(tmp_path) == 0


@pytest.mark.parametrize("history", [40, 72])
def test_forgetting_leaves_no_copy_that_was_made_when_rows_were_moved(
    activity: Activity, tmp_path: Path, history: int
) -> None:
    # In these two histories, overwriting deleted rows alone left words between the rows of a page.
    chance = random.Random(history)
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(40):
        user = chance.choice([ANA, BO])
        if user == ANA:
            text = f"{MARKER} " * chance.choice([1, 5, 20, 60, 300])
        else:
            text = "otro " * chance.choice([1, 5, 40, 200, 2000])
        save(activity, user=user, text=text, now=begun + timedelta(days=chance.randrange(60)))
        if chance.random() < 0.1:
            activity.expire(30, now=begun + timedelta(days=chance.randrange(30, 60)))
    activity.forget(ANA)
    assert words_in(tmp_path) == 0


def test_words_that_another_program_keeps_from_being_overwritten_are_not_called_forgotten(
    activity: Activity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(activity, text=MARKER)
    monkeypatch.setattr("knowledge.activity.BUSY_SECONDS", 0.1)
    activity._database.conn.execute("PRAGMA busy_timeout = 100")
    reader = sqlite3.connect(tmp_path / "activity.db")
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM replies").fetchall()
    with pytest.raises(HomeBusy, match="still in"):
        activity.forget(ANA)
    assert words_in(tmp_path) > 0
    reader.close()
    assert activity.forget(ANA).replies == 0
    assert words_in(tmp_path) == 0


def test_forgetting_a_stranger_deletes_nothing(activity: Activity) -> None:
    save(activity)
    gone = activity.forget(BO)
    assert (gone.replies, gone.feedback) == (0, 0)


def test_a_community_is_forgotten_wholly(activity: Activity) -> None:
    mine, elsewhere = save(activity), save(activity, community=None)
    activity.set_community_settings(SERVER, CommunitySettings(private=True), by=ANA)
    activity.forget_community(SERVER)
    assert activity.reply(mine) is None
    assert activity.reply(elsewhere) is not None
    assert settings_of(activity) == CommunitySettings()
    assert activity.audit(SERVER) == []


def test_settings_are_kept_and_their_change_is_written_down(activity: Activity) -> None:
    assert settings_of(activity) == CommunitySettings()
    chosen = CommunitySettings(frozenset({3, 1}), "es", mentions=False, private=True)
    activity.set_community_settings(SERVER, chosen, by=ANA)
    assert settings_of(activity) == chosen
    assert activity.all_community_settings() == {SERVER: chosen}
    (row,) = activity.audit(SERVER)
    assert (row.action, row.author) == ("settings", activity.person_hash(ANA))


def test_a_second_note_replaces_the_first(activity: Activity) -> None:
    key = save(activity)
    activity.add_feedback(key, ANA, "first")
    activity.add_feedback(key, ANA, "second")
    activity.add_feedback(key, BO, "another's")
    assert sorted(one.text for one in activity.feedback()) == ["another's", "second"]
    assert {one.reply.key for one in activity.feedback()} == {key}


@pytest.mark.parametrize("text", ["", "   ", "x" * (LONGEST_NOTE + 1)])
def test_a_note_without_words_or_with_too_many_is_refused(activity: Activity, text: str) -> None:
    key = save(activity)
    with pytest.raises(BadInput):
        activity.add_feedback(key, ANA, text)


def test_a_note_on_nothing_is_refused(activity: Activity) -> None:
    with pytest.raises(BadInput, match="no longer stored"):
        activity.add_feedback("gone", ANA, "text")


def test_a_result_beyond_all_reason_is_refused(activity: Activity) -> None:
    with pytest.raises(BadInput):
        activity.save_reply(
            kind="ask", request={}, result={"x": "y" * LARGEST_RESULT}, community=None, person=ANA, private=False
        )


def test_what_is_too_old_goes_with_its_notes_and_changes_stay_for_a_year(activity: Activity) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    old, new = save(activity, now=now - timedelta(days=31)), save(activity, now=now - timedelta(days=29))
    activity.add_feedback(old, BO, "note")
    activity.add_audit(SERVER, ANA, "a", "recent", now=now - timedelta(days=364))
    activity.add_audit(SERVER, ANA, "a", "old", now=now - timedelta(days=366))
    assert activity.expire(30, now=now) == 1
    assert activity.reply(old) is None
    assert activity.reply(new) is not None
    assert activity.feedback() == []
    assert [row.subject for row in activity.audit(SERVER)] == ["recent"]


def test_small_facts_are_remembered(activity: Activity) -> None:
    assert activity.remembered("commands 1") is None
    activity.remember("commands 1", "abc")
    activity.remember("commands 1", "def")
    assert activity.remembered("commands 1") == "def"


def test_two_programs_may_share_the_file(activity: Activity, tmp_path: Path) -> None:
    other = open_activity(tmp_path)
    key = save(other)
    assert activity.reply(key) is not None
    activity.set_community_settings(SERVER, CommunitySettings(private=True), by=ANA)
    assert settings_of(other).private
    other.close()


def test_programs_that_write_at_once_wait_for_each_other(tmp_path: Path) -> None:
    programs = [subprocess.Popen([sys.executable, "-c", WRITER, tmp_path]) for _ in range(3)]
    assert [program.wait(60) for program in programs] == [0, 0, 0]
    after = open_activity(tmp_path)
    assert (len(after.feedback(200)), len(after.audit(1, 200))) == (120, 120)
    after.close()


def test_what_fails_midway_is_not_written(activity: Activity) -> None:
    with pytest.raises(BadInput):
        activity.add_feedback("gone", ANA, "text")
    assert activity.feedback() == []
    assert activity.reply(save(activity)) is not None


def test_a_file_that_is_no_database_is_named_and_the_knowledge_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "activity.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(DamagedDatabase, match=r"activity\.db") as caught:
        open_activity(tmp_path)
    assert "activity.db" in caught.value.hint
    assert "knowledge.db" not in caught.value.hint


@pytest.mark.parametrize("held", [b"", b"short", b"x" * 33])
def test_a_key_of_another_length_is_refused(tmp_path: Path, held: bytes) -> None:
    (tmp_path / "activity.key").write_bytes(held)
    with pytest.raises(DamagedData, match=r"activity\.key"):
        open_activity(tmp_path)


def test_a_home_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(HomeNotWritable, match=r"activity\.key"):
        open_activity(tmp_path / "missing")


@given(text=st.text(st.characters(), min_size=1, max_size=200))
def test_any_text_can_be_kept_even_with_lone_surrogates(kept: Activity, text: str) -> None:
    key = save(kept, text=text)
    found = kept.reply(key)
    assert found is not None
    assert found.request == {"text": text}
    if text.strip():
        kept.add_feedback(key, ANA, text)
        (note,) = kept.feedback(1)
        # A lone surrogate becomes a question mark in a note; requests and results keep it.
        assert (note.reply.key, note.text) == (key, text.strip().encode("utf-8", "replace").decode())
    kept.add_audit(SERVER, ANA, "source added", text)
    assert kept.reply(text) is None
    with pytest.raises(BadInput):
        kept.add_feedback(text, ANA, "note")


# Messages of others.


def about(activity: Activity, word: str, *, asker: int, writer: int | None, now: datetime | None = None) -> str:
    request = {"kind": "check", "text": word}
    return activity.save_reply(
        kind="check", request=request, result={}, community=7, person=asker, private=True, author=writer, now=now
    )


@pytest.mark.parametrize("who", [1, 2], ids=["asker", "writer"])
def test_a_reply_about_somebodys_message_goes_when_either_wants_so(activity: Activity, who: int) -> None:
    key, other = about(activity, "godwit", asker=1, writer=2), about(activity, "dunlin", asker=3, writer=4)
    assert activity.forget(who).replies == 1
    assert activity.reply(key) is None
    assert activity.reply(other) is not None


def test_somebodys_own_message_has_no_other_author(activity: Activity) -> None:
    for writer in (None, 1):
        found = activity.reply(about(activity, "godwit", asker=1, writer=writer))
        assert found is not None
        assert found.author is None


def test_words_of_others_are_kept_for_a_day(activity: Activity) -> None:
    yesterday = datetime.now(UTC) - timedelta(hours=25)
    others, own = (about(activity, "godwit", asker=1, writer=writer, now=yesterday) for writer in (2, None))
    fresh = about(activity, "godwit", asker=1, writer=2)
    assert activity.expire(30) == 1
    assert [activity.reply(key) is not None for key in (others, own, fresh)] == [False, True, True]


def test_only_communities_that_the_bot_is_in_are_remembered(activity: Activity) -> None:
    for community in (7, 8, 9):
        activity.set_community_settings(community, CommunitySettings(private=True), by=1)
    about(activity, "godwit", asker=1, writer=None)
    assert activity.forget_other_communities([8]) == 2
    assert set(activity.all_community_settings()) == {8}
    assert [row.community for row in activity.changes()] == [8]
    assert activity.forget_other_communities([8]) == 0


def test_replies_of_before_authors_were_kept_about_messages_of_others_are_deleted(tmp_path: Path) -> None:
    path = tmp_path / "activity.db"
    earlier = Database(path)
    migrations.apply(earlier, stop_before="m002_others_messages")
    row = {"request": "{}", "result": "{}", "guild": None, "owner": "x", "created": "2026-01-01T00:00:00+00:00"}
    earlier.table("replies").insert_all(
        {"key": key, "kind": kind, "private": private, **row}
        for key, kind, private in [("a", "find", 1), ("b", "check", 1), ("c", "check", 0), ("d", "ask", 1)]
    )
    earlier.conn.commit()
    earlier.close()
    with closing(open_activity(tmp_path)) as opened:
        assert [key for key in "abcd" if opened.reply(key)] == ["c", "d"]


def test_a_key_that_is_no_file_is_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "activity.key")
    with pytest.raises(DamagedData, match="key"):
        open_activity(tmp_path)
