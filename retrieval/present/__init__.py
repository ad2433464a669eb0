"""How results look: pure functions from the nouns to JSON, links, sentences and terminal layouts."""
