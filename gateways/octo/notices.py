"""A notice to an address that an agent's program chose: never into our own network."""

import asyncio
import ipaddress
import logging
import socket
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

import httpx2

from domain.kernel.ports import NotSent, Unknown

TIMEOUT_SECONDS = 10.0
OURS = {"content-type": "application/json", "user-agent": "Shanmen"}

logging.getLogger("httpx2").setLevel(logging.WARNING)

Send = Callable[[str, bytes, Mapping[str, str]], Awaitable[int]]


def sender(*, is_local: bool) -> Send:
    """`is_local`: this installation answers on the loopback itself, so its programs may too."""

    async def send(url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The status of the answer. NotSent when it never left, also for an address of a private
        network or without TLS; else Unknown: it is sent again, under the same id."""
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if not await is_allowed(parts.hostname or "", port, parts.scheme, is_local=is_local):
            raise NotSent()
        try:
            async with httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
                answer = await client.post(url, content=body, headers={**headers, **OURS})
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as problem:
            raise NotSent() from problem
        except (httpx2.HTTPError, httpx2.InvalidURL) as problem:
            raise Unknown() from problem
        return int(answer.status_code)

    return send


async def is_allowed(host: str, port: int, scheme: str, *, is_local: bool) -> bool:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if is_local and all(one.is_loopback for one in addresses):
        return True
    return scheme == "https" and all(one.is_global for one in addresses)
