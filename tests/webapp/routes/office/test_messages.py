"""Messages in the office: providers without their keys, texts with two pairs of eyes, the log."""

import json

import httpx2
from starlette.applications import Starlette

from domain.kernel.actors import SYSTEM
from domain.kernel.clock import utc_now
from domain.kernel.db.keyset import Cut
from domain.operation import messages
from domain.operation.messages import MessageChannel, looking, providers
from domain.operation.staff import Role
from gateways.messages import open_carrier
from tests.webapp.people import sign_in_as

ALL = "/office/messages"
SECRET = "a-very-secret-key-1234"


async def test_a_provider_is_set_up_and_its_key_is_never_shown(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    data = {"kind": "http", "name": "短信通", "url": "ftp://x", "secret": SECRET}

    wrong = await client.post(f"{ALL}/providers", data=data)
    assert wrong.status_code == 422
    assert "https://" in wrong.text
    assert SECRET not in wrong.text
    made = await client.post(f"{ALL}/providers", data=data | {"url": "https://sms.test"})
    assert made.status_code == 303
    [row] = await app.state.db.ask(providers.listed)
    shown = await client.get(f"{ALL}/providers/{row.id}")
    assert SECRET not in shown.text
    assert "••••1234" in shown.text
    assert "/hooks/messages/" in shown.text
    await client.post(f"{ALL}/providers/{row.id}/use", data={"on": "on"})
    page = await client.get(f"{ALL}/providers")
    assert "停止使用" in page.text
    stale = {"name": "x", "url": "https://sms.test", "version": "1"}
    assert (await client.post(f"{ALL}/providers/{row.id}", data=stale)).status_code == 422


async def test_a_text_is_previewed_checked_and_asked_for(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    one = f"{ALL}/templates/order.paid/sms"
    data = {"body_zh": "已付{total}，订单{number}", "body_en": "Paid {total}, {number}"}

    wrong = await client.post(one, data=data | {"body_zh": "{nmber}"})
    assert wrong.status_code == 422
    assert "没有变量 {nmber}" in wrong.text
    seen = await client.post(one, data=data | {"preview": "1"})
    assert "已付294.00元，订单20260701-0042" in seen.text
    asked = await client.post(one, data=data | {"reason": "短些"})
    assert asked.status_code == 303
    assert "/office/approvals/" in asked.headers["location"]
    assert (await client.get(f"{ALL}/templates/order.paid/pigeon")).status_code == 404
    assert (await client.get(f"{ALL}/templates/nothing/sms")).status_code == 404


async def test_the_log_shows_masked_addresses_and_finds_whole_ones(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    db, vault = app.state.db, app.state.vault
    given = messages.ProviderInput(messages.ProviderKind.LOG, "log", {})
    provider_id = await db.act(providers.add, vault, given, SYSTEM, utc_now())
    await db.act(providers.use, provider_id, True, SYSTEM, utc_now())
    messenger = messages.Messenger(db, vault, open_carrier)
    values = {"number": "20260701-0042"}
    outgoing = messages.Outgoing(
        "k1", "order.refunded", MessageChannel.SMS, "13800138000", "zh", values, ("order", "o")
    )
    await messenger.deliver(outgoing)

    await sign_in_as(client, app, Role.ADMINISTRATOR)
    page = await client.get(ALL, params={"q": "138 0013 8000"})
    assert "138****8000" in page.text
    assert "13800138000" not in page.text.replace('value="13800138000"', "")
    assert "138****8000" not in (await client.get(ALL, params={"q": "13900139000"})).text
    [row] = await db.ask(looking.listed, looking.Sought(), Cut())
    assert "20260701-0042" in (await client.get(f"{ALL}/{row.id}")).text
    late = await client.post(f"{ALL}/{row.id}/decision", data={"was_sent": "on"})
    assert late.status_code == 303


async def test_limits_and_who_wants_none(app: Starlette, client: httpx2.AsyncClient) -> None:
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    assert (await client.post(f"{ALL}/rules/sms_day", data={"most": "-1"})).status_code == 422
    assert (await client.post(f"{ALL}/rules/nothing", data={"most": "1"})).status_code == 404
    assert (await client.post(f"{ALL}/rules/sms_day", data={"most": "7"})).status_code == 303
    out = {"channel": "sms", "address": "13800138000", "reason": "来电"}
    bad = await client.post(f"{ALL}/opt-outs", data=out | {"address": "12"})
    assert bad.status_code == 422
    assert (await client.post(f"{ALL}/opt-outs", data=out)).status_code == 303
    assert "138****8000" in (await client.get(f"{ALL}/rules")).text


async def test_a_test_sending_goes_into_the_outbox(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    one = f"{ALL}/templates/code/sms/trials"
    assert (await client.post(one, data={"address": "1"})).status_code == 422
    assert (await client.post(one, data={"address": "13800138000"})).status_code == 303


async def test_a_stranger_cannot_tell_of_receipts(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    given = messages.ProviderInput(
        messages.ProviderKind.TENCENT,
        "t",
        {"secret_id": "a", "app_id": "1", "sign_name": "山门"},
        SECRET,
    )
    vault = app.state.vault
    provider_id = await app.state.db.act(providers.add, vault, given, SYSTEM, utc_now())
    app.state.messenger = messages.Messenger(app.state.db, vault, open_carrier)
    body = json.dumps([{"text": "T", "mobile": "13800138000"}])
    path = f"/hooks/messages/{provider_id}/"
    assert (await client.post(f"{path}guess", content=body)).status_code == 404
    right = path + providers.callback_token(vault, provider_id)
    assert (await client.post(right, content=body)).status_code == 200
    assert (await client.post(right, content="{")).status_code == 422
    [row] = await app.state.db.ask(messages.rules.opt_outs)
    assert row.address_mask == "138****8000"
