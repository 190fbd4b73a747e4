"""Programs and devices: JSON in, JSON out, a bearer token instead of a cookie."""

from webapp.permissions import Guarded
from webapp.routes.api import pairings, redemptions

routes: list[Guarded] = [*redemptions.routes, *pairings.routes]
