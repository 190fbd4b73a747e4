"""Static files, held in memory under addresses that change with their content.

One hash names the whole tree, so that a module may import its neighbour by a relative path. The
style sheet is put together here: a chain of @import would cost the first paint a round trip each.
"""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass, field
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

FOLDER = Path(__file__).parent.parent / "static"
STYLES = "css/shanmen.css"
FOR_EVER = "public, max-age=31536000, immutable"
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm"}
TEXTS = ("text/", "application/wasm", "image/svg+xml", "application/json", "application/manifest")
IMPORT = re.compile(r'@import url\("(?P<file>[^"]+)"\) layer\((?P<layer>\w+)\);')


@dataclass(slots=True)
class Asset:
    """One file as it is sent."""

    body: bytes
    media_type: str
    etag: str
    squeezed: bytes | None = field(default=None)

    def gzipped(self) -> bytes | None:
        """The body made smaller, once, when that is worth it."""
        if self.squeezed is None and self.media_type.startswith(TEXTS) and len(self.body) > 500:
            self.squeezed = gzip.compress(self.body, compresslevel=6, mtime=0)
        return self.squeezed


class Statics:
    """An ASGI app that answers /static/<hash>/<path>, and /static/<path> without long caching."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.assets: dict[str, Asset] = {}
        whole = hashlib.sha256()
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                body = path.read_bytes() if name != STYLES else bundled(path).encode()
                digest = hashlib.sha256(body).hexdigest()[:16]
                whole.update(f"{name}:{digest};".encode())
                self.assets[name] = Asset(body, media_type(path), f'"{digest}"')
        self.version = whole.hexdigest()[:10]

    def url(self, name: str) -> str:
        """The address of a file of static/. KeyError when there is none: a typing mistake."""
        self.assets[name]
        return f"/static/{self.version}/{name}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        version, _, name = scope["path"].removeprefix("/static/").partition("/")
        current = version == self.version
        asset = self.assets.get(name if current else scope["path"].removeprefix("/static/"))
        if asset is None:  # a page from before an update asks by its old version
            asset, current = self.assets.get(name), False
        await self._answer(scope["method"], asset, headers, current)(scope, receive, send)

    def _answer(self, method: str, asset: Asset | None, asked: Headers, current: bool) -> Response:
        if asset is None:
            return Response("not found", 404, media_type="text/plain")
        if method not in ("GET", "HEAD"):
            return Response("", 405, headers={"Allow": "GET, HEAD"})
        headers = {
            "ETag": asset.etag,
            "Cache-Control": FOR_EVER if current else "no-cache",
            "Vary": "Accept-Encoding",
        }
        if asset.etag in asked.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        body = asset.body
        if "gzip" in asked.get("accept-encoding", "") and (small := asset.gzipped()):
            body, headers["Content-Encoding"] = small, "gzip"
        response = Response(body, headers=headers, media_type=asset.media_type)
        if method == "HEAD":
            response.body = b""
        return response


def bundled(path: Path) -> str:
    """A style sheet with the files that it imports in their place, each in its layer."""

    def inside(found: re.Match[str]) -> str:
        text = (path.parent / found["file"]).read_text()
        return f"@layer {found['layer']} {{\n{text}\n}}"

    return IMPORT.sub(inside, path.read_text())


def media_type(path: Path) -> str:
    return (
        TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    )
