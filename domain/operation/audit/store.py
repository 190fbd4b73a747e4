"""Every statement over the audit trail."""

from sqlalchemy import bindparam as b

from domain.operation.audit.tables import audit_entries

ADD_ENTRY = audit_entries.insert().values(
    at=b("at"),
    actor_kind=b("actor_kind"),
    actor_id=b("actor_id"),
    place_id=b("place_id"),
    address=b("address"),
    act=b("act"),
    noun=b("noun"),
    subject_id=b("subject_id"),
    detail=b("detail"),
)
