"""What we serve of others is what they released, and nothing else lies beside it."""

import hashlib
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ["static/vendor", "tests/vendor"]
LICENCES = {"0BSD", "MIT AND Apache-2.0", "MPL-2.0"}


def listed(folder: str) -> dict[str, str]:
    """File names and hashes that the folder's VENDOR.toml promises."""
    packages = tomllib.loads((ROOT / folder / "VENDOR.toml").read_text())["package"]
    return {entry["file"]: entry["sha256"] for package in packages for entry in package["files"]}


@pytest.mark.parametrize("folder", FOLDERS)
def test_files_are_as_released(folder: str) -> None:
    for file, sha256 in listed(folder).items():
        assert hashlib.sha256((ROOT / folder / file).read_bytes()).hexdigest() == sha256, file


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_else_lies_beside_them(folder: str) -> None:
    present = {path.name for path in (ROOT / folder).rglob("*")}
    assert present == {*listed(folder), "VENDOR.toml"}


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_package_has_a_version_and_carries_its_licence(folder: str) -> None:
    for package in tomllib.loads((ROOT / folder / "VENDOR.toml").read_text())["package"]:
        assert package["version"][0].isdigit()
        assert package["licence"] in LICENCES
        assert any(entry["file"].endswith(".LICENSE") for entry in package["files"])
