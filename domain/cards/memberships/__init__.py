"""Member cards."""
