"""Payment platforms in the office, against pretend ones over real HTTP: keys go in and stay in, the
trial names what is wrong, channels open and close."""

from collections.abc import AsyncIterator
from html import unescape

import httpx2
import pytest
from starlette.applications import Starlette

from domain.commerce import platforms
from domain.commerce.payments import Tender
from domain.kernel.channels import Channel
from domain.kernel.clock import utc_now
from domain.operation.staff import Role
from gateways.payments import connecting
from gateways.payments.pretend.alipay import PretendAlipay
from gateways.payments.pretend.serving import bound, serving, url_of
from gateways.payments.pretend.wechat import PretendWeChat
from gateways.payments.simulated import SimulatedPayments
from tests.webapp.people import sign_in_as
from tests.webapp.routes.shop.stall import Stall, open_stall
from webapp.platform_desk import Given, PlatformDesk

WECHAT, ALIPAY = "/office/payment-platforms/wechat", "/office/payment-platforms/alipay"
SECRET_FIELDS = ("private_key", "api_key", "platform_key", "app_secret")


class Office:
    """An administrator of a house to which nothing is connected, and two platforms."""

    def __init__(self, stall: Stall, client: httpx2.AsyncClient, desk: PlatformDesk) -> None:
        self.stall, self.client, self.desk = stall, client, desk
        self.wechat: PretendWeChat
        self.alipay: PretendAlipay

    def form(self, **changes: str) -> dict[str, str]:
        """What WeChat gave us."""
        texts = self.wechat.merchant._asdict()
        texts["url"] = texts.pop("base_url")
        texts.pop("notify_url")
        return {name: str(text) for name, text in texts.items()} | {"version": "0"} | changes

    def alipay_form(self, **changes: str) -> dict[str, str]:
        texts = self.alipay.seller._asdict()
        texts["url"] = texts.pop("base_url")
        texts.pop("notify_url")
        return {name: str(text) for name, text in texts.items()} | {"version": "0"} | changes

    async def tried(self, address: str = WECHAT) -> list[str]:
        """What the trial found wrong; empty: nothing."""
        answer = await self.client.post(f"{address}/try")
        assert answer.status_code == 200, answer.text
        found = unescape(answer.text).partition('role="status"')[2].partition("</section>")[0]
        return [part.partition("</b>")[0] for part in found.split("<b>")[1:]]


@pytest.fixture
async def office(app: Starlette, client: httpx2.AsyncClient) -> AsyncIterator[Office]:
    stall, rooms = await open_stall(app), [bound(), bound()]
    await sign_in_as(client, app, Role.ADMINISTRATOR)
    async with httpx2.AsyncClient(timeout=5, trust_env=False) as line:

        def opened(kind: str, given: Given) -> connecting.Opened:
            return connecting.opened(kind, given, "http://park.test", line, utc_now)

        desk = PlatformDesk(
            app.state.db, app.state.vault, opened, {}, {"scan": SimulatedPayments(b"secret")}
        )
        await desk.refresh()
        app.state.platform_desk, app.state.gateways = desk, desk.gateways
        office = Office(stall, client, desk)
        office.wechat = PretendWeChat(url_of(rooms[0]), "", utc_now, certificates=False)
        office.alipay = PretendAlipay(url_of(rooms[1]), "", utc_now)
        async with serving(office.wechat.app, rooms[0]), serving(office.alipay.app, rooms[1]):
            yield office


async def test_connected_it_serves_at_once_and_no_key_is_shown(office: Office) -> None:
    form = office.form()
    before = set(office.desk.gateways)
    saved = await office.client.post(WECHAT, data=form)
    shown = await office.client.get(WECHAT)
    again = await office.client.post(WECHAT, data=form)  # an old version

    assert saved.status_code == 303, saved.text
    assert (before, set(office.desk.gateways)) == ({"scan"}, {"wechat"})
    assert again.status_code == 422
    for page in (shown, again, await office.client.get("/office/payment-platforms")):
        for name in SECRET_FIELDS:
            assert form[name].strip() not in unescape(page.text), name
    assert form["api_key"][-4:] in shown.text
    assert await office.tried() == []
    assert office.wechat.books.trades.popitem()[1].state == "closed"
    kept = await office.stall.db.ask(platforms.find, Tender.WECHAT)
    assert form["api_key"].encode() not in (kept.secrets_sealed or b"")


async def test_a_wrong_key_is_refused_and_the_others_are_kept(office: Office) -> None:
    for name, text in (
        ("private_key", "no key"),
        ("platform_key", "no key"),
        ("api_key", "short"),
        ("merchant_id", ""),
        ("url", "ftp://platform"),
    ):
        answer = await office.client.post(WECHAT, data=office.form(**{name: text}))
        assert answer.status_code == 422, name
        assert f'id="{name}-error"' in answer.text, name
    assert (await office.stall.db.ask(platforms.find, Tender.WECHAT)).version == 0

    await office.client.post(WECHAT, data=office.form())
    blank = dict.fromkeys(SECRET_FIELDS, "")
    changed = await office.client.post(WECHAT, data=office.form(**blank, version="1"))
    assert changed.status_code == 303
    assert await office.tried() == []


async def test_the_trial_of_wechat_names_what_is_wrong(office: Office) -> None:
    other = PretendWeChat("http://127.0.0.1:9", "", utc_now, certificates=False).merchant
    trials = {
        "do not belong together": {"private_key": other.private_key},
        "another than the one it signs": {"platform_key": other.platform_key},
        "does not answer": {"url": "http://127.0.0.1:9"},
        "app secret is wrong": {"app_secret": "0" * 32},
    }
    office.client.cookies.set("shanmen_locale", "en")
    for version, (words, changes) in enumerate(trials.items()):
        form = office.form(**changes, version=str(version))
        assert (await office.client.post(WECHAT, data=form)).status_code == 303
        (problem,) = await office.tried()
        assert words in problem
    told = await office.client.get(WECHAT)
    assert told.text.count("connection tried") == len(trials)


async def test_the_trial_looks_at_certificates_too(office: Office) -> None:
    """The platform without a public key of its own: its certificates are sealed with our key."""
    room = bound()
    office.wechat = PretendWeChat(url_of(room), "", utc_now, certificates=True)
    office.client.cookies.set("shanmen_locale", "en")
    async with serving(office.wechat.app, room):
        await office.client.post(WECHAT, data=office.form(api_key="0" * 32))
        (problem,) = await office.tried()
        await office.client.post(WECHAT, data=office.form(version="1"))
        assert "look at the APIv3 key" in problem
        assert await office.tried() == []


async def test_the_trial_of_alipay_names_what_is_wrong(office: Office) -> None:
    other = PretendAlipay("http://127.0.0.1:9", "", utc_now).seller
    trials = {
        "do not belong together": {"private_key": other.private_key},
        "another than the one it signs": {"platform_key": other.platform_key},
        "does not answer": {"url": "http://127.0.0.1:9/gateway.do"},
        "": {},
    }
    office.client.cookies.set("shanmen_locale", "en")
    for version, (words, changes) in enumerate(trials.items()):
        form = office.alipay_form(**changes, version=str(version))
        assert (await office.client.post(ALIPAY, data=form)).status_code == 303
        found = await office.tried(ALIPAY)
        assert (words in found[0]) if words else found == []


async def test_a_platform_serves_only_its_channels(office: Office) -> None:
    await office.client.post(WECHAT, data=office.form())
    await office.client.post(ALIPAY, data=office.alipay_form())
    answer = await office.client.post(
        f"{WECHAT}/channels", data={"version": "1", "channels": ["window"]}
    )
    async with office.stall.browser() as visitor:
        order = await office.stall.book(visitor)
        page = (await visitor.get(f"/orders/{order.id}/payment")).text

    assert answer.status_code == 303
    assert 'value="alipay.qr"' in page
    assert 'value="wechat.qr"' not in page
    assert set(office.desk.gateways) == {"wechat", "alipay"}  # still asked, and refunded
    assert office.desk.serves("wechat", Channel.WINDOW)
    assert not office.desk.serves("wechat", Channel.KIOSK)
    await office.client.post(f"{ALIPAY}/channels", data={"version": "1"})
    async with office.stall.browser() as visitor:
        order = await office.stall.book(visitor)
        nothing = await visitor.get(f"/orders/{order.id}/payment")
        pressed = await visitor.post(f"/orders/{order.id}/payment", data={"tender": "wechat"})
    assert "请到窗口购票" in nothing.text
    assert 'name="tender"' not in nothing.text
    assert pressed.status_code == 503


async def test_callbacks_are_noted_and_a_lost_vault_is_told(office: Office) -> None:
    await office.client.post(WECHAT, data=office.form())
    await office.client.post("/hooks/payments/wechat", content=b"{}")
    heard = (await office.stall.db.ask(platforms.heard))[Tender.WECHAT]
    assert heard.rejected_at is not None and heard.callback_at is None

    stranger = PlatformDesk(
        office.stall.db,
        type(office.stall.app.state.vault)({1: b"x" * 32}),
        office.desk._opener,
        {},
        {"scan": SimulatedPayments(b"secret")},
    )
    await stranger.refresh()
    assert stranger.broken == {"wechat"}
    office.stall.app.state.platform_desk = stranger
    office.client.cookies.set("shanmen_locale", "en")
    assert "Its keys cannot be opened" in (await office.client.get(WECHAT)).text


async def test_what_the_environment_says_is_kept_until_somebody_changes_it(
    office: Office,
) -> None:
    form = office.form()
    secrets = {name: form[name] for name in SECRET_FIELDS}
    settings = {k: v for k, v in form.items() if k not in (*SECRET_FIELDS, "version")}
    desk = PlatformDesk(
        office.stall.db,
        office.stall.app.state.vault,
        office.desk._opener,
        {"wechat": Given(settings, secrets)},
        {},
    )
    await desk.refresh()
    office.stall.app.state.platform_desk = desk
    shown = await office.client.get(WECHAT)
    blank = dict.fromkeys(SECRET_FIELDS, "")
    moved = await office.client.post(WECHAT, data=form | blank)  # keys come along

    assert form["merchant_id"] in shown.text
    assert moved.status_code == 303, moved.text
    kept = await office.stall.db.ask(platforms.find, Tender.WECHAT)
    assert platforms.secrets_of(office.stall.app.state.vault, kept) == secrets
    assert await office.tried() == []


async def test_who_may_look_may_not_change(app: Starlette, client: httpx2.AsyncClient) -> None:
    await sign_in_as(client, app, Role.FINANCE)
    assert (await client.get("/office/payment-platforms")).status_code == 200
    assert (
        "<button"
        not in (await client.get(WECHAT))
        .text.partition("<main")[2]
        .partition("_history")[0]
        .partition("</main>")[0]
    )
    for address in (WECHAT, f"{WECHAT}/channels", f"{WECHAT}/try"):
        assert (await client.post(address, data={"version": "0"})).status_code == 403
    assert (await client.get("/office/payment-platforms/cash")).status_code == 404
