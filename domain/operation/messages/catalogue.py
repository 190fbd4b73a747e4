"""The events that people are told of, what a text may name, and what it says until the operator
writes his own. Whoever sends gives these values."""

from collections.abc import Mapping

from domain.kernel.errors import say
from domain.operation.messages.model import Content, Kind, ValueKind, Variable

TEXT, DAY, MONEY, NUMBER = ValueKind.TEXT, ValueKind.DAY, ValueKind.MONEY, ValueKind.NUMBER
AREA = Variable(TEXT, "云岭景区")
ORDER = Variable(TEXT, "20260701-0042", is_needed=True)
VISIT = Variable(DAY, "2026-07-05")
COUNT = Variable(NUMBER, 3)

EVENTS: Mapping[str, Kind] = {
    "code": Kind(
        say("One-time code"),
        {"code": Variable(TEXT, "482913", is_needed=True), "minutes": Variable(NUMBER, 10)},
        Content(
            "您的验证码是{code}，{minutes}分钟内有效，请勿告诉他人。",
            "Your code is {code}. It is good for {minutes} minutes. Tell it to nobody.",
        ),
        Content(
            "您的验证码是{code}，{minutes}分钟内有效，请勿告诉他人。",
            "Your code is {code}. It is good for {minutes} minutes. Tell it to nobody.",
            "您的验证码",
            "Your code",
        ),
        is_urgent=True,
        is_secret=True,
    ),
    "order.paid": Kind(
        say("Order paid"),
        {
            "number": ORDER,
            "area": AREA,
            "visit_on": VISIT,
            "tickets": COUNT,
            "total": Variable(MONEY, 29_400),
        },
        Content(
            "订单{number}已支付{total}：{area}{visit_on}，共{tickets}张票。",
            "Order {number} is paid, {total}: {area}, {visit_on}, {tickets} tickets.",
        ),
        Content(
            "您的订单{number}已支付{total}。\n\n{area}，{visit_on}，共{tickets}张票。",
            "Your order {number} is paid, {total}.\n\n{area}, {visit_on}, {tickets} tickets.",
            "订单{number}已支付",
            "Order {number} is paid",
        ),
        is_urgent=True,
    ),
    "ticket.delivered": Kind(
        say("E-tickets are ready"),
        {
            "number": ORDER,
            "area": AREA,
            "visit_on": VISIT,
            "tickets": COUNT,
            "link": Variable(TEXT, "https://example.cn/t/8F2K"),
        },
        Content(
            "订单{number}的{tickets}张电子票已出：{area}{visit_on}，查看 {link}",
            "Order {number}: your {tickets} e-tickets for {area}, {visit_on}: {link}",
        ),
        Content(
            "订单{number}的{tickets}张电子票已出：{area}，{visit_on}。\n\n{link}",
            "Your {tickets} e-tickets of order {number}: {area}, {visit_on}.\n\n{link}",
            "订单{number}的电子票",
            "E-tickets of order {number}",
        ),
        is_urgent=True,
    ),
    "order.refunded": Kind(
        say("Order refunded"),
        {"number": ORDER, "area": AREA, "refunded": Variable(MONEY, 9_800)},
        Content(
            "订单{number}已累计退款{refunded}，款项按原路退回。",
            "Order {number}: {refunded} in all goes back the way it was paid.",
        ),
        Content(
            "订单{number}已累计退款{refunded}，款项按原路退回。",
            "Order {number}: {refunded} in all goes back the way it was paid.",
            "订单{number}退款",
            "Refund of order {number}",
        ),
        is_urgent=True,
    ),
    "order.changed": Kind(
        say("Order rebooked"),
        {"number": ORDER, "area": AREA, "visit_on": VISIT},
        Content(
            "订单{number}已改签，新的游览日期以订单为准，最早{visit_on}。",
            "Order {number} was rebooked. The first day of your visit is {visit_on}.",
        ),
        None,
        is_urgent=True,
    ),
    "card.reminder": Kind(
        say("A card comes to its end"),
        {
            "number": Variable(TEXT, "YL000042", is_needed=True),
            "last_day": Variable(DAY, "2026-07-31"),
            "days": Variable(NUMBER, 30),
        },
        Content(
            "您的会员卡{number}有效期至{last_day}，请及时续期。",
            "Your card {number} is valid until {last_day}. Renew it in time.",
        ),
        None,
    ),
    "area.notice": Kind(
        say("Closure or capacity notice"),
        {
            "number": ORDER,
            "area": AREA,
            "visit_on": VISIT,
            "notice": Variable(TEXT, "因大风临时关闭，可全额退票", is_needed=True),
        },
        Content(
            "订单{number}：{area}{visit_on}通知：{notice}",
            "Order {number}, {area} on {visit_on}: {notice}",
        ),
        None,
        is_urgent=True,
    ),
    "wait.offer": Kind(
        say("Places for who waits"),
        {
            "area": AREA,
            "product": Variable(TEXT, "玉屏湖游船"),
            "visit_on": VISIT,
            "time": Variable(TEXT, "10:00"),
            "people": Variable(NUMBER, 2),
            "until": Variable(TEXT, "14:35"),
            "link": Variable(TEXT, "https://example.cn/waiting/8F2K", is_needed=True),
        },
        Content(
            "您候补的{area}{product}{visit_on} {time}有{people}个名额，保留到{until}，预订 {link}",
            "{area}, {product}, {visit_on} {time}: {people} places are yours until {until}. {link}",
        ),
        None,
        is_urgent=True,
    ),
    "report": Kind(
        say("Report by mail"),
        {"name": Variable(TEXT, "每日销售", is_needed=True)},
        None,
        Content(
            "您订阅的报表《{name}》见附件。",
            "The report “{name}” is attached.",
            "{name}",
            "{name}",
        ),
        is_urgent=True,
    ),
    "offer": Kind(
        say("Offers"),
        {"area": AREA, "offer": Variable(TEXT, "本周末门票八折", is_needed=True)},
        Content("{area}：{offer}", "{area}: {offer}"),
        None,
        is_marketing=True,
    ),
}
