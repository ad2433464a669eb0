"""The index: what is stored for searching, and how it is brought into line with the database."""
