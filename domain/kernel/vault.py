"""The installation's secret at work: what is sealed, what is hashed with a key, what is derived.

Everything comes from one secret file by HKDF, a key for each purpose, so that a key learned from
one place opens no other. A secret has a version. A new one is put on top and the old ones stay:
new values are sealed with the newest, old values still open.
"""

import base64
import hmac
import os
import re
import struct
from collections.abc import Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_BYTES = 32
NONCE_BYTES = 12
HEAD = struct.Struct(">BH")  # the form of a sealed value, the version of its secret
FORM = 1
SECRET_LINE = re.compile(r"([1-9][0-9]{0,3}):([0-9a-f]{64})")


class CannotOpen(ValueError):
    """Sealed by another installation, for another purpose, about another thing; or altered."""


class Vault:
    """Seals and recognises. Made once, from the secret file, and handed to who needs it."""

    def __init__(self, secrets: Mapping[int, bytes]) -> None:
        """`secrets`: by version; the highest is the one in use."""
        if not secrets:
            raise ValueError("a vault needs a secret")
        for version, secret in secrets.items():
            if not 1 <= version < 1 << 16 or len(secret) < SECRET_BYTES:
                raise ValueError(f"secret {version}: a version from 1 and {SECRET_BYTES} bytes")
        self._secrets = dict(secrets)
        self.version = max(secrets)
        self._key = lru_cache(maxsize=256)(self._derive)

    def __repr__(self) -> str:
        return f"Vault(version={self.version})"

    def seal(self, purpose: str, plain: bytes, about: str = "") -> bytes:
        """Encrypt. `about` names the thing it belongs to: moved elsewhere, it does not open.

        Random nonces of 96 bits: good for billions of values before a secret must be renewed.
        """
        head = HEAD.pack(FORM, self.version)
        nonce = os.urandom(NONCE_BYTES)
        cipher = AESGCM(self._key(self.version, f"seal:{purpose}"))
        return head + nonce + cipher.encrypt(nonce, plain, head + about.encode())

    def open(self, purpose: str, sealed: bytes, about: str = "") -> bytes:
        """What was sealed for the same purpose about the same thing; else CannotOpen."""
        head, nonce = sealed[: HEAD.size], sealed[HEAD.size : HEAD.size + NONCE_BYTES]
        if len(nonce) != NONCE_BYTES:
            raise CannotOpen("too short")
        form, version = HEAD.unpack(head)
        if form != FORM or version not in self._secrets:
            raise CannotOpen(f"form {form}, secret {version}: not known here")
        cipher = AESGCM(self._key(version, f"seal:{purpose}"))
        try:
            return cipher.decrypt(nonce, sealed[HEAD.size + NONCE_BYTES :], head + about.encode())
        except InvalidTag:
            raise CannotOpen("altered, or sealed for something else") from None

    def fingerprint(self, purpose: str, text: str) -> str:
        """The same text gives the same mark, and nobody without the secret can guess from it.

        For finding an identity number or a phone that is stored sealed. Normalise first. It begins
        with the version of its secret: `2.pZ4…`, 45 to 48 characters.
        """
        return self._fingerprint(self.version, purpose, text)

    def fingerprints(self, purpose: str, text: str) -> tuple[str, ...]:
        """Every mark the text may be stored under, newest secret first: look for any of them."""
        versions = sorted(self._secrets, reverse=True)
        return tuple(self._fingerprint(version, purpose, text) for version in versions)

    def derive(self, purpose: str) -> bytes:
        """A key of 32 bytes for one purpose, from the newest secret: sessions, cookies, tokens."""
        return self._key(self.version, f"derive:{purpose}")

    def _fingerprint(self, version: int, purpose: str, text: str) -> str:
        key = self._key(version, f"fingerprint:{purpose}")
        mark = hmac.digest(key, text.encode(), "sha256")
        return f"{version}.{base64.urlsafe_b64encode(mark).decode().rstrip('=')}"

    def _derive(self, version: int, info: str) -> bytes:
        kdf = HKDF(SHA256(), SECRET_BYTES, salt=b"shanmen", info=info.encode())
        return kdf.derive(self._secrets[version])


def read_secrets(text: str) -> dict[int, bytes]:
    """The secret file: a line `version:64 hex digits` for each secret, `#` before a remark."""
    secrets: dict[int, bytes] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not (line := line.partition("#")[0].strip()):
            continue
        match = SECRET_LINE.fullmatch(line)
        if not match or int(match[1]) in secrets:
            raise ValueError(f"secret file, line {number}: not a new version:64 hex digits")
        secrets[int(match[1])] = bytes.fromhex(match[2])
    return secrets


def new_secret_line(version: int = 1) -> str:
    """A line for the secret file. The first has version 1; a rotation adds the next."""
    return f"{version}:{os.urandom(SECRET_BYTES).hex()}\n"
