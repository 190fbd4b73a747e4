"""Two languages: Chinese first, English second. One language a request, in a context variable.

Message ids are English sentences, so English needs an entry only where it should read otherwise
(plurals). Every `.po` file of a language's folder is read and merged at start.
"""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale, negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from markupsafe import Markup
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.kernel.errors import Message

FOLDER = Path(__file__).parent / "translations"
LOCALES = ("zh", "en")  # the first is the house's own
TAGS = {"zh": "zh-CN", "en": "en"}  # what <html lang> and Content-Language say
COOKIE = "shanmen_locale"
RAW_COOKIE = COOKIE.encode()
LONGEST_ACCEPT = 200
MOST_SENTENCES = 8_000  # kept at hand in either language

_current: ContextVar[str] = ContextVar("locale", default=LOCALES[0])


def po_files(locale: str, folder: Path = FOLDER) -> list[Path]:
    return sorted((folder / locale / "LC_MESSAGES").glob("*.po"))


@cache
def catalogue(locale: str) -> Translations:
    """All files of a language as one compiled catalogue."""
    merged = Catalog(locale=Locale.parse(locale))
    for path in po_files(locale):
        with path.open("rb") as file:
            for message in read_po(file, locale=locale, charset="utf-8"):
                if message.id and not message.fuzzy:
                    merged.add(message.id, message.string, context=message.context)
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return Translations(compiled)


def current() -> str:
    """The language of the request being answered."""
    return _current.get()


@contextmanager
def using(locale: str) -> Iterator[None]:
    """Speak `locale` inside the block; what is printed or sent may differ from the screen."""
    token = _current.set(locale)
    try:
        yield
    finally:
        _current.reset(token)


def speak(locale: str) -> None:
    """Speak `locale` for the rest of this request: a signed-in person's own choice."""
    _current.set(locale)


def translate(locale: str, message: str) -> str:
    """A sentence in `locale`, its values filled in (values that are sentences too)."""
    text = _known(locale, str(message)) if message else ""
    values: Mapping[str, object] = message.values if isinstance(message, Message) else {}
    if not values:
        return text
    return text.format(**{name: _value(locale, value) for name, value in values.items()})


def here(message: str) -> str:
    """A sentence in the language of the request being answered."""
    return translate(_current.get(), message)


def gettext(text: str) -> str:
    return _known(_current.get(), text)


def marked(text: str) -> Markup:
    """A sentence of a template, to be filled with `%`."""
    return _marked(_current.get(), text)


def plainly_marked(text: str) -> Markup:
    """A sentence of a template that needs no values: its `%%` is one."""
    return _plainly_marked(_current.get(), text)


def ngettext(one: str, many: str, count: int) -> str:
    return catalogue(_current.get()).ungettext(one, many, count)


def pgettext(context: str, text: str) -> str:
    return str(catalogue(_current.get()).upgettext(context, text))


@lru_cache(500)
def choose(accept: str, cookie: str | None) -> str:
    """The person's own choice, else what the browser asks for, else Chinese."""
    if cookie in LOCALES:
        return cookie
    return negotiate_locale(_accepted(accept), LOCALES, sep="-") or LOCALES[0]


class LocaleMiddleware:
    """Sets the language before anything is said."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        accept, chosen = "", None
        for name, value in scope["headers"]:
            if name == b"accept-language":
                accept = value[:LONGEST_ACCEPT].decode("latin-1")
            elif name == b"cookie" and RAW_COOKIE in value:
                chosen = cookie_parser(value.decode("latin-1")).get(COOKIE)
        token = _current.set(choose(accept, chosen))
        try:
            await self.app(scope, receive, send)
        finally:
            _current.reset(token)


@lru_cache(MOST_SENTENCES)
def _known(locale: str, text: str) -> str:
    return str(catalogue(locale).ugettext(text))


@lru_cache(MOST_SENTENCES)
def _marked(locale: str, text: str) -> Markup:
    return Markup(_known(locale, text))


@lru_cache(MOST_SENTENCES)
def _plainly_marked(locale: str, text: str) -> Markup:
    return _marked(locale, text) % {}


def _value(locale: str, value: object) -> object:
    return translate(locale, value) if isinstance(value, Message) else value


def _accepted(header: str) -> list[str]:
    """The languages of Accept-Language, best first; what cannot be read counts as nothing."""
    weighed = []
    for position, part in enumerate(header.split(",")[:10]):
        tag, _, rest = part.partition(";")
        try:
            weight = float(rest.strip().removeprefix("q=")) if rest.strip() else 1.0
        except ValueError:
            weight = 0.0
        if tag.strip() and weight > 0:
            weighed.append((-weight, position, tag.strip()))
    return [tag for _, _, tag in sorted(weighed)]
