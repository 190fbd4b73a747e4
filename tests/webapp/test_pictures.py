"""Uploaded pictures are drawn anew: small, upright, with nothing but pixels in them."""

import io
import struct
import zlib

import pytest
from PIL import Image
from starlette.datastructures import UploadFile

from domain.kernel.errors import InvalidInput
from domain.operation.files.model import picture_in
from tests.domain.operation.test_files import drawn
from webapp import pictures
from webapp.forms import Typed


def typed(content: bytes) -> Typed:
    return Typed(files={"picture": [UploadFile(io.BytesIO(content), filename="a.png")]})


async def test_what_hides_in_a_file_is_not_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret"
    exif[0x0112] = 6  # lying on its side
    content = drawn("JPEG", (400, 200), exif=exif.tobytes()) + b"<script>secret</script>"

    kept = await pictures.uploaded(typed(content), "picture")

    found = picture_in(kept)
    assert found is not None
    assert found == ("image/webp", 200, 400)
    assert b"secret" not in kept


async def test_large_pictures_become_small() -> None:
    kept = await pictures.uploaded(typed(drawn("PNG", (4_800, 1_200))), "picture")

    found = picture_in(kept)
    assert found is not None
    assert (found.width, found.height) == (2_400, 600)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
async def test_a_picture_that_ends_too_early_is_refused_at_its_field(form: str) -> None:
    whole = drawn(form, (300, 300))

    with pytest.raises(InvalidInput) as refused:
        await pictures.uploaded(typed(whole[: len(whole) * 2 // 3]), "picture")

    assert set(refused.value.fields) == {"picture"}


@pytest.mark.parametrize(
    "content",
    [b"", b"<svg/>", b"GIF89a" + b"\0" * 40, b"\x89PNG\r\n\x1a\n" * pictures.MOST_UPLOADED],
)
async def test_what_is_no_picture_or_too_much_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        await pictures.uploaded(typed(content[: pictures.MOST_UPLOADED + 5]), "picture")
    assert set(refused.value.fields) == {"picture"}


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [8_000, 13_000, 60_000])
async def test_a_second_header_does_not_make_it_larger(side: int) -> None:
    small = drawn("PNG")
    body = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    second = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    content = small[:33] + second + small[33:]

    with pytest.raises(InvalidInput) as refused:
        await pictures.uploaded(typed(content), "picture")
    assert refused.value.fields["picture"] == pictures.BROKEN
