"""Places: how many there are, taking them, giving them back, closing them."""

from domain.commerce.capacity import batching, verification
from domain.commerce.capacity.days import DaySetting, day_of, days_between, set_day, stop_sales
from domain.commerce.capacity.formulas import Facility, Space, capacity
from domain.commerce.capacity.holding import hold, keep, let_go, tell_freed, when_freed
from domain.commerce.capacity.model import DayView, Places, SlotStatus, SlotView
from domain.commerce.capacity.places import give_back, lane, take
from domain.commerce.capacity.plans import (
    PlanInput,
    add_plan,
    list_plans,
    make_slots,
    retire_plan,
)
from domain.commerce.capacity.slots import (
    ChannelSetting,
    SlotSetting,
    channels_of,
    set_daily_quota,
    set_slot,
    slots_between,
    slots_by_id,
    slots_of_area,
    slots_on,
    whole_day_slot,
)

__all__ = [
    "ChannelSetting",
    "DaySetting",
    "DayView",
    "Facility",
    "Places",
    "PlanInput",
    "SlotSetting",
    "SlotStatus",
    "SlotView",
    "Space",
    "add_plan",
    "batching",
    "capacity",
    "channels_of",
    "day_of",
    "days_between",
    "give_back",
    "hold",
    "keep",
    "lane",
    "let_go",
    "list_plans",
    "make_slots",
    "retire_plan",
    "set_daily_quota",
    "set_day",
    "set_slot",
    "slots_between",
    "slots_by_id",
    "slots_of_area",
    "slots_on",
    "stop_sales",
    "take",
    "tell_freed",
    "verification",
    "when_freed",
    "whole_day_slot",
]
