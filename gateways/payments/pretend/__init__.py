"""Pretend payment platforms that speak HTTP, sign with real keys, and have bad days on request."""
