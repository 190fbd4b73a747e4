"""A pretend SMS platform: it sends nothing, and says so in the log, without the phone."""

import structlog

from domain.kernel.identity import mask

log = structlog.get_logger()
MOST_KEPT = 1_000


class SimulatedSms:
    """Remembers the newest messages under our numbers: the same number is sent once."""

    def __init__(self) -> None:
        self.sent: dict[str, str] = {}

    async def send(self, number: str, phone: str, text: str) -> None:
        if number in self.sent:
            return
        if len(self.sent) >= MOST_KEPT:
            self.sent.pop(next(iter(self.sent)))
        self.sent[number] = text
        log.info("sms.simulated", number=number, phone=mask(phone), characters=len(text))
