"""Every setting, its default and where its value came from. Only an entry point reads the environment."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from dotenv import dotenv_values
from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from knowledge.errors import BadSettings
from retrieval.encoder import DEFAULT_ENCODER
from retrieval.entailment_models import DEFAULT_ENTAILMENT

_DOTENV = Path(".env")
_PREFIX = "CITABOT_"


class Settings(BaseSettings):
    """Values alone: nothing here opens, builds or fetches."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_file=_DOTENV, frozen=True, extra="ignore")

    home: Annotated[Path, Field(description="the one data folder")] = user_data_path("citabot", appauthor=False)
    bundled: Annotated[bool, Field(description="load the bundled base into an empty home")] = True
    encoder: Annotated[str, Field(description="name or folder of the sentence encoder", min_length=1)] = DEFAULT_ENCODER
    entailment: Annotated[str, Field(description="name or folder of the entailment model", min_length=1)] = (
        DEFAULT_ENTAILMENT
    )
    # Where one good development question in twenty is refused (`tests/benchmarks/calibrate.py`): a doubtful answer
    # comes with its words and its place, and says that confidence is low. `citabot eval` shows other bounds.
    threshold: Annotated[float, Field(description="least confidence that is answered", ge=0, le=1)] = 0.25
    max_source_mb: Annotated[float, Field(description="largest file or page read, in megabytes", gt=0)] = 25
    fetch_timeout: Annotated[float, Field(description="seconds allowed for fetching one address", gt=0)] = 20
    allow_private_addresses: Annotated[bool, Field(description="open private and loopback addresses")] = False
    discord_token: Annotated[
        SecretStr | None, Field(description="token of the Discord bot", validation_alias="DISCORD_TOKEN")
    ] = None


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting as `citabot settings` shows it; secrets are masked."""

    name: str
    value: str
    origin: str
    description: str


def read_settings(**options: Any) -> Settings:  # noqa: ANN401 (pydantic checks each value)
    """Settings from command-line options (those not None), the environment, `.env` and defaults, in that order.

    Raises BadSettings with the first value that means nothing.
    """
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise BadSettings(f"The setting {name} is not usable: {first['msg']}.") from error
    except UnicodeDecodeError as error:
        raise BadSettings("The .env file here is not UTF-8 text.", hint="Save it as UTF-8.") from error


def setting_rows(settings: Settings, **options: Any) -> list[SettingRow]:  # noqa: ANN401
    """Every setting with its value and origin: option, environment, .env or default."""
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
    return "********" if isinstance(value, SecretStr) else str(value)
