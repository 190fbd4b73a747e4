"""What background work is called: kinds of jobs, of schedules and of messages. A kind without a
word is shown as it is written."""

from collections.abc import Mapping

from domain.kernel.errors import Message, say

JOBS: Mapping[str, Message] = {
    "backup": say("Copy of the database"),
    "backup.drill": say("Trial of a copy"),
    "batch": say("Batch change"),
    "bill": say("Fetch a bill"),
    "export": say("Export"),
    "retention": say("Removal of identities"),
    "import": say("Import"),
    "tickets.pdf": say("Tickets as PDF"),
    "demo": say("Demo"),
}
SCHEDULES: Mapping[str, Message] = {
    "audit.seal": say("Seal the audit trail"),
    "signing_keys": say("Renew the keys that sign tickets"),
    "backups.plan": say("Plan copies of the database, remove old ones"),
    "retention.faces": say("Delete faces whose time is over"),
    "retention.look": say("Look for identities whose time is over"),
    "house.sweep": say("Clear what is over"),
    "orders.expire": say("Free the places of unpaid orders"),
    "changes.expire": say("Free the places of changes that nobody paid for"),
    "bills.fetch": say("Fetch and compare the bills of payment platforms"),
    "payments.query": say("Ask about payments that wait"),
    "slots.make": say("Make time slots as planned"),
    "customers.visits": say("Forget browsers whose time is over"),
    "ota.notices": say("Find what OTAs are to be told"),
    "octo.bookings": say("Find which bookings of resellers changed"),
    "octo.catalogue": say("Find which products and days changed for resellers"),
    "ota.over": say("Leave tickets of OTAs alone whose time is over"),
    "agents.settle": say("State the months of agents, freeze overdue credit"),
    "reports.send": say("Send reports that are due"),
    "days.sum": say("Add up the days that are over"),
    "exports.sweep": say("Remove old exports"),
    "imports.sweep": say("Throw away files that nobody brought in"),
    "faults.look": say("Look for exceptions of devices"),
    "devices.silence": say("Notice devices that fell silent"),
    "devices.attempts": say("Forget old tries to pair"),
    "waiting.offer": say("Offer free places to who waits"),
    "occupancy.refresh": say("Watch the capacity"),
    "redemptions.lapse": say("Free tickets that did not pass"),
    "kiosks.visits": say("Wipe what a visitor left at a kiosk"),
    "memberships.end": say("End cards, and remind before"),
    "memberships.holders": say("Forget holders of unpaid cards"),
}
MESSAGES: Mapping[str, Message] = {
    "email": say("Mail"),
    "sms": say("Text message"),
    "message": say("Message"),
    "message.code": say("One-time code"),
    "order.notice": say("Notice about an order"),
    "ota.notice": say("Notice to an OTA"),
    "octo.notice": say("Notice to a reseller's program"),
    "card.code": say("Code for looking at a card"),
    "card.reminder": say("Reminder of a card's end"),
    "print": say("Print"),
    "payment.query": say("Ask about a payment"),
    "payment.close": say("Stop a payment"),
    "payment.refund": say("Pay money back"),
    "refund": say("Pay money back"),
    "payout": say("Pay money out"),
    "ticket.void": say("Tell gates of a void ticket"),
}


def called(words: Mapping[str, Message], kind: str) -> Message | str:
    return words.get(kind, kind)
