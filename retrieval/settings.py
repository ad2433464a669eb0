"""Settings with their defaults and origins. Only an entry point reads the environment."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from dotenv import dotenv_values
from platformdirs import user_data_path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from knowledge.errors import BadSettings
from retrieval.model import ENCODER_NAME, READER_NAME

_DOTENV = Path(".env")
_PREFIX = "CITABOT_"


# Ids have up to 20 digits, the most that 64 bits take (https://discord.com/developers/docs/reference#snowflakes).
_CURATOR = re.compile(r"[0-9]{1,20}|owner")


def _curators(value: object) -> object:
    """Split a comma-separated text into user ids and the word for the bot's owner. Raises ValueError."""
    names = tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value
    for name in names if isinstance(names, tuple) else ():
        if not _CURATOR.fullmatch(name):
            raise ValueError(f"“{name}” is neither a user's id nor the word owner")
    return names


# Milvus' own (https://milvus.io/docs/configure_proxy.md).
_MILVUS_PORT = 19530
# A name of Milvus: letters, digits and underscores, no digit first, 255 at most (https://milvus.io/docs/limitations.md).
_COLLECTION = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}", re.ASCII)
# The collection in a file of Milvus Lite, which is one home's. Our choice.
_ONLY_COLLECTION = "citabot"


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """A collection of Milvus: `uri` is a server's address, or where `is_file` a file of Milvus Lite's."""

    uri: str
    collection: str
    is_file: bool

    def __str__(self) -> str:
        return f"{self.collection} in {self.uri}" if self.is_file else f"{self.collection} at {self.uri}"


def milvus_address(index: str) -> MilvusAddress | None:
    """Return the collection that the setting of the index names; None for files. Raises ValueError."""
    if index in ("", "faiss"):
        return None
    kind, _, address = index.partition("+")
    parts = urlsplit(address)
    if kind != "milvus" or parts.scheme not in ("http", "https", "file") or parts.query or parts.fragment:
        raise ValueError("it is faiss, milvus+http://HOST:PORT/COLLECTION or milvus+file:PATH.db")
    if parts.scheme == "file":
        if parts.netloc or not parts.path.endswith(".db"):
            raise ValueError("the file of Milvus Lite is a path that ends with .db")
        return MilvusAddress(str(Path(unquote(parts.path)).absolute()), _ONLY_COLLECTION, is_file=True)
    if parts.username is not None or parts.password is not None:
        raise ValueError("a user's name and password stand in CITABOT_INDEX_TOKEN, not in the address")
    collection = parts.path.removeprefix("/")
    if not parts.hostname or not _COLLECTION.fullmatch(collection):
        raise ValueError("after the server's address stands a collection's name of letters, digits and underscores")
    server = parts.netloc if parts.port else f"{parts.netloc.rstrip(':')}:{_MILVUS_PORT}"
    return MilvusAddress(f"{parts.scheme}://{server}", collection, is_file=False)


def _index(value: str) -> str:
    milvus_address(value)
    return value or "faiss"


class Settings(BaseModel):
    """The values of all settings; a default without a source beside it is our choice.

    Nothing here opens files, builds or fetches anything, or reads the environment.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    home: Annotated[Path, Field(description="the one data folder")] = user_data_path("citabot", appauthor=False)
    bundled: Annotated[bool, Field(description="load the bundled base into an empty home")] = True
    encoder: Annotated[str, Field(description="name or folder of the sentence encoder", min_length=1)] = ENCODER_NAME
    device: Annotated[
        str,
        Field(
            description="where the encoder runs: auto, cpu, or a GPU: cuda, cuda:1",
            pattern=r"^(auto|cpu|cuda(:\d{1,2})?)$",
        ),
    ] = "auto"
    reader: Annotated[str, Field(description="name or folder of the reader", min_length=1)] = READER_NAME
    index: Annotated[
        str,
        AfterValidator(_index),
        Field(description="what keeps vectors: faiss, milvus+http://HOST:PORT/COLLECTION or milvus+file:PATH.db"),
    ] = "faiss"
    index_token: Annotated[SecretStr | None, Field(description="token, or user:password, of the Milvus server")] = None
    # The threshold at which one answerable development question in twenty is refused, as `python -m
    # retrieval.train.calibrate confidence` sets it; `citabot eval` prints the measures of other thresholds.
    threshold: Annotated[float, Field(description="least confidence that is answered", ge=0, le=1)] = 0.2
    max_source_mb: Annotated[float, Field(description="largest file or page read, in megabytes", gt=0)] = 25
    fetch_timeout: Annotated[float, Field(description="seconds allowed for fetching one address", gt=0)] = 20
    allow_private_addresses: Annotated[bool, Field(description="open private and loopback addresses")] = False
    discord_token: Annotated[
        SecretStr | None, Field(description="token of the Discord bot", validation_alias="DISCORD_TOKEN")
    ] = None
    discord_shards: Annotated[int, Field(description="gateway connections of the Discord bot", ge=1, le=64)] = 1
    discord_threads: Annotated[int, Field(description="threads that answer on Discord", ge=1, le=64)] = 2
    # A claim takes a sixth of a second on two cores, so that 160 take half a minute, our choice of the longest wait.
    discord_waiting: Annotated[int, Field(description="requests that may wait for an answer", ge=1, le=10_000)] = 160
    discord_user_rate: Annotated[
        int, Field(description="requests a minute of one user; a claim to check counts as one", ge=1)
    ] = 20
    discord_server_rate: Annotated[
        int, Field(description="requests a minute of one server; a claim to check counts as one", ge=1)
    ] = 120
    discord_managers: Annotated[
        bool, Field(description="let those who manage a server add sources from there, and change those")
    ] = True
    discord_curators: Annotated[
        tuple[str, ...],
        NoDecode,  # It is no JSON in the environment either.
        BeforeValidator(_curators),
        Field(description="who changes every source and rebuilds: user ids, with commas; `owner` is the bot's owner"),
    ] = ()
    discord_api: Annotated[str, Field(description="address of Discord's REST interface")] = (
        "https://discord.com/api/v10"
    )
    discord_gateway: Annotated[str, Field(description="address of Discord's gateway")] = "wss://gateway.discord.gg/"
    retention_days: Annotated[int, Field(description="days that questions and answers are kept for buttons", ge=1)] = 30
    # Port numbers have 16 bits (RFC 9293, section 3.1).
    health_port: Annotated[
        int | None, Field(description="local HTTP port for health and metrics; none without it", ge=0, le=65_535)
    ] = None
    health_host: Annotated[str, Field(description="address that this port is opened on")] = "127.0.0.1"
    # RFC 6749, section 10.10: a guess may succeed with a chance of 2^-128 at most, which takes 32 hexadecimal digits.
    health_token: Annotated[
        SecretStr | None, Field(description="token that health and metrics ask for", min_length=32)
    ] = None
    log_format: Annotated[Literal["json", "text"], Field(description="form of the log lines of the Discord bot")] = (
        "json"
    )


class _Read(BaseSettings, Settings):
    """The same settings, filled from keyword arguments, the environment and `.env`."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_file=_DOTENV, extra="ignore")


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting as `citabot settings` shows it; secrets are masked."""

    name: str
    value: str
    origin: str
    description: str


def read_settings(**options: Any) -> Settings:  # noqa: ANN401 (pydantic checks each value)
    """Read settings from command-line options (those not None), the environment, `.env` and defaults, in that order.

    Raises BadSettings for the first invalid value.
    """
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**_Read(**given).model_dump())
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise BadSettings(f"The setting {name} is not usable: {reason}.") from error
    except UnicodeDecodeError as error:
        raise BadSettings("The .env file here is not UTF-8 text.", hint="Save it as UTF-8.") from error


def setting_rows(settings: Settings, **options: Any) -> list[SettingRow]:  # noqa: ANN401
    """Return every setting with its value and origin: option, environment, .env or default."""
    in_file = {name.upper() for name in dotenv_values(_DOTENV)} if _DOTENV.is_file() else set()
    in_environment = {name.upper() for name in os.environ}
    rows = []
    for name, field in Settings.model_fields.items():
        variable = str(field.validation_alias or f"{_PREFIX}{name.upper()}")
        if options.get(name) is not None:
            origin = "option"
        elif variable in in_environment:
            origin = "environment"
        else:
            origin = ".env" if variable in in_file else "default"
        rows.append(SettingRow(variable, _shown(getattr(settings, name)), origin, field.description or ""))
    return rows


def _shown(value: object) -> str:
    if value is None:
        return "not set"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nobody"
    return "********" if isinstance(value, SecretStr) else str(value)
