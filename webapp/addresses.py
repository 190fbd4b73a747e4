"""Addresses, both ways: a page's address by its name, and a route by its address.

Starlette tries all routes in turn for either. A list of fifty rows would pay for that fifty times,
and a gate's scan would pay for two hundred pages of the office.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

from starlette.routing import BaseRoute, Match, Route
from starlette.types import Receive, Scope, Send

PLAIN = re.compile(r"[A-Za-z0-9_.~/-]*")  # quote would change nothing


class Addresses:
    """Route names and their paths."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self.routes: dict[str, Route] = {}
        for route in routes:
            if isinstance(route, Route):
                self._add(route)

    def _add(self, route: Route) -> None:
        if route.name in self.routes:
            raise ValueError(f"two routes are named {route.name}")
        self.routes[route.name] = route

    def __contains__(self, name: str) -> bool:
        return name in self.routes

    def path(self, name: str, query: Mapping[str, object] | None = None, **params: object) -> str:
        """The path of a named route; `query` without its empty values stands behind it."""
        route = self.routes[name]
        path = route.path_format
        if params.keys() != route.param_convertors.keys():
            raise ValueError(f"{name} needs {sorted(route.param_convertors)}, got {sorted(params)}")
        if params:
            path = path.format(
                **{
                    key: quoted(route.param_convertors[key].to_string(value))
                    for key, value in params.items()
                }
            )
        if not query:
            return path
        kept = {key: value for key, value in query.items() if value not in (None, "", [])}
        return f"{path}?{urlencode(kept, doseq=True)}" if kept else path


class Signpost(BaseRoute):
    """All routes as one: the first two parts of an address lead to the few that can match it."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._exact: dict[tuple[str, str], list[BaseRoute]] = defaultdict(list)
        self._open: dict[str, list[BaseRoute]] = defaultdict(list)
        for route in routes:
            first, second = _start_of(getattr(route, "path", "/"))
            if "{" in second:
                self._open[first].append(route)
            else:
                self._exact[first, second].append(route)
        self._exact, self._open = dict(self._exact), dict(self._open)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As the router would have found it; what it calls the route is the one that matched."""
        first, second = _start_of(scope["path"])
        partial: tuple[Match, Scope] = (Match.NONE, {})
        for routes in (self._exact.get((first, second), ()), self._open.get(first, ())):
            for route in routes:
                match, found = route.matches(scope)
                if match is Match.FULL:
                    return match, {**found, "route": route}
                if match is Match.PARTIAL and partial[0] is Match.NONE:
                    partial = (match, {**found, "route": route})
        return partial

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        route: BaseRoute = scope["route"]
        await route.handle(scope, receive, send)


def quoted(text: str) -> str:
    """As it stands in an address; most are ids, which need nothing."""
    return text if PLAIN.fullmatch(text) else quote(text, safe="/")


def _start_of(path: str) -> tuple[str, str]:
    parts = path.split("/", 3)
    return parts[1] if len(parts) > 1 else "", parts[2] if len(parts) > 2 else ""
