"""On a disk that is full at any step of a write, a sentence says so, and the home is whole for the next write."""

import json
import os
import subprocess
import sys
from pathlib import Path

import full_disk
import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("kind", ["limit", "disk"])
def test_whatever_step_finds_no_room_loses_nothing(kind: str) -> None:
    # In a name space of its own anybody may mount a disk in memory, where the system lets them have one.
    own_space = [] if kind == "limit" or not os.geteuid() else ["unshare", "--user", "--map-root-user", "--mount"]
    done = subprocess.run(
        [*own_space, sys.executable, full_disk.__file__, kind, "7"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if kind == "disk" and done.returncode in (1, full_disk.MAY_NOT) and "Traceback" not in done.stderr:
        pytest.skip("this user may not mount a disk in memory")
    assert done.returncode == 0, done.stderr
    outcomes = [full_disk.Outcome(**json.loads(line)) for line in done.stdout.splitlines()]
    assert [outcome.wrong for outcome in outcomes] == [[]] * 7
    for outcome in outcomes:
        assert outcome.code == (3 if outcome.step else 0), outcome
        assert outcome.message.endswith("." if outcome.step else "")
        assert "\n" not in outcome.message
    assert len({outcome.step for outcome in outcomes}) >= 3
    assert outcomes[-1].step == ""
