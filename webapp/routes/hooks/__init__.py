"""What platforms call by themselves: /hooks/..."""

from webapp.permissions import Guarded
from webapp.routes.hooks import message_receipts, payments

routes: list[Guarded] = [*message_receipts.routes, *payments.routes]
