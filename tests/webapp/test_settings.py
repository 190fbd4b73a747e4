"""What the machine needs: environment, file, defaults; and the secret that is made once."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError

from webapp.settings import Settings, open_vault


def test_defaults_need_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SHANMEN_DATABASE_URL", "SHANMEN_DATA_DIR", "SHANMEN_PORT"):
        monkeypatch.delenv(name, raising=False)

    settings = Settings()

    assert settings.database == "sqlite:///var/shanmen.db"
    assert (settings.host, settings.port, settings.mqtt_port) == ("127.0.0.1", 8000, 1884)
    assert settings.demo


def test_the_environment_beats_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shanmen.toml").write_text("port = 9001\nmqtt_port = 1999\n")
    monkeypatch.setenv("SHANMEN_PORT", "9002")
    monkeypatch.setenv("SHANMEN_DEMO", "0")

    settings = Settings()

    assert (settings.port, settings.mqtt_port, settings.demo) == (9002, 1999, False)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:9002"),
        ("0.0.0.0", "http://127.0.0.1:9002"),
        ("192.0.2.7", "http://192.0.2.7:9002"),
        ("::1", "http://[::1]:9002"),
    ],
)
def test_the_address_that_people_are_told_is_where_it_listens(
    host: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHANMEN_HOST", host)
    monkeypatch.setenv("SHANMEN_PORT", "9002")
    assert Settings().base_url == url

    monkeypatch.setenv("SHANMEN_BASE_URL", "https://tickets.example")
    assert Settings().base_url == "https://tickets.example"


def test_settings_do_not_change(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        Settings(data_dir=tmp_path).port = 1


def test_the_secret_is_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new")

    first = open_vault(settings).fingerprint("test", "x")
    again = open_vault(settings).fingerprint("test", "x")

    assert first == again
    path = tmp_path / "new/secret.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_processes_that_start_at_once_have_the_same_secret(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        seen = set(pool.map(lambda _: open_vault(settings).fingerprint("t", "x"), range(16)))

    assert len(seen) == 1
