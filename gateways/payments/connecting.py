"""From the settings to the platforms that they name, and back for a pretend one."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import httpx2

from domain.kernel.ports import BillSource, PaymentGateway
from gateways.payments.alipay import Alipay
from gateways.payments.alipay_wire import Seller
from gateways.payments.wechat import WeChatPay
from gateways.payments.wechat_wire import Merchant

HOOK = "/hooks/payments/"


class Platform(PaymentGateway, BillSource, Protocol):
    """One that also tells what it did on a day."""


class Named(Protocol):
    """What is read of the settings; files are read once."""

    base_url: str
    wechat_app_id: str
    wechat_merchant_id: str
    wechat_serial: str
    wechat_key_file: Path | None
    wechat_api_key: Any
    wechat_platform_serial: str
    wechat_platform_key_file: Path | None
    wechat_url: str
    alipay_app_id: str
    alipay_key_file: Path | None
    alipay_platform_key_file: Path | None
    alipay_url: str


def platforms(
    named: Any, client: httpx2.AsyncClient, clock: Callable[[], datetime]
) -> dict[str, Platform]:
    """Those that are connected, by the tender's word. ValueError or OSError when a key is missing
    or no key: the server does not start with half a platform."""
    settings: Named = named
    found: dict[str, Platform] = {}
    if settings.wechat_app_id:
        found["wechat"] = WeChatPay(merchant_of(settings), client, clock)
    if settings.alipay_app_id:
        found["alipay"] = Alipay(seller_of(settings), client, clock)
    return found


def merchant_of(settings: Named) -> Merchant:
    secret = settings.wechat_api_key
    return Merchant(
        settings.wechat_app_id,
        settings.wechat_merchant_id,
        settings.wechat_serial,
        _text(settings.wechat_key_file, "wechat_key_file"),
        secret.get_secret_value() if secret is not None else "",
        settings.wechat_platform_serial,
        _text(settings.wechat_platform_key_file, "wechat_platform_key_file")
        if settings.wechat_platform_serial
        else "",
        f"{settings.base_url}{HOOK}wechat",
        settings.wechat_url,
    )


def seller_of(settings: Named) -> Seller:
    return Seller(
        settings.alipay_app_id,
        _text(settings.alipay_key_file, "alipay_key_file"),
        _text(settings.alipay_platform_key_file, "alipay_platform_key_file"),
        f"{settings.base_url}{HOOK}alipay",
        settings.alipay_url,
    )


def _text(path: Path | None, name: str) -> str:
    if path is None:
        raise ValueError(f"{name} is missing")
    return path.read_text()


def wechat_lines(merchant: Merchant, folder: Path) -> list[str]:
    """The settings that connect to a pretend platform; its keys are written to files."""
    own = _kept(folder / "pretend-wechat-key.pem", merchant.private_key)
    theirs = _kept(folder / "pretend-wechat-platform.pem", merchant.platform_key)
    return [
        f"SHANMEN_WECHAT_APP_ID={merchant.app_id}",
        f"SHANMEN_WECHAT_MERCHANT_ID={merchant.merchant_id}",
        f"SHANMEN_WECHAT_SERIAL={merchant.serial}",
        f"SHANMEN_WECHAT_KEY_FILE={own}",
        f"SHANMEN_WECHAT_API_KEY={merchant.api_key}",
        f"SHANMEN_WECHAT_PLATFORM_SERIAL={merchant.platform_serial}",
        f"SHANMEN_WECHAT_PLATFORM_KEY_FILE={theirs}",
        f"SHANMEN_WECHAT_URL={merchant.base_url}",
    ]


def alipay_lines(seller: Seller, folder: Path) -> list[str]:
    own = _kept(folder / "pretend-alipay-key.pem", seller.private_key)
    theirs = _kept(folder / "pretend-alipay-platform.txt", seller.platform_key)
    return [
        f"SHANMEN_ALIPAY_APP_ID={seller.app_id}",
        f"SHANMEN_ALIPAY_KEY_FILE={own}",
        f"SHANMEN_ALIPAY_PLATFORM_KEY_FILE={theirs}",
        f"SHANMEN_ALIPAY_URL={seller.base_url}",
    ]


def _kept(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    return path
