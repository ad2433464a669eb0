"""Settings: where a value may come from, which one wins, and what is refused."""

import re
from pathlib import Path

import pytest

from knowledge.errors import BadSettings
from retrieval.settings import MilvusAddress, Settings, milvus_address, read_settings, setting_rows


@pytest.fixture(autouse=True)
def clean_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("CITABOT_HOME", "CITABOT_BUNDLED", "DISCORD_TOKEN", "CITABOT_THRESHOLD"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def origins() -> dict[str, tuple[str, str]]:
    return {row.name: (row.value, row.origin) for row in setting_rows(read_settings())}


def test_an_option_outweighs_the_environment_which_outweighs_the_file(
    clean_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (clean_folder / ".env").write_text("CITABOT_HOME=/from/file\nCITABOT_THRESHOLD=0.7\n")
    assert origins()["CITABOT_HOME"] == ("/from/file", ".env")
    assert origins()["CITABOT_THRESHOLD"] == ("0.7", ".env")
    monkeypatch.setenv("CITABOT_HOME", "/from/environment")
    assert origins()["CITABOT_HOME"] == ("/from/environment", "environment")
    settings = read_settings(home="/from/option")
    assert settings.home == Path("/from/option")
    rows = {row.name: row.origin for row in setting_rows(settings, home="/from/option")}
    assert rows["CITABOT_HOME"] == "option"
    assert rows["CITABOT_ENCODER"] == "default"


def test_secrets_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert origins()["DISCORD_TOKEN"] == ("not set", "default")
    monkeypatch.setenv("DISCORD_TOKEN", "very-secret")
    assert origins()["DISCORD_TOKEN"] == ("********", "environment")
    assert "very-secret" not in repr(read_settings())


def test_zero_switches_the_bundled_base_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITABOT_BUNDLED", "0")
    assert read_settings().bundled is False


@pytest.mark.parametrize(
    ("name", "value"), [("CITABOT_THRESHOLD", "2"), ("CITABOT_BUNDLED", "perhaps"), ("CITABOT_MAX_SOURCE_MB", "-1")]
)
def test_a_value_that_means_nothing_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSettings, match=name.removeprefix("CITABOT_").lower()) as caught:
        read_settings()
    assert caught.value.exit_code == 2


def test_a_settings_file_in_another_encoding_is_refused(clean_folder: Path) -> None:
    (clean_folder / ".env").write_bytes("CITABOT_HOME=/años".encode("latin-1"))
    with pytest.raises(BadSettings, match="UTF-8"):
        read_settings()


def test_curators_are_ids_between_commas_or_the_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_settings().discord_curators == ()
    assert origins()["CITABOT_DISCORD_CURATORS"] == ("nobody", "default")
    monkeypatch.setenv("CITABOT_DISCORD_CURATORS", " 80351110224678912, owner,")
    assert read_settings().discord_curators == ("80351110224678912", "owner")
    for value in ("managers", "ana", "1;2", "٣", "-1"):
        monkeypatch.setenv("CITABOT_DISCORD_CURATORS", value)
        with pytest.raises(BadSettings, match=r"discord_curators is not usable: “.*” is neither"):
            read_settings()


def test_settings_made_in_a_program_read_neither_the_environment_nor_a_file(
    clean_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (clean_folder / ".env").write_text("CITABOT_THRESHOLD=0.7\nDISCORD_TOKEN=secret\n")
    monkeypatch.setenv("CITABOT_HOME", "/from/environment")
    settings = Settings()
    assert settings.home != Path("/from/environment")
    assert (settings.threshold, settings.discord_token) == (0.2, None)
    assert read_settings().threshold == 0.7


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("", None),
        ("faiss", None),
        ("milvus+http://localhost/mills", MilvusAddress("http://localhost:19530", "mills", is_file=False)),
        ("milvus+https://[::1]:443/_m2", MilvusAddress("https://[::1]:443", "_m2", is_file=False)),
        ("milvus+file:/a%20b/c.db", MilvusAddress("/a b/c.db", "citabot", is_file=True)),
    ],
)
def test_an_index_is_files_or_a_collection_of_milvus(
    monkeypatch: pytest.MonkeyPatch, value: str, address: MilvusAddress | None
) -> None:
    monkeypatch.setenv("CITABOT_INDEX", value)
    assert milvus_address(read_settings().index) == address
    assert origins()["CITABOT_INDEX"] == (value or "faiss", "environment")


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("qdrant+http://localhost/mills", "it is faiss, milvus"),
        ("http://localhost/mills", "it is faiss, milvus"),
        ("milvus", "it is faiss, milvus"),
        ("milvus+http://localhost/mills?x=1", "it is faiss, milvus"),
        ("milvus+http://localhost", "after the server's address stands a collection's name"),
        ("milvus+http:///mills", "after the server's address stands a collection's name"),
        ("milvus+http://localhost/2mills", "after the server's address stands a collection's name"),
        ("milvus+http://localhost:port/mills", "Port could not be cast"),
        ("milvus+http://root:secret@localhost/mills", "stand in CITABOT_INDEX_TOKEN"),
        ("milvus+file:/a/b", "a path that ends with .db"),
        ("milvus+file://host/a.db", "a path that ends with .db"),
    ],
)
def test_an_address_that_means_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, value: str, sentence: str) -> None:
    monkeypatch.setenv("CITABOT_INDEX", value)
    with pytest.raises(BadSettings, match=re.escape(sentence)) as caught:
        read_settings()
    assert caught.value.message.startswith("The setting index is not usable: ")
    assert "secret" not in caught.value.message
