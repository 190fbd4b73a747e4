"""Pages that show an order hear of its changes: a mark within a second or two, by one stream.

    {% with address = url_for("window.orders.stream", order_id=order.id, query={"seen": 3}) %}
    {% include "shared/_order_watch.html" %}{% endwith %}

A page says the version that it shows; an event that is not newer is ignored.
"""

from collections.abc import Sequence

from sse_starlette import EventSourceResponse
from starlette.requests import Request

from domain.commerce.orders import events
from domain.commerce.orders.events import Event
from domain.kernel.db import Tx
from webapp import live, rendering
from webapp.parts import db_of

SECONDS = 1.0
MOST_ORDERS = 20


def stream(request: Request, order_ids: Sequence[str]) -> EventSourceResponse:
    """Send the newest event of these orders that the page does not show yet. Who may see the
    orders is the caller's check."""
    seen = seen_in(request)

    async def news() -> str:
        newest = await db_of(request).ask(_newest, order_ids[:MOST_ORDERS], seen)
        return rendering.text_of(request, "shared/_order_news.html", {"event": newest})

    return live.stream(request, {"order": live.Part(news, SECONDS)})


async def _newest(tx: Tx, order_ids: Sequence[str], seen: int) -> Event | None:
    found = [await events.latest(tx, order_id) for order_id in order_ids]
    newer = [event for event in found if event.kind is not None and event.version > seen]
    return max(newer, key=lambda event: event.version, default=None)


def seen_in(request: Request) -> int:
    text = request.query_params.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
