"""The composition root: the only module that knows the faces, the devices and the far sides."""

import asyncio
import fcntl
import math
import os
import random
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
from prometheus_client import CollectorRegistry, Gauge
from starlette.applications import Starlette

from devicehub import crowd
from devicehub.broker import LOOPBACK, Broker, Lan
from devicehub.crowd import Post, crew
from devicehub.hub import Hub
from devicehub.mqtt import Connection
from devicehub.printers.labels import read_paper
from devicehub.printers.played import PlayedPrinter
from devicehub.printers.reading import Slip
from devicehub.printers.wire import PrinterWire
from domain import retention
from domain.admission import announcements, ota, subscriptions, sweeps
from domain.cards import memberships
from domain.cards import sweeps as card_sweeps
from domain.commerce import notices, orders, reconciliation, refunds, waiting
from domain.commerce import sweeps as sales_sweeps
from domain.kernel.clock import utc_now
from domain.kernel.db import Database
from domain.kernel.errors import DomainError, NotFound, say
from domain.kernel.vault import Vault
from domain.operation import jobs, messages, outbox
from domain.reports import sweeps as report_sweeps
from gateways.messages import open_carrier
from gateways.octo import sender
from gateways.ota import send as send_to_ota
from gateways.payments import connecting
from gateways.payments.pretend.alipay import PretendAlipay
from gateways.payments.pretend.serving import bound, serving, url_of
from gateways.payments.pretend.wechat import PretendWeChat
from gateways.payments.simulated import SimulatedPayments
from webapp import heap, i18n, logs, report_mails, visitors, workers
from webapp.app import create_app
from webapp.demo import building, stock
from webapp.demo.printing import DEMO_PRINTER
from webapp.exporting import desk
from webapp.health import Check, Report
from webapp.importing import desk as import_desk
from webapp.machines import BrokerAddress, is_this_machine
from webapp.platform_desk import Given, PlatformDesk
from webapp.print_desk import PrintDesk
from webapp.print_papers import Composer
from webapp.settings import ANYWHERE, Settings, open_vault

HUB_PLACE_SECONDS = 1.0
DEMO_PAYS_SECONDS = 8.0
CARD_CODE_MINUTES = 10
PLATFORM_SECONDS = 10.0  # then nobody knows, and it is asked again
QUERY_SECONDS = 60
WAITING_SINCE = timedelta(minutes=2)  # until then their own messages ask
MOST_WAITING = 50  # at once
BILL_SECONDS = 900
DEMO_SECONDS = 5.0  # the demo may be loaded while we serve
STROLL_SECONDS = 5.0  # then we look whether a real device has come
WALK_SECONDS = 1.5
MOST_SLIPS = 50  # that a played printer remembers
MOST_CODES = 20_000  # of one simulation
MOST_SCANS_OF_GATE = 9.0  # a second: each is two messages, and 20 are allowed


def app_from_environment() -> Starlette:
    """For uvicorn: the whole product, as the environment describes it."""
    settings = Settings()
    logs.set_up(settings.log_level, settings.log_format, settings.data_dir / "logs")
    return compose(settings)


def compose(settings: Settings) -> Starlette:
    """The product's parts put together."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    workers.register_house_work(settings)
    desk.register(settings)
    import_desk.register(open_vault(settings))
    sweeps.register()
    sales_sweeps.register()
    report_sweeps.register()
    card_sweeps.register()
    retention.register()
    companions = [
        with_payments,
        with_messages,
        workers.working,
        with_printers,
        with_devices,
        heap.settled,
    ]
    return create_app(settings, companions=companions)


@asynccontextmanager
async def with_payments(app: Starlette) -> AsyncIterator[None]:
    """A companion of the app: the platforms for cards and codes, and who sends what is due there.

    Simulated ones, until the operator connects his: `app.state.gateways` by the tender's word.
    """
    secret = app.state.vault.derive("payments")
    async with httpx2.AsyncClient(timeout=PLATFORM_SECONDS) as line:
        settings: Settings = app.state.settings

        def opened(kind: str, given: Given) -> connecting.Opened:
            return connecting.opened(kind, given, settings.base_url, line, utc_now)

        simulated = {
            "card": SimulatedPayments(secret, prefix="CARD"),
            "scan": SimulatedPayments(secret, prefix="SCAN", pays_after_seconds=pays_after(app)),
        }
        environment = {kind: Given(*one) for kind, one in connecting.given(settings).items()}
        platforms = PlatformDesk(app.state.db, app.state.vault, opened, environment, simulated)
        await platforms.refresh()
        gateways, connected = platforms.gateways, platforms.bills
        app.state.gateways, app.state.platform_desk = gateways, platforms
        for carriers in (orders.collecting.carriers, refunds.carriers):
            for kind, carrier in carriers(app.state.db, gateways, utc_now).items():
                outbox.register(kind, carrier)

        async def query_waiting(db: Database, now: datetime) -> None:
            await orders.collecting.look_at_waiting(
                db, gateways, WAITING_SINCE, MOST_WAITING, utc_now
            )

        async def fetch_bills(db: Database, now: datetime) -> None:
            await reconciliation.fetch_bills(db, connected, now)

        app.state.bill_sources = connected
        app.state.payer_logins = platforms.logins
        jobs.register(reconciliation.JOB, reconciliation.step_of(connected, utc_now))
        jobs.every("payments.query", QUERY_SECONDS, query_waiting)
        jobs.every("bills.fetch", BILL_SECONDS, fetch_bills)
        keeping = asyncio.create_task(platforms.keep_fresh(), name="platforms")
        try:
            yield
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping


async def play_platform(
    settings: Settings, kind: str, port: int, show: Callable[[str], None]
) -> None:
    """`shanmen platform`: a pretend payment platform, until it is stopped. Shows the settings that
    connect to it."""
    listening = bound(port)
    url, notify = url_of(listening), f"{settings.base_url}/hooks/payments/{kind}"
    if kind == "wechat":
        wechat = PretendWeChat(url, notify, utc_now, certificates=False)
        app, lines = wechat.app, connecting.wechat_lines(wechat.merchant, settings.data_dir)
    else:
        alipay = PretendAlipay(url, notify, utc_now)
        app, lines = alipay.app, connecting.alipay_lines(alipay.seller, settings.data_dir)
    async with serving(app, listening):
        show("\n".join(lines))
        await asyncio.Event().wait()


def pays_after(app: Starlette) -> float | None:
    """Who plays with the demo has nobody to read the QR on a kiosk's glass."""
    return DEMO_PAYS_SECONDS if app.state.settings.demo else None


@asynccontextmanager
async def with_messages(app: Starlette) -> AsyncIterator[None]:
    """A companion of the app: who sends text messages and mail, by what the operator connected."""
    db, vault = app.state.db, app.state.vault
    messenger = messages.Messenger(db, vault, open_carrier)
    app.state.messenger = messenger
    carriers = [
        messages.carriers(vault, messenger),
        notices.carriers(db, vault, messenger, page_of(app, "shop.orders.show", "order_id")),
        announcements.carriers(db, vault, messenger),
        waiting.carriers(db, vault, messenger, page_of(app, "shop.waits.show", "wait_id")),
        *card_messages(db, vault, messenger),
        report_mails.carriers(app.state.settings, db, messenger),
        ota.carriers(db, vault, send_to_ota, utc_now),
        subscriptions.carriers(db, vault, to_programs(app), utc_now),
    ]
    for kind, carrier in [each for made in carriers for each in made.items()]:
        outbox.register(kind, carrier)
    yield


def to_programs(app: Starlette) -> subscriptions.Send:
    """To addresses that agents' programs chose."""
    host = urlsplit(app.state.settings.base_url).hostname or ""
    return sender(is_local=host in {"localhost", "127.0.0.1", "::1"})


def page_of(app: Starlette, name: str, parameter: str) -> Callable[[str], str]:
    """Whole addresses of the pages of one route, for messages."""

    def address(subject_id: str) -> str:
        path = app.state.addresses.path(name, **{parameter: subject_id})
        return f"{app.state.settings.base_url}{path}"

    return address


def card_messages(
    db: Database, vault: Vault, messenger: messages.Messenger
) -> list[dict[str, outbox.Carrier]]:
    """Reminders of cards that end, and codes for looking at a card."""

    async def send(key: str, event: str, phone: str, language: str, said: dict[str, Any]) -> None:
        sms = messages.MessageChannel.SMS
        about = ("outbox", key)
        await messenger.deliver(
            messages.Outgoing(key, event, sms, phone, language, said, about, outbox_id=key)
        )

    async def remind(key: str, phone: str, language: str, said: dict[str, Any]) -> None:
        await send(key, "card.reminder", phone, language, said)

    async def send_code(key: str, phone: str, language: str, code: str) -> None:
        await send(key, "code", phone, language, {"code": code, "minutes": CARD_CODE_MINUTES})

    return [
        memberships.carriers(db, vault, remind),
        memberships.code_carriers(db, vault, send_code),
    ]


@asynccontextmanager
async def with_printers(app: Starlette) -> AsyncIterator[None]:
    """A companion of the app: who prints on printers of the network. The demo's own is played."""
    played = PlayedPrinter(most_slips=MOST_SLIPS)
    addresses = {}
    if app.state.settings.demo:
        await played.start()
        addresses[DEMO_PRINTER] = ("127.0.0.1", played.port)
    app.state.read_paper = read_paper
    desk = PrintDesk(app.state.db, Composer(app.state.db, app.state.vault), PrinterWire(addresses))
    printing = asyncio.create_task(desk.run(), name="printing")
    try:
        yield
    finally:
        printing.cancel()
        await asyncio.gather(printing, return_exceptions=True)
        await played.stop()


async def play_printer(port: int, show: Callable[[Slip], None]) -> None:
    """`shanmen printer`: a printer without paper, until it is stopped."""
    played = PlayedPrinter(port=port, most_slips=MOST_SLIPS, when_cut=show)
    await played.start()
    try:
        await asyncio.Event().wait()
    finally:
        await played.stop()


@asynccontextmanager
async def with_devices(app: Starlette) -> AsyncIterator[None]:
    """A companion of the app: the device hub, in one process of an installation."""
    settings: Settings = app.state.settings
    if not settings.hub or not (settings.mqtt_url or settings.broker):
        yield
        return
    app.state.checks["broker"] = _in_another_process
    keeping = asyncio.create_task(_keep_hub(app, settings), name="hub")
    try:
        yield
    finally:
        keeping.cancel()
        with suppress(asyncio.CancelledError):
            await keeping


async def _keep_hub(app: Starlette, settings: Settings) -> None:
    """Wait for the hub's place, which another process may have, and run it."""
    lock = settings.data_dir / "hub.lock"
    while (place := _take(lock)) is None:  # noqa: ASYNC110 (the other process tells nobody)
        await asyncio.sleep(HUB_PLACE_SECONDS)
    try:
        hub = Hub(app.state.db, app.state.vault, i18n.translate, line_to_devices(settings))
        async with hub.running():
            app.state.hub = hub
            app.state.checks["broker"] = _check(hub)
            app.state.let_devices_in = hub.let_in
            app.state.broker_address = _address(settings, hub) or app.state.broker_address
            _count(hub, app.state.metrics.registry)
            await _play_visitors(app, settings, hub)
    finally:
        os.close(place)


async def _play_visitors(app: Starlette, settings: Settings, hub: Hub) -> None:
    """For ever: in the demo's area people come and go, so that its pages are alive."""
    while settings.demo:
        with suppress(TimeoutError, DomainError):  # a broker or a database that is away a while
            if await app.state.db.ask(building.is_loaded):
                await _let_people_stroll(app, settings, hub)
        await asyncio.sleep(DEMO_SECONDS)
    await asyncio.Event().wait()


async def _let_people_stroll(app: Starlette, settings: Settings, hub: Hub) -> None:
    """Until other turnstiles are to be played: a real device was paired onto one of them."""
    await hub.transport.connected.wait()
    db, vault = app.state.db, app.state.vault
    found = await db.ask(visitors.turnstiles, vault)
    posts = [Post(one.device_id, one.secret) for one in found]
    if not posts:
        return
    async with crew(for_devices(settings), posts, walk_seconds=WALK_SECONDS) as gates:
        people = visitors.Visitors(db, vault)
        pairs = list(zip(found, gates, strict=True))
        stroll = visitors.Stroll(people, pairs, random.Random())
        while await db.ask(visitors.turnstiles, vault) == found:
            with suppress(DomainError):  # sold out, or sales are stopped
                await stock.keep(db, utc_now())
            await stroll.go_on(utc_now, STROLL_SECONDS)


async def simulate(settings: Settings, gates: int, rate: float, seconds: float) -> dict[str, float]:
    """`shanmen simulate`: real unused tickets at pretend turnstiles, against the running server."""
    db = await Database.open(settings.database)
    try:
        vault, now = open_vault(settings), utc_now()
        people = visitors.Visitors(db, vault)
        found = (await db.ask(visitors.absent, vault))[:gates]
        most = math.ceil(rate * seconds) if rate else MOST_CODES
        codes: dict[int, Iterator[str]] = {}
        for one in found:
            if one.gate_bit not in codes:
                codes[one.gate_bit] = iter(await people.coming(one, now, min(most, MOST_CODES)))
    finally:
        await db.close()
    posts = [Post(one.device_id, one.secret, codes[one.gate_bit]) for one in found]
    if not posts:
        raise NotFound(say("No paired device is free to be played."))
    pace = rate or MOST_SCANS_OF_GATE * len(posts)
    tally = await crowd.simulate(for_devices(settings), posts, rate=pace, seconds=seconds)
    return tally.report()


def for_devices(settings: Settings) -> Connection:
    """How a device on this machine reaches the broker."""
    line = line_to_devices(settings)
    if isinstance(line, Connection):
        return replace(line, username=None, password=None)
    return Connection(LOOPBACK, line.port)


def line_to_devices(settings: Settings) -> Broker | Connection:
    """The broker that the settings name, else one of our own."""
    if settings.mqtt_url:
        ca_file = settings.mqtt_ca_file
        return Connection.from_url(
            settings.mqtt_url,
            authority=ca_file.read_text() if ca_file else None,
            identifier=settings.mqtt_client_id,
            group=settings.mqtt_group,
        )
    lan = None
    if settings.mqtt_lan_host:
        lan = Lan(
            settings.mqtt_lan_host,
            settings.mqtt_lan_port,
            names=tuple(lan_names(settings)),
            client_certificates=settings.mqtt_client_certificates,
        )
    return Broker(settings.data_dir / "broker", settings.mqtt_port, lan=lan)


def lan_names(settings: Settings) -> list[str]:
    """Every name of this machine that a device may have been told."""
    own = [
        _base_host(settings),
        name_for_devices(settings),
        settings.mqtt_lan_host,
        socket.gethostname(),
        "localhost",
    ]
    return sorted({*settings.mqtt_lan_names, *own} - ANYWHERE)


def name_for_devices(settings: Settings) -> str:
    """What devices on the local network call us: what was said, else the host of our web address,
    unless that means this machine to everybody; then the address that we listen on."""
    if settings.mqtt_lan_names:
        return settings.mqtt_lan_names[0]
    if not is_this_machine(base := _base_host(settings)):
        return base
    if settings.mqtt_lan_host not in ANYWHERE:
        return settings.mqtt_lan_host
    return _outward_address() or base


def _outward_address() -> str:
    """This machine's address on its network; nothing is sent. "" without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def _base_host(settings: Settings) -> str:
    return urlsplit(settings.base_url).hostname or ""


def _address(settings: Settings, hub: Hub) -> BrokerAddress | None:
    """How devices reach our own broker from the local network; None: as the settings say."""
    files = hub.broker.certificates() if hub.broker else None
    if files is None:
        return None
    return BrokerAddress(
        name_for_devices(settings), settings.mqtt_lan_port, True, files.authority_pem()
    )


def _take(lock: Path) -> int | None:
    """The place of the one hub of an installation; given back when the process ends."""
    place = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(place)
        return None
    return place


async def _in_another_process() -> Report:
    return Report(True, "the device hub runs in another process")


def _check(hub: Hub) -> Check:
    async def check() -> Report:
        return Report(not hub.reason, hub.reason)

    return check


def _count(hub: Hub, registry: CollectorRegistry) -> None:
    """The hub's figures, read when somebody asks."""
    counts = hub.transport.counts
    figures: dict[str, tuple[str, Callable[[], float]]] = {
        "received": ("Messages of devices", lambda: counts.received),
        "sent": ("Messages to devices", lambda: counts.sent),
        "unread": ("Messages that could not be read or came too fast", lambda: counts.unread),
        "strangers": ("Messages of devices that are not known", lambda: hub.strangers),
        "waiting": ("Messages that are being answered or wait for it", lambda: hub.waiting),
    }
    for name, (text, read) in figures.items():
        Gauge(f"shanmen_mqtt_{name}", text, registry=registry).set_function(read)
    up = Gauge("shanmen_mqtt_up", "Whether devices can reach us", registry=registry)
    up.set_function(lambda: not hub.reason)
