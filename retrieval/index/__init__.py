"""The index: the files that searches read, and how they are updated from the database."""
