"""An OTA's account: which agent pays, with which keys it signs, where it wants to be told."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from domain.admission.ota import store
from domain.admission.ota.model import AccountStatus
from domain.commerce import agents
from domain.kernel import ids
from domain.kernel.actors import Actor
from domain.kernel.db import Tx
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import Conflict, InvalidInput, Message, NotFound, say
from domain.kernel.vault import Vault
from domain.operation.audit import record

PURPOSE = "ota-keys"
ACCOUNT = re.compile(r"[A-Za-z0-9_-]{1,64}")
AES_KEY = re.compile(r"[A-Za-z0-9]{16}")
SAFE_URL = re.compile(r"https://[^\s/@]+(/\S*)?|http://(127\.0\.0\.1|localhost)(:\d+)?(/\S*)?")


class Keys(NamedTuple):
    """What was agreed with the OTA. Without `seal` bodies go as they are."""

    sign: str
    seal: str = ""
    vector: str = ""


class AccountInput(NamedTuple):
    """`keys` None: they stay as they are."""

    notice_url: str
    status: AccountStatus = AccountStatus.ACTIVE
    keys: Keys | None = None


async def add_account(
    tx: Tx,
    vault: Vault,
    agent_id: str,
    account_id: str,
    given: AccountInput,
    actor: Actor,
    now: datetime,
) -> str:
    """Gives its id. InvalidInput at `account_id`, `notice_url`, and the fields of keys."""
    agent = await agents.get(tx, agent_id)
    mistakes = problems(given)
    if not ACCOUNT.fullmatch(account_id):
        mistakes["account_id"] = say("Only letters, digits and dashes, at most 64.")
    elif await tx.one(store.FIND_ACCOUNT, account_id=account_id):
        mistakes["account_id"] = say("This account is known already.")
    if given.keys is None:
        mistakes["sign_key"] = say("Please type the key that the OTA gave you.")
    if mistakes or given.keys is None:
        raise InvalidInput(mistakes)
    made = ids.new_id()
    tx.add(
        store.ADD_ACCOUNT,
        id=made,
        agent_id=agent.id,
        area_id=agent.area_id,
        account_id=account_id,
        keys_sealed=sealed(vault, made, given.keys),
        is_sealed=bool(given.keys.seal),
        notice_url=given.notice_url,
        status=given.status.value,
        version=1,
        created_at=now,
    )
    after = {"account": account_id, "agent": agent.code}
    record(tx, actor, "ota_account.added", made, now, after=after, area_id=agent.area_id)
    return made


async def change_account(
    tx: Tx, vault: Vault, account: Any, given: AccountInput, version: int,
    actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """Conflict when somebody changed it since `version`."""
    if mistakes := problems(given):
        raise InvalidInput(mistakes)
    keys = given.keys or keys_of(vault, account)
    if not await tx.one(
        store.CHANGE_ACCOUNT,
        account=account.id,
        seen=version,
        to_keys=sealed(vault, account.id, keys),
        to_sealed=bool(keys.seal),
        to_url=given.notice_url,
        to_status=given.status.value,
    ):
        raise Conflict()
    before = {"status": account.status, "notice_url": account.notice_url}
    after = {"status": given.status.value, "notice_url": given.notice_url}
    if given.keys is not None:
        after["keys"] = "changed"
    record(
        tx, actor, "ota_account.changed", account.id, now,
        before=before, after=after, area_id=account.area_id,
    )  # fmt: skip


def problems(given: AccountInput) -> dict[str, Message]:
    wrong: dict[str, Message] = {}
    if given.notice_url and (
        len(given.notice_url) > 300 or not SAFE_URL.fullmatch(given.notice_url)
    ):
        wrong["notice_url"] = say("An address that begins with https://.")
    if given.keys is not None:
        if not 8 <= len(given.keys.sign) <= 128:
            wrong["sign_key"] = say("A key of 8 to 128 characters.")
        for name, key in (("seal_key", given.keys.seal), ("vector", given.keys.vector)):
            needed = given.keys.seal or given.keys.vector
            if needed and not AES_KEY.fullmatch(key):
                wrong[name] = say("Exactly 16 letters and digits, or none for both.")
    return wrong


def sealed(vault: Vault, account: str, keys: Keys) -> bytes:
    return vault.seal(PURPOSE, json.dumps(keys).encode(), account)


def keys_of(vault: Vault, account: Any) -> Keys:
    """Never for a page or a log."""
    return Keys(*json.loads(vault.open(PURPOSE, account.keys_sealed, account.id)))


async def get_account(tx: Tx, account: str) -> Any:
    """Its row with `agent_code` and `agent_name`. A question. NotFound."""
    row = await tx.one(store.GET_ACCOUNT, id=account)
    if row is None:
        raise NotFound()
    return row


async def find_account(tx: Tx, account_id: str) -> Any | None:
    """By the OTA's own word. A question."""
    return await tx.one(store.FIND_ACCOUNT, account_id=account_id)


async def list_accounts(tx: Tx, areas: Sequence[str], cut: Cut) -> list[Any]:
    """Newest first. A question."""
    return await store.LIST_ACCOUNTS.page(tx, cut, areas=list(areas))
