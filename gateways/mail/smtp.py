"""Mail by SMTP: with STARTTLS, TLS from the start, or none; text and HTML; attachments.

A server that does not answer after the whole mail was handed over may have taken it: Unknown. What
fails before that was not sent. The number of a mail is its Message-ID, so that a mailbox which gets
the same one twice can tell.
"""

import asyncio
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import NamedTuple

from domain.kernel.ports import (
    CallbackRejected,
    Letter,
    NotSent,
    Receipt,
    SendAnswer,
    SendState,
    Unknown,
)

TIMEOUT_SECONDS = 15.0
LATER = range(400, 500)  # a code of SMTP that says: try again


class Account(NamedTuple):
    """How the operator's mail server is reached. `password` is sealed where it is stored."""

    host: str
    port: int
    sender: str
    sender_name: str = ""
    login: str = ""
    password: str = ""
    security: str = "starttls"  # starttls, tls, none
    authority: str = ""  # PEM of who signed the server's certificate; none: the system's


class HandedOver(Exception):
    """The line broke after the whole mail was given away."""


class SmtpMail:
    def __init__(self, account: Account, timeout: float = TIMEOUT_SECONDS) -> None:
        self._account, self._timeout = account, timeout

    async def send(self, letter: Letter) -> SendAnswer:
        return await asyncio.to_thread(self._send, letter)

    async def query(self, letter: Letter) -> SendAnswer:
        """A mail server cannot be asked."""
        raise Unknown()

    def read_receipts(self, headers: Mapping[str, str], body: bytes) -> list[Receipt]:
        raise CallbackRejected()

    def _send(self, letter: Letter) -> SendAnswer:
        account = self._account
        try:
            server = self._open()
        except smtplib.SMTPAuthenticationError as problem:
            return refused(problem.smtp_code, problem.smtp_error, may_retry=True)
        except (OSError, smtplib.SMTPException) as problem:
            raise NotSent() from problem
        try:
            return hand_over(server, account.sender, letter.address, written(account, letter))
        except HandedOver as problem:
            raise Unknown() from problem
        except (OSError, smtplib.SMTPException) as problem:
            raise NotSent() from problem
        finally:
            server.close()

    def _open(self) -> smtplib.SMTP:
        account = self._account
        server: smtplib.SMTP
        if account.security == "tls":
            context = context_of(account)
            server = smtplib.SMTP_SSL(
                account.host, account.port, timeout=self._timeout, context=context
            )
        else:
            server = smtplib.SMTP(account.host, account.port, timeout=self._timeout)
        try:
            if account.security == "starttls":
                server.starttls(context=context_of(account))
            if account.login:
                server.login(account.login, account.password)
        except BaseException:
            server.close()
            raise
        return server


def context_of(account: Account) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=account.authority or None)


def written(account: Account, letter: Letter) -> bytes:
    mail = EmailMessage()
    mail["Message-ID"] = f"<{letter.number}@{account.sender.partition('@')[2]}>"
    mail["Date"] = format_datetime(letter.sent_at)
    mail["From"] = formataddr((account.sender_name, account.sender))
    mail["To"] = letter.address
    mail["Subject"] = letter.subject
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    if letter.html:
        mail.add_alternative(letter.html, subtype="html")
    for each in letter.attachments:
        main, _, sub = each.mime.partition("/")
        mail.add_attachment(each.content, maintype=main, subtype=sub, filename=each.name)
    return mail.as_bytes()


def hand_over(server: smtplib.SMTP, sender: str, address: str, mail: bytes) -> SendAnswer:
    """The steps of one mail; what the server says to any of them is its word."""
    server.ehlo_or_helo_if_needed()
    code, said = server.mail(sender)
    if code == 250:
        code, said = server.rcpt(address)
    if code not in (250, 251):
        return refused(code, said)
    try:
        code, said = server.data(mail)
    except smtplib.SMTPDataError as problem:  # before the mail: it does not want it
        return refused(problem.smtp_code, problem.smtp_error)
    except (OSError, smtplib.SMTPServerDisconnected) as problem:
        raise HandedOver from problem
    if code != 250:
        return refused(code, said)
    return SendAnswer(SendState.ACCEPTED, said.decode("utf-8", "replace")[:120])


def refused(code: int, said: bytes | str, may_retry: bool | None = None) -> SendAnswer:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    later = code in LATER if may_retry is None else may_retry
    return SendAnswer(SendState.REFUSED, problem=f"{code} {text}"[:200], may_retry=later)
