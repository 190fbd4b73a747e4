"""OCTO's objects: suppliers, products with their options and units, availability."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from domain.commerce.catalog import Offer
from domain.commerce.resellers import Price, Shelf, Space
from webapp import i18n
from webapp.octo.callers import PLAIN, Caller

OPTION = "DEFAULT"
CURRENCY = "CNY"
OLDEST = 120  # no age is too high
MOST_UNITS = 200  # of one booking
DELIVERY = {"deliveryFormats": ["QRCODE", "PDF_URL"], "deliveryMethods": ["TICKET", "VOUCHER"]}
NAMED = ["fullName", "notes"]  # of a real-name ticket: the notes are the document's number


def moment(at: datetime | None) -> str | None:
    """UTC to the second, as ...Z."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def named(row: Any, zh: str = "name_zh", en: str = "name_en") -> str:
    """In the reader's language; Chinese when there is nothing else."""
    return str((i18n.current() == "en" and getattr(row, en)) or getattr(row, zh))


def supplier(area: Any, endpoint: str) -> dict[str, Any]:
    return {
        "id": area.id,
        "name": named(area),
        "endpoint": endpoint,
        "contact": {
            "website": endpoint.removesuffix("/octo"),
            "email": None,
            "telephone": area.phone or None,
            "address": area.address or None,
        },
    }


def capability(name: str) -> dict[str, Any]:
    return {"id": PLAIN + name, "revision": 1, "required": False, "dependencies": []}


def product(
    found: Shelf, caller: Caller, prices: Mapping[str, Price] | None = None
) -> dict[str, Any]:
    """`prices`: from what units cost, by ticket type."""
    row = found.product
    made: dict[str, Any] = {
        "id": row.id,
        "internalName": named(row),
        "reference": row.code,
        "locale": i18n.TAGS[caller.language],
        "timeZone": found.area.time_zone,
        "allowFreesale": False,
        "instantConfirmation": True,
        "instantDelivery": True,
        "availabilityRequired": True,
        "availabilityType": "START_TIME" if row.slotted else "OPENING_HOURS",
        **DELIVERY,
        "redemptionMethod": "DIGITAL",
        "options": [option(found, caller, prices)],
    }
    if caller.has("pricing"):
        made |= {
            "defaultCurrency": CURRENCY,
            "availableCurrencies": [CURRENCY],
            "pricingPer": "UNIT",
            "includeTax": True,
        }
    if caller.has("content"):
        text = named(row, "description_zh", "description_en")
        made |= {
            "title": named(row),
            "country": "CN",
            "location": named(found.area),
            "shortDescription": text,
            "description": text or named(found.area, "introduction_zh", "introduction_en"),
            "features": [],
            "faqs": [],
            "media": [],
            "locations": [],
            "categoryLabels": [],
        }
    return made


def option(found: Shelf, caller: Caller, prices: Mapping[str, Price] | None) -> dict[str, Any]:
    hours = cutoff_hours(found.offers)
    made: dict[str, Any] = {
        "id": OPTION,
        "default": True,
        "internalName": named(found.product),
        "reference": found.product.code,
        "availabilityLocalStartTimes": list(found.starts) or ["00:00"],
        "cancellationCutoff": f"{hours} hours",
        "cancellationCutoffAmount": hours,
        "cancellationCutoffUnit": "hour",
        "requiredContactFields": [],
        "restrictions": {"minUnits": 1, "maxUnits": MOST_UNITS},
        "units": [unit(one, found, caller, (prices or {}).get(one.row.id)) for one in found.offers],
    }
    if caller.has("content"):
        made |= {"title": named(found.product), "subtitle": None, "shortDescription": None}
    return made


def cutoff_hours(offers: Sequence[Offer]) -> int:
    """Until how long before the start something still comes back."""
    hours = [
        tier["hours_before"]
        for offer in offers
        for tier in offer.row.tiers
        if tier["bps"] and tier.get("hours_before") is not None
    ]
    return min(hours, default=0)


def unit(offer: Offer, found: Shelf, caller: Caller, price: Price | None) -> dict[str, Any]:
    row = offer.row
    rights = offer.concessions if row.concession_only else []
    ages = [(one.from_age or 0, one.until_age or OLDEST) for one in rights]
    adults = [one.row.id for one in found.offers if one.row.kind == "adult"]
    made: dict[str, Any] = {
        "id": row.id,
        "internalName": named(row),
        "reference": row.code,
        "type": row.kind.upper(),
        "requiredContactFields": NAMED if row.real_name else [],
        "restrictions": {
            "minAge": min((least for least, _ in ages), default=0),
            "maxAge": max((most for _, most in ages), default=OLDEST),
            "idRequired": bool(row.real_name),
            "minQuantity": row.least_per_order or None,
            "maxQuantity": row.most_per_order or None,
            "paxCount": row.persons,
            "accompaniedBy": adults if any(one.needs_adult for one in rights) else [],
        },
    }
    if caller.has("pricing") and price is not None:
        made["pricingFrom"] = [pricing(price)]
    if caller.has("content"):
        made |= {"title": named(row), "titlePlural": named(row),
                 "subtitle": named(row, "hint_zh", "hint_en") or None}  # fmt: skip
    return made


def pricing(price: Price) -> dict[str, Any]:
    return {
        "original": price.original_minor,
        "retail": price.retail_minor,
        "net": price.net_minor,
        "currency": CURRENCY,
        "currencyPrecision": 2,
        "includedTaxes": [],
    }


def total(prices: Sequence[Price]) -> Price:
    return Price(
        sum(one.original_minor for one in prices),
        sum(one.retail_minor for one in prices),
        sum(one.net_minor for one in prices),
    )


def opening_hours(area: Any) -> list[dict[str, str]]:
    return [{"from": area.opens_at, "to": area.closes_at}]


Wanted = Mapping[str, int]  # units by ticket type


def status_of(space: Space, wanted: Wanted, found: Shelf) -> str:
    heads = sum(many * persons_of(found, type_id) for type_id, many in wanted.items())
    if not space.is_open or not all(type_id in space.prices for type_id in wanted or space.prices):
        return "CLOSED"
    if not space.prices:
        return "CLOSED"
    if not space.has_room(max(heads, 1)):
        return "SOLD_OUT"
    return "LIMITED" if space.is_limited else "AVAILABLE"


def persons_of(found: Shelf, type_id: str) -> int:
    offer = found.offer(type_id)
    return int(offer.row.persons) if offer else 1


def availability(space: Space, found: Shelf, wanted: Wanted, caller: Caller) -> dict[str, Any]:
    status = status_of(space, wanted, found)
    made: dict[str, Any] = {
        **place_in_time(space, found.area),
        "available": status in ("AVAILABLE", "LIMITED"),
        "status": status,
        "vacancies": space.left,
        "capacity": space.capacity,
        "maxUnits": MOST_UNITS if space.left is None else min(space.left, MOST_UNITS),
        "utcCutoffAt": moment(space.ends_at),
    }
    if caller.has("pricing"):
        made["unitPricing"] = [
            {"unitId": type_id, **pricing(price)} for type_id, price in space.prices.items()
        ]
        if wanted and all(type_id in space.prices for type_id in wanted):
            made["pricing"] = pricing(total_of(space, wanted))
    return made


def place_in_time(space: Space, area: Any) -> dict[str, Any]:
    return {
        "id": space.id,
        "localDateTimeStart": space.starts_at.isoformat(),
        "localDateTimeEnd": space.ends_at.isoformat(),
        "allDay": space.all_day,
        "openingHours": opening_hours(area) if space.all_day else [],
    }


def total_of(space: Space, wanted: Wanted) -> Price:
    return total([space.prices[type_id] for type_id, many in wanted.items() for _ in range(many)])


def calendar_day(
    on: str, spaces: Sequence[Space], found: Shelf, wanted: Wanted, caller: Caller
) -> dict[str, Any]:
    """A day with all its slots together."""
    words = [status_of(one, wanted, found) for one in spaces]
    status = next((w for w in ("AVAILABLE", "LIMITED", "SOLD_OUT") if w in words), "CLOSED")
    lefts = [one.left for one in spaces]
    sizes = [one.capacity for one in spaces]
    made: dict[str, Any] = {
        "localDate": on,
        "available": status in ("AVAILABLE", "LIMITED"),
        "status": status,
        "vacancies": sum(one or 0 for one in lefts) if lefts and None not in lefts else None,
        "capacity": sum(one or 0 for one in sizes) if sizes and None not in sizes else None,
        "openingHours": opening_hours(found.area),
    }
    if caller.has("pricing"):
        made["unitPricingFrom"] = [
            {"unitId": offer.row.id, **pricing(least)}
            for offer in found.offers
            if (least := cheapest(spaces, offer.row.id)) is not None
        ]
        sold = [one for one in spaces if all(type_id in one.prices for type_id in wanted)]
        if wanted and sold:
            made["pricingFrom"] = pricing(
                min((total_of(one, wanted) for one in sold), key=lambda one: one.net_minor)
            )
    return made


def cheapest(spaces: Sequence[Space], type_id: str) -> Price | None:
    prices = [one.prices[type_id] for one in spaces if type_id in one.prices]
    return min(prices, key=lambda one: one.net_minor, default=None)
