"""What the Discord bot shows: texts, layouts and buttons of its messages."""
