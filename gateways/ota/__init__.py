"""The far side of the OTA port: where notices go."""

from gateways.ota.notices import send

__all__ = ["send"]
