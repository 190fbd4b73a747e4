"""How the tables came to be: one file a step, forward only, never edited after a release."""
