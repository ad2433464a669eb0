"""What is wrong with a brief is said, with the line, and nothing else is."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import knowledge
from knowledge.errors import MissingFile, NotText, SourceTooLarge
from knowledge.lint import FEWEST_WORDS, figures, lint

BASE = Path(knowledge.__file__).parent
EN, ES = "briefs/en/mill.md", "briefs/es/mill.md"
FRONT = """---
id: mill-{language}
title: "The mill"
language: {language}
{twin}kind: brief
author: Citabot
publisher: Citabot
published: 2026-11-23
licence: Apache-2.0
subjects: [mill]
references:
  - number: 1
    publisher: "Harbour office"
    title: "Annual report"
    published: "2024"
    url: https://example.org/report
    type: primary
  - number: 2
    publisher: "Diario del Puerto"
    title: "El molino vuelve a moler"
    url: https://example.org/molino
    type: news
---

"""
STATEMENT = {
    "en": "The mill of the old harbour ground 5.6 million kilos of wheat in March 2024, by its own books{}.",
    "es": "El molino del viejo puerto molió 5,6 millones de kilos de trigo en marzo de 2024, según sus libros{}.",
}
TIMES = 10


def brief(language: str, *, marks: str = " [1]", last: str = " [2]", twin: str = "") -> str:
    said = [STATEMENT[language].format(marks)] * (TIMES - 1) + [STATEMENT[language].format(last)]
    return FRONT.format(language=language, twin=twin) + " ".join(said) + "\n"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A folder with one brief in both languages, with nothing wrong."""
    for place in (EN, ES):
        (tmp_path / place).parent.mkdir(parents=True)
    (tmp_path / EN).write_text(brief("en"), "utf-8")
    (tmp_path / ES).write_text(brief("es", twin="translation_of: mill-en\n"), "utf-8")
    return tmp_path


def told(base: Path, place: str = EN) -> list[str]:
    return [problem.message for problem in lint(base / place)]


def change(base: Path, old: str, new: str, place: str = EN) -> None:
    text = (base / place).read_text("utf-8")
    assert old in text
    (base / place).write_text(text.replace(old, new, 1), "utf-8")


def test_nothing_is_wrong_with_a_good_brief(base: Path) -> None:
    assert lint(base) == []


def test_nothing_is_wrong_with_the_base_that_ships() -> None:
    assert lint(BASE) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("id: mill-en", "id: Mill", "id: String should match"),
        ("id: mill-en", "id: windmill-en", "by the file's name it is “mill-en”"),
        ('title: "The mill"\n', "", "title: Field required"),
        ("kind: brief", "kind: brief\nmood: good", "mood: Extra inputs"),
        ("published: 2026-11-23", "published: yesterday", "published: String should match"),
        ("subjects: [mill]", "subjects: []", "subjects: List should have at least 1 item"),
        ("type: news", "type: rumour", "references.1.type"),
        ("https://example.org/molino", "ftp://example.org", "references.1.url"),
        ("number: 2", "number: 3", "references are numbered [1, 3]"),
        ("id: mill-en", "id: [unfinished", "is not valid YAML"),
    ],
)
def test_front_matter_that_breaks_its_format_is_told(base: Path, old: str, new: str, message: str) -> None:
    change(base, old, new)
    assert any(message in one for one in told(base)), told(base)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (brief("en", marks=""), "no reference: “The mill of the old harbour"),
        (brief("en", last=" [7]"), "[7] is not among the references"),
        (brief("en", last=" [1]"), "reference 2 is not used"),
        (brief("en").replace("kilos", "“" + "word " * 31 + "”"), "a quotation is longer than 30 words"),
        (FRONT.format(language="en", twin="") + "Too short [1][2].\n", f"a brief has {FEWEST_WORDS} to"),
        (brief("en", twin="translation_of: other-es\n"), "translation_of is “other-es”, not “mill-es”"),
    ],
)
def test_statements_have_references_and_references_statements(base: Path, text: str, message: str) -> None:
    (base / EN).write_text(text, "utf-8")
    assert any(message in one for one in told(base)), told(base)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("5,6 millones", "6,5 millones", "other numbers or dates than in es"),
        ("5,6 millones", "5,6 billones", "other numbers or dates than in es"),
        ("marzo", "mayo", "other numbers or dates than in es"),
        ("2024, según", "2023, según", "other numbers or dates than in es"),
        ("libros [1].", "libros [2].", "other references than in es"),
        ("example.org/report", "example.org/other", "the references differ from those of es/mill.md"),
        ("El molino del viejo", "\n\nEl molino del viejo", "paragraphs, and es/mill.md has 2"),
    ],
)
def test_the_other_language_says_the_same(base: Path, old: str, new: str, message: str) -> None:
    text = (base / ES).read_text("utf-8")
    at = text.rindex(old) if old.startswith("El molino") else text.index(old)
    (base / ES).write_text(text[:at] + new + text[at + len(old) :], "utf-8")
    assert any(message in one for one in told(base)), told(base)


def test_a_missing_translation_is_told(base: Path) -> None:
    (base / ES).unlink()
    assert told(base) == ["its other language is missing: es/mill.md"]


def test_a_problem_names_its_line(base: Path) -> None:
    change(base, "number: 2", "number: 3")
    lines = (base / EN).read_text("utf-8").splitlines()
    found = {problem.message.split(":")[0]: problem.line for problem in lint(base / EN)}
    assert lines[(found["reference 3 is not used"] or 0) - 1].strip() == "- number: 3"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("claims.yaml", "- claim: {en: So., es: Así.}\n  id: one\n", "breaks its format"),
        ("quotations.yaml", "- reference: {}\n  id: one\n", "breaks its format"),
        ("names.yaml", "- {name: A, kind: person, also: [B]}\n- {name: C, kind: person, also: [B]}\n", "for two names"),
        ("other.yaml", "- colour: red\n", "neither quotations nor claims nor names"),
        ("broken.yaml", "- [", "not valid YAML"),
        ("one.yaml", "a: b", "neither quotations nor claims nor names"),
    ],
)
def test_lists_are_looked_at_by_what_they_hold(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    (problem,) = lint(tmp_path / name)
    assert message in problem.message


def test_what_is_no_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MissingFile):
        lint(tmp_path / "nowhere.md")
    (tmp_path / "picture.md").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(NotText):
        lint(tmp_path / "picture.md")


def test_a_copy_of_the_base_without_one_language_is_told_for_each_brief(tmp_path: Path) -> None:
    copied = shutil.copytree(BASE / "briefs" / "en", tmp_path / "briefs" / "en")
    assert len(lint(Path(copied))) == len(list((BASE / "briefs" / "en").iterdir()))


def test_figures_are_the_same_in_both_manners() -> None:
    english = figures("In May 2025 it cost 1.6 billion dollars, 30% of both [1].", "en")
    assert english == figures("En mayo de 2025 costó 1600 millones de dólares, el 30 % de ambos [1].", "es")
    assert english != figures("En mayo de 2025 costó 1,6 billones de dólares, el 30 % de ambos [1].", "es")


@settings(derandomize=True, deadline=None, max_examples=40)
@given(body=st.text(max_size=200))
def test_no_text_is_too_strange_to_be_looked_at(tmp_path_factory: pytest.TempPathFactory, body: str) -> None:
    path = tmp_path_factory.mktemp("lint") / "mill.md"
    path.write_text(FRONT.format(language="en", twin="") + body, "utf-8", errors="replace")
    assert lint(path)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "- - a", "[" * 5000, "- claim: 2024-13-45", "- ? [a]\n  : b", "- 1", "null", "- *a", "&a [*a]"],
)
def test_a_list_of_any_form_is_told_apart(tmp_path: Path, text: str) -> None:
    path = tmp_path / "claims.yaml"
    path.write_text(text, "utf-8")
    (problem,) = lint(path)
    assert "\n" not in problem.message


def test_only_regular_files_of_a_sensible_size_are_read(tmp_path: Path) -> None:
    path = tmp_path / "mill.md"
    os.mkfifo(path)
    for irregular in (path, Path("/dev/zero")):
        with pytest.raises(MissingFile, match="not a regular file"):
            lint(irregular)
    path.unlink()
    with path.open("wb") as file:
        file.truncate(10**11)
    with pytest.raises(SourceTooLarge):
        lint(path)


def test_a_brief_has_any_kind_of_line_end(tmp_path: Path) -> None:
    path = tmp_path / "mill.md"
    text = "---\nid: Mill\ntitle: The mill\n---\n\nIt grinds.\n"
    told = []
    for end in ("\n", "\r\n", "\r"):
        path.write_bytes(text.replace("\n", end).encode())
        told.append(lint(path))
    assert told[0] == told[1] == told[2] != []
