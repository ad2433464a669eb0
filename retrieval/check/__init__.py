"""Checking of claims and quotations against the sources."""
