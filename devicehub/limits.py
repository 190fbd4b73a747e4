"""How much one device may say: a bucket of tokens each, refilled as time goes by."""

import time
from collections.abc import Callable

PER_SECOND = 20.0
BURST = 60.0  # what a gate that was cut off says when it is back


class Limits:
    def __init__(
        self,
        per_second: float = PER_SECOND,
        burst: float = BURST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}  # tokens left, and when that was

    def allows(self, device_id: str) -> bool:
        now = self._clock()
        tokens, then = self._buckets.get(device_id, (self._burst, now))
        tokens = min(self._burst, tokens + (now - then) * self._per_second)
        if tokens < 1:
            self._buckets[device_id] = tokens, now
            return False
        self._buckets[device_id] = tokens - 1, now
        return True
