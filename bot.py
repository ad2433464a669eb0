"""Citabot's entry: `python bot.py …` does what `citabot …` does."""

from retrieval.cli import main

if __name__ == "__main__":
    main()
