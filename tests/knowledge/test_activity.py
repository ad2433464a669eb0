"""What people did is kept as long as it is needed, under keyed hashes, and is gone when somebody wants it gone."""

import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.activity import LARGEST_RESULT, LONGEST_NOTE, Activity, GuildSettings, open_activity
from knowledge.errors import BadInput, DamagedDatabase, HomeNotWritable

ANA, BO, SERVER = 80351110224678912, 80351110224678913, 197038439483310086
MARKER = "zanahoria-secreta"


@pytest.fixture
def activity(tmp_path: Path) -> Iterator[Activity]:
    opened = open_activity(tmp_path)
    yield opened
    opened.close()


def save(activity: Activity, *, user: int = ANA, guild: int | None = SERVER, text: str = "x", **more: object) -> str:
    return activity.save_reply(
        kind="ask", request={"text": text}, result={"answer": text}, guild=guild, user_id=user, private=False, **more
    )  # type: ignore[arg-type]


def test_a_reply_is_found_under_its_key_after_a_restart(tmp_path: Path) -> None:
    first = open_activity(tmp_path)
    key = save(first, text="¿Quién?")
    first.close()
    again = open_activity(tmp_path)
    found = again.reply(key)
    assert found is not None
    assert (found.request, found.result, found.guild) == ({"text": "¿Quién?"}, {"answer": "¿Quién?"}, SERVER)
    assert found.owner == again.user_hash(ANA)
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
    assert activity.user_hash(ANA).encode() in held


def test_the_hash_of_a_person_depends_on_the_key(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = open_activity(tmp_path / "one"), open_activity(tmp_path / "two")
    assert one.user_hash(ANA) != two.user_hash(ANA)
    assert one.user_hash(ANA) != one.user_hash(BO)
    one.close()
    two.close()


def test_the_key_is_for_its_owner_alone(activity: Activity, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "activity.key").stat().st_mode) == 0o600


def test_of_many_that_make_a_key_at_once_all_take_the_same(tmp_path: Path) -> None:
    hashes: list[str] = []

    def opened() -> None:
        one = open_activity(tmp_path)
        hashes.append(one.user_hash(ANA))
        one.close()

    threads = [threading.Thread(target=opened) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(hashes) == 2
    assert len(set(hashes)) == 1


def test_forgetting_somebody_leaves_not_a_word_in_the_files(activity: Activity, tmp_path: Path) -> None:
    key, other = save(activity, text=MARKER), save(activity, user=BO)
    activity.add_feedback(key, ANA, f"note {MARKER}")
    activity.add_feedback(other, ANA, f"another {MARKER}")
    activity.add_audit(SERVER, ANA, "source added", "s1")
    assert any(MARKER.encode() in path.read_bytes() for path in tmp_path.glob("activity.db*"))
    gone = activity.forget(ANA)
    assert (gone.replies, gone.feedback) == (1, 2)
    assert activity.reply(key) is None
    assert activity.reply(other) is not None
    assert [row.author for row in activity.audit(SERVER)] == [None]
    assert not any(MARKER.encode() in path.read_bytes() for path in tmp_path.glob("activity.db*"))


def test_forgetting_a_stranger_deletes_nothing(activity: Activity) -> None:
    save(activity)
    gone = activity.forget(BO)
    assert (gone.replies, gone.feedback) == (0, 0)


def test_a_server_is_forgotten_wholly(activity: Activity) -> None:
    mine, elsewhere = save(activity), save(activity, guild=None)
    activity.set_guild_settings(SERVER, GuildSettings(private=True), by=ANA)
    activity.forget_guild(SERVER)
    assert activity.reply(mine) is None
    assert activity.reply(elsewhere) is not None
    assert activity.guild_settings(SERVER) == GuildSettings()
    assert activity.audit(SERVER) == []


def test_settings_are_kept_and_their_change_is_written_down(activity: Activity) -> None:
    assert activity.guild_settings(SERVER) == GuildSettings()
    chosen = GuildSettings(frozenset({3, 1}), "es", mentions=False, private=True)
    activity.set_guild_settings(SERVER, chosen, by=ANA)
    assert activity.guild_settings(SERVER) == chosen
    assert activity.all_guild_settings() == {SERVER: chosen}
    (row,) = activity.audit(SERVER)
    assert (row.action, row.author) == ("settings", activity.user_hash(ANA))


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
            kind="ask", request={}, result={"x": "y" * LARGEST_RESULT}, guild=None, user_id=ANA, private=False
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
    activity.set_guild_settings(SERVER, GuildSettings(private=True), by=ANA)
    assert other.guild_settings(SERVER).private
    other.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "activity.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(DamagedDatabase, match=r"activity\.db"):
        open_activity(tmp_path)


def test_a_home_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(HomeNotWritable, match=r"activity\.key"):
        open_activity(tmp_path / "missing")


@given(text=st.text(st.characters(), min_size=1, max_size=200))
def test_any_text_can_be_kept_even_with_lone_surrogates(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    activity = open_activity(tmp_path_factory.mktemp("odd"))
    key = save(activity, text=text)
    found = activity.reply(key)
    assert found is not None
    assert found.request == {"text": text}
    if text.strip():
        activity.add_feedback(key, ANA, text)
        assert len(activity.feedback()) == 1
    activity.close()
