"""Print how corrupted and harmlessly changed quotations are told apart: of a home, or of written texts with speakers.

usage: python tests/benchmarks/quotations.py HOME
       python tests/benchmarks/quotations.py retrieval/train/written_speakers.jsonl.gz
"""

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from knowledge.model import Metadata
from retrieval.engine import Engine, open_engine
from retrieval.settings import Settings
from retrieval.train.data_folder import SpeakersRow, read_rows

sys.path.append(str(Path(__file__).parent.parent / "support"))
from quotation_changes import Changed, corrupted, corrupted_parts, harmless, kinds, stored

MOST_CORRUPTED, MOST_HARMLESS = 1000, 500


def main() -> None:
    """Change, compare and count."""
    console, chance = Console(), random.Random(3)
    with opened(Path(sys.argv[1])) as engine:
        quotes = stored(engine)
        console.print(f"{len(quotes)} quotations, {sum(len(one.parts) > 1 for one in quotes)} of them in several parts")
        rows: tuple[tuple[str, list[Changed], int], ...] = (
            ("corrupted", list(corrupted(quotes, chance)), MOST_CORRUPTED),
            ("corrupted in their parts", list(corrupted_parts(quotes)), MOST_CORRUPTED),
            ("harmless", list(harmless(quotes, chance)), MOST_HARMLESS),
        )
        for name, changed, most in rows:
            chance.shuffle(changed)
            found = kinds(engine, changed[:most])
            verbatim = {how: count for (how, kind), count in sorted(found.items()) if kind == "verbatim"}
            console.print(f"{name}: {sum(verbatim.values())} of {min(most, len(changed))} called verbatim")
            missed = {key: count for key, count in sorted(found.items()) if key[1] != "verbatim"}
            console.print(missed if name == "harmless" else verbatim)


@contextmanager
def opened(path: Path) -> Iterator[Engine]:
    """The engine of a home, or of a home that is made of the texts of a file and thrown away."""
    if path.is_dir():
        with open_engine(Settings(home=path)) as engine:
            yield engine
        return
    with TemporaryDirectory() as folder:
        files = []
        for number, row in enumerate(read_rows(path, SpeakersRow)):
            files.append(Path(folder) / f"text-{number}.txt")
            files[-1].write_text("\n\n".join(row.paragraphs), "utf-8")
        with open_engine(Settings(home=Path(folder) / "home", bundled=False)) as engine:
            engine.add([str(file) for file in files], Metadata())
            yield engine


if __name__ == "__main__":
    main()
