"""A device's secret: 32 random bytes, shown once as text. We keep only what recognises it.

SHA-256 needs no salt and no slowness here: nobody guesses 256 random bits. The broker compares in
its own format (mosquitto's `$7$`, PBKDF2 with SHA-512), which is made when the secret is known and
stored beside the hash; one turn is as good as a million, for the same reason.
"""

import base64
import hashlib
import hmac
import os
import secrets

SECRET_BYTES = 32
BROKER_TURNS = 1
BROKER_SALT_BYTES = 12  # mosquitto 2.0 reads no other length


def new_secret() -> str:
    """43 characters, safe in a URL, a QR and a configuration file."""
    return secrets.token_urlsafe(SECRET_BYTES)


def secret_hash(secret: str) -> str:
    """What `secret_hash` and `next_secret_hash` of a device hold."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_same(secret: str, hashed: str | None) -> bool:
    return hashed is not None and hmac.compare_digest(secret_hash(secret), hashed)


def broker_hash(secret: str) -> str:
    """What stands after the name in a mosquitto password file."""
    salt = os.urandom(BROKER_SALT_BYTES)
    derived = hashlib.pbkdf2_hmac("sha512", secret.encode(), salt, BROKER_TURNS)
    return f"$7${BROKER_TURNS}${_text(salt)}${_text(derived)}"


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
