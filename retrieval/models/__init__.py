"""Models: the protocols of encoder and entailment model, and their implementations."""
