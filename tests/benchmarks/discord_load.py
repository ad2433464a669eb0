"""The Discord bot under load, on a loopback Discord: acknowledgements, answers and memory.

python tests/benchmarks/discord_load.py [QUESTIONS]    by default 2,000 after the hundred at once
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

import loopback_objects as objects
from loopback_discord import Asked, LoopbackDiscord
from rich.console import Console
from rich.table import Table
from running_bot import program

from retrieval.engine import open_engine
from retrieval.settings import Settings

AT_ONCE, IN_FLIGHT = 100, 16
ASKED = [
    "What did Yann LeCun say about open source models?", "¿Cuánto costó entrenar DeepSeek-V3?", "Who founded DeepSeek?",
    "¿Qué es Sky-T1?", "When was Llama 2 released?", "Who won the 1998 World Cup?",
]  # fmt: skip


async def ask(discord: LoopbackDiscord, number: int) -> tuple[Asked, float]:
    """Ask, wait for the answer, and tell how long that took."""
    began = time.monotonic()
    person = objects.user(f"person{number}")
    asked = await discord.slash("ask", question=f"{ASKED[number % len(ASKED)]} ({number})", user=person)
    await asked.answered(120)
    return asked, time.monotonic() - began


async def measured(home: Path, questions: int) -> Table:
    """Run everything, and put the figures into a table."""
    async with LoopbackDiscord() as discord, program(discord, home, discord_threads=2) as running:
        await discord.ready()
        await ask(discord, 0)
        before = running.memory_mb()
        at_once = await asyncio.gather(*(ask(discord, number) for number in range(AT_ONCE)))
        room = asyncio.Semaphore(IN_FLIGHT)

        async def in_turn(number: int) -> tuple[Asked, float]:
            async with room:
                return await ask(discord, number)

        began = time.monotonic()
        many = await asyncio.gather(*(in_turn(number) for number in range(questions)))
        seconds = time.monotonic() - began
        after = running.memory_mb()
        status = await running.stop()
    table = Table("measure", "median", "95 %", "most", title=f"exit code {status}; {questions / seconds:.0f} answers/s")
    for name, found in ((f"{AT_ONCE} at once", at_once), (f"{questions}, {IN_FLIGHT} in flight", many)):
        for what, times in (
            ("acknowledged, ms", [1000 * one.acknowledged_after for one, _ in found]),
            ("answered, ms", [1000 * took for _, took in found]),
        ):
            cut = statistics.quantiles(times, n=20)
            table.add_row(f"{name}: {what}", f"{statistics.median(times):.0f}", f"{cut[-1]:.0f}", f"{max(times):.0f}")
    table.add_row("memory before · after, MB", f"{before:.0f}", "", f"{after:.0f}")
    return table


def main() -> None:
    """Print the table."""
    questions = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with open_engine(Settings(home=home)) as engine:
            engine.state()
        Console().print(asyncio.run(measured(home, questions)))


if __name__ == "__main__":
    main()
