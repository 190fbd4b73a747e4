"""Copies of the database as files: the work that makes them, tries them and removes them."""
