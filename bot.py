"""Citabot on Discord. `python bot.py …` does what `citabot …` does; `citabot serve` runs the bot."""

from retrieval.settings import Settings


def serve(settings: Settings) -> None:
    """Run the bot until it is asked to stop. Raises CitabotError."""
    # Imported here, so that no other command waits for the library that speaks with Discord.
    import asyncio

    from retrieval.discord.client import Citabot
    from retrieval.discord.running import run

    asyncio.run(run(settings, Citabot))


if __name__ == "__main__":
    from retrieval.cli.main import main

    main()
