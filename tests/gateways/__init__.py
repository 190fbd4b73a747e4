"""Gateways against far sides over a real wire."""
