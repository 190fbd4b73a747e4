"""A test whose needs cannot be had is skipped by name here, and fails in CI."""

import pytest

from tests.requirements import POSTGRES, missing, require, require_postgres


def test_a_developers_machine_skips_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "false")
    with pytest.raises(pytest.skip.Exception, match="needs mosquitto"):
        missing("mosquitto")


def test_ci_may_not_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="needs mosquitto"):
        missing("mosquitto")


def test_a_program_that_is_not_on_the_path_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "false")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.skip.Exception, match="needs pdftotext"):
        require("pdftotext")


def test_postgres_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(POSTGRES, "postgresql://somewhere/test")
    assert require_postgres() == "postgresql://somewhere/test"
