"""What platforms call by themselves: /hooks/..."""

from webapp.permissions import Guarded
from webapp.routes.hooks import message_receipts

routes: list[Guarded] = [*message_receipts.routes]
