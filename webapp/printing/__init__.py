"""Paper: what is printed, how it looks, and the process that draws it."""
