"""How what ships was made: the models, and in `calibrate` the fitted numbers. Nothing here is needed to run Citabot.

Run `python -m retrieval.train --help` for the encoder. The steps, in order: `pairs` reads and builds sentence pairs,
`alignment` learns which words translate which, `vocabulary` gives the tokenizer Spanish words, `distill` trains, `pack`
quantises.
"""
