"""Reading a code: what it is, whether it is genuine, and what the database is asked for.

Checking a signature costs more than the rest of a scan, so it is done here, before the act.
"""

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.admission.redemptions.model import Scan, ScanKind
from domain.admission.redemptions.rules import Form, Presented
from domain.admission.tickets import code as ticket_code
from domain.admission.tickets.signing_keys import KeyRing, day_keys
from domain.kernel import identity, ids
from domain.kernel.db import Database
from domain.kernel.vault import Vault

MOST_CHARACTERS = 512
LONG_NUMBER = re.compile(r"[0-9]{200,260}")
FACE = "face"  # purpose of the marks of faces
PRINTED = re.compile(r"[0-9A-Z-]{6,40}")
UID = re.compile(r"(?:[0-9A-F]{2}){4,10}")


class CodeReader:
    """Made once for each process that reads codes."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._ring, self._vault = KeyRing(db, vault), vault
        self._hash_key = vault.derive("redemptions.code")

    async def read(self, scan: Scan, now: datetime) -> Presented:
        """What `redemptions.authorise` takes."""
        return self.read_with(await self._ring.public(), scan, now)

    def read_with(
        self, keys: Mapping[int, Ed25519PublicKey], scan: Scan, now: datetime
    ) -> Presented:
        """The same with keys at hand."""
        text = scan.code.strip()
        if scan.kind == ScanKind.FACE:
            return self._face(scan, text)
        code_hash = hmac.digest(self._hash_key, text.encode(), "sha256").hex()
        blank = scan._replace(code="", face="")
        faces = self._vault.fingerprints(FACE, scan.face) if scan.face else ()
        return self._read(blank, code_hash, text, keys, now)._replace(faces=faces)

    def _read(
        self,
        blank: Scan,
        code_hash: str,
        text: str,
        keys: Mapping[int, Ed25519PublicKey],
        now: datetime,
    ) -> Presented:
        if blank.kind == ScanKind.NFC:
            return read_uid(blank, code_hash, text)
        if LONG_NUMBER.fullmatch(text):
            return self._signed(blank, code_hash, text, keys, now)
        if documents := self._documents(blank.kind, text, now):
            return Presented(blank, Form.DOCUMENT, code_hash, documents=documents)
        typed = ids.clean_code(text)
        if len(typed) == ids.CODE_LENGTH and not set(typed) - set(ids.CROCKFORD):
            return Presented(blank, Form.MEDIUM, code_hash, medium_code=typed)
        if printed := printed_code(text):
            return Presented(blank, Form.MEDIUM, code_hash, medium_code=printed)
        return Presented(blank, Form.FOREIGN, code_hash)

    def _face(self, scan: Scan, text: str) -> Presented:
        """Its hash differs from scan to scan: what is kept of them must not tell who came."""
        said = f"{scan.scan_id}:{text}"
        code_hash = hmac.digest(self._hash_key, said.encode(), "sha256").hex()
        blank, marks = scan._replace(code="", face=""), self._vault.fingerprints(FACE, text)
        return Presented(blank, Form.FACE, code_hash, faces=marks)

    def _signed(
        self,
        scan: Scan,
        code_hash: str,
        text: str,
        keys: Mapping[int, Ed25519PublicKey],
        now: datetime,
    ) -> Presented:
        try:
            body = ticket_code.verify(text, keys, day_keys=day_keys(self._vault, now), now=now).body
        except ticket_code.BadCode:
            return Presented(scan, Form.FORGED, code_hash)
        if body.ticket_number >> 63:
            return Presented(scan, Form.FOREIGN, code_hash)  # we make tokens of 63 bits
        return Presented(
            scan, Form.SIGNED, code_hash, token=body.ticket_number, serial=body.issue_serial
        )

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


def printed_code(text: str) -> str | None:
    """How a barcode that came printed on a card stands among its media; None when it is none."""
    plain = re.sub(r"\s", "", text).upper()
    return f"bar:{plain}" if PRINTED.fullmatch(plain) else None


def nfc_code(uid: str) -> str | None:
    """How a card's UID stands among the media; None when it is no UID."""
    plain = re.sub(r"[\s:-]", "", uid).upper()
    return f"nfc:{plain}" if UID.fullmatch(plain) else None
