"""No regular expression of the project can be made to hang it, whatever text it is given."""

import json
import re
import subprocess
import sys
from pathlib import Path

import hostile_patterns
import pytest
from hostile_patterns import Use, made_at, sites, slowest

PROGRAM = Path(hostile_patterns.__file__)
PATIENCE = 120
"""Seconds for all patterns on a busy machine; each may take a tenth of one."""


def trial(*patterns: str, patience: float = PATIENCE) -> list[dict[str, object]]:
    """What a process of its own reports of the patterns, or of the project's: those too slow, then what hangs."""
    command = [sys.executable, str(PROGRAM), *patterns]
    try:
        done = subprocess.run(command, capture_output=True, timeout=patience, check=False)
    except subprocess.TimeoutExpired as hanging:
        lines = [json.loads(line) for line in (hanging.stdout or b"").splitlines()]
        return [*(line for line in lines if "slow" in line), *({"hangs": line} for line in lines[-1:])]
    assert done.returncode == 0, done.stderr.decode()
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [line for line in lines if "trying" not in line]


def test_every_pattern_of_the_project_takes_hostile_text_in_its_stride() -> None:
    """A question's length and a long article's of what hurts each pattern most, in a tenth of a second."""
    *slow, counted = trial()
    assert slow == []
    assert counted["patterns"] > 200  # type: ignore[operator]


@pytest.mark.parametrize(
    "pattern",
    [
        r"\s*[\[(]?\s*(?:…|\.{3,}|(?:\.\s){2,}\.)\s*[\])]?\s*",
        r"(?:(\S+)\s+)?(\S+)\Z",
        r"[^\W_]+(?:-[^\W_]+)*$",
        r"(?:^|[.!?¡¿:]\s*)[\W_]*$",
        r"\d+(?:-\d+){2,}",
        r"“([^”]+)”",
        r"\s*\[(\d+)\]",
        r"<[^>]*>",
    ],
)
def test_a_pattern_whose_time_grows_with_the_square_is_found(pattern: str) -> None:
    assert len(list(slowest(Use("here", re.compile(pattern), frozenset({"search"}))))) == 1


def test_a_pattern_that_hangs_is_named() -> None:
    assert trial(r"(?:a+)+b", patience=3) == [{"hangs": {"trying": "given", "pattern": r"(?:a+)+b"}}]


@pytest.mark.parametrize(
    "hidden",
    [
        "from re import compile\nONE = compile('a+')",
        "import re as expressions\nONE = expressions.compile('a+')",
        "import re\nONE = list(map(re.compile, ['a+']))",
        "import re\nmake = re.compile",
    ],
)
def test_a_pattern_cannot_be_made_where_the_trial_does_not_see_it(hidden: str, tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(hidden)
    with pytest.raises(ValueError, match=r"module.py:[12]"):
        list(sites(tmp_path / "module.py"))


def test_a_pattern_that_a_function_builds_must_be_built_for_the_trial(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text("import re\ndef made(words):\n    return re.compile('|'.join(words))")
    [site] = sites(tmp_path / "module.py")

    class Nothing(hostile_patterns.Recorder):
        def __init__(self) -> None:
            self.made = {}

    with pytest.raises(ValueError, match=r"module.py:3 .*make_all"):
        made_at(site, Nothing())
