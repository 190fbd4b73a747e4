"""Machines at the door: which device holds a bearer token, and what they send as JSON.

A token's device is remembered for half a second, so that a revoked one dies within it in every
process; addresses that try wrong tokens are kept waiting.
"""

import hashlib
import time
from datetime import datetime
from ipaddress import ip_address
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request

from domain.admission import devices
from domain.admission.devices import Identity
from domain.admission.redemptions import CodeReader
from domain.commerce import agents
from domain.kernel.db import Database
from domain.kernel.errors import Message, TooOften, say
from domain.kernel.vault import Vault
from webapp.errors import Unauthorized, Unreadable
from webapp.settings import Settings

KEPT_SECONDS = 0.5
MOST_KEPT = 10_000
MOST_BYTES = 16 * 1024
WRONG_TOKENS = 60  # of one address, in so many seconds:
WRONG_SECONDS = 60.0

LOOPBACK = "127.0.0.1"
NOT_FROM_OUTSIDE = say(
    "The broker listens on this machine only, so a device elsewhere cannot reach it. "
    "Set SHANMEN_MQTT_LAN_HOST to the address to listen on (docs/devices.md), "
    "restart, and pair again."
)

Body = TypeVar("Body")


class BrokerAddress(NamedTuple):
    """How a device reaches the broker; told once, when it is paired."""

    host: str
    port: int
    tls: bool
    ca: str | None  # the certificate to trust, as PEM


def usual_broker(settings: Settings) -> BrokerAddress:
    """The address that the settings name; the composition root knows better when it starts one."""
    if settings.mqtt_url:
        url = urlsplit(settings.mqtt_url)
        tls = url.scheme in ("mqtts", "ssl")
        return BrokerAddress(url.hostname or "", url.port or (8883 if tls else 1883), tls, None)
    return BrokerAddress(LOOPBACK, settings.mqtt_port, False, None)


def is_this_machine(host: str) -> bool:
    """Whether only programs on this machine mean this machine by it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def out_of_reach(broker: BrokerAddress, asker: str) -> Message | None:
    """Why a device at that address will never hear the broker; None when it can."""
    if not is_this_machine(broker.host) or not asker or is_this_machine(asker):
        return None
    return NOT_FROM_OUTSIDE


class Gatekeeper:
    """One for an app: knows devices by their tokens and reads the codes that they send."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db = db
        self.reader = CodeReader(db, vault)
        self._known: dict[str, tuple[float, Identity | None]] = {}
        self._wrong: dict[str, list[float]] = {}

    async def device(self, token: str, address: str, now: datetime) -> Identity:
        """Whose token this is. Raises Unauthorized; TooOften for an address that keeps guessing."""
        until, found = self._known.get(token, (0.0, None))
        if time.monotonic() >= until:
            found = await self._look_up(token, now)
        if found is None:
            self._count_wrong(address)
            raise Unauthorized()
        return found

    async def agent(self, token: str, address: str) -> Any:
        """The key of an agent's program, with its agent: `agents.behind_key`. Raises Unauthorized;
        TooOften for an address that keeps guessing."""
        found = await self._db.ask(agents.behind_key, token)
        if found is None:
            self._count_wrong(address)
            raise Unauthorized()
        return found

    async def _look_up(self, token: str, now: datetime) -> Identity | None:
        found = await self._db.ask(devices.identify, hashlib.sha256(token.encode()).hexdigest())
        if found is not None and found.with_next_secret:
            await self._db.act(devices.finish_rotation, found.device_id, now)
        if len(self._known) >= MOST_KEPT:
            self._known.clear()
        self._known[token] = (time.monotonic() + KEPT_SECONDS, found)
        return found

    def _count_wrong(self, address: str) -> None:
        now = time.monotonic()
        if len(self._wrong) >= MOST_KEPT:
            self._wrong.clear()
        recent = [at for at in self._wrong.get(address, ()) if at > now - WRONG_SECONDS]
        if len(recent) >= WRONG_TOKENS:
            raise TooOften()
        self._wrong[address] = [*recent, now]


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def bearer_token(request: Request) -> str:
    """The token of the request; Unauthorized without one."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token or len(token) > 200:
        raise Unauthorized()
    return token.strip()


async def read_json(
    request: Request, decoder: msgspec.json.Decoder[Body], most: int = MOST_BYTES
) -> Body:
    """The body as the type that the decoder knows; Unreadable says what is wrong with it."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise HTTPException(413)
    try:
        return decoder.decode(body)
    except msgspec.DecodeError as error:
        raise Unreadable(str(error)) from None
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8") from None
    except RecursionError:
        raise Unreadable("nested too deeply") from None
