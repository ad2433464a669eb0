"""One reader a format: from bytes to text, paragraphs and what the document says of itself."""
