"""Every page's address by its name. Starlette's own lookup tries all routes in turn, which a list
of fifty rows pays for fifty times."""

from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

from starlette.routing import BaseRoute, Route


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
        if set(params) != set(route.param_convertors):
            raise ValueError(f"{name} needs {sorted(route.param_convertors)}, got {sorted(params)}")
        path = route.path_format.format(
            **{
                key: quote(route.param_convertors[key].to_string(value), safe="/")
                for key, value in params.items()
            }
        )
        kept = {key: value for key, value in (query or {}).items() if value not in (None, "", [])}
        return f"{path}?{urlencode(kept, doseq=True)}" if kept else path
