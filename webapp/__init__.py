"""The faces: HTTP in, HTML or JSON out. Decides nothing."""
