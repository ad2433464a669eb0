"""Recognition of direct and reported speech: marks, verbs, names, and the speakers that they mean."""
