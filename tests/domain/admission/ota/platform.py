"""An OTA at our port in a process of its own, for tests that kill it in the midst of its calls.

python -m tests.domain.admission.ota.platform URL: says each request before it is sent, and each
answer once it is there, line by line as JSON.
"""

import asyncio
import json
import sys
from typing import Any

from domain.admission import ota
from domain.kernel.db import Database
from tests.domain.admission.ota.pretend import PretendOta
from tests.domain.admission.tickets.market import VAULT
from tests.domain.commerce.factories import NOON
from tests.dying import say
from webapp import i18n

BUYERS = 6


def calling(db: Database) -> PretendOta:
    port = ota.Port(db, VAULT, i18n.translate)

    async def post(message: bytes) -> bytes:
        return (await port.answer(message, "127.0.0.1", NOON)).encoded()

    return PretendOta(post, "ctrip01")


async def buy(them: PretendOta) -> None:
    """For ever: two tickets, of which one is given back."""
    while True:
        asked = them.order(2)
        sold = await ask(them, "CreateOrder", asked)
        items = [{"itemId": "i1", "PLU": "ADULT", "quantity": 1}]
        await ask(them, "CancelOrder", them.about(asked | sold, items=items, confirmType=2))


async def ask(them: PretendOta, service: str, body: dict[str, Any]) -> dict[str, Any]:
    say(json.dumps({"service": service, "body": body}))
    code, answered = await them.ask(service, body)
    say(json.dumps({"service": service, "body": body, "answer": [code, answered]}))
    return answered or {}


async def main(url: str) -> None:
    db = await Database.open(url)
    await asyncio.gather(*(buy(calling(db)) for _ in range(BUYERS)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
