"""Checking: claims and quotations against what the sources say."""
