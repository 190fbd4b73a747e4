"""Words of messages to people: channels, providers, what became of each."""

from collections.abc import Mapping
from enum import StrEnum

from domain.kernel.errors import Message, say
from domain.operation.messages import DeliveryState, MessageChannel, ProviderKind, Verdict
from domain.operation.messages.model import ValueKind

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, Message | tuple[Message, str]]] = {
    MessageChannel: {
        MessageChannel.SMS: say("Text message"),
        MessageChannel.EMAIL: say("Mail"),
    },
    DeliveryState: {
        DeliveryState.WAITING: (say("Waits"), "info"),
        DeliveryState.SENDING: (say("Being sent"), "info"),
        DeliveryState.SENT: (say("Handed to the provider"), "ok"),
        DeliveryState.DELIVERED: (say("Arrived"), "ok"),
        DeliveryState.LOGGED: (say("Only written down"), "warn"),
        DeliveryState.WITHHELD: say("Not sent, by a rule"),
        DeliveryState.FAILED: (say("Not sent"), "bad"),
        DeliveryState.UNKNOWN: (say("Nobody knows"), "high"),
    },
    ProviderKind: {
        ProviderKind.TENCENT: say("Tencent Cloud"),
        ProviderKind.ALIBABA: say("Alibaba Cloud"),
        ProviderKind.HTTP: say("Any platform by HTTP"),
        ProviderKind.SMTP: say("Mail server (SMTP)"),
        ProviderKind.LOG: say("Write down only"),
    },
    ValueKind: {
        ValueKind.TEXT: say("Text"),
        ValueKind.MONEY: say("Amount"),
        ValueKind.DAY: say("Day"),
        ValueKind.NUMBER: say("Number"),
    },
    Verdict: {
        Verdict.RIGHT: (say("Right"), "ok"),
        Verdict.WRONG: (say("Wrong"), "bad"),
        Verdict.OVER: (say("No longer valid"), "warn"),
    },
}
