"""YAML is read the same with and without libyaml, and what cannot be read is one kind of error."""

import subprocess
import sys
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import yaml_text
from knowledge.yaml_text import read_yaml

ROOT = Path(__file__).parent.parent.parent
BASE = resources.files("knowledge")
FILES = [
    *sorted((one for one in BASE.joinpath("claims").iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name),
    BASE.joinpath("quotations/quotations.yaml"),
    BASE.joinpath("data/known_names.yaml"),
]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_file_of_the_base_says_the_same_to_both_loaders(file: Traversable) -> None:
    text = file.read_text("utf-8")
    assert read_yaml(text) == yaml.safe_load(text)


def test_libyaml_reads_where_it_is_there() -> None:
    wanted = "CSafeLoader" if yaml.__with_libyaml__ else "SafeLoader"
    assert yaml_text._LOADER.__name__ == wanted


def test_without_libyaml_the_slower_loader_reads() -> None:
    code = """
import sys
sys.modules["yaml._yaml"] = None  # what libyaml is reached by
import yaml
from knowledge.known_names import known_names
from knowledge.yaml_text import read_yaml
assert not yaml.__with_libyaml__
assert known_names()
try:
    read_yaml("[" * 5000)
except yaml.YAMLError:
    print("refused")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "refused\n"), done.stderr


@pytest.mark.parametrize(
    "text",
    [
        "- [", "a: b: c", "a: *none", "a: \0", "? [a]\n: b", "day: 2025-02-30", r'a: "\ud800"', "a: \ud800",
        r'a: "\U00110000"', "!!python/object/apply:os.getcwd []", "!own a", "[" * 5000,
        "".join(f"{' ' * depth}a:\n" for depth in range(2000)),
    ],
    ids=lambda text: ascii(text[:24]),
)  # fmt: skip
def test_what_cannot_be_read_is_one_kind_of_error(text: str) -> None:
    with pytest.raises(yaml.YAMLError):
        read_yaml(text)


@settings(derandomize=True, deadline=None, max_examples=120)
@given(st.text("ab:-[]{}&*!|>'\"%@`,?#~ \n\t0123456789.\\uTZ\ud800", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_yaml(text)
    except yaml.YAMLError as error:
        assert str(error)
