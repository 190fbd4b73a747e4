"""Between the faces and the domain's staff: who is behind a cookie, who may come in, whose house
it is. Answers are kept for half a second, as long as another process may be behind."""

import time
from contextlib import suppress
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import anyio
import anyio.to_thread

from domain.kernel.db import Busy, Database
from domain.kernel.errors import InvalidInput, say
from domain.kernel.vault import Vault
from domain.operation import settings
from domain.operation.staff import SignedIn, passwords, people, sessions, sign_in
from domain.operation.staff.sessions import Browser
from domain.operation.staff.sign_in import SignInAnswer, SignInStatus
from webapp.site import Site

KEPT_SECONDS = 0.5
MOST_KEPT = 2_000
LANE = "sign_in"  # tries from one address share a counter
HASHES_AT_ONCE = 2  # 40 ms of a core and 19 MiB each

Value = TypeVar("Value")


class Credentials(NamedTuple):
    """What was typed at the door."""

    login: str
    password: str
    totp: str = ""


class Kept(Generic[Value]):
    """Answers that may be half a second old."""

    def __init__(self) -> None:
        self.values: dict[str, tuple[float, Value]] = {}

    def get(self, key: str) -> Value | None:
        at, value = self.values.get(key, (0.0, None))
        return value if time.monotonic() - at < KEPT_SECONDS else None

    def put(self, key: str, value: Value) -> None:
        if len(self.values) >= MOST_KEPT:
            self.values.clear()
        self.values[key] = (time.monotonic(), value)

    def drop(self, key: str) -> None:
        self.values.pop(key, None)


class Doorkeeper:
    """One for an app."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self.db, self.vault = db, vault
        self._staff: Kept[SignedIn] = Kept()
        self._site: Kept[Site] = Kept()
        self._was_set_up = False
        self._hashing = anyio.CapacityLimiter(HASHES_AT_ONCE)

    async def staff_behind(self, token: str, now: datetime) -> SignedIn | None:
        """The person of a valid session. Whoever was revoked is out after half a second."""
        key = sessions.hash_of(token)
        if known := self._staff.get(key):
            return known
        seen = await self.db.ask(sessions.find, token, now)
        if seen is None:
            return None
        if seen.is_stale:
            with suppress(Busy):  # a page is shown all the same
                await self.db.act(sessions.touch, seen.staff.session_id, now)
        self._staff.put(key, seen.staff)
        return seen.staff

    def forget(self, token: str) -> None:
        """Ask the database again: this session has just ended or changed."""
        self._staff.drop(sessions.hash_of(token))

    async def sign_in(self, typed: Credentials, browser: Browser, now: datetime) -> str:
        """A token for the cookie. InvalidInput says why not, without saying which part is wrong."""
        knock = await self.db.act(sign_in.knock, typed.login, browser.address, now, lane=LANE)
        if knock.locked_until is not None:
            raise InvalidInput({}, say("Too many tries. Please wait some minutes, or ask."))
        right = await anyio.to_thread.run_sync(
            passwords.is_right, knock.password_hash, typed.password, limiter=self._hashing
        )
        answer: SignInAnswer = await self.db.act(
            sign_in.sign_in,
            typed.login,
            knock.password_hash if right else None,
            typed.totp,
            browser,
            self.vault,
            now,
            lane=LANE,
        )
        if answer.status is SignInStatus.CODE_NEEDED:
            raise InvalidInput({"totp": say("Please type the code that your phone shows now.")})
        if answer.status is not SignInStatus.SIGNED_IN:
            raise InvalidInput({}, say("The staff number or the password is wrong."))
        return answer.token

    async def own_password(
        self, staff: SignedIn, password: str, address: str, now: datetime
    ) -> str:
        """Somebody proves again who they are; gives the hash that their password matched. Counted
        like a sign-in: a session left open is no way to guess. InvalidInput for `password`."""
        knock = await self.db.act(sign_in.knock, staff.login, address, now, lane=LANE)
        if knock.locked_until is not None:
            raise InvalidInput({"password": say("Too many tries. Please wait some minutes.")})
        right = await anyio.to_thread.run_sync(
            passwords.is_right, knock.password_hash, password, limiter=self._hashing
        )
        if not right or knock.password_hash is None:
            raise InvalidInput({"password": say("This is not your password.")})
        await self.db.act(sign_in.take_back, staff.login, address, lane=LANE)
        return knock.password_hash

    async def hash_of(self, password: str) -> str:
        """A new password as it is kept."""
        return await anyio.to_thread.run_sync(
            passwords.hash_password, password, limiter=self._hashing
        )

    def has_set_up(self) -> None:
        """Somebody has just been taken on here."""
        self._was_set_up = True

    def forget_site(self) -> None:
        """The operator has just chosen another name or colour."""
        self._site.drop("")

    async def sign_out(self, staff: SignedIn, token: str, now: datetime) -> None:
        """End the session on the server: a copied cookie is worth nothing afterwards."""
        self.forget(token)
        await self.db.act(sessions.revoke, staff.actor(), staff.id, staff.session_id, now)

    async def is_set_up(self) -> bool:
        """Has anybody been taken on? Until then every page leads to the set-up page."""
        if not self._was_set_up:
            self._was_set_up = await self.db.ask(people.is_anybody)
        return self._was_set_up

    async def site(self) -> Site:
        """The operator's name, colour and clock."""
        if known := self._site.get(""):
            return known
        chosen = await self.db.ask(settings.current)
        site = Site(
            chosen.name_zh,
            chosen.name_en or chosen.name_zh,
            zone=ZoneInfo(chosen.time_zone),
            brand_hue=chosen.brand_hue,
            logo_file_id=chosen.logo_file_id,
        )
        self._site.put("", site)
        return site
