"""The knowledge base: texts, word for word, and where they come from. No vectors, models or Discord here."""
