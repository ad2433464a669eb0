"""What decides a verdict, from the strongest: a review, words in quotation marks, what is stated, what is called untrue,
and only then the weighing of the evidence."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.model import Metadata, Reference, ReviewedClaim, ReviewVerdict
from retrieval.answer.independence import origins
from retrieval.check.claims import Claim
from retrieval.check.factcheck import Desk, check_claim, weigh_evidence
from retrieval.check.verdict import decide
from retrieval.engine import open_engine
from retrieval.model import Verdict, VerdictKind
from retrieval.search.question import prepare
from retrieval.settings import Settings

SUPPORTED, CONTRADICTED = VerdictKind.SUPPORTED, VerdictKind.CONTRADICTED
NOT_ENOUGH = VerdictKind.NOT_ENOUGH_EVIDENCE
TEXT = """The kiln of Cala Honda burns peat. It was built in 1802.

The claim that the kiln of Cala Honda burns peat is false, the town council writes.

The claim that the ferry of Cala Honda runs on coal is false, the town council writes.

In Sada people called the old weir “the gate that holds back the river”.

Marta Rial said “the old weir holds back the river”.

The weir of Sada is 12 metres wide.

The dam of Nabia holds trout.

In 2019 the ferry of Cala Honda carried 40,000 passengers.
"""


@pytest.fixture(scope="module")
def desk(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    place = Path(shutil.copytree(prepared_home, tmp_path_factory.mktemp("decided") / "home"))
    path = place.parent / "kiln.txt"
    path.write_text(TEXT, "utf-8")
    other = place.parent / "weir.txt"
    other.write_text("The weir of Sada is 21 metres wide.\n\nThe dam of Nabia holds no trout.\n\nIn 2020 the ferry of Cala Honda carried 12,000 passengers, the fewest since it began.\n")
    with open_engine(Settings(home=place, bundled=False)) as engine:
        engine.add([str(other)], Metadata(language="en"))
        engine.add([str(path)], Metadata(language="en"))
        yield engine.desk()


def checked(desk: Desk, text: str) -> Verdict:
    return check_claim(desk, Claim(text, 0, len(text)), None, "en")


def by_weight(desk: Desk, text: str) -> VerdictKind:
    """What the evidence alone would decide."""
    question = replace(prepare(text, "en", desk.encoder.encode_questions([text])), asked_for=frozenset())
    weighed = weigh_evidence(desk, question)
    return decide(weighed, origins(desk.store, desk.sources, (one.candidate.source for one in weighed))).kind


def test_explore(desk):
    from retrieval.check.rules.factuality import is_plain
    from retrieval.check.rules.finding import Statement
    from retrieval.check.stance import states, denies
    for t in ["In Sada people called the old weir “the gate that holds the back river”.",
       "In Sada people called the old weir “the gate that holds back a river”.",
       "In Sada people called the old weir “the gate which holds back river”.",
       "People called in Sada the old weir “a gate that holds back the river”.",
       "The weir of Sada is 12 metres wide.", "The weir of Sada is 21 metres wide.",
       "In 2019 the ferry of Cala Honda carried 40,000 passengers.", "The dam of Nabia holds trout.",
       ]:
        v = checked(desk, t)
        print("##", t, by_weight(desk, t).value, "->", v.kind.value, round(v.confidence,3), v.attributed_to, [n.kind for n in v.notes])
        for e in v.evidence: print("    ", e.stance, e.attributed_to, e.citation.exact[:100])
        question = replace(prepare(t, "en", desk.encoder.encode_questions([t])), asked_for=frozenset())
        for w in weigh_evidence(desk, question)[:3]:
            c=w.candidate
            print("   -", c.plain[:60], states(Statement(t,"en"),w), denies(Statement(t,"en"),w), c.whole, round(c.coverage,2), c.exact, is_plain(Statement(c.plain,c.language)), round(w.read.supports,2), w.asserted, [(f.kind,f.outcome) for f in w.findings])
