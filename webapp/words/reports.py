"""Words of reports: by what figures are told apart."""

from collections.abc import Mapping
from enum import StrEnum

from domain.kernel.errors import Message, say
from domain.reports.days import Dimension

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, Message | tuple[Message, str]]] = {
    Dimension: {
        Dimension.DAY: say("Day"),
        Dimension.AREA: say("Scenic area"),
        Dimension.TYPE: say("Ticket type"),
        Dimension.SITE: say("Sales site"),
        Dimension.WINDOW: say("Window"),
        Dimension.CASHIER: say("Cashier"),
        Dimension.CHANNEL: say("Channel"),
        Dimension.GATE: say("Gate"),
        Dimension.HOUR: say("Hour"),
        Dimension.CAUSE: say("Cause"),
        Dimension.LEVEL: say("Level"),
        Dimension.UNIT: say("Operating unit"),
    },
}
