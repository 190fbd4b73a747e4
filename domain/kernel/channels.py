"""Where something is sold. The words stand in orders, quotas, prices and reports."""

from enum import StrEnum


class Channel(StrEnum):
    WINDOW = "window"
    KIOSK = "kiosk"
    SHOP = "shop"
    AGENT = "agent"
    OTA = "ota"
