"""The operator's choices: `current` reads them in the caller's transaction, `change` makes them."""

from domain.operation.settings.choices import HOUSE, Own, change, chosen, current, own
from domain.operation.settings.model import HOUSE_ONLY, OperatorSettings

__all__ = ["HOUSE", "HOUSE_ONLY", "OperatorSettings", "Own", "change", "chosen", "current", "own"]
