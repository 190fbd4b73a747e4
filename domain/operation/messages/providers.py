"""Platforms and mail servers that the operator has connected; one of a channel is in use."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.errors import Conflict, InvalidInput, Message, NotFound, say
from domain.kernel.vault import Vault
from domain.operation.audit import record
from domain.operation.messages import store
from domain.operation.messages.model import MessageChannel, ProviderKind

SECRET = "message_provider"
SECURITIES = ("starttls", "tls", "none")


class Field(NamedTuple):
    label: Message
    is_needed: bool = True
    is_address: bool = False  # of the web


FIELDS: Mapping[ProviderKind, Mapping[str, Field]] = {
    ProviderKind.TENCENT: {
        "secret_id": Field(say("SecretId")),
        "app_id": Field(say("SdkAppId")),
        "sign_name": Field(say("Signature of texts")),
        "region": Field(say("Region"), False),
        "url": Field(say("Address of the platform"), False, True),
    },
    ProviderKind.ALIBABA: {
        "access_key": Field(say("AccessKey ID")),
        "sign_name": Field(say("Signature of texts")),
        "url": Field(say("Address of the platform"), False, True),
    },
    ProviderKind.HTTP: {
        "url": Field(say("Address of the platform"), True, True),
        "query_url": Field(say("Address for asking"), False, True),
        "sign_name": Field(say("Signature of texts"), False),
    },
    ProviderKind.SMTP: {
        "host": Field(say("Mail server")),
        "port": Field(say("Port")),
        "security": Field(say("Encryption")),
        "sender": Field(say("Sender's address")),
        "sender_name": Field(say("Sender's name"), False),
        "login": Field(say("Login"), False),
        "authority": Field(say("Certificate of the server's authority (PEM)"), False),
    },
    ProviderKind.LOG: {},
}
CHANNEL_OF = {kind: MessageChannel.SMS for kind in ProviderKind} | {
    ProviderKind.SMTP: MessageChannel.EMAIL
}
NEEDS_SECRET = {ProviderKind.TENCENT, ProviderKind.ALIBABA, ProviderKind.HTTP}


class ProviderInput(NamedTuple):
    kind: ProviderKind
    name: str
    settings: Mapping[str, str]
    secret: str = ""  # empty: as it is
    channel: MessageChannel | None = None  # of a log: which


async def get(tx: Tx, provider_id: str) -> Any:
    row = await tx.one(store.GET_PROVIDER, id=provider_id)
    if row is None:
        raise NotFound()
    return row


async def listed(tx: Tx) -> list[Any]:
    return await tx.rows(store.LIST_PROVIDERS)


async def in_use(tx: Tx, channel: MessageChannel) -> Any | None:
    return await tx.one(store.PROVIDER_IN_USE, channel=channel.value)


def checked(given: ProviderInput, has_secret: bool) -> dict[str, Any]:
    """The settings as they are stored. Raises InvalidInput at the fields."""
    texts = {name: given.settings.get(name, "").strip() for name in FIELDS[given.kind]}
    found = {name: problem_with(given.kind, name, text) for name, text in texts.items()}
    if not given.name.strip():
        found["name"] = say("Please give it a name.")
    if given.kind in NEEDS_SECRET and not given.secret and not has_secret:
        found["secret"] = say("This is needed.")
    if wrong := {name: problem for name, problem in found.items() if problem is not None}:
        raise InvalidInput(wrong)
    kept: dict[str, Any] = {name: text for name, text in texts.items() if text}
    return kept | {"port": int(kept["port"])} if "port" in kept else kept


def problem_with(kind: ProviderKind, name: str, text: str) -> Message | None:
    """What is wrong with one setting."""
    field = FIELDS[kind][name]
    if not text:
        return say("This is needed.") if field.is_needed else None
    if field.is_address and not text.startswith(("https://", "http://")):
        return say("An address begins with https:// or http://.")
    is_number = text.isascii() and text.isdigit() and len(text) < 6
    if name == "port" and not (is_number and 1 <= int(text) <= 65_535):
        return say("A port is a number from 1 to 65535.")
    if name == "security" and text not in SECURITIES:
        return say("This value cannot be used.")
    if name == "sender" and ("@" not in text or len(text.split()) != 1):
        return say("Please type a mail address.")
    return None


def masked(secret: str) -> str:
    return f"••••{secret[-4:]}" if len(secret) >= 12 else "••••" if secret else ""


async def add(tx: Tx, vault: Vault, given: ProviderInput, actor: Actor, now: datetime) -> str:
    """Connect one; it is used when somebody says so. Gives its id."""
    kept, provider_id = checked(given, False), ids.new_id()
    channel = CHANNEL_OF[given.kind]
    if given.kind is ProviderKind.LOG and given.channel is not None:
        channel = given.channel
    tx.add(
        store.ADD_PROVIDER,
        id=provider_id,
        channel=channel.value,
        kind=given.kind.value,
        name=given.name.strip(),
        settings=kept,
        secret_sealed=sealed(vault, given.secret, provider_id),
        secret_mask=masked(given.secret),
        is_in_use=False,
        version=1,
        created_at=now,
    )
    after = {"name": given.name.strip(), "kind": given.kind.value}
    record(tx, actor, "message_provider.added", provider_id, now, after=after)
    return provider_id


async def edit(
    tx: Tx,
    vault: Vault,
    provider_id: str,
    given: ProviderInput,
    actor: Actor,
    now: datetime,
    *,
    version: int,
) -> None:
    row = await get(tx, provider_id)
    kept = checked(given._replace(kind=ProviderKind(row.kind)), row.secret_sealed is not None)
    secret = sealed(vault, given.secret, row.id) if given.secret else row.secret_sealed
    saved = await tx.one(
        store.SAVE_PROVIDER,
        provider=row.id,
        seen=version,
        to_name=given.name.strip(),
        to_settings=kept,
        to_secret=secret,
        to_mask=masked(given.secret) if given.secret else row.secret_mask,
    )
    if saved is None:
        raise Conflict(code="VERSION_CONFLICT")
    changed = {"name": given.name.strip(), "secret": "changed" if given.secret else "kept"}
    record(tx, actor, "message_provider.changed", row.id, now, after=changed)


async def use(tx: Tx, provider_id: str, on: bool, actor: Actor, now: datetime) -> None:
    """Send by this one from now on instead of another; or by none."""
    row = await get(tx, provider_id)
    if on:
        await tx.run(store.REST_PROVIDERS, of_channel=row.channel)
    await tx.one(store.USE_PROVIDER, provider=row.id, use=on)
    verb = "used" if on else "rested"
    record(tx, actor, f"message_provider.{verb}", row.id, now, after={"name": row.name})


def sealed(vault: Vault, secret: str, provider_id: str) -> bytes | None:
    return vault.seal(SECRET, secret.encode(), provider_id) if secret else None


def secret_of(vault: Vault, row: Any) -> str:
    if row.secret_sealed is None:
        return ""
    return vault.open(SECRET, row.secret_sealed, row.id).decode()


def is_token(vault: Vault, provider_id: str, token: str) -> bool:
    mine = callback_token(vault, provider_id)
    return hmac.compare_digest(mine.encode(), token.encode("utf-8", "replace"))


def callback_token(vault: Vault, provider_id: str) -> str:
    """What stands in the address that a platform calls: only who was told it may call."""
    return vault.fingerprint("message_callback", provider_id).partition(".")[2][:32]
