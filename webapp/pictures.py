"""Uploaded photographs made harmless and small: decoded, turned upright, drawn anew as WebP.

What is kept holds pixels only: no position of the camera, no thumbnail, nothing hidden behind the
picture's end.
"""

import asyncio
import io

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from domain.kernel.errors import InvalidInput, say
from domain.operation.files import MOST_BYTES, MOST_PIXELS, problem_with
from webapp.forms import Typed

MOST_UPLOADED = 8 * 1024 * 1024
LONGEST_SIDE = 2_400
QUALITIES = (85, 70, 50)
FORMATS = ("PNG", "JPEG", "WEBP")
BROKEN_BY = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)
BROKEN = say("This picture cannot be read. Please save it anew and try again.")


async def uploaded(typed: Typed, field: str) -> bytes:
    """The picture that was chosen in `field`, drawn anew. Raises InvalidInput at the field."""
    content = b""
    for upload in typed.files.get(field, []):
        if upload.filename:
            content = await upload.read(MOST_UPLOADED + 1)
    if problem := problem_with(content, most_bytes=MOST_UPLOADED):
        raise InvalidInput({field: problem})
    try:
        return await asyncio.to_thread(redrawn, content)
    except BROKEN_BY as error:
        raise InvalidInput({field: BROKEN}) from error


def redrawn(content: bytes) -> bytes:
    """The same picture from its pixels, at most LONGEST_SIDE wide or high. OSError when it ends
    too early or is no picture after all."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, when it is imported, wants it otherwise
    with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
        if max(opened.size) > MOST_PIXELS:  # a second header may say other than the first
            raise UnidentifiedImageError
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded small at once
        upright = ImageOps.exif_transpose(opened)
        shown = upright.convert("RGBA" if "A" in upright.getbands() else "RGB")
    shown.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    shown.info.clear()
    written = b""
    for quality in QUALITIES:
        into = io.BytesIO()
        shown.save(into, "WEBP", quality=quality)
        written = into.getvalue()
        if len(written) <= MOST_BYTES:
            break
    return written
