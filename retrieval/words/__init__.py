"""Words: search terms, their translations, listed phrases, and the alignment of texts word by word."""
