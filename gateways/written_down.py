"""A carrier that sends nothing and says so in the log, without the address: to try things out."""

from collections.abc import Mapping

import structlog

from domain.kernel.identity import mask
from domain.kernel.ports import CallbackRejected, Letter, Receipt, SendAnswer, SendState

log = structlog.get_logger()


class WrittenDown:
    """What it is given counts as written down, never as sent."""

    async def send(self, letter: Letter) -> SendAnswer:
        log.info(
            "message.written_down",
            number=letter.number,
            to=mask(letter.address),
            characters=len(letter.text),
        )
        return SendAnswer(SendState.LOGGED, letter.number)

    async def query(self, letter: Letter) -> SendAnswer:
        return SendAnswer(SendState.LOGGED, letter.number)

    def read_receipts(self, headers: Mapping[str, str], body: bytes) -> list[Receipt]:
        raise CallbackRejected()
