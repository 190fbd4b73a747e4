"""The back office: /office/..."""

from webapp.routes.office import (
    approvals,
    audit,
    dashboard,
    jobs,
    outbox,
    places,
    roles,
    settings,
    staff,
    staff_sessions,
)

routes = [
    *dashboard.routes,
    *approvals.routes,
    *places.routes,
    *staff.routes,
    *roles.routes,
    *staff_sessions.routes,
    *settings.routes,
    *audit.routes,
    *outbox.routes,
    *jobs.routes,
]
