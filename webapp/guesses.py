"""Addresses that keep sending what nobody has signed are kept waiting."""

import time

from domain.kernel.errors import TooOften

MOST_GUESSES, GUESS_SECONDS = 30, 60.0
MOST_ADDRESSES = 10_000


class Guesses:
    """Addresses that send what no account has signed are kept waiting."""

    def __init__(self) -> None:
        self._by_address: dict[str, list[float]] = {}

    def check(self, address: str) -> None:
        if len(self._recent(address)) >= MOST_GUESSES:
            raise TooOften()

    def count(self, address: str) -> None:
        if len(self._by_address) >= MOST_ADDRESSES:
            self._by_address.clear()
        self._by_address[address] = [*self._recent(address), time.monotonic()]

    def _recent(self, address: str) -> list[float]:
        since = time.monotonic() - GUESS_SECONDS
        return [at for at in self._by_address.get(address, ()) if at > since]
