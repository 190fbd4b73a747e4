"""From the settings to the platforms that they name, and back for a pretend one."""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import httpx2

from domain.kernel.ports import TryStep, WrongKey
from gateways.payments import rsa, trying
from gateways.payments.alipay import Alipay
from gateways.payments.alipay_wire import Seller
from gateways.payments.wechat import WeChatPay
from gateways.payments.wechat_login import WeChatLogin
from gateways.payments.wechat_wire import Merchant

HOOK = "/hooks/payments/"
SECRETS = ("private_key", "api_key", "platform_key", "app_secret")
KEYS = {"private_key": rsa.mark_of_private, "platform_key": rsa.mark_of_public}
Clock = Callable[[], datetime]


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
    wechat_app_secret: Any
    wechat_login_url: str
    wechat_account_url: str
    alipay_app_id: str
    alipay_key_file: Path | None
    alipay_platform_key_file: Path | None
    alipay_url: str


class Given(NamedTuple):
    """What a platform gave, as names and texts: from the environment, or from the office."""

    settings: Mapping[str, str]
    secrets: Mapping[str, str]


def given(named: Any) -> dict[str, Given]:
    """What the environment says, by the tender's word. ValueError or OSError when a key is
    missing: the server does not start with half a platform."""
    settings: Named = named
    found: dict[str, Given] = {}
    if settings.wechat_app_id:
        found["wechat"] = _given(merchant_of(settings), {"base_url": "url"})
    if settings.alipay_app_id:
        found["alipay"] = _given(seller_of(settings), {"base_url": "url"})
    return found


def _given(one: Merchant | Seller, renamed: Mapping[str, str]) -> Given:
    texts = {renamed.get(name, name): text for name, text in one._asdict().items() if text}
    texts.pop("notify_url", None)
    secrets = {name: texts.pop(name) for name in SECRETS if name in texts}
    return Given(texts, secrets)


class Opened:
    """A platform that answers to us, and how people recognise the keys that it uses."""

    def __init__(
        self,
        gateway: WeChatPay | Alipay,
        login: WeChatLogin | None = None,
        marks: Mapping[str, str] | None = None,
    ) -> None:
        self.gateway, self.login, self.marks = gateway, login, marks or {}

    async def try_out(self, number: str, other_number: str) -> Sequence[TryStep]:
        if isinstance(self.gateway, WeChatPay):
            return await trying.try_wechat(self.gateway, self.login, number, other_number)
        return await trying.try_alipay(self.gateway, number, other_number)


def opened(
    kind: str,
    given: tuple[Mapping[str, str], Mapping[str, str]],
    base_url: str,
    client: httpx2.AsyncClient,
    clock: Clock,
) -> Opened:
    """The gateway to it. Raises WrongKey."""
    settings, secrets = given
    texts, marks = {**settings, **secrets}, dict[str, str]()
    for name, read in KEYS.items():
        if name in secrets:
            try:
                marks[name] = read(secrets[name])
            except ValueError as error:
                raise WrongKey(name) from error
    marks |= {name: masked(texts[name]) for name in ("api_key", "app_secret") if texts.get(name)}
    texts["base_url"], texts["notify_url"] = texts.pop("url"), f"{base_url}{HOOK}{kind}"
    if kind == "alipay":
        return Opened(Alipay(Seller(**texts), client, clock), None, marks)
    merchant = Merchant(**({"platform_serial": "", "platform_key": ""} | texts))
    if not merchant.platform_serial:
        merchant = merchant._replace(platform_key="")
    try:
        pay = WeChatPay(merchant, client, clock)
    except ValueError as error:
        raise WrongKey("api_key") from error
    login = WeChatLogin(merchant, client) if merchant.app_secret else None
    return Opened(pay, login, marks)


def masked(secret: str) -> str:
    return f"••••{secret[-4:]}" if len(secret) >= 12 else "••••"


def merchant_of(settings: Named) -> Merchant:
    return Merchant(
        settings.wechat_app_id,
        settings.wechat_merchant_id,
        settings.wechat_serial,
        _text(settings.wechat_key_file, "wechat_key_file"),
        _said(settings.wechat_api_key),
        settings.wechat_platform_serial,
        _text(settings.wechat_platform_key_file, "wechat_platform_key_file")
        if settings.wechat_platform_serial
        else "",
        f"{settings.base_url}{HOOK}wechat",
        settings.wechat_url,
        _said(settings.wechat_app_secret),
        settings.wechat_login_url,
        settings.wechat_account_url,
    )


def seller_of(settings: Named) -> Seller:
    return Seller(
        settings.alipay_app_id,
        _text(settings.alipay_key_file, "alipay_key_file"),
        _text(settings.alipay_platform_key_file, "alipay_platform_key_file"),
        f"{settings.base_url}{HOOK}alipay",
        settings.alipay_url,
    )


def _said(secret: Any) -> str:
    return "" if secret is None else str(secret.get_secret_value())


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
        f"SHANMEN_WECHAT_APP_SECRET={merchant.app_secret}",
        f"SHANMEN_WECHAT_LOGIN_URL={merchant.login_url}",
        f"SHANMEN_WECHAT_ACCOUNT_URL={merchant.account_url}",
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
