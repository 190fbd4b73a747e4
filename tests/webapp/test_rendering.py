"""Pages and fragments, money and moments, addresses and the rail."""

from datetime import UTC, date, datetime, time

import httpx2
import jinja2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from domain.admission import redemptions
from domain.admission.redemptions import ByHand
from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.kernel.errors import say
from domain.operation.staff import Permission, Role
from tests.domain.admission.world import built
from tests.webapp.people import sign_in_as
from webapp import filters, htmx, i18n, navigation
from webapp.addresses import Addresses
from webapp.navigation import Group, Item
from webapp.permissions import page

HTMX = {"HX-Request": "true"}
AT = datetime(2026, 11, 22, 6, 31, 5, tzinfo=UTC)


async def test_a_plain_request_gets_the_page_and_htmx_its_part(client: httpx2.AsyncClient) -> None:
    whole = await client.get("/sign-in")
    part = await client.get("/sign-in", headers=HTMX)

    assert whole.text.startswith("<!doctype html>")
    assert part.text.strip().startswith("<form")
    assert "HX-Request" in whole.headers["Vary"]


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
async def test_boosted_links_and_history_get_the_page(
    client: httpx2.AsyncClient, header: str
) -> None:
    response = await client.get("/sign-in", headers={**HTMX, header: "true"})

    assert response.text.startswith("<!doctype html>")


async def test_nothing_personal_is_kept_by_the_browser(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/sign-in")).headers["Cache-Control"] == "no-store"


async def test_pages_hold_no_inline_script_or_style(client: httpx2.AsyncClient) -> None:
    text = (await client.get("/sign-in")).text

    assert "style=" not in text and "<style" not in text
    assert "onclick" not in text and "<script>" not in text


def test_a_missing_value_is_an_error_and_markup_is_escaped(app: Starlette) -> None:
    env: jinja2.Environment = app.state.templates
    with pytest.raises(jinja2.UndefinedError):
        env.from_string("{{ nothing }}").render()
    assert env.from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"


def test_a_sentence_is_translated_where_it_is_shown(app: Starlette) -> None:
    template = app.state.templates.from_string("{{ m }}|{{ m ~ '' }}|{{ 'Sign in'|t }}")

    assert template.render(m=say("Must be at most {le}.", le=5)).startswith("不能大于 5。|")
    assert template.render(m="x").endswith("|登录")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (filters.money_span(123_450), '<span class="money">1,234.50</span>'),
        (filters.money_span(-5), '<span class="money" data-sign="-">0.05</span>'),
        (filters.money_span(None), "—"),
        (filters.money_text(-5), "−¥0.05"),
        (filters.number(-12345), "−12,345"),
        (filters.percent(8360), "83.6%"),
        (filters.percent(10_000), "100%"),
        (filters.moment(AT), "2026-11-22 14:31"),
        (filters.moment_seconds(AT), "2026-11-22 14:31:05"),
        (filters.day(datetime(2026, 11, 22, 17, tzinfo=UTC)), "2026-11-23"),
        (filters.day(date(2026, 11, 22)), "2026-11-22"),
        (filters.long_day(AT), "11月22日 星期日"),
        (filters.clock_time(AT), "14:31"),
        (filters.clock_time(time(8, 5)), "08:05"),
        (filters.masked("11010519491231002X"), "110***********002X"),
        (filters.masked("13800138000"), "138****8000"),
        (filters.masked("A1234"), "A****"),
        (filters.masked(None), "—"),
    ],
)
def test_values_as_people_read_them(text: str, shown: str) -> None:
    assert text == shown


def test_the_long_day_in_english() -> None:
    with i18n.using("en"):
        assert filters.long_day(AT) == "Sunday 22 November"


async def hello(request: Request) -> Response:
    return PlainTextResponse("hello")


ROUTES = [
    page("/office", hello, name="dashboard.show", permission=Permission.DASHBOARD_SEE),
    page("/office/areas", hello, name="areas.index", permission=Permission.PLACES_SEE),
    page("/office/areas/{area_id}", hello, name="areas.show", permission=Permission.PLACES_SEE),
]


def test_addresses_are_made_by_name() -> None:
    addresses = Addresses(ROUTES)

    assert addresses.path("areas.show", area_id="山门?") == "/office/areas/%E5%B1%B1%E9%97%A8%3F"
    assert addresses.path("areas.index", query={"q": "a b", "at": "", "tag": ["x", "y"]}) == (
        "/office/areas?q=a+b&tag=x&tag=y"
    )
    with pytest.raises(KeyError):
        addresses.path("nothing")
    with pytest.raises(ValueError, match="needs"):
        addresses.path("areas.show")
    with pytest.raises(ValueError, match="two routes"):
        Addresses([*ROUTES, ROUTES[0]])


def test_the_rail_shows_what_may_be_opened_and_where_one_is() -> None:
    groups = (
        Group(None, (Item(say("Today"), "dashboard.show", "home"),)),
        Group(say("Place and people"), (Item(say("Areas"), "areas.index", "pin"),)),
        Group(say("System"), ()),
    )
    addresses = Addresses(ROUTES)

    everything = navigation.rail(addresses, lambda route: True, "/office/areas/1", groups)
    little = navigation.rail(addresses, lambda route: "areas" in route.path, "/office", groups)

    assert [(label, [link.is_current for link in links]) for label, links in everything] == [
        (None, [False]),
        ("Place and people", [True]),
    ]
    assert [label for label, _ in little] == ["Place and people"]
    with pytest.raises(ValueError, match="lost"):
        navigation.check(addresses, (Group(None, (Item(say("Lost"), "lost.index", "pin"),)),))


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/office", "dashboard.show"),
        ("/office/products", "ticket_types.index"),
        ("/office/sessions", "staff.index"),
        ("/office/areas/1/map", "areas.index"),
        ("/office/capacity/log", "capacity.index"),
        ("/office/search", ""),
    ],
)
def test_the_rail_says_where_one_is(app: Starlette, path: str, route: str) -> None:
    addresses: Addresses = app.state.addresses
    groups = navigation.rail(addresses, lambda route: True, path)

    current = [link.path for _, links in groups for link in links if link.is_current]
    assert current == ([addresses.path(route)] if route else [])


async def test_what_waits_stands_beside_the_rail(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    async with built(app.state.db) as world:
        await sign_in_as(client, app, Role.SUPERVISOR)
        assert "count bad" not in (await client.get("/office/incidents")).text
        gate_id = await world.add_gate()
        admitted = ByHand("r1", gate_id, 2, "票码破损")
        await app.state.db.act(redemptions.admit, admitted, SYSTEM, clock.utc_now())
        (incident,) = await world.rows("incidents")

        await client.post("/preferences", data={"next": "/office"})  # who acts sees it at once
        shown = (await client.get("/office/orders")).text
        rail = shown.split('class="rail"')[1].split("</nav>")[0]
        assert rail.count('<span class="count bad">1</span>') == 1
        await client.post(f"/office/incidents/{incident.id}", data={"note": "核对无误"})
        assert "count bad" not in (await client.get("/office/orders")).text


async def test_htmx_is_redirected_by_a_header(client: httpx2.AsyncClient) -> None:
    response = await client.post("/preferences", data={"next": "/office"}, headers=HTMX)

    assert response.status_code == 204
    assert response.headers["HX-Redirect"] == "/office"


def test_an_answer_may_raise_several_events() -> None:
    response = htmx.toast(htmx.trigger(Response(), "sold", {"id": "1"}), "已保存")

    assert response.headers["HX-Trigger"].isascii()
    assert (
        '"sold"' in response.headers["HX-Trigger"] and '"toast"' in response.headers["HX-Trigger"]
    )


async def test_the_theme_is_remembered_and_shown(client: httpx2.AsyncClient) -> None:
    await client.post("/preferences", data={"theme": "dark"})

    assert 'data-theme="dark"' in (await client.get("/sign-in")).text


async def test_signed_in_errors_in_the_office_keep_the_rail(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    outside = await client.get("/office/nothing")
    await sign_in_as(client, app, Role.CASHIER)
    inside = await client.get("/office/nothing")

    assert 'class="rail"' not in outside.text
    assert 'class="rail"' in inside.text
    assert "售票员" in inside.text
