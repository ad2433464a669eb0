"""How the packaged bilingual encoder was made; nothing here is needed to run Citabot.

Run `python -m retrieval.train --help`. The steps, in order: `pairs` reads and builds sentence pairs, `alignment` learns
which words translate which, `vocabulary` gives the tokenizer Spanish words, `distill` trains, `pack` quantises.
"""
