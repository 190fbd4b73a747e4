"""What the operator may change on a screen, and the value each has until then."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from domain.kernel.clock import is_zone


def _known_zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError(name)
    return name


def _not_at_once(days: int) -> int:
    if 0 < days < LEAST_RETENTION_DAYS:
        raise ValueError(days)
    return days


LEAST_RETENTION_DAYS = 30  # refunds and complaints need somebody to turn to
_Days = Annotated[int, Field(ge=0, le=36_500), AfterValidator(_not_at_once)]  # 0: for ever


class OperatorSettings(BaseModel):
    """The operator's choices. Amounts in fen, times as the unit in the name says.

    A row of the table `settings` overrides one field, for the whole installation or one area.
    """

    model_config = ConfigDict(frozen=True)

    name_zh: Annotated[str, Field(min_length=1, max_length=60)] = "山门景区"
    name_en: Annotated[str, Field(max_length=60)] = "Shanmen Scenic Area"
    logo_file_id: str | None = None
    service_phone: Annotated[str, Field(max_length=40)] = ""
    languages: Annotated[list[Literal["zh", "en"]], Field(min_length=1)] = ["zh", "en"]
    brand_hue: Annotated[int, Field(ge=0, le=360)] = 164
    time_zone: Annotated[str, Field(max_length=40), AfterValidator(_known_zone)] = "Asia/Shanghai"
    hold_minutes: Annotated[int, Field(ge=1, le=120)] = 15
    shop_unpaid_per_address: Annotated[int, Field(ge=0, le=10_000)] = 200  # 0: no limit
    wait_offer_minutes: Annotated[int, Field(ge=5, le=240)] = 20  # to who waited for a full slot
    slot_grace_minutes: Annotated[int, Field(ge=0, le=240)] = 30
    refund_limit_minor: Annotated[int, Field(ge=0)] = 50_000  # above it an approval is needed
    refund_shift_limit_minor: Annotated[int, Field(ge=0)] = 300_000  # one person's, of a shift
    free_reprints: Annotated[int, Field(ge=0, le=20)] = 2  # the next needs a supervisor
    card_proof_above_minor: Annotated[int, Field(ge=0)] = 50_000  # then its PIN or holder is needed
    drawer_limit_minor: Annotated[int, Field(ge=0)] = 1_000_000  # above it cash belongs in the safe
    shift_difference_limit_minor: Annotated[int, Field(ge=0)] = 5_000
    stock_difference_limit: Annotated[int, Field(ge=0, le=1_000_000)] = 5  # blanks, of a shift
    stock_second_person: bool = True  # receipts, issues, transfers, returns; others always
    faces_at_gates: bool = False  # biometrics are an offer that an area must choose to make
    fault_clock_off_ms: Annotated[int, Field(ge=200, le=600_000)] = 2_000  # a device's, either way
    fault_refusals: Annotated[int, Field(ge=2, le=10_000)] = 10  # by one device, within
    fault_refusals_minutes: Annotated[int, Field(ge=1, le=60)] = 5
    session_hours: Annotated[int, Field(ge=1, le=168)] = 12
    session_idle_minutes: Annotated[int, Field(ge=5, le=1440)] = 120
    lockout_failures: Annotated[int, Field(ge=3, le=20)] = 5
    lockout_address_failures: Annotated[int, Field(ge=3, le=1000)] = 30  # one address, many logins
    lockout_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    ticket_footer_zh: Annotated[str, Field(max_length=200)] = ""
    ticket_footer_en: Annotated[str, Field(max_length=200)] = ""
    backup_every_hours: Literal[0, 1, 2, 3, 4, 6, 8, 12, 24] = 24  # 0: only when somebody asks
    backup_first_at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "02:30"
    backup_keep_daily: Annotated[int, Field(ge=1, le=366)] = 7
    backup_keep_weekly: Annotated[int, Field(ge=0, le=520)] = 4
    backup_keep_monthly: Annotated[int, Field(ge=0, le=120)] = 12
    backup_old_hours: Annotated[int, Field(ge=1, le=8784)] = 36  # then somebody must look
    retention_visitor_days: _Days = 180  # after the visit, or the ticket's last use or validity
    retention_contact_days: _Days = 1095
    retention_group_days: _Days = 180
    retention_holder_days: _Days = 1095  # after the last card was given back
    retention_customer_days: _Days = 1095  # after they were last in the web shop


HOUSE_ONLY = frozenset(  # one for the whole installation: an area cannot differ
    {
        "name_zh",
        "name_en",
        "logo_file_id",
        "languages",
        "brand_hue",
        "time_zone",
        "fault_clock_off_ms",
        "fault_refusals",
        "fault_refusals_minutes",
        "session_hours",
        "session_idle_minutes",
        "lockout_failures",
        "lockout_address_failures",
        "lockout_minutes",
        "backup_every_hours",
        "backup_first_at",
        "backup_keep_daily",
        "backup_keep_weekly",
        "backup_keep_monthly",
        "backup_old_hours",
        "retention_visitor_days",
        "retention_contact_days",
        "retention_group_days",
        "retention_holder_days",
        "retention_customer_days",
    }
)
