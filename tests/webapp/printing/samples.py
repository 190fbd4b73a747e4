"""Documents to print, believable ones."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from webapp.printing.model import (
    Label,
    Letterhead,
    MethodTotal,
    PrintedGroup,
    PrintedLine,
    PrintedPayment,
    PrintedReceipt,
    PrintedShift,
    PrintedTicket,
    TypeTotal,
)

LONG_NAME = "古丽努尔·买买提艾力"
AFTERNOON = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)  # 14:32 at the window
HEAD = Letterhead(Label("云岭景区", "Yunling Scenic Area"), "云岭文旅有限公司", "0888-800-1234")
CASH, ON_ACCOUNT = Label("现金", "Cash"), Label("授信挂账", "On account")
TERMS = Label(
    "时段结束后 30 分钟停止入园。时段开始前退 90%，开始后当日未用退 80%，已入园不退。"
    "票面遗失可凭身份证补打。",
    "Entry ends 30 minutes after the slot. Refund 90% before it begins, 80% later that day if"
    " unused, none after entry. Lost tickets are printed again against your ID.",
)


def code(seed: int = 1) -> str:
    """As many digits as a signed code has."""
    chance = random.Random(seed)
    return "1" + "".join(chance.choice("0123456789") for _ in range(231))


def ticket(seed: int = 1, **changes: Any) -> PrintedTicket:
    made = PrintedTicket(
        head=HEAD,
        code=code(seed),
        short_code="7K2M90QX4T8BW1ZC",
        ticket_number=f"20261122-1939-{seed}",
        order_number="20261122-1939",
        type_name=Label("成人票", "Adult"),
        visit_on=date(2026, 11, 22),
        persons=2,
        paid_minor=19_600,
        list_price_minor=9_800,
        payment=CASH,
        window="1 号窗",
        cashier="李秀英",
        printed_at=AFTERNOON,
        slot_from=time(13),
        slot_until=time(15),
        entrances=(Label("南门", "South"), Label("北门", "North"), Label("西门", "West")),
        visitors=("张伟", LONG_NAME),
        is_real_name=True,
        terms=TERMS,
    )
    return replace(made, **changes)


def group_ticket(persons: int = 50) -> PrintedTicket:
    names = ("赵磊", "陈思远", "李佳怡", "王子涵", "张雨桐", "刘浩然", "欧阳文博", LONG_NAME)
    return ticket(
        type_name=Label("团体票", "Group"),
        persons=persons,
        group=PrintedGroup("贵阳市第六中学研学团", "春秋旅行社（贵州）", "赵磊", "13800137740"),
        visitors=tuple(names[n % len(names)] for n in range(persons)),
        paid_minor=376_000,
        list_price_minor=8_000,
        payment=ON_ACCOUNT,
        lines=(
            PrintedLine(Label("团体票", "Group"), 8_000, 47, 376_000),
            PrintedLine(Label("满 16 免 1", "One free for 16"), 0, 3, 0),
        ),
    )


RECEIPT = PrintedReceipt(
    head=HEAD,
    number="R20261122-0031",
    lines=(
        PrintedLine(Label("成人票", "Adult"), 9_800, 2, 19_600),
        PrintedLine(
            Label("云岭索道往返联票（含观光车）", "Cable car both ways"), 16_000, 3, 48_000
        ),
    ),
    total_minor=67_600,
    payments=(PrintedPayment(CASH, 50_000), PrintedPayment(Label("扫码支付", "QR"), 17_600)),
    window="1 号窗",
    cashier="李秀英",
    made_at=AFTERNOON,
    order_number="20261122-1939",
    tendered_minor=60_000,
    change_minor=10_000,
    buyer=LONG_NAME,
    buyer_phone="13800138000",
)
REFUND = replace(
    RECEIPT,
    is_refund=True,
    total_minor=17_640,
    payments=(PrintedPayment(CASH, 17_640),),
    tendered_minor=0,
    change_minor=0,
    note="退票 1 张，时段开始前退 90%",
)
SHIFT = PrintedShift(
    head=HEAD,
    number="20261122-W1-1",
    window="1 号窗",
    cashier="李秀英",
    opened_at=datetime(2026, 11, 22, 0, 2, tzinfo=UTC),
    closed_at=datetime(2026, 11, 22, 9, 42, tzinfo=UTC),
    printed_at=datetime(2026, 11, 22, 9, 43, tzinfo=UTC),
    float_minor=50_000,
    cash_sales=139,
    cash_sales_minor=1_234_000,
    cash_refunds=3,
    cash_refunds_minor=26_000,
    drops=2,
    drops_minor=800_000,
    counted_minor=457_000,
    counts=((10_000, 40), (5_000, 7), (2_000, 6), (1_000, 7), (500, 4), (100, 8), (50, 3), (10, 5)),
    note="14:10 退票找零时少收 10 元，已告知游客无法追回",
    methods=(
        MethodTotal(CASH, 139, 1_234_000, 3, 26_000),
        MethodTotal(Label("扫码支付", "QR"), 201, 2_010_400, 5, 41_200),
    ),
    types=(
        TypeTotal(Label("成人票", "Adult"), 280, 6, 2_685_200),
        TypeTotal(Label("儿童票", "Child"), 96, 2, 492_000),
    ),
    printed=412,
    reprinted=3,
    spoiled=1,
)
