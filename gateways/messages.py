"""Which carrier stands behind a provider that the operator has set up."""

from collections.abc import Mapping
from typing import Any

from domain.kernel.ports import MessageCarrier
from gateways.mail import smtp
from gateways.sms import alibaba, http, tencent
from gateways.written_down import WrittenDown


def open_carrier(kind: str, settings: Mapping[str, Any], secret: str) -> MessageCarrier:
    """ValueError for a kind that this release does not know."""
    given = {key: value for key, value in settings.items() if value not in ("", None)}
    match kind:
        case "tencent":
            return tencent.TencentSms(tencent.Account(secret_key=secret, **given))
        case "alibaba":
            return alibaba.AlibabaSms(alibaba.Account(access_secret=secret, **given))
        case "http":
            return http.HttpSms(http.Account(secret=secret, **given))
        case "smtp":
            return smtp.SmtpMail(smtp.Account(password=secret, **given))
        case "log":
            return WrittenDown()
    raise ValueError(kind)
