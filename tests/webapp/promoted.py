"""A promotion in force, for tests of faces."""

from typing import Any

from starlette.applications import Starlette

from domain.commerce import promotions
from domain.commerce.promotions import FunderInput, FunderKind, PromotionInput, PromotionKind
from domain.kernel import clock
from domain.kernel.actors import SYSTEM, Actor, ActorKind
from domain.operation import approvals
from domain.operation.approvals import ApprovalStatus

ANOTHER = Actor(ActorKind.STAFF, "01900000-0000-7000-8000-00000000000a")


async def promoted(app: Starlette, area_id: str, **terms: Any) -> str:
    """10 % off, borne by the area, unless told otherwise; its id."""
    area = FunderInput(kind=FunderKind.AREA, share_bps=10_000)
    defaults = {"code": "P", "name_zh": "早鸟优惠", "bps": 1_000, "funders": [area]}
    given = PromotionInput.model_validate({"kind": PromotionKind.PERCENT, **defaults, **terms})
    db, now = app.state.db, clock.utc_now()
    promotion_id: str = await db.act(promotions.add, area_id, given, ANOTHER, now)
    asked = await db.act(promotions.submit, promotion_id, "", ANOTHER, now)
    await db.act(approvals.decide, asked, ApprovalStatus.APPROVED, SYSTEM, now)
    return promotion_id
