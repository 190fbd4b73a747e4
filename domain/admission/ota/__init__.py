"""The OTA port, in the shape of Ctrip's supplier API for tickets: docs/ota.md.

An OTA is an agent whose programs order: `Port.answer` takes its messages, `carriers` tell it what
became of its orders. Importing it registers what follows changed tickets, and the checks.
"""

from domain.admission.ota import codes, telling, verification, wire
from domain.admission.ota.accounts import (
    AccountInput,
    Keys,
    add_account,
    change_account,
    find_account,
    get_account,
    list_accounts,
)
from domain.admission.ota.calls import Sought, get_call, list_calls
from domain.admission.ota.model import (
    AccountStatus,
    Answer,
    Code,
    Notice,
    OrderState,
    ProductStatus,
    Service,
)
from domain.admission.ota.products import (
    ProductInput,
    add_product,
    change_product,
    get_product,
    list_products,
)
from domain.admission.ota.serving import Port, Reply
from domain.admission.ota.telling import carriers, forget_over, sweep

__all__ = [
    "AccountInput",
    "AccountStatus",
    "Answer",
    "Code",
    "Keys",
    "Notice",
    "OrderState",
    "Port",
    "ProductInput",
    "ProductStatus",
    "Reply",
    "Service",
    "Sought",
    "add_account",
    "add_product",
    "carriers",
    "change_account",
    "change_product",
    "codes",
    "find_account",
    "forget_over",
    "get_account",
    "get_call",
    "get_product",
    "list_accounts",
    "list_calls",
    "list_products",
    "sweep",
    "telling",
    "verification",
    "wire",
]
