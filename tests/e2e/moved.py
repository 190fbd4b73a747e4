"""`shanmen` by a clock that is wrong on purpose: python -m tests.e2e.moved SECONDS serve ...

The day of a test begins at nine in the morning, whenever the test runs. What reads the clock takes
the moved one when it is imported. The demo that it loads has a short past.
"""

import sys
from datetime import UTC, datetime, timedelta

from devicehub import messages
from domain.kernel import clock


def set_forward(by: timedelta) -> None:
    """By so much; back when it is negative."""

    def utc_now() -> datetime:
        return datetime.now(UTC) + by

    def unix_ms() -> int:
        return int(utc_now().timestamp() * 1000)

    clock.utc_now, messages.unix_ms = utc_now, unix_ms


if __name__ == "__main__":
    set_forward(timedelta(seconds=float(sys.argv[1])))
    from webapp.cli import main
    from webapp.demo import building

    building.HISTORY_DAYS, building.UNUSED_TODAY, building.UNUSED_TOMORROW = 2, 40, 10

    sys.argv = ["shanmen", *sys.argv[2:]]
    main()
