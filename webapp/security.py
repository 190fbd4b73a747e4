"""Headers that tell a browser what our pages never do."""

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'{scripts}; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; "
    "worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {frames}; "
    "frame-src 'self'; object-src 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
NO_CAMERA = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
CAMERA = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"
SECURE = "max-age=15552000"


def allow_scanning(request: Request) -> None:
    """This page decodes camera pictures: it needs the camera, and WebAssembly."""
    request.state.scans = True


def allow_framing(request: Request) -> None:
    """This answer is shown inside a page of our own (a PDF to print)."""
    request.state.framed = True


class SecurityHeadersMiddleware:
    """Puts the headers on every answer, wherever it was made."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(scope, MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _add(self, scope: Scope, headers: MutableHeaders) -> None:
        state = scope.get("state", {})
        scans = state.get("scans", False)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("Permissions-Policy", CAMERA if scans else NO_CAMERA)
        headers.setdefault(
            "Content-Security-Policy",
            POLICY.format(
                scripts=" 'wasm-unsafe-eval'" if scans else "",
                frames="'self'" if state.get("framed", False) else "'none'",
            ),
        )
        if self.https:
            headers.setdefault("Strict-Transport-Security", SECURE)
