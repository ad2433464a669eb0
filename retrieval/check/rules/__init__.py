"""Checks of a claim against evidence that rules get right: numbers, dates, who did what, negation and scope."""
