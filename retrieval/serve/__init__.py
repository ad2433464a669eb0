"""What a long-running face needs, whichever it is."""
