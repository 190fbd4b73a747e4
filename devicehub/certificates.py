"""The site's own certificate authority, and the broker's certificate for the local network.

Devices learn the authority when they are paired, so that no public name and no outside authority
is needed. The authority is made once and kept; the broker's certificate is made again when it
nears its end or when the server's names change.
"""

import ipaddress
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397
RENEW_DAYS = 60
BACKDATED = timedelta(days=1)  # a gate's clock may be slow


class Certificates(NamedTuple):
    authority: Path
    certificate: Path
    key: Path

    def authority_pem(self) -> str:
        """What a device must trust: given out with its secret."""
        return self.authority.read_text()


class _Pair(NamedTuple):
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def ensure(directory: Path, names: Iterable[str], now: datetime) -> tuple[Certificates, bool]:
    """The files, made or renewed where needed, and whether the broker must read them again.

    `names` are the host names and addresses under which devices reach the broker.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = Certificates(directory / "ca.pem", directory / "server.pem", directory / "server.key")
    wanted = sorted(set(names))
    authority_key = directory / "ca.key"
    if not (files.authority.exists() and authority_key.exists()):
        _write(files.authority, authority_key, _make_authority(now))
        files.certificate.unlink(missing_ok=True)
    if files.certificate.exists() and files.key.exists() and _serves(files, wanted, now):
        return files, False
    authority = _read(files.authority, authority_key)
    _write(files.certificate, files.key, _make_server(authority, wanted, now))
    return files, True


def _serves(files: Certificates, names: list[str], now: datetime) -> bool:
    certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
    extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    named = sorted(str(name.value) for name in extension.value)
    ends_at = certificate.not_valid_after_utc
    return named == names and ends_at - now > timedelta(days=RENEW_DAYS)


def _make_authority(now: datetime) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _named("Shanmen site authority")
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = (
        _certificate(name, name, key, now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier),
            critical=False,
        )
    )
    return _Pair(builder.sign(key, hashes.SHA256()), key)


def _make_server(authority: _Pair, names: list[str], now: datetime) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    public = authority.key.public_key()
    builder = (
        _certificate(_named("Shanmen broker"), authority.certificate.subject, key, now, SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), False)
    )
    return _Pair(builder.sign(authority.key, hashes.SHA256()), key)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    days: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + timedelta(days=days))
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _read(certificate: Path, key: Path) -> _Pair:
    private = serialization.load_pem_private_key(key.read_bytes(), password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{key}: not a key of ours")
    return _Pair(x509.load_pem_x509_certificate(certificate.read_bytes()), private)


def _write(certificate: Path, key: Path, pair: _Pair) -> None:
    plain = pair.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with open(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(plain)
    certificate.write_bytes(pair.certificate.public_bytes(serialization.Encoding.PEM))
