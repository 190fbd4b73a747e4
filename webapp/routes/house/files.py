"""Pictures that everybody may see: the logo, maps."""

from starlette.requests import Request
from starlette.responses import Response

from domain.operation import files
from webapp.parts import db_of

FOR_EVER = "public, max-age=31536000, immutable"  # another picture has another id


async def show(request: Request) -> Response:
    row = await db_of(request).ask(files.get_public, request.path_params["file_id"])
    return Response(
        row.content,
        media_type=row.media_type,
        headers={"Cache-Control": FOR_EVER, "Content-Security-Policy": "default-src 'none'"},
    )
