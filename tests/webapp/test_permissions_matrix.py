"""Every route by every role: let in or refused as the table of permissions says."""

import itertools

import httpx2
from starlette.applications import Starlette
from starlette.routing import Route

from domain.kernel import clock
from domain.kernel.actors import SYSTEM
from domain.operation.staff import Role, grants
from domain.operation.staff.model import ROLE_PERMISSIONS
from tests.webapp.people import add_person, sign_in, sign_in_as
from webapp.permissions import Guarded
from webapp.routes import ROUTES

counted = itertools.count()
NOBODY_KNOWS = "01900000-0000-7000-8000-000000000000"


def guarded() -> list[Guarded]:
    found = [route for route in ROUTES if isinstance(route, Guarded)]
    return [route for route in found if route.access.permission or route.access.signed_in]


def example_of(route: Route) -> str:
    """An address of the route that names nothing which exists."""
    values = {
        name: 1 if "Integer" in type(convertor).__name__ else NOBODY_KNOWS
        for name, convertor in route.param_convertors.items()
    }
    return route.path_format.format(**values)


def method_of(route: Route) -> str:
    return next(iter(sorted((route.methods or {"GET"}) - {"HEAD"})))


async def test_who_lacks_the_permission_is_refused(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    for role in Role:
        await sign_in_as(client, app, role)
        for route in guarded():
            permission = route.access.permission
            if permission is None or permission in ROLE_PERMISSIONS[role]:
                continue
            response = await client.request(method_of(route), example_of(route))
            assert response.status_code == 403, f"{role}: {route.path} {response.status_code}"


async def test_who_has_the_permission_is_let_in(app: Starlette, client: httpx2.AsyncClient) -> None:
    """Pages that show something without naming a thing: they open."""
    for role in Role:
        await sign_in_as(client, app, role)
        for route in guarded():
            permission = route.access.permission
            if "GET" not in (route.methods or ()) or route.param_convertors:
                continue
            if route.name.endswith("stream"):
                continue  # it does not end
            if permission is None or permission in ROLE_PERMISSIONS[role]:
                response = await client.get(route.path)
                assert response.status_code not in (401, 403), f"{role}: {route.path}"
                assert response.status_code < 500, f"{role}: {route.path}"


async def test_a_stranger_is_sent_to_the_door(client: httpx2.AsyncClient) -> None:
    for route in guarded():
        response = await client.request(method_of(route), example_of(route))
        assert response.status_code in (303, 401), f"{route.path} {response.status_code}"
        if response.status_code == 303:
            assert response.headers["Location"].startswith("/sign-in"), route.path


async def test_who_has_the_permission_is_not_refused_what_it_opens(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    """With a thing that does not exist and an empty form: not found, or marked as wrong, or done;
    never refused, and never our mistake."""
    for role in Role:
        for route in guarded():
            permission = route.access.permission
            if permission is None or permission not in ROLE_PERMISSIONS[role]:
                continue
            if route.name.endswith(("stream", "progress")):
                continue  # it does not end
            staff_id = await add_person(app.state.db, role, login=f"{role.value}.{next(counted)}")
            await sign_in(client, app, staff_id)
            response = await client.request(method_of(route), example_of(route), data={})
            assert response.status_code not in (401, 403), f"{role}: {route.path}"
            assert response.status_code < 500, f"{role}: {route.path} {response.status_code}"


async def test_whoever_left_or_has_no_role_opens_nothing(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    staff_id = await add_person(app.state.db, Role.ADMINISTRATOR, login="nobody")
    await app.state.db.act(grants.replace, None, SYSTEM, staff_id, set(), clock.utc_now())
    await sign_in(client, app, staff_id)

    for route in guarded():
        if route.access.permission is None:
            continue
        response = await client.request(method_of(route), example_of(route))
        assert response.status_code == 403, route.path
