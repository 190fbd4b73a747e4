"""The demo: 云岭景区, a believable mountain area with staff, devices and a month of history.

Everything is made by the acts that people use, at moments of the past; only `bulk.py`, which adds
orders by the hundred thousand for measuring, writes rows itself.
"""
