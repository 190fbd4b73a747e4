"""The keys at hand: looked up in the database, and kept for a few seconds."""

import time
from collections.abc import Mapping
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.admission.tickets import code
from domain.admission.tickets.signing_keys.daily import day_keys
from domain.admission.tickets.signing_keys.rotation import get_private, list_public, public_keys
from domain.kernel.db import Database
from domain.kernel.vault import Vault

PUBLIC_SECONDS = 5.0  # how long another process's new key may stay unknown here


class KeyRing:
    """One for each process that signs or verifies."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db, self._vault = db, vault
        self._public: Mapping[int, Ed25519PublicKey] = {}
        self._public_until = 0.0
        self._private: dict[int, Ed25519PrivateKey] = {}

    async def public(self) -> Mapping[int, Ed25519PublicKey]:
        """Those that may have signed a ticket which is still good."""
        if time.monotonic() >= self._public_until:
            self._public = public_keys(await self._db.ask(list_public))
            self._public_until = time.monotonic() + PUBLIC_SECONDS
        return self._public

    async def verify(self, text: str, now: datetime) -> code.Verified:
        """See `code.verify`."""
        keys = await self.public()
        return code.verify(text, keys, day_keys=day_keys(self._vault, now), now=now)

    async def sign(self, body: code.CodeBody) -> str:
        """The digits to print, signed with the key that the body names. The same body gives the
        same digits, so a code is not stored: it is made again from its medium."""
        return code.sign(body, await self._private_key(body.key_number))

    async def _private_key(self, kid: int) -> Ed25519PrivateKey:
        if kid not in self._private:
            self._private[kid] = await self._db.ask(get_private, self._vault, kid)
        return self._private[kid]
