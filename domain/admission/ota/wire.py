"""Signing and sealing as the supplier API does it.

sign = md5(accountId + serviceName + requestTime + body + version + signKey), in lower case
body = AES-128-CBC with PKCS#7, each half byte as a letter from a to p
"""

import hashlib
import hmac
import re

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

TIME_FORM = "%Y-%m-%d %H:%M:%S"
VERSION = "1.0"
BLOCK_BITS = 128
HEX, LETTERS = "0123456789abcdef", "abcdefghijklmnop"
TO_LETTERS, FROM_LETTERS = str.maketrans(HEX, LETTERS), str.maketrans(LETTERS, HEX)
SEALED = re.compile(r"(?:[a-p]{32})+")  # whole blocks


class CannotRead(ValueError):
    """Not sealed with this key, or altered."""


def sign(account_id: str, service: str, at: str, body: str, version: str, key: str) -> str:
    said = f"{account_id}{service}{at}{body}{version}{key}"
    return hashlib.md5(said.encode(), usedforsecurity=False).hexdigest()


def is_signed(given: str, expected: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(given.encode(), expected.encode())


def seal(plain: str, key: str, vector: str) -> str:
    padder = PKCS7(BLOCK_BITS).padder()
    padded = padder.update(plain.encode()) + padder.finalize()
    encryptor = Cipher(AES(key.encode()), CBC(vector.encode())).encryptor()
    return (encryptor.update(padded) + encryptor.finalize()).hex().translate(TO_LETTERS)


def unseal(text: str, key: str, vector: str) -> str:
    """Raises CannotRead."""
    if not SEALED.fullmatch(text):
        raise CannotRead("not in its letters")
    decryptor = Cipher(AES(key.encode()), CBC(vector.encode())).decryptor()
    padded = decryptor.update(bytes.fromhex(text.translate(FROM_LETTERS))) + decryptor.finalize()
    unpadder = PKCS7(BLOCK_BITS).unpadder()
    try:
        return (unpadder.update(padded) + unpadder.finalize()).decode()
    except ValueError:
        raise CannotRead("another key, or altered") from None
