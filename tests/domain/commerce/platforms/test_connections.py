"""Connecting a platform: sealed, told in the trail without its keys; of two at once one is kept."""

import asyncio
import json

import pytest

from domain.commerce import platforms
from domain.commerce.payments import Tender
from domain.commerce.platforms import Wanted
from domain.kernel.channels import Channel
from domain.kernel.db import Database
from domain.kernel.errors import Conflict, InvalidInput, NotFound
from domain.kernel.vault import Vault
from domain.operation import audit
from tests.domain.commerce.factories import NOON
from tests.domain.commerce.selling import BUYER

KEY = "k" * 32
SECRETS = {"private_key": "PEM", "api_key": KEY}
SETTINGS = {"app_id": "wx1", "merchant_id": "1900", "serial": "3775"}
WANTED = Wanted(SETTINGS, SECRETS, {"private_key": "AAAA:BBBB", "api_key": "••••kkkk"})


async def test_keys_are_sealed_and_the_trail_names_only_them(db: Database, vault: Vault) -> None:
    await db.act(platforms.connect, vault, Tender.WECHAT, WANTED, 0, BUYER, NOON)
    changed = WANTED._replace(
        settings=SETTINGS | {"merchant_id": "1901"},
        secrets=SECRETS | {"api_key": "x" * 32},
        marks={**WANTED.marks, "api_key": "••••xxxx"},
    )
    await db.act(platforms.connect, vault, Tender.WECHAT, changed, 1, BUYER, NOON)
    kept = await db.ask(platforms.find, Tender.WECHAT)
    newest, first = await db.ask(audit.history, "payment_platform", "wechat", 20)

    assert platforms.secrets_of(vault, kept) == changed.secrets
    assert KEY.encode() not in (kept.secrets_sealed or b"")
    with pytest.raises(ValueError):
        platforms.secrets_of(Vault({1: b"z" * 32}), kept)
    assert newest.detail["before"] == {"merchant_id": "1900"}
    assert newest.detail["after"] == {"merchant_id": "1901", "keys": "api_key"}
    told = json.dumps([newest.detail, first.detail], ensure_ascii=False)
    assert KEY not in told and "PEM" not in told and "••••" not in told


async def test_of_many_at_once_one_is_kept(db: Database, vault: Vault) -> None:
    async def connect(number: int) -> bool:
        one = WANTED._replace(settings=SETTINGS | {"merchant_id": str(number)})
        try:
            await db.act(platforms.connect, vault, Tender.WECHAT, one, 0, BUYER, NOON)
        except Conflict:
            return False
        return True

    done = await asyncio.gather(*(connect(number) for number in range(20)))

    assert sum(done) == 1
    assert (await db.ask(platforms.find, Tender.WECHAT)).version == 1


async def test_channels_are_chosen_without_a_connection(db: Database, vault: Vault) -> None:
    wanted = [Channel.SHOP, Channel.OTA]  # no platform serves OTAs
    await db.act(platforms.serve, Tender.ALIPAY, wanted, 0, BUYER, NOON)
    kept = await db.ask(platforms.find, Tender.ALIPAY)

    assert (kept.settings, kept.channels) == (None, frozenset({Channel.SHOP}))
    with pytest.raises(Conflict):
        await db.act(platforms.serve, Tender.ALIPAY, [], 0, BUYER, NOON)
    with pytest.raises(NotFound):
        await db.act(platforms.serve, Tender.CASH, [], 0, BUYER, NOON)


async def test_what_was_heard_last_stands_there(db: Database) -> None:
    for is_genuine in (True, False):
        await db.act(platforms.note_callback, Tender.WECHAT, is_genuine, NOON)
    await db.act(platforms.note_try, Tender.WECHAT, False, BUYER, NOON)
    heard = (await db.ask(platforms.heard))[Tender.WECHAT]

    assert (heard.callback_at, heard.rejected_at, heard.tried_at) == (NOON, NOON, NOON)
    assert heard.try_is_good is False


@pytest.mark.parametrize(
    ("changes", "secrets", "wrong"),
    [
        ({}, {"api_key": "short"}, "api_key"),
        ({}, {"api_key": "é" * 31 + "k"}, "api_key"),
        ({"app_id": " "}, {}, "app_id"),
        ({"url": "javascript:alert(1)"}, {}, "url"),
        ({"platform_serial": "PUB_KEY_ID_1"}, {}, "platform_key"),
        ({"serial": "x" * 201}, {}, "serial"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    changes: dict[str, str], secrets: dict[str, str], wrong: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        platforms.check_texts(Tender.WECHAT, SETTINGS | changes, SECRETS | secrets)
    assert list(refused.value.fields) == [wrong]
