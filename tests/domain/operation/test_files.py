"""Pictures: told by their content, never by their name."""

import io

import pytest
from PIL import Image

from domain.kernel.actors import SYSTEM
from domain.kernel.db import Database
from domain.kernel.errors import InvalidInput, NotFound
from domain.operation import files
from domain.operation.files.model import Picture, picture_in, problem_with
from tests.staffing import NOON


def drawn(form: str, size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "green").save(made, form, **options)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (drawn("PNG"), "image/png"),
        (drawn("JPEG"), "image/jpeg"),
        (drawn("JPEG", progressive=True), "image/jpeg"),
        (drawn("WEBP"), "image/webp"),
        (drawn("WEBP", lossless=True), "image/webp"),
    ],
)
def test_pictures_are_known_by_their_bytes(content: bytes, media_type: str) -> None:
    assert picture_in(content) == Picture(media_type, 40, 30)
    assert problem_with(content) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0\x00\x00" * 10,
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        drawn("GIF"),
        drawn("PNG", (6001, 1)),
        drawn("PNG") + b"x" * (2 * 1024 * 1024),
    ],
    ids=range(10),
)
def test_anything_else_is_refused(content: bytes) -> None:
    assert problem_with(content) is not None


async def test_a_picture_is_kept_and_given_out(db: Database) -> None:
    content = drawn("PNG")
    file_id = await db.act(files.add_picture, SYSTEM, "logo.png", content, NOON)

    row = await db.ask(files.get_public, file_id)

    assert (row.content, row.media_type, row.size_bytes) == (content, "image/png", len(content))


async def test_what_is_not_public_is_not_given_to_everybody(sqlite_db: Database) -> None:
    with pytest.raises(InvalidInput):
        await sqlite_db.act(files.add_picture, SYSTEM, "x.svg", b"<svg/>", NOON)
    with pytest.raises(NotFound):
        await sqlite_db.ask(files.get_public, "no such file")
