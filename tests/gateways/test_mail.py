"""Mail to a server over a real wire: encrypted, refused, broken off after it was taken."""

import base64
import email
import ssl
from datetime import UTC, datetime, timedelta
from email import policy
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from domain.kernel.ports import Attachment, Letter, NotSent, SendState, Unknown
from gateways.mail.smtp import Account, SmtpMail
from tests.gateways.far_sides import MailServer

NOON = datetime(2026, 7, 1, 4, tzinfo=UTC)
LETTER = Letter(
    "d-1",
    "reader@example.cn",
    "您订阅的报表见附件。",
    NOON,
    "每日销售",
    "<p>您订阅的报表见附件。</p>",
    attachments=(Attachment("每日销售.csv", b"a,b\n", "text/csv"),),
)


def authority(folder: Path) -> tuple[ssl.SSLContext, str]:
    """A server's own certificate for localhost, and its PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    plain = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    both = folder / "server.pem"
    both.write_bytes(plain + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, pem.decode()


async def test_mail_is_written_in_text_and_html_with_its_file() -> None:
    server = MailServer()
    async with server.running():
        account = Account("127.0.0.1", server.port, "no-reply@park.cn", "山门", security="none")
        answer = await SmtpMail(account).send(LETTER)

    assert answer.state is SendState.ACCEPTED
    [(to, raw)] = server.mails
    mail = email.message_from_bytes(raw, policy=policy.default)
    assert to == "reader@example.cn"
    assert mail["Subject"] == "每日销售"
    assert mail["Message-ID"] == "<d-1@park.cn>"
    assert mail["From"] == "山门 <no-reply@park.cn>"
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().strip() == LETTER.text
    assert mail.get_body(("html",)) is not None
    [attached] = mail.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("每日销售.csv", "a,b\n")


async def test_starttls_and_login(tmp_path: Path) -> None:
    context, pem = authority(tmp_path)
    server = MailServer(context, base64.b64encode(b"\0me\0pw").decode())
    async with server.running():
        account = Account("localhost", server.port, "a@park.cn", "", "me", "pw", "starttls", pem)
        assert (await SmtpMail(account).send(LETTER)).state is SendState.ACCEPTED
        wrong = await SmtpMail(account._replace(password="no")).send(LETTER)
        with pytest.raises(NotSent):  # a certificate that we do not trust
            await SmtpMail(account._replace(authority="")).send(LETTER)

    assert server.encrypted == [True]
    assert wrong.state is SendState.REFUSED
    assert wrong.may_retry


async def test_refusals_and_a_line_that_breaks() -> None:
    server = MailServer()
    async with server.running():
        account = Account("127.0.0.1", server.port, "a@park.cn", security="none")
        mail = SmtpMail(account)
        server.answers["RCPT"] = "550 no such box"
        never = await mail.send(LETTER)
        server.answers["RCPT"] = "451 later"
        later = await mail.send(LETTER)
        server.answers.clear()
        server.hangs_up = True
        with pytest.raises(Unknown):
            await mail.send(LETTER)
    with pytest.raises(NotSent):
        await mail.send(LETTER)

    assert (never.state, never.may_retry) == (SendState.REFUSED, False)
    assert (later.state, later.may_retry) == (SendState.REFUSED, True)
    assert len(server.mails) == 1
