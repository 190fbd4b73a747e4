"""`bench/run [--postgres] [--json] [NAME ...]`: what is fast, and how it grows.

Names: start, memory, redemptions, mqtt, orders, sales, pdf, export, cards, pages, shop, million.
Without one all of them, which takes minutes. The load comes from a process of its own over the
loopback; on a busy machine say so beside the figures.
"""

import argparse
import asyncio
import json
import os
import signal
import sys

from bench.acts import orders_act
from bench.cards import cards
from bench.cases import CASES, EVERYTHING, Case
from bench.measures import Row, table, yardstick
from bench.world import World, built

ALL: dict[str, Case] = CASES | {"orders": orders_act, "cards": cards}


async def measure(world: World, names: list[str], as_json: bool) -> list[Row]:
    await world.furnish()
    rows: list[Row] = []
    for name in names:
        print(f"{name} ...", file=sys.stderr, flush=True)
        found = await ALL[name](world)
        rows += found
        if not as_json:
            print(table(found), flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="not SQLite but PostgreSQL")
    parser.add_argument("--json", action="store_true", help="one JSON list")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(ALL))
    given = parser.parse_args()
    if unknown := set(given.names) - ALL.keys():
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leave no server behind
    names = given.names or [*EVERYTHING[:-1], "orders", "cards", EVERYTHING[-1]]
    with built("postgresql" if given.postgres else "sqlite") as world:
        rows = asyncio.run(measure(world, names, given.json))
    if given.json:
        print(json.dumps([row._asdict() for row in rows], indent=1))
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(
        f"load averages of the machine: {load}; {os.cpu_count()} cores;"
        f" yardstick {yardstick():.1f}",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
