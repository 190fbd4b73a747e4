"""Live figures: one stream a page, over which every moving part of it arrives.

    async def stream(request: Request) -> Response:
        async def sold() -> str:
            figures = await db_of(request).ask(reports.today, area_id)
            return rendering.text_of(request, "office/dashboard/show.html", {...}, "sold")

        return live.stream(request, {"sold": live.Part(sold, 2.0), "gates": live.Part(gates, 1.0)})

The page, with `vendor/htmx-ext-sse.min.js` among its scripts:

    <main hx-ext="sse" sse-connect="{{ url_for('dashboard.stream') }}" sse-close="end">
      <section id="sold" sse-swap="sold">...</section>

A part is sent when it has changed, so a quiet page costs a question and no byte. The stream ends
with the server, with the session, and with the browser's page.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping
from typing import Any, NamedTuple, TypeVar

import structlog
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request

from domain.kernel import clock
from domain.kernel.errors import DomainError, Unavailable
from webapp import signin

log = structlog.get_logger(__name__)

Value = TypeVar("Value")

END = "end"
PING_SECONDS = 15
SESSION_SECONDS = 10.0  # how soon a stream notices that its person was signed out
RETRY_MILLISECONDS = 3000
MOST_SHARED = 2_000


class Part(NamedTuple):
    """A part of the page: its HTML, and how long one answer is good enough."""

    html: Callable[[], Awaitable[str]]
    seconds: float = 2.0


def stream(request: Request, parts: Mapping[str, Part]) -> EventSourceResponse:
    """Send each part under its name whenever it has changed, until somebody hangs up."""
    return _response(request, _changes(request, parts))


async def follow(
    request: Request, name: str, part: Callable[[], Awaitable[tuple[str, bool]]], seconds: float
) -> EventSourceResponse:
    """Send one part until it says that it was the last (a job's progress), then end. It is asked
    once before the answer begins, so that what does not exist is a plain 404."""
    first = await part()
    return _response(request, _until_done(request, name, first, part, seconds))


class Shared:
    """One answer for everybody who watches the same thing: asked once in `seconds`, by the first
    who comes; the others wait for it. The key says what may differ: area, language."""

    def __init__(self, seconds: float, most: int | None = None) -> None:
        self.seconds, self.most = seconds, most or MOST_SHARED
        self._answers: dict[Hashable, tuple[float, Any]] = {}
        self._locks: dict[Hashable, asyncio.Lock] = {}

    async def get(
        self, key: Hashable, ask: Callable[[], Awaitable[Value]], seconds: float | None = None
    ) -> Value:
        """`seconds` where this answer stays good for another time."""
        async with self._locks.setdefault(key, asyncio.Lock()):
            until, answer = self._answers.get(key, (0.0, None))
            if time.monotonic() < until:
                kept: Value = answer
                return kept
            fresh = await ask()
            if max(len(self._answers), len(self._locks) - 1) >= self.most:
                self._answers.clear()
                self._locks.clear()
            until = time.monotonic() + (self.seconds if seconds is None else seconds)
            self._answers[key] = (until, fresh)
            return fresh


def _response(request: Request, events: AsyncIterator[ServerSentEvent]) -> EventSourceResponse:
    request.state.streams = True
    return EventSourceResponse(events, ping=PING_SECONDS, send_timeout=PING_SECONDS, sep="\n")


async def _changes(request: Request, parts: Mapping[str, Part]) -> AsyncIterator[ServerSentEvent]:
    due = dict.fromkeys(parts, 0.0)
    sent: dict[str, str] = {}
    session_until = time.monotonic() + SESSION_SECONDS
    yield ServerSentEvent(comment="open", retry=RETRY_MILLISECONDS)
    while True:
        now = time.monotonic()
        if now >= session_until:
            session_until = now + SESSION_SECONDS
            if not await _is_still_in(request):
                break
        for name, part in parts.items():
            if now >= due[name]:
                due[name] = now + part.seconds
                html = await _asked(name, part)
                if html is not None and html != sent.get(name):
                    sent[name] = html
                    yield ServerSentEvent(html, event=name)
        await asyncio.sleep(max(min(due.values()) - time.monotonic(), 0.05))
    yield ServerSentEvent("", event=END)


async def _until_done(
    request: Request,
    name: str,
    first: tuple[str, bool],
    part: Callable[[], Awaitable[tuple[str, bool]]],
    seconds: float,
) -> AsyncIterator[ServerSentEvent]:
    html, is_last = first
    yield ServerSentEvent(html, event=name)
    while not is_last and await _is_still_in(request):
        await asyncio.sleep(seconds)
        sent = html
        try:
            html, is_last = await part()
        except Unavailable:
            continue  # too much is waiting just now
        except DomainError:
            break  # it is gone
        if html != sent:
            yield ServerSentEvent(html, event=name)
    yield ServerSentEvent("", event=END)


async def _asked(name: str, part: Part) -> str | None:
    """A figure that cannot be had just now keeps its last value."""
    try:
        return await part.html()
    except DomainError as error:
        log.warning("live.skipped", part=name, error=error.code)
        return None


async def _is_still_in(request: Request) -> bool:
    """Streams outlive many requests; the session behind them may end before."""
    if signin.staff_or_nobody(request) is None:
        return True  # a page that is open to all
    token = request.cookies.get(signin.COOKIE, "")
    keeper = signin.doorkeeper_of(request)
    return await keeper.staff_behind(token, clock.utc_now()) is not None
