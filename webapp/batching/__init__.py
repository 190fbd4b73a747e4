"""Batch changes on any list: what its rows are, and the dialog that asks by which principle."""
