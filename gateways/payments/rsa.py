"""RSA with SHA-256 (PKCS #1 v1.5), as both platforms sign; keys in whichever dress they come."""

import base64
import binascii
import hashlib
import textwrap

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from cryptography.x509 import load_pem_x509_certificate

LINE = 64


def private_key(text: str) -> RSAPrivateKey:
    """From PEM, or from the bare base64 that Alipay's key tool writes. ValueError else."""
    errors: list[Exception] = []
    for label in ("PRIVATE KEY", "RSA PRIVATE KEY"):
        try:
            key = load_pem_private_key(_as_pem(text, label), None)
        except (ValueError, TypeError) as error:
            errors.append(error)
            continue
        if isinstance(key, RSAPrivateKey):
            return key
    raise ValueError("this is no RSA private key") from (errors[0] if errors else None)


def public_key(text: str) -> RSAPublicKey:
    """From a certificate, a PEM public key, or the bare base64 of one. ValueError else."""
    pem = _as_pem(text, "PUBLIC KEY")
    if b"BEGIN CERTIFICATE" in pem:
        key: object = load_pem_x509_certificate(pem).public_key()
    else:
        key = load_pem_public_key(pem)
    if not isinstance(key, RSAPublicKey):
        raise ValueError("this is no RSA public key")
    return key


def mark_of_private(text: str) -> str:
    """How people recognise a key pair without seeing it: both halves have the same mark."""
    return _mark(private_key(text).public_key())


def mark_of_public(text: str) -> str:
    return _mark(public_key(text))


def _mark(key: RSAPublicKey) -> str:
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    said = hashlib.sha256(der).hexdigest()[:16].upper()
    return ":".join(said[at : at + 4] for at in range(0, len(said), 4))


def _as_pem(text: str, label: str) -> bytes:
    if "-----BEGIN" in text:
        return text.encode()
    bare = "\n".join(textwrap.wrap("".join(text.split()), LINE))
    return f"-----BEGIN {label}-----\n{bare}\n-----END {label}-----\n".encode()


def sign(key: RSAPrivateKey, text: str) -> str:
    return base64.b64encode(key.sign(text.encode(), PKCS1v15(), SHA256())).decode()


def is_signed(key: RSAPublicKey, text: bytes, signature: str) -> bool:
    try:
        key.verify(base64.b64decode(signature, validate=True), text, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True
