"""A cashier's browser without the browser: the forms of the ticket window over HTTP."""

from collections.abc import Mapping

import httpx2

from tests.e2e.installation import Person


class Till:
    """One cashier at one window. A lost answer is an `httpx2.TransportError`, never a retry."""

    def __init__(self, url: str) -> None:
        self.client = httpx2.AsyncClient(base_url=url, timeout=10.0)

    async def open(self, person: Person, window_id: str, float_yuan: str) -> None:
        """Sign in, stand at the window, open a shift."""
        await self._send("/sign-in", {"login": person.login, "password": person.password})
        await self._send("/window/tills", {"window_id": window_id})
        await self._send("/window/shifts", {"float_minor": float_yuan})

    async def sell(self, request_id: str, quantities: Mapping[str, int]) -> str:
        """Sell for cash, exact; the order's id. The same request is the same sale."""
        wanted = {f"q.{type_id}": str(count) for type_id, count in quantities.items()}
        where = await self._send("/window/sales", {"request_id": request_id, **wanted})
        return where.split("/")[-2]  # /window/orders/<id>/done

    async def close(self) -> None:
        await self.client.aclose()

    async def _send(self, path: str, fields: Mapping[str, str]) -> str:
        """Where the answer leads; everything here ends in a redirect."""
        answer = await self.client.post(path, data=dict(fields))
        assert answer.status_code == 303, f"{path}: {answer.status_code} {answer.text[:2_000]}"
        return answer.headers["location"]
