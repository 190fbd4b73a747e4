"""What the machine needs, read once: the environment, then `shanmen.toml`, then defaults."""

import os
import secrets
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from domain.kernel.vault import Vault, new_secret_line, read_secrets

ANYWHERE = {"", "0.0.0.0", "::"}


def usual_url(host: str, port: int) -> str:
    """Where a browser on this machine finds a server that listens there."""
    name = "127.0.0.1" if host in ANYWHERE else host
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


class Settings(BaseSettings):
    """Names are those of `SHANMEN_*`. What an operator may change is a row, not one of these."""

    model_config = SettingsConfigDict(
        env_prefix="SHANMEN_", toml_file="shanmen.toml", frozen=True, extra="ignore"
    )

    data_dir: Path = Path("var")
    database_url: str = ""  # empty: an SQLite file in data_dir
    secret_key_file: Path | None = None  # None: secret.key in data_dir, made when missing
    host: str = "127.0.0.1"
    port: int = 8000
    # how browsers and devices reach us
    base_url: str = Field(default_factory=lambda known: usual_url(known["host"], known["port"]))
    demo: bool = True  # load the demo area into an empty database
    mqtt_url: str = ""  # empty: a mosquitto of our own
    mqtt_port: int = 1884  # where our own listens, on the loopback
    mqtt_lan_host: str = ""  # address on which it also listens for devices, with TLS; empty: none
    mqtt_lan_port: int = 8884
    mqtt_lan_names: list[str] = []  # how devices call us there, besides the name in base_url
    mqtt_client_certificates: bool = False  # devices must show one there, besides their secret
    mqtt_ca_file: Path | None = None  # who signed the certificate of the broker at mqtt_url
    mqtt_client_id: str = "shanmen-hub"  # our name there; of several hubs each has its own
    mqtt_group: str = ""  # hubs that share the devices at mqtt_url among themselves
    hub: bool = True  # speak with devices
    broker: bool = True  # start a mosquitto of our own when there is no mqtt_url
    wechat_app_id: str = ""  # empty: not connected
    wechat_merchant_id: str = ""
    wechat_serial: str = ""  # of the merchant's certificate
    wechat_key_file: Path | None = None  # the merchant's private key
    wechat_api_key: SecretStr | None = None  # the APIv3 key
    wechat_platform_serial: str = ""  # PUB_KEY_ID_...; empty: platform certificates are fetched
    wechat_platform_key_file: Path | None = None
    wechat_url: str = "https://api.mch.weixin.qq.com"
    wechat_app_secret: SecretStr | None = None  # for paying inside WeChat; None: not offered there
    wechat_login_url: str = "https://open.weixin.qq.com"
    wechat_account_url: str = "https://api.weixin.qq.com"
    alipay_app_id: str = ""  # empty: not connected
    alipay_key_file: Path | None = None  # the application's private key
    alipay_platform_key_file: Path | None = None  # Alipay's public key
    alipay_url: str = "https://openapi.alipay.com/gateway.do"
    metrics_token: SecretStr | None = None  # None: /metrics answers the loopback only
    max_body_bytes: int = 12 * 1024 * 1024
    shutdown_seconds: int = 10  # how long requests may finish after a stop signal
    second_backup_dir: Path | None = None  # every copy of the database goes there too
    low_disk_bytes: int = 500 * 1024 * 1024  # below it /readyz says no
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["auto", "json", "console"] = "auto"  # auto: console on a terminal

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def database(self) -> str:
        """The database's address, whichever way it was given."""
        return self.database_url or f"sqlite:///{self.data_dir / 'shanmen.db'}"

    @property
    def secure(self) -> bool:
        """Do browsers reach us by HTTPS? Then cookies say so."""
        return self.base_url.startswith("https://")


def open_vault(settings: Settings) -> Vault:
    """The vault over the installation's secret file, which is made at the first start."""
    path = settings.secret_key_file or settings.data_dir / "secret.key"
    try:
        text = path.read_text()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = _new_secret_file(path)
    return Vault(read_secrets(text))


def _new_secret_file(path: Path) -> str:
    """Written aside and linked into place: two processes that start at once get the same one."""
    aside = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(new_secret_line())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
    return path.read_text()
