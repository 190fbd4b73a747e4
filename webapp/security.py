"""Headers that tell a browser what our pages never do."""

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


Raw = list[tuple[bytes, bytes]]


def headers_for(*, scans: bool, framed: bool, https: bool) -> Raw:
    """The headers of a page that needs these things."""
    policy = POLICY.format(
        scripts=" 'wasm-unsafe-eval'" if scans else "", frames="'self'" if framed else "'none'"
    )
    named = {
        **HEADERS,
        "Permissions-Policy": CAMERA if scans else NO_CAMERA,
        "Content-Security-Policy": policy,
        **({"Strict-Transport-Security": SECURE} if https else {}),
    }
    return [(name.lower().encode(), value.encode()) for name, value in named.items()]


class SecurityHeadersMiddleware:
    """Puts the headers on every answer, wherever it was made, unless it has its own."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.made = {
            (scans, framed): headers_for(scans=scans, framed=framed, https=https)
            for scans in (False, True)
            for framed in (False, True)
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                state = scope.get("state", {})
                ours = self.made[state.get("scans", False), state.get("framed", False)]
                own = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(header for header in ours if header[0] not in own),
                ]
            await send(message)

        await self.app(scope, receive, send_with_headers)
