"""Where a program wants to be told (capability notifications)."""

from typing import Annotated, Any

from msgspec import Meta
from starlette.requests import Request

from domain.admission import subscriptions
from domain.admission.subscriptions import NoticeType, Subscription, SubscriptionInput
from domain.kernel import clock
from domain.kernel.errors import say
from webapp.octo.bodies import Short, Struct, read
from webapp.octo.callers import Caller, octo
from webapp.octo.problems import BadRequest
from webapp.parts import db_of, vault_of

Address = Annotated[str, Meta(max_length=300)]
Headers = Annotated[dict[Short, Annotated[str, Meta(max_length=500)]], Meta(max_length=10)]


class Wanted(Struct):
    url: Address | None = None
    notification_types: Annotated[list[Short], Meta(max_length=10)] | None = None
    headers: Headers | None = None


async def create(request: Request, caller: Caller) -> Any:
    given: Wanted = await read(request, Wanted)
    wanted = SubscriptionInput(given.url or "", types_of(given) or (), given.headers or {})
    made = await db_of(request).act(
        subscriptions.add,
        vault_of(request),
        caller.agent_id,
        caller.area_id,
        wanted,
        caller.actor,
        clock.utc_now(),
    )
    return shown(made) | {"secret": made.secret}


async def update(request: Request, caller: Caller) -> Any:
    """What is not said stays."""
    given: Wanted = await read(request, Wanted)
    known = await found(request, caller)
    wanted = SubscriptionInput(
        known.url if given.url is None else given.url,
        types_of(given) if given.notification_types is not None else known.types,
        known.headers if given.headers is None else given.headers,
    )
    made = await db_of(request).act(
        subscriptions.change, vault_of(request), known, wanted, caller.actor, clock.utc_now()
    )
    return shown(made)


async def destroy(request: Request, caller: Caller) -> Any:
    known = await found(request, caller)
    await db_of(request).act(subscriptions.remove, known, caller.actor, clock.utc_now())
    return shown(known)


async def show(request: Request, caller: Caller) -> Any:
    return shown(await found(request, caller))


async def index(request: Request, caller: Caller) -> Any:
    vault = vault_of(request)
    rows = await db_of(request).ask(subscriptions.of_agent, vault, caller.agent_id)
    return [shown(one) for one in rows]


async def found(request: Request, caller: Caller) -> Subscription:
    own = str(request.path_params["subscription_id"])
    known: Subscription = await db_of(request).ask(
        subscriptions.get, vault_of(request), caller.agent_id, own
    )
    return known


def types_of(given: Wanted) -> tuple[NoticeType, ...]:
    """In either case of letters. BadRequest for one that is none."""
    said = dict.fromkeys(word.upper() for word in given.notification_types or ())
    try:
        return tuple(NoticeType(word) for word in said)
    except ValueError:
        words = ", ".join(NoticeType)
        raise BadRequest(say("notificationTypes are {words}.", words=words)) from None


def shown(one: Subscription) -> dict[str, Any]:
    return {
        "id": one.id,
        "url": one.url,
        "notificationTypes": list(one.types),
        "headers": dict(one.headers),
    }


POST, ALL = ["POST"], "/notifications/subscriptions"
ONE = f"{ALL}/{{subscription_id}}"
routes = [
    octo(ALL, create, name="octo.subscriptions.create", methods=POST),
    octo(ALL, index, name="octo.subscriptions.index"),
    octo(ONE, show, name="octo.subscriptions.show"),
    octo(ONE, update, name="octo.subscriptions.update", methods=["PATCH"]),
    octo(ONE, destroy, name="octo.subscriptions.destroy", methods=["DELETE"]),
]
