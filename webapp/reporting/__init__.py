"""Reports: each says by what its figures are told apart and what they are; one page, one file and
one sheet of paper show them all.

A report is a `Report` in `catalogue.py`; its `make` asks the domain and gives a `Sheet`.
"""
