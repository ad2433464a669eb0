"""Contested claims with a reviewed verdict, as they come with the program."""

from functools import cache
from importlib import resources
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.errors import BadBrief
from knowledge.model import Reference, ReviewedClaim, ReviewVerdict
from knowledge.yaml_text import read_yaml

_Text = Annotated[str, Field(min_length=1)]
_Day = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _BothLanguages(_Strict):
    en: _Text
    es: _Text

    def by_language(self) -> dict[Literal["es", "en"], str]:
        return {"es": self.es, "en": self.en}


class _Wordings(_Strict):
    en: list[_Text] = []
    es: list[_Text] = []


class _Publication(_Strict):
    publisher: _Text
    title: _Text
    type: Literal["primary", "news", "commentary"]
    author: str | None = None
    published: _Day | None = None
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None


class _Review(_Strict):
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    claim: _BothLanguages
    also: _Wordings = _Wordings()
    verdict: ReviewVerdict
    reasons: _BothLanguages
    would_change: _BothLanguages
    reviewed: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    evidence: Annotated[list[_Publication], Field(min_length=1)]


@cache
def reviewed_claims() -> tuple[ReviewedClaim, ...]:
    """Return the reviewed claims of the bundled base, in a fixed order. Raises BadBrief for one of another format."""
    folder = resources.files("knowledge").joinpath("claims")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    claims = [claim for file in files for claim in read_reviews(file.read_text("utf-8"), name=file.name)]
    if len({claim.id for claim in claims}) < len(claims):
        raise BadBrief("Two reviewed claims have the same id.")
    return tuple(claims)


def read_reviews(text: str, *, name: str) -> list[ReviewedClaim]:
    """Read the reviewed claims that a file holds. Raises BadBrief."""
    try:
        items = [_Review.model_validate(item) for item in read_yaml(text) or []]
    except (yaml.YAMLError, ValidationError, TypeError) as error:
        raise BadBrief(f"The file of reviewed claims {name} breaks its format: {error}.") from error
    return [_review(item) for item in items]


def _review(item: _Review) -> ReviewedClaim:
    return ReviewedClaim(
        id=item.id,
        wordings={"es": (item.claim.es, *item.also.es), "en": (item.claim.en, *item.also.en)},
        verdict=item.verdict,
        reasons=item.reasons.by_language(),
        would_change=item.would_change.by_language(),
        reviewed=item.reviewed,
        evidence=tuple(
            Reference(number, work.publisher, work.title, work.type, work.author, work.published, work.url)
            for number, work in enumerate(item.evidence, 1)
        ),
    )
