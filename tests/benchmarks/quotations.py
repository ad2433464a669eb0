"""Print how corrupted and harmlessly changed quotations of the bundled base are told apart.

usage: python tests/benchmarks/quotations.py HOME
"""

import random
import sys
from pathlib import Path

from rich.console import Console

from retrieval.engine import open_engine
from retrieval.settings import Settings

sys.path.append(str(Path(__file__).parent.parent / "support"))
from quotation_changes import corrupted, harmless, kinds, stored

MOST_CORRUPTED, MOST_HARMLESS = 1000, 500


def main() -> None:
    """Change, compare and count."""
    console, chance = Console(), random.Random(3)
    with open_engine(Settings(home=Path(sys.argv[1]))) as engine:
        for name, changes, most in (("corrupted", corrupted, MOST_CORRUPTED), ("harmless", harmless, MOST_HARMLESS)):
            changed = list(changes(stored(engine), chance))
            chance.shuffle(changed)
            found = kinds(engine, changed[:most])
            verbatim = sum(count for (_, kind), count in found.items() if kind == "verbatim")
            console.print(f"{name}: {verbatim} of {min(most, len(changed))} called verbatim")


if __name__ == "__main__":
    main()
