"""What platforms for text messages have in common: one request, its answer, and not knowing.

A request that never left (no connection) may be tried again. One that left and got no readable
answer is Unknown: the platform may have sent it.
"""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx2

from domain.kernel.ports import CallbackRejected, NotSent, Unknown

TIMEOUT_SECONDS = 10.0
MOST_BYTES = 65_536  # of an answer or a callback
Clock = Callable[[], datetime]
CHINA = timezone(timedelta(hours=8))

logging.getLogger("httpx2").setLevel(logging.WARNING)  # it would write phones, inside addresses


def utc_now() -> datetime:
    return datetime.now(UTC)


async def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    params: Mapping[str, str] | None = None,
    timeout: float = TIMEOUT_SECONDS,  # noqa: ASYNC109 (httpx2's own)
) -> tuple[int, Any]:
    """The status and the document that came back. Unknown, or NotSent when it never left."""
    try:
        async with httpx2.AsyncClient(timeout=timeout, trust_env=False) as client:
            answer = await client.post(url, params=params, content=body, headers=dict(headers))
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as problem:
        raise NotSent() from problem
    except httpx2.HTTPError as problem:
        raise Unknown() from problem
    if answer.status_code >= 500 or len(answer.content) > MOST_BYTES:
        raise Unknown()
    return answer.status_code, document_of(answer.content)


def document_of(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        raise Unknown() from None


def told(body: bytes) -> list[dict[str, Any]]:
    """The documents of a callback: one, or a list of them."""
    if len(body) > MOST_BYTES:
        raise CallbackRejected()
    try:
        said = json.loads(body)
    except ValueError:
        raise CallbackRejected() from None
    rows = said if isinstance(said, list) else [said]
    if not all(isinstance(row, dict) for row in rows):
        raise CallbackRejected()
    return rows


def word(row: Mapping[str, Any], name: str) -> str:
    """A text of a document, cut to what we keep."""
    value = row.get(name)
    return str(value)[:200] if isinstance(value, str | int | float) else ""


def international(phone: str) -> str:
    """As platforms want it: +86 before a mainland number."""
    return phone if phone.startswith("+") else f"+86{phone}"


def domestic(phone: str) -> str:
    return phone.removeprefix("+86").removeprefix("86") if len(phone) > 11 else phone
