"""Where a citation stands, in short phrases for every face."""

from collections.abc import Callable
from typing import Any

import pytest

from knowledge.model import Language, Source
from retrieval.model import Citation
from retrieval.present.place import also_at, place

Make = Callable[..., Citation]


@pytest.mark.parametrize(
    ("changed", "language", "phrases"),
    [
        ({}, "en", ["paragraph 6"]),
        ({"part": "note"}, "es", ["párrafo 6", "nota"]),
        ({"part": "question"}, "en", ["paragraph 6", "question"]),
        ({"time": "2025-02-01T12:40"}, "en", ["paragraph 6", "update of 2025-02-01 12:40"]),
        (
            {"time": "12:40", "superseded": True},
            "es",
            ["párrafo 6", "actualización de 12:40", "corregido después en el mismo documento"],
        ),
    ],
)
def test_a_place_says_what_is_known_of_it(
    make_citation: Make, changed: dict[str, Any], language: Language, phrases: list[str]
) -> None:
    assert place(make_citation(**changed), language) == phrases


def test_other_places_are_named_by_publisher_site_or_title(
    make_citation: Make, make_source: Callable[..., Source]
) -> None:
    assert also_at(make_citation(), "en") is None
    others = (
        make_source(publisher="The Wire"),
        make_source(publisher=None, url="https://news.example/a"),
        make_source(publisher=None, url=None, title="The old mill"),
    )
    assert also_at(make_citation(also_at=others), "en") == "also at: The Wire, news.example, The old mill"
    more = (*others, make_source(publisher="Fourth"), make_source(publisher="Fifth"))
    assert also_at(make_citation(also_at=more), "es") == "también en: The Wire, news.example, The old mill +2"
