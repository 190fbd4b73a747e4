"""The locked versions: complete, hashed, and without the address of any package host."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ["requirements.txt", "requirements-dev.txt"]
NAME = re.compile(r"[A-Za-z0-9_.-]+")


def locked(lock: str) -> dict[str, str]:
    """What a lock says of each package, by its name."""
    entries = re.split(r"^(?=[a-z])", (ROOT / lock).read_text(), flags=re.M)
    return {entry.partition("==")[0]: entry for entry in entries if entry}


def named(requirements: list[str]) -> set[str]:
    found = (NAME.match(requirement) for requirement in requirements)
    return {match[0].lower().replace("_", "-") for match in found if match}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_its_hashes(lock: str) -> None:
    for name, entry in locked(lock).items():
        assert re.match(rf"{re.escape(name)}==\d", entry), entry
        assert "--hash=sha256:" in entry, name


@pytest.mark.parametrize("lock", LOCKS)
def test_no_package_host_is_named(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text()
    assert "index-url" not in (ROOT / lock).read_text()


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = named(project["project"]["dependencies"])
    wanted_by_tests = named(project["dependency-groups"]["dev"])
    assert wanted <= set(locked("requirements.txt"))
    assert wanted | wanted_by_tests <= set(locked("requirements-dev.txt"))


def test_both_locks_agree() -> None:
    run, dev = locked("requirements.txt"), locked("requirements-dev.txt")
    assert set(run) <= set(dev)
    for name in run:
        assert run[name].partition("\\")[0] == dev[name].partition("\\")[0]
