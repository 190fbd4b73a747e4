"""What the office's list of member cards and its file share: the filters."""

from domain.cards.memberships import MembershipStatus
from webapp.form_fields import Count, Id, Line
from webapp.forms import Form


class FilterForm(Form):
    """`q` finds by number, phone, document or name, and then nothing else narrows."""

    q: Line = ""
    area_id: Id | None = None
    status: MembershipStatus | None = None
    product_id: Id | None = None
    level: Count | None = None
    ending: Count | None = None  # in so many days
