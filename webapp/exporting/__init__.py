"""Lists as Excel or CSV files, written by a process of their own while gates go on.

A list says in `lists.py` what its columns are and how its rows are read, a short piece at a time;
its page offers it by `pager(..., export="orders")`. The job (`desk.py`) starts the process
(`scribe.py`), follows how far it is, and puts the file where whoever asked may fetch it.
"""
