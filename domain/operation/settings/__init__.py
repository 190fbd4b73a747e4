"""The operator's choices: `current` reads them in the caller's transaction."""

from domain.operation.settings.choices import current
from domain.operation.settings.model import OperatorSettings

__all__ = ["OperatorSettings", "current"]
