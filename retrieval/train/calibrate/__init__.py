"""How the numbers that ship as data are fitted; nothing here is needed to run Citabot.

Run `python -m retrieval.train.calibrate --help`. The steps, in order: `fusion` fits what each ranker counts, and with
these weights `confidence` what tells an answer from a near miss, `verdict` what speaks for and against a claim, and
`paraphrase` what tells that two texts say the same.
"""
