"""Reading a code: what it is, whether it is genuine, and what the database is asked for.

Checking a signature costs more than the rest of a scan, so it is done here, before the act.
"""

import hmac
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.admission.redemptions import store
from domain.admission.redemptions.model import Scan, ScanKind
from domain.admission.redemptions.rules import Form, Presented
from domain.admission.tickets import code as ticket_code
from domain.kernel import identity, ids
from domain.kernel.db import Database, Tx
from domain.kernel.vault import Vault

KEYS_SECONDS = 5.0  # how long new signing keys may stay unknown here
MOST_CHARACTERS = 512
LONG_NUMBER = re.compile(r"[0-9]{200,260}")
UID = re.compile(r"(?:[0-9A-F]{2}){4,10}")


class CodeReader:
    """Made once for each process that reads codes. Holds the public keys for some seconds."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db, self._vault = db, vault
        self._hash_key = vault.derive("redemptions.code")
        self._keys: Mapping[int, Ed25519PublicKey] = {}
        self._until = 0.0

    async def read(self, scan: Scan, now: datetime) -> Presented:
        """What `redemptions.authorise` takes."""
        if time.monotonic() >= self._until:
            self._keys = await self._db.ask(public_keys)
            self._until = time.monotonic() + KEYS_SECONDS
        return self.read_with(self._keys, scan, now)

    def read_with(
        self, keys: Mapping[int, Ed25519PublicKey], scan: Scan, now: datetime
    ) -> Presented:
        """The same with keys at hand."""
        text = scan.code.strip()
        code_hash = hmac.digest(self._hash_key, text.encode(), "sha256").hex()
        blank = scan._replace(code="")
        if scan.kind == ScanKind.NFC:
            return read_uid(blank, code_hash, text)
        if LONG_NUMBER.fullmatch(text):
            return read_signed(blank, code_hash, text, keys, now)
        if documents := self._documents(scan.kind, text, now):
            return Presented(blank, Form.DOCUMENT, code_hash, documents=documents)
        typed = ids.clean_code(text)
        if len(typed) == ids.CODE_LENGTH and not set(typed) - set(ids.CROCKFORD):
            return Presented(blank, Form.MEDIUM, code_hash, medium_code=typed)
        return Presented(blank, Form.FOREIGN, code_hash)

    def _documents(self, kind: str, text: str, now: datetime) -> tuple[str, ...]:
        """Marks of a document's number. Of what was not read as a document only a resident's
        number is taken for one: nothing else has its form."""
        number = identity.normalise(text)
        guessed = identity.guess_kind(number)
        if guessed is None or (kind != ScanKind.ID and guessed not in identity.WITH_CHECK_DIGIT):
            return ()
        if identity.problem_with(guessed, number, today=now.astimezone(UTC).date()):
            return ()
        return self._vault.fingerprints(identity_purpose(), number)


def identity_purpose() -> str:
    return "document"


def read_uid(scan: Scan, code_hash: str, text: str) -> Presented:
    uid = nfc_code(text)
    if uid is None:
        return Presented(scan, Form.FOREIGN, code_hash)
    return Presented(scan, Form.MEDIUM, code_hash, medium_code=uid)


def nfc_code(uid: str) -> str | None:
    """How a card's UID stands among the media; None when it is no UID."""
    plain = re.sub(r"[\s:-]", "", uid).upper()
    return f"nfc:{plain}" if UID.fullmatch(plain) else None


def read_signed(
    scan: Scan,
    code_hash: str,
    text: str,
    keys: Mapping[int, Ed25519PublicKey],
    now: datetime,
) -> Presented:
    try:
        body = ticket_code.verify(text, keys, now=now).body
    except ticket_code.BadCode:
        return Presented(scan, Form.FORGED, code_hash)
    if body.ticket_number >> 63:
        return Presented(scan, Form.FOREIGN, code_hash)  # we make tokens of 63 bits
    return Presented(
        scan, Form.SIGNED, code_hash, token=body.ticket_number, serial=body.issue_serial
    )


async def public_keys(tx: Tx) -> dict[int, Ed25519PublicKey]:
    """The keys that may have signed a ticket which is still good."""
    rows = await tx.rows(store.PUBLIC_KEYS)
    return {row.kid: Ed25519PublicKey.from_public_bytes(row.public_key) for row in rows}
