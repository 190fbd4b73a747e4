"""Which payment platforms serve now: those that the office connected, else those of the
environment. Every process looks every few seconds whether another one changed them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

import structlog
from starlette.requests import Request

from domain.commerce import platforms
from domain.commerce.payments import Tender
from domain.commerce.platforms import Kept, Wanted
from domain.kernel import clock
from domain.kernel.channels import Channel
from domain.kernel.db import Database
from domain.kernel.errors import DomainError, InvalidInput, say
from domain.kernel.ports import PayerLogin, PaymentGateway, TryStep, WrongKey
from domain.kernel.vault import Vault

AGAIN_SECONDS = 5.0
NOTED_SECONDS = 10.0  # a platform that calls often is written down this seldom
log = structlog.get_logger()


class Opened(Protocol):
    """A platform that answers to us; `marks` are how people recognise its keys."""

    gateway: Any
    login: Any
    marks: Mapping[str, str]

    async def try_out(self, number: str, other_number: str) -> Sequence[TryStep]: ...


class Given(NamedTuple):
    """What a platform gave us."""

    settings: Mapping[str, str]
    secrets: Mapping[str, str]


Opener = Callable[[str, Given], Opened]


class PlatformDesk:
    """`gateways`, `bills` and `logins` are the same mappings as long as the process lives."""

    def __init__(
        self,
        db: Database,
        vault: Vault,
        opener: Opener,
        environment: Mapping[str, Given],
        simulated: Mapping[str, PaymentGateway],
    ) -> None:
        self._db, self._vault, self._opener = db, vault, opener
        self.environment, self._simulated = environment, simulated
        self.gateways: dict[str, Any] = {}
        self.bills: dict[str, Any] = {}
        self.logins: dict[str, PayerLogin] = {}
        self.opened: dict[str, Opened] = {}
        self.broken: set[str] = set()  # kept in the office, and cannot be opened
        self.channels: dict[str, frozenset[Channel]] = {}
        self._seen: dict[Tender, int] | None = None
        self._own = {kind: opener(kind, given) for kind, given in environment.items()}

    async def refresh(self) -> None:
        """Look what the office has connected."""
        kept = await self._db.ask(platforms.listed)
        seen = {one.tender: one.version for one in kept}
        if seen == self._seen:
            return
        found, broken = dict(self._own), set[str]()
        for one in kept:
            if one.settings is None:
                continue
            try:
                secrets = platforms.secrets_of(self._vault, one)
                found[one.tender.value] = self._opener(
                    one.tender.value, Given(one.settings, secrets)
                )
            except ValueError:  # sealed by another vault, or no key
                found.pop(one.tender.value, None)
                broken.add(one.tender.value)
                log.error("payment_platform.cannot_be_opened", platform=one.tender.value)
        self._seen, self.broken, self.opened = seen, broken, found
        self.channels = {one.tender.value: one.channels for one in kept}
        self._hand_out(found)

    def _hand_out(self, found: Mapping[str, Opened]) -> None:
        real = {kind: one.gateway for kind, one in found.items()}
        simulated = {
            kind: one
            for kind, one in self._simulated.items()
            if kind != "scan" or not real  # codes are simulated while nobody reads real ones
        }
        logins = {kind: one.login for kind, one in found.items() if one.login is not None}
        for mapping, now in (
            (self.gateways, {**simulated, **real}),
            (self.bills, real),
            (self.logins, logins),
        ):
            mapping.update(now)
            for gone in set(mapping) - set(now):
                del mapping[gone]

    async def keep_fresh(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(AGAIN_SECONDS)
            with suppress(DomainError, TimeoutError):  # the database is away for a while
                await self.refresh()

    def serves(self, tender: str, channel: Channel) -> bool:
        return tender not in self.channels or channel in self.channels[tender]

    def given(self, kept: Kept) -> Given:
        """What is known of a platform, kept here or in the environment; empty when nothing is."""
        if kept.settings is None:
            return self.environment.get(kept.tender.value, Given({}, {}))
        try:
            return Given(kept.settings, platforms.secrets_of(self._vault, kept))
        except ValueError:
            return Given(kept.settings, {})

    def checked(self, tender: Tender, given: Given) -> Wanted:
        """Raises InvalidInput at the field that is wrong."""
        settings = platforms.check_texts(tender, given.settings, given.secrets)
        try:
            marks = self._opener(tender.value, Given(settings, given.secrets)).marks
        except WrongKey as error:
            wrong = say("This is no RSA key of that kind.")
            raise InvalidInput({error.field: wrong}) from error
        return Wanted(settings, given.secrets, marks)


def desk_of(request: Request) -> PlatformDesk | None:
    """None where no platform was put together."""
    desk: PlatformDesk | None = getattr(request.app.state, "platform_desk", None)
    return desk


def serving(request: Request, gateways: Mapping[str, Any], channel: Channel) -> dict[str, Any]:
    """Those of them with which a new payment may begin there."""
    desk = desk_of(request)
    return {
        kind: one for kind, one in gateways.items() if desk is None or desk.serves(kind, channel)
    }


async def note_callback(request: Request, platform: str, *, is_genuine: bool) -> None:
    """For the office: when the platform was last heard of. Nothing depends on it."""
    if platform not in {one.value for one in platforms.CONNECTED}:
        return
    state, now = request.app.state, clock.utc_now()
    if not hasattr(state, "callbacks_noted"):
        state.callbacks_noted = {}
    noted = state.callbacks_noted.get((platform, is_genuine))
    if noted is not None and (now - noted).total_seconds() < NOTED_SECONDS:
        return
    state.callbacks_noted[platform, is_genuine] = now
    with suppress(DomainError, TimeoutError):
        await state.db.act(platforms.note_callback, Tender(platform), is_genuine, now)
