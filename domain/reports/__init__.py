"""Read-only questions across the others."""
