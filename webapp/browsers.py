"""What a browser says it is, as far as paying depends on it. Whoever lies is shown another button,
no more."""

from enum import StrEnum

from starlette.requests import Request


class Browser(StrEnum):
    DESK = "desk"
    PHONE = "phone"
    WECHAT = "wechat"  # a page inside WeChat
    ALIPAY = "alipay"


WORDS = (  # the first that is found; both apps call themselves a phone as well
    ("micromessenger", Browser.WECHAT),
    ("alipayclient", Browser.ALIPAY),
    ("android", Browser.PHONE),
    ("iphone", Browser.PHONE),
    ("ipad", Browser.PHONE),
    ("harmony", Browser.PHONE),
    ("mobile", Browser.PHONE),
)


def browser_of(request: Request) -> Browser:
    said = request.headers.get("user-agent", "").lower()
    return next((browser for word, browser in WORDS if word in said), Browser.DESK)
