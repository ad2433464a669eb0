"""What is known, word for word, and where it is written. Knows nothing of vectors, models or Discord."""
