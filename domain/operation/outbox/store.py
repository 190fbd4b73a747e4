"""Every statement over the outbox."""

from sqlalchemy import bindparam as b

from domain.operation.outbox.tables import outbox_messages

ADD_MESSAGE = outbox_messages.insert().values(
    id=b("id"),
    kind=b("kind"),
    noun=b("noun"),
    subject_id=b("subject_id"),
    payload=b("payload"),
    status="due",
    attempts=0,
    due_at=b("due_at"),
    fence=0,
    last_error="",
    created_at=b("created_at"),
)
