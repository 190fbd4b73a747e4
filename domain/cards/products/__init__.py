"""What member cards are on sale: made by one, approved by another."""

from domain.cards.products.editing import (
    add_product,
    document_of,
    get_product,
    list_products,
    on_sale,
    propose,
    set_status,
)
from domain.cards.products.inputs import CardProductInput, LevelInput, TopUpTier
from domain.cards.products.model import (
    WITH_BALANCE,
    CardKind,
    CardProductStatus,
    Level,
    bonus_for,
    level_at,
    levels_of,
)

__all__ = [
    "WITH_BALANCE",
    "CardKind",
    "CardProductInput",
    "CardProductStatus",
    "Level",
    "LevelInput",
    "TopUpTier",
    "add_product",
    "bonus_for",
    "document_of",
    "get_product",
    "level_at",
    "levels_of",
    "list_products",
    "on_sale",
    "propose",
    "set_status",
]
