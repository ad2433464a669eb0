"""A data folder with a few rows of every kind."""

import gzip
import json
from pathlib import Path
from typing import Any

LONG = "The fisherman repaired the old boat by the bridge and then he sold it to the teacher in the church."
PASSAGE: dict[str, Any] = {
    "p": "The council bought the mill. The teacher painted the church.",
    "c": [
        ["S", "en", "The mill was bought by the council.", "paraphrase"],
        ["C", "es", "El pescador compró el molino.", "role"],
        ["N", "en", "The mill was painted.", "event"],
    ],
    "q": [["en", "Who bought the mill?", "The council"], ["es", "¿Quién vendió el molino?", ""]],
    "split": "train",
}
DEV_PASSAGE = PASSAGE | {"p": "The company sold the boat.", "q": [["en", "Who sold the boat?", "The company"]],
                         "c": [["S", "en", "The boat was sold.", "paraphrase"]], "split": "dev"}  # fmt: skip
ARTICLE: dict[str, Any] = {
    "a": "art1",
    "i": 0,
    "t": "El puerto",
    "p": ["El ayuntamiento vendió el puente.", "La maestra pintó la iglesia.", "El pescador reparó el barco."],
    "q": [
        ["es", "¿Quién pintó la iglesia?", 1],
        ["en", "Who sold the bridge?", 0],
        ["en", "Who bought the mill?", None],
    ],
    "split": "train",
}
DEV_ARTICLE = ARTICLE | {"i": 1, "split": "dev", "p": ["The council sold the mill.", "The teacher bought the bridge."],
                         "q": [["en", "Who bought the bridge?", 1], ["es", "¿Quién vendió el molino?", 0]]}  # fmt: skip
ARTICLE_CLAIMS: dict[str, Any] = {
    "a": "art1",
    "i": 0,
    "c": [
        ["S", "en", "The fisherman repaired the boat and the teacher painted.", [2, 1], "list"],
        ["C", "es", "La maestra pintó el barco.", [1], "role"],
        ["N", "en", "The mill was sold.", [], "other"],
    ],
    "split": "train",
}
DEV_ARTICLE_CLAIMS = ARTICLE_CLAIMS | {"i": 1, "split": "dev", "c": [
    ["S", "en", "The council sold the mill and the teacher bought.", [0, 1], "list"], *ARTICLE_CLAIMS["c"][1:],
]}  # fmt: skip
DOSSIER: dict[str, Any] = {
    "t": "The boats of the company",
    "p": [
        "The company painted the boat by the mill.",
        "The teacher and the company bought a mill.",
        "In the church the company bought the boat.",
        "The fisherman sold a boat by the bridge.",
        "It was the company that bought the old boat.",
        "The council repaired the mill by the church.",
    ],
    # The first of two passages that answer is not the first of the dossier.
    "q": [["en", "Which company bought the boat?", [4, 2], "the company"], ["es", "¿Quién vendió la iglesia?", [], ""]],
    "c": [
        ["S", "es", "La empresa compró el barco.", [2, 4]],
        ["C", "en", "The council sold a boat.", [3]],
        ["N", "en", "The teacher painted the bridge.", []],
    ],
    "split": "train",
}
DEV_DOSSIER = DOSSIER | {"p": ["The mill was sold to the fisherman.", "The mill was repaired."], "split": "dev",
                         "q": [["en", "Which fisherman bought the mill?", [0], "the fisherman"]],
                         "c": [["S", "es", "El molino fue vendido.", [0]]]}  # fmt: skip
SQUAD: list[dict[str, Any]] = [
    {"article": "x", "question": "¿Quién reparó el puente?", "passage": "El pescador reparó el puente.",
     "answerable": True, "answer": "El pescador"},
    {"article": "x", "question": "¿Quién vendió el puente?", "passage": "El pescador reparó el puente.",
     "answerable": False, "answer": None},
]  # fmt: skip
NLI = [
    {"source": "fever_dev_gold", "lang": "en", "evidence": LONG, "claim": "A boat was sold.", "label": "SUPPORTED"},
    {"source": "fever_dev_gold", "lang": "en", "evidence": LONG, "claim": "It was a mill.", "label": "NEI"},
    {"source": "fever_dev_gold", "lang": "en", "evidence": "It was sold.", "claim": "Sold.", "label": "REFUTED"},
    {"source": "lingnli", "lang": "en", "evidence": LONG, "claim": "A boat was bought.", "label": "REFUTED"},
]
SPEAKERS: list[dict[str, Any]] = [
    {
        "l": "en",
        "p": ["Pat Mill is a teacher.", "“The boat was sold by the council in the church,” the teacher said. “No.”"],
        "q": [
            {"t": "The boat was sold by the council in the church", "p": 1, "s": "Pat Mill", "n": "the teacher"},
            # The fullest name is of another text.
            {"t": "No.", "p": 1, "s": "Patricia Mill", "n": "the teacher"},
            {"t": "The boat was sold", "p": 1, "s": None, "n": None},
            # Neither stands there, one as a part of another word alone.
            {"t": "No.", "p": 1, "s": "P", "n": "the council of the church"},
        ],
        "split": "train",
    },
    {"l": "es", "p": ["«Compró el barco», dijo la maestra."], "split": "dev",
     "q": [{"t": "Compró el barco", "p": 0, "s": "la maestra", "n": "la maestra"}]},
    {"l": "es", "p": ["«Vendió el barco», dijo el pescador."], "split": "unseen",
     "q": [{"t": "Vendió el barco", "p": 0, "s": "el pescador", "n": "el pescador"}]},
]  # fmt: skip
SENTENCES = [
    ("tatoeba", "The company bought the boat by the bridge.", "La empresa compró el barco en el puente."),
    ("tatoeba", "The teacher painted the church in the mill.", "La maestra pintó la iglesia en el molino."),
    ("tatoeba", "The boat.", "El barco."),
]


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def write_data(folder: Path) -> Path:
    """Write the data folder and return it."""
    folder.mkdir()
    write_rows(folder / "written_passages.jsonl.gz", [PASSAGE, DEV_PASSAGE])
    write_rows(folder / "written_tricky.jsonl.gz", [])
    write_rows(folder / "written_articles.jsonl.gz", [ARTICLE, DEV_ARTICLE])
    write_rows(folder / "written_article_claims.jsonl.gz", [ARTICLE_CLAIMS, DEV_ARTICLE_CLAIMS])
    write_rows(folder / "written_dossiers.jsonl.gz", [DOSSIER])
    write_rows(folder / "squad_es_train.jsonl.gz", SQUAD)
    write_rows(folder / "nli_train.jsonl.gz", NLI)
    write_rows(folder / "speakers_train.jsonl.gz", SPEAKERS)
    with gzip.open(folder / "bitext_es_en.tsv.gz", "wt", encoding="utf-8") as file:
        file.writelines("\t".join(row) + "\n" for row in SENTENCES)
    return folder
