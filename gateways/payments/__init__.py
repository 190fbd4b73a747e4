"""Card and code platforms; the simulated one behaves like the real ones on their bad days too."""
