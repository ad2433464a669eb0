"""Evaluation of answers, verdicts and quotation checks on labelled files."""
