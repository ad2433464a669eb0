"""Draw the README's picture: a real answer from the bundled base, as the terminal shows it.

usage: python tests/pictures/draw.py
"""

import re
import tempfile
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

from retrieval.engine import open_engine
from retrieval.present import terminal
from retrieval.settings import Settings

QUESTION = "What did Yann LeCun say about open source models?"

# The reader's own fixed-width font: a picture that fetched one would tell a third party who looks at it.
FORMAT = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)


def main() -> None:
    """Ask in a new home and write answer.svg beside this file."""
    with tempfile.TemporaryDirectory() as home, open_engine(Settings(home=Path(home))) as engine:
        answer = engine.ask(QUESTION)
    console = Console(record=True, width=100, force_terminal=True, color_system="truecolor", file=StringIO())
    console.print(f'$ citabot ask "{QUESTION}"\n', highlight=False, markup=False)
    console.print(terminal.answer(answer))
    picture = Path(__file__).with_name("answer.svg")
    picture.write_text(console.export_svg(title="citabot", code_format=FORMAT), encoding="utf-8")


if __name__ == "__main__":
    main()
