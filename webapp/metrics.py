"""Figures for Prometheus: a registry an app, open to the loopback or to who has the token."""

import hmac
from functools import cache

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from starlette.requests import Request
from starlette.responses import Response

from domain.kernel.errors import Forbidden
from webapp.settings import Settings

LOOPBACK = {"127.0.0.1", "::1"}
SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


class Metrics:
    """What the web side counts. Owners of other parts add theirs to `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self.requests = Counter(
            "shanmen_http_requests",
            "Requests answered",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "shanmen_http_request_seconds",
            "Time from request to the end of the answer",
            ["route"],
            buckets=SECONDS,
            registry=self.registry,
        )

        # finding a child by its labels costs more than counting: there are a few hundred of them
        self._counter_of = cache(self.requests.labels)
        self._timer_of = cache(self.seconds.labels)

    def answered(self, method: str, route: str, status: int, seconds: float | None) -> None:
        self._counter_of(method, route, status).inc()
        if seconds is not None:
            self._timer_of(route).observe(seconds)


async def show(request: Request) -> Response:
    """Everything counted, in Prometheus's text format."""
    if not may_read(request, request.app.state.settings):
        raise Forbidden()
    metrics: Metrics = request.app.state.metrics
    return Response(
        generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )


def may_read(request: Request, settings: Settings) -> bool:
    """The token where there is one; else only this machine itself, with no proxy in between."""
    if settings.metrics_token is not None:
        told = request.headers.get("authorization", "").removeprefix("Bearer ")
        known = settings.metrics_token.get_secret_value()
        return hmac.compare_digest(told.encode(), known.encode())
    forwarded = {"forwarded", "x-forwarded-for", "x-real-ip"} & set(request.headers)
    return request.client is not None and request.client.host in LOOPBACK and not forwarded
