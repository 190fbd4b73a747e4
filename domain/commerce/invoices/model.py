"""What a buyer wants on an invoice, and how far it is."""

from enum import StrEnum


class TitleKind(StrEnum):
    PERSON = "person"
    COMPANY = "company"  # needs its tax number


class InvoiceStatus(StrEnum):
    REQUESTED = "requested"
    ISSUED = "issued"
    REJECTED = "rejected"  # with a reason; may be asked for again


class RedStatus(StrEnum):
    """Of a red-letter invoice, which takes back (a part of) an issued one."""

    DUE = "due"
    WRITTEN = "written"
