"""Models: the protocols of encoder and reader, and their implementations."""
