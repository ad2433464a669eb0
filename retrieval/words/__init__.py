"""Words: stems, terms, their translations, and words compared with words."""
