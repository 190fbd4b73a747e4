"""The composition root: the only module that knows the faces, the devices and the far sides."""

from starlette.applications import Starlette

from domain.admission import sweeps
from webapp import logs, workers
from webapp.app import create_app
from webapp.settings import Settings


def app_from_environment() -> Starlette:
    """For uvicorn: the whole product, as the environment describes it."""
    settings = Settings()
    logs.set_up(settings.log_level, settings.log_format)
    return compose(settings)


def compose(settings: Settings) -> Starlette:
    """The product's parts put together."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    workers.register_house_work(settings)
    sweeps.register()
    return create_app(settings, companions=[workers.working])
