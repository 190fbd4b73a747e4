"""Who works here: people, roles and where they hold, signing in, sessions.

Acts are called by their module: `staff.people.add(tx, ...)`, `staff.roles.add`, `staff.grants
.replace`, `staff.sessions.revoke`, `staff.credentials.reset_password`; `SignedIn.may` answers what
somebody may do where.
"""

from domain.operation.staff import (
    credentials,
    grants,
    passwords,
    people,
    roles,
    sessions,
    sign_in,
    totp,
)
from domain.operation.staff.grants import Grant
from domain.operation.staff.model import Permission, Role, StaffStatus
from domain.operation.staff.people import Person
from domain.operation.staff.signed_in import EVERYWHERE, SignedIn

__all__ = [
    "EVERYWHERE",
    "Grant",
    "Permission",
    "Person",
    "Role",
    "SignedIn",
    "StaffStatus",
    "credentials",
    "grants",
    "passwords",
    "people",
    "roles",
    "sessions",
    "sign_in",
    "totp",
]
