"""The columns of a file of member cards, and what is added up of them."""

from domain.cards.memberships.model import MembershipStatus
from domain.kernel.errors import say
from domain.operation.imports import Field, Figure

_S = MembershipStatus
STATES = {
    "": _S.ACTIVE,
    "active": _S.ACTIVE,
    "正常": _S.ACTIVE,
    "有效": _S.ACTIVE,
    "lost": _S.LOST,
    "挂失": _S.LOST,
    "frozen": _S.FROZEN,
    "冻结": _S.FROZEN,
    "锁定": _S.FROZEN,
}
_yuan = say("Yuan, like 1200.50. Empty is nothing.")
FIELDS = (
    Field(
        "external_id",
        say("Number in the old system"),
        say("The same number comes in once only. Empty: the card's number."),
        "10086",
        aliases=("会员编号", "会员ID", "ID", "编号", "原卡号", "旧卡号", "member id"),
    ),
    Field(
        "number",
        say("Card number"),
        say("Letters, digits and dashes; at most 32."),
        "YL000001",
        True,
        ("卡号", "会员卡号", "卡面号", "card no", "number"),
    ),
    Field(
        "product",
        say("Kind of card"),
        say("Its code or its Chinese name, as it is on sale here."),
        "YLK",
        True,
        ("卡种", "卡类型", "会员卡类型", "卡类", "card type", "product"),
    ),
    Field(
        "name",
        say("Holder's name"),
        say("Needed where the kind of card has a named holder."),
        "张伟",
        aliases=("姓名", "持卡人", "会员姓名", "name", "holder"),
    ),
    Field(
        "phone",
        say("Phone"),
        say("A mobile number of 11 digits."),
        "13800138000",
        aliases=("手机", "手机号", "手机号码", "联系电话", "电话", "mobile", "phone"),
    ),
    Field(
        "document",
        say("Document number"),
        say("Identity card, passport or permit. The column must be text, or Excel cuts it."),
        "11010519491231002X",
        aliases=("身份证", "身份证号", "证件号", "证件号码", "id number"),
    ),
    Field(
        "chip",
        say("Chip (UID)"),
        say("8, 14 or 20 hexadecimal digits."),
        "04A1B2C3D4E5F6",
        aliases=("芯片号", "物理卡号", "UID", "IC卡号", "内码"),
    ),
    Field(
        "barcode",
        say("Barcode"),
        say("What is printed on the card, if it has no chip."),
        "",
        aliases=("条码", "条形码", "二维码"),
    ),
    Field(
        "state",
        say("State"),
        say("active, lost or frozen. Empty is active."),
        "正常",
        aliases=("状态", "卡状态", "state", "status"),
    ),
    Field(
        "principal",
        say("Principal"),
        _yuan,
        "500.00",
        aliases=("本金", "本金余额", "余额", "balance"),
    ),
    Field("bonus", say("Bonus"), _yuan, "80.00", aliases=("赠送", "赠送余额", "赠金", "赠送金额")),
    Field("deposit", say("Deposit"), _yuan, "20.00", aliases=("押金", "卡押金", "工本费押金")),
    Field(
        "uses_left",
        say("Entries left"),
        say("Of a card for entries."),
        "",
        aliases=("剩余次数", "次数", "可用次数"),
    ),
    Field(
        "uses",
        say("Entries bought"),
        say("Of a card for entries. Empty: as many as are left."),
        "",
        aliases=("总次数", "购买次数"),
    ),
    Field(
        "paid",
        say("Price paid"),
        say("For the term or the entries: what giving the card back is reckoned from."),
        "",
        aliases=("实付", "售价", "购卡金额", "办卡金额"),
    ),
    Field("points", say("Points"), say("A whole number."), "120", aliases=("积分", "points")),
    Field(
        "level",
        say("Level"),
        say("Only compared: the points decide."),
        "",
        aliases=("等级", "会员等级", "级别", "level"),
    ),
    Field(
        "valid_from",
        say("Valid from"),
        say("A day like 2026-07-01. Empty is today."),
        "2026-01-01",
        aliases=("生效日期", "开始日期", "办卡日期", "开卡日期"),
    ),
    Field(
        "valid_until",
        say("Good until and with"),
        say("The last day on which it is good. Empty is without end."),
        "2027-12-31",
        aliases=("有效期", "有效期至", "到期日期", "截止日期", "失效日期", "expiry"),
    ),
)
FIGURES = (
    Figure("cards", say("Cards")),
    Figure("principal", say("Principal"), True),
    Figure("bonus", say("Bonus"), True),
    Figure("deposit", say("Deposits"), True),
    Figure("uses", say("Entries left")),
    Figure("points", say("Points")),
)
