"""Tickets: the right of one visitor, the codes that stand for it, and what happens to both."""
