"""The back office: /office/..."""

from webapp.routes.office import (
    approvals,
    audit,
    dashboard,
    devices,
    incidents,
    jobs,
    orders,
    outbox,
    places,
    roles,
    search,
    settings,
    staff,
    staff_sessions,
)

routes = [
    *dashboard.routes,
    *approvals.routes,
    *orders.routes,
    *search.routes,
    *places.routes,
    *staff.routes,
    *roles.routes,
    *staff_sessions.routes,
    *settings.routes,
    *audit.routes,
    *devices.routes,
    *incidents.routes,
    *outbox.routes,
    *jobs.routes,
]
