"""A reader for each format: from bytes to text, paragraphs and the metadata that the document states."""
