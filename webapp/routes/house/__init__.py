"""What belongs to no face: choices of a browser, health, figures."""

from webapp import health, metrics
from webapp.permissions import page
from webapp.routes.house import (
    account,
    announcements,
    card_photos,
    files,
    holder_cards,
    home,
    preferences,
    sessions,
    setup,
)

routes = [
    page("/", home.show, name="home", public=True),
    page(
        "/preferences", preferences.update, methods=["POST"], name="preferences.update", public=True
    ),
    page("/sign-in", sessions.new, name="sessions.new", public=True),
    page("/sign-in", sessions.create, methods=["POST"], name="sessions.create", public=True),
    page("/sign-out", sessions.delete, methods=["POST"], name="sessions.delete", public=True),
    page("/setup", setup.new, name="setup.new", public=True),
    page("/setup", setup.create, methods=["POST"], name="setup.create", public=True),
    page("/files/{file_id}", files.show, name="files.show", public=True),
    page("/card-photos/{card_id}", card_photos.show, name="card_photos.show", signed_in=True),
    *announcements.routes,
    *account.routes,
    *holder_cards.routes,
    page("/brand.css", preferences.brand, name="brand", public=True),
    page("/healthz", health.up, name="healthz", public=True),
    page("/readyz", health.ready, name="readyz", public=True),
    page("/metrics", metrics.show, name="metrics", public=True),
]
