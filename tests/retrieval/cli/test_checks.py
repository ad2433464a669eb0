"""The commands that check, run as people and programs run them."""

import json
from pathlib import Path
from typing import Any

import pytest

CLAIM = "A kilogram of flour does not cost three euros."
SAID = "We wanted a mill that grinds."
EVIDENCE_FIELDS = {
    "stance", "probabilities", "n", "kind", "exact", "prefix", "suffix", "start", "end", "paragraph", "score",
    "speaker", "translation", "link", "source",
}  # fmt: skip


def test_a_verdict_as_json_has_every_field_of_the_contract(citabot: Any) -> None:
    done = citabot("check", CLAIM, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.keys() >= {"claim", "language", "verdict", "confidence", "evidence", "notes", "index", "elapsed_ms"}
    assert (found["claim"], found["language"], found["verdict"]) == (CLAIM, "en", "contradicted")
    first = found["evidence"][0]
    assert first.keys() >= EVIDENCE_FIELDS
    assert first["stance"] == "contradicts"
    assert sum(first["probabilities"].values()) == pytest.approx(1, abs=0.001)
    assert "A kilogram costs three euros." in first["exact"]
    assert "nearest" in found


def test_without_evidence_what_came_nearest_is_there_for_who_asks(citabot: Any) -> None:
    found = json.loads(citabot("check", "Penguins live in Antarctica and not in the Arctic.", "--json").stdout)
    assert (found["verdict"], found["evidence"]) == ("not enough evidence", [])
    assert found["nearest"]
    shown = citabot("check", "Penguins live in Antarctica and not in the Arctic.").stdout
    assert shown.startswith("? Not enough evidence")


def test_how_a_verdict_was_decided_is_there_for_who_asks(citabot: Any) -> None:
    claim = json.loads(citabot("check", CLAIM, "--json").stdout)["claims"][0]
    assert (claim["decider"], claim["read_as"]) == ("passages_contradict", None)
    plain, explained = citabot("check", CLAIM).stdout, citabot("check", CLAIM, "--explain").stdout
    assert "How this was decided" not in plain
    assert "Of the passages read, the clearest contradicts the claim." in explained
    assert explained.count("says neither") == len(claim["read"])


def test_claims_are_read_line_by_line(citabot: Any) -> None:
    done = citabot("check", "-", stdin=f"{CLAIM}\n\nLa torre mide 38 metros.\n")
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 2
    assert (first["verdict"], second["error"], third["language"]) == ("contradicted", "bad-question", "es")


def test_a_claim_review_is_json_ld(citabot: Any) -> None:
    found = json.loads(citabot("check", CLAIM, "--format", "claimreview").stdout)
    assert (found["@context"], found["@type"]) == ("https://schema.org", "ClaimReview")
    assert found["reviewRating"]["ratingValue"] == 1


def test_a_quotation_as_json_has_every_field_of_the_contract(citabot: Any) -> None:
    done = citabot("quote", "We wanted a mill that sings.", "--speaker", "Helena Duarte", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.keys() >= {"text", "speaker", "result", "match", "similarity", "diff", "elapsed_ms"}
    assert (found["result"], found["speaker"]) == ("altered", "Helena Duarte")
    assert (found["match"]["kind"], found["match"]["speaker"]) == ("quote", "Helena Duarte")
    assert ["-", "sings"] in found["diff"]
    assert ["+", "grinds"] in found["diff"]


def test_quotations_are_read_as_json_lines(citabot: Any) -> None:
    lines = [
        json.dumps({"text": SAID, "speaker": "Duarte"}),
        json.dumps({"text": SAID}),
        "no JSON",
        json.dumps({"text": SAID, "speaker": "Inés Cabrera"}),
    ]
    done = citabot("quote", "-", stdin="\n".join(lines) + "\n")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one.get("result", one.get("error")) for one in found] == [
        "verbatim",
        "verbatim",
        "bad-question",
        "other speaker",
    ]
    assert done.returncode == 2


SAVED = {
    "ask": ("ask", "How much did the restoration cost?"),
    "check": ("check", CLAIM),
    "quote": ("quote", SAID, "--speaker", "Duarte"),
}


def test_what_was_saved_can_be_made_again_until_its_source_is_gone(citabot: Any, home: Path) -> None:
    records = {name: str(home.parent / f"{name}.json") for name in SAVED}
    for name, command in SAVED.items():
        assert citabot(*command, "--save", records[name]).returncode == 0
        again = citabot("replay", records[name])
        assert (again.returncode, again.stdout.startswith("✓ The same, to the byte")) == (0, True)
    citabot("remove", json.loads(citabot("sources", "--json").stdout)[0]["id"])
    for record in records.values():
        changed = citabot("replay", record, "--json")
        assert changed.returncode == 1
        assert "index" in [change["what"] for change in json.loads(changed.stdout)["changes"]]


def test_a_record_that_is_none_is_one_sentence(citabot: Any, tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text("{}", "utf-8")
    done = citabot("replay", str(path))
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == f"citabot: {path} is not a record of this program."


@pytest.mark.parametrize("command", ["check", "quote"])
def test_nothing_to_check_is_refused(citabot: Any, command: str) -> None:
    done = citabot(command, "…")
    assert done.returncode == 2
    assert "has no words in it" in done.stderr
