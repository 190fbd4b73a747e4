"""What each platform gives a merchant, and what may be wrong with it."""

from collections.abc import Mapping
from typing import NamedTuple

from domain.commerce.payments.model import Tender
from domain.kernel.errors import InvalidInput, Message, say

MOST_OF_A_TEXT, MOST_OF_A_KEY = 200, 8_000
API_KEY_CHARACTERS = 32


class Field(NamedTuple):
    label: Message
    is_needed: bool = True
    is_address: bool = False  # of the web
    usual: str = ""  # when nothing is said


FIELDS: Mapping[Tender, Mapping[str, Field]] = {
    Tender.WECHAT: {
        "app_id": Field(say("App number (appid)")),
        "merchant_id": Field(say("Merchant number (mchid)")),
        "serial": Field(say("Serial of the merchant's certificate")),
        "platform_serial": Field(say("Number of the platform's public key (PUB_KEY_ID_…)"), False),
        "url": Field(say("Address of the platform"), False, True, "https://api.mch.weixin.qq.com"),
        "login_url": Field(
            say("WeChat's door for browsers"), False, True, "https://open.weixin.qq.com"
        ),
        "account_url": Field(
            say("Server of official accounts"), False, True, "https://api.weixin.qq.com"
        ),
    },
    Tender.ALIPAY: {
        "app_id": Field(say("App number (appid)")),
        "url": Field(
            say("Address of the platform"), False, True, "https://openapi.alipay.com/gateway.do"
        ),
    },
}
SECRETS: Mapping[Tender, Mapping[str, Field]] = {
    Tender.WECHAT: {
        "private_key": Field(say("Merchant's private key (apiclient_key.pem)")),
        "api_key": Field(say("APIv3 key, 32 characters")),
        "platform_key": Field(say("Platform's public key"), False),
        "app_secret": Field(
            say("App secret of the official account, for paying inside WeChat"), False
        ),
    },
    Tender.ALIPAY: {
        "private_key": Field(say("Application's private key")),
        "platform_key": Field(say("Alipay's public key (not the application's)")),
    },
}


def check_texts(
    tender: Tender, settings: Mapping[str, str], secrets: Mapping[str, str]
) -> dict[str, str]:
    """The settings as they are kept. Raises InvalidInput at the fields; whether a key is one says
    the gateway."""
    kept, wrong = {}, dict[str, Message]()
    for name, field in FIELDS[tender].items():
        text = settings.get(name, "").strip() or field.usual
        if problem := _problem_with(field, text):
            wrong[name] = problem
        elif text:
            kept[name] = text
    for name, field in SECRETS[tender].items():
        needed = field.is_needed or (name == "platform_key" and "platform_serial" in kept)
        if needed and not secrets.get(name):
            wrong[name] = say("This is needed.")
    if tender is Tender.WECHAT and len(secrets.get("api_key", "").encode()) != API_KEY_CHARACTERS:
        wrong.setdefault("api_key", say("The APIv3 key has 32 characters."))
    if wrong:
        raise InvalidInput(wrong)
    return kept


def _problem_with(field: Field, text: str) -> Message | None:
    if not text:
        return say("This is needed.") if field.is_needed else None
    if len(text) > MOST_OF_A_TEXT or not text.isascii() or not text.isprintable():
        return say("This value cannot be used.")
    if field.is_address and not text.startswith(("https://", "http://")):
        return say("An address begins with https:// or http://.")
    return None
