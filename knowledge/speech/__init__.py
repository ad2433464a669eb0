"""How reported speech is recognised: marks, verbs, names and who is meant."""
