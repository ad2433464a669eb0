"""What a long-running interface needs, whichever it is."""
