"""Searching: a question or a claim becomes passages, best first."""
