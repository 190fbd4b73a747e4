"""The OTA port: the words of its wire, and the numbers that it answers with."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple


class Service(StrEnum):
    """What an OTA may ask, by the `serviceName` of the wire."""

    VERIFY = "VerifyOrder"
    CREATE = "CreateOrder"
    CANCEL = "CancelOrder"
    EDIT = "EditOrder"
    QUERY = "QueryOrder"
    VOUCHER = "SendVoucher"  # their customer lost them: once more


class Notice(StrEnum):
    """What we tell an OTA of our own accord."""

    CONSUMED = "OrderConsumedNotice"
    TRAVEL = "OrderTravelNotice"  # the vouchers as they are: changed, or asked for once more
    CANCELLED = "CancelOrderConfirm"  # what was decided about a cancellation that had to wait


class AccountStatus(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"


class ProductStatus(StrEnum):
    ACTIVE = "active"
    RETIRED = "retired"


class Code(StrEnum):
    """The result codes of the supplier API; 1100 to 1199 are ours to define."""

    OK = "0000"
    UNREADABLE = "0001"
    BAD_SIGNATURE = "0002"
    BAD_ACCOUNT = "0003"
    NO_SERVICE = "0004"
    TRY_AGAIN = "0005"
    NO_PRODUCT = "1001"
    OFF_SALE = "1002"
    NO_STOCK = "1003"
    LIMITED = "1004"
    MISSING = "1005"
    WRONG = "1006"
    PRICE = "1007"
    BALANCE = "1008"
    DATE = "1009"
    NO_GROUP = "1010"
    OTHER = "1100"
    OTHER_BODY = "1101"
    NOT_CHANGEABLE = "1102"
    NO_ORDER = "2001"
    USED = "2002"
    EXPIRED = "2003"
    QUANTITY = "2004"
    NOT_REFUNDABLE = "2005"
    REJECTED = "2006"
    NO_ORDER_TO_QUERY = "4001"


class OrderState(StrEnum):
    """`orderStatus` of an item in the answer to QueryOrder."""

    WAITING = "1"
    CONFIRMED = "2"
    CANCEL_WAITING = "3"
    PART_CANCELLED = "4"
    CANCELLED = "5"
    PART_USED = "7"
    USED = "8"
    EXPIRED = "10"


class Answer(NamedTuple):
    """What the OTA is told: the same again for the same sequence."""

    code: str
    message: str
    body: Mapping[str, Any] | None = None
    order_id: str | None = None
    refund_id: str | None = None  # of a cancellation that waits for a person


NOT_STORED = frozenset({Code.TRY_AGAIN})  # the OTA asks again and may hear something else
