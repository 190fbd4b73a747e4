"""Programs of resellers, as we call them."""

from gateways.octo.notices import sender

__all__ = ["sender"]
