"""What every test shares."""

from tests.requirements import pytest_runtest_setup

__all__ = ["pytest_runtest_setup"]
