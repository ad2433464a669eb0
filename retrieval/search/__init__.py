"""Retrieval of passages for a question or a claim, best first."""
