"""What some tests need from the machine: found, or the test is skipped by name; never in CI.

A test says it by marker (`@pytest.mark.broker`), or asks for the program: `require("mosquitto")`.
"""

import os
import shutil
from collections.abc import Callable
from typing import NoReturn

import pytest

PROGRAMS = {
    "mosquitto": ["mosquitto", "/usr/sbin/mosquitto"],
    "mosquitto_pub": ["mosquitto_pub"],
    "mosquitto_sub": ["mosquitto_sub"],
    "chromium": ["chromium", "chromium-browser", "google-chrome"],
    "dbus-daemon": ["dbus-daemon"],
    "pdftotext": ["pdftotext"],
}
POSTGRES = "SHANMEN_TEST_POSTGRES_URL"


def require(program: str) -> str:
    """The path of a program; without it the test is skipped, or fails in CI."""
    for name in PROGRAMS[program]:
        if path := shutil.which(name):
            return path
    missing(program)


def require_postgres() -> str:
    """The URL of the test server; without it the test is skipped, or fails in CI."""
    return os.environ.get(POSTGRES) or missing(f"a PostgreSQL server in {POSTGRES}")


MARKERS: dict[str, Callable[[], str]] = {
    "postgres": require_postgres,
    "broker": lambda: require("mosquitto"),
    "browser": lambda: require("chromium"),
    "ble": lambda: require("dbus-daemon"),
}


def missing(what: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"needs {what}, and CI may not skip", pytrace=False)
    pytest.skip(f"needs {what}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Look for what the markers of a test ask for. tests/conftest.py imports this hook."""
    for name, look in MARKERS.items():
        if item.get_closest_marker(name):
            look()
