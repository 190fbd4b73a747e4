"""The far side of a wire, each behind a Protocol of domain/kernel/ports.py."""
