"""Answers: their confidence, their excerpts and the language of these; every span is compared with its snapshot."""
