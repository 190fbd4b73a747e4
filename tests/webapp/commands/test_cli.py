"""The `shanmen` command finds its commands, and reads no more than it needs."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from webapp.cli import MODULES, app

READ = """
import sys
from webapp.cli import command
command({name!r})
print(*sorted(sys.modules))
"""


@pytest.mark.parametrize("name", MODULES)
def test_every_command_says_what_it_does(name: str) -> None:
    told = CliRunner().invoke(app, [name, "--help"])

    assert told.exit_code == 0, told.output
    assert name in told.output


def test_the_list_names_every_command() -> None:
    told = CliRunner().invoke(app, ["--help"])

    assert all(f" {name} " in told.output for name in MODULES)


def test_a_command_that_does_not_exist_is_refused() -> None:
    assert CliRunner().invoke(app, ["sell"]).exit_code == 2


def test_migrating_does_not_wait_for_the_demo_or_the_pages() -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ.format(name="migrate")],
        capture_output=True,
        text=True,
        check=True,
    )

    read = set(done.stdout.split())
    assert "webapp.commands.migrate" in read
    assert not read & {"webapp.demo.building", "webapp.main", "uvicorn", "weasyprint"}
