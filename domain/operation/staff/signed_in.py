"""A person of the staff behind a valid session, and what they may do where."""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from domain.kernel.actors import Actor, ActorKind
from domain.kernel.errors import Forbidden
from domain.operation.staff.model import Permission

EVERYWHERE = ""  # stands among the place ids of a permission that has no limit


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in. `reach` holds, for each permission, the ids of all places it covers: a
    grant for an area is also one for its spots, sites, windows and gates."""

    id: str
    session_id: str
    login: str
    name: str
    language: str
    theme: str
    role_names_zh: str
    role_names_en: str
    must_change_password: bool
    has_totp: bool
    window_id: str | None
    gate_id: str | None
    refund_limit_minor: int | None
    reach: Mapping[Permission, Set[str]]

    @property
    def role_names(self) -> str:
        return self.role_names_en if self.language == "en" else self.role_names_zh

    def may(self, permission: Permission, place_id: str | None = None) -> bool:
        """Has the permission at this place; without one: has it anywhere at all."""
        covered = self.reach.get(permission)
        if covered is None:
            return False
        return place_id is None or EVERYWHERE in covered or place_id in covered

    def must(self, permission: Permission, place_id: str | None = None) -> None:
        """Raises Forbidden when they may not."""
        if not self.may(permission, place_id):
            raise Forbidden()

    def is_limited(self, permission: Permission) -> bool:
        """Has it at some places only, or nowhere."""
        return EVERYWHERE not in self.reach.get(permission, ())

    def covered(self, permission: Permission) -> list[str] | None:
        """The places that a list with this permission is limited to; None: none of them."""
        return sorted(self.reach.get(permission, ())) if self.is_limited(permission) else None

    def actor(self, *, place_id: str | None = None, address: str | None = None) -> Actor:
        """Who they are to an act; without a place: the window or gate they stand at."""
        return Actor(ActorKind.STAFF, self.id, place_id or self.window_id or self.gate_id, address)
