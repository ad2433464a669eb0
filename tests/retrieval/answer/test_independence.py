"""Copies of one story, and a brief in its two languages, are one voice."""

from pathlib import Path

import pytest

from knowledge.model import Metadata
from retrieval.answer.independence import origins
from retrieval.engine import Engine

STORY = (
    "The harbour of Puerto Claro will close for three weeks in March while divers mend the old breakwater. "
    "Mayor Teresa Luna said that fishing boats may use the river quay free of charge until the work is done. "
    "The breakwater was last mended in 1987, after a storm that sank two trawlers and flooded the fish market."
)
OTHER = (
    "Divers begin to repair the breakwater of Puerto Claro in March, and ships stay away for three weeks. "
    "Until then the fishermen land their catch at the quay on the river, which costs them nothing, the mayor promises."
)


def added(engine: Engine, folder: Path, **texts: str) -> dict[str, str]:
    """The origin of each of these texts, by the names they were given."""
    for name, text in texts.items():
        path = folder / f"{name}.txt"
        path.write_text(text, "utf-8")
        engine.add([str(path)], Metadata(title=name))
    by_title = {source.title: source.id for source in engine.sources()}
    found = origins(engine.base, [by_title[name] for name in texts])
    names = {own: name for name, own in by_title.items()}
    return {name: names[found[by_title[name]]] for name in texts}


def test_a_copy_with_another_headline_is_the_same_voice(engine: Engine, tmp_path: Path) -> None:
    found = added(engine, tmp_path, agency=STORY, paper=f"Harbour closed\n\n{STORY}\n\nMore on page 7.")
    assert len(set(found.values())) == 1


def test_a_shortened_copy_is_the_same_voice(engine: Engine, tmp_path: Path) -> None:
    found = added(engine, tmp_path, agency=STORY, paper=STORY.split(". ", maxsplit=1)[0] + ".")
    assert len(set(found.values())) == 1


def test_the_same_event_in_anothers_words_is_another_voice(engine: Engine, tmp_path: Path) -> None:
    found = added(engine, tmp_path, agency=STORY, paper=OTHER)
    assert found == {"agency": "agency", "paper": "paper"}


@pytest.mark.parametrize("name", ["deepseek-r1", "llama-2-licence"])
def test_a_brief_in_both_languages_is_one_voice(bundled_engine: Engine, name: str) -> None:
    assert len(set(origins(bundled_engine.base, [f"{name}-es", f"{name}-en"]).values())) == 1
