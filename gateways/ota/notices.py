"""One notice, one answer. What was said and whom it was about stays out of errors and logs."""

import logging

import httpx2

from domain.kernel.ports import NotSent, Unknown

TIMEOUT_SECONDS = 10.0
MOST_BYTES = 65_536

logging.getLogger("httpx2").setLevel(logging.WARNING)


async def send(url: str, message: bytes) -> bytes:
    """What the OTA answered. NotSent when it never left, else Unknown: it is sent again, under the
    same sequence."""
    headers = {"content-type": "application/json;charset=UTF-8"}
    try:
        async with httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            answer = await client.post(url, content=message, headers=headers)
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as problem:
        raise NotSent() from problem
    except httpx2.HTTPError as problem:
        raise Unknown() from problem
    if answer.status_code != 200 or len(answer.content) > MOST_BYTES:
        raise Unknown()
    return answer.content
