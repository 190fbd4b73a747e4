"""The app in process, as the tests of the faces have it."""

from tests.webapp.conftest import app, client, settings

__all__ = ["app", "client", "settings"]
