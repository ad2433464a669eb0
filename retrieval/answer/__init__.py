"""Answering: how sure, which excerpts, in which language; every span compared with its snapshot."""
