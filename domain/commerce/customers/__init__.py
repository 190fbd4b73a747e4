"""Who buys on the web, without a password: a browser may look at what it bought; who types the code
that was sent to a phone may look at all that was bought with that phone, and keeps the people he
travels with."""

from domain.commerce.customers.travelling import (
    MOST_TRAVELLERS,
    drop_traveller,
    input_of,
    keep_travellers,
    travellers_of,
)
from domain.commerce.customers.visiting import (
    CODE,
    LIFE,
    Phone,
    Visit,
    begin,
    check_unpaid,
    code_carriers,
    end,
    forget,
    is_code,
    is_own,
    keep_order,
    number_of,
    orders_of,
    phone_of,
    recognise,
    renew,
    seen,
    send_code,
)

__all__ = [
    "CODE",
    "LIFE",
    "MOST_TRAVELLERS",
    "Phone",
    "Visit",
    "begin",
    "check_unpaid",
    "code_carriers",
    "drop_traveller",
    "end",
    "forget",
    "input_of",
    "is_code",
    "is_own",
    "keep_order",
    "keep_travellers",
    "number_of",
    "orders_of",
    "phone_of",
    "recognise",
    "renew",
    "seen",
    "send_code",
    "travellers_of",
]
