"""Static files: addresses that change with the content, one style sheet, no way out."""

import re

import httpx2
import pytest

from webapp.statics import FOLDER, Statics, bundled

ALONE = {"shanmen.css", "paper.css"}  # the PDF renderer reads paper.css by itself


@pytest.fixture(scope="module")
def statics() -> Statics:
    return Statics()


def test_an_address_changes_with_the_content(statics: Statics) -> None:
    assert re.fullmatch(r"/static/[0-9a-f]{10}/css/shanmen\.css", statics.url("css/shanmen.css"))
    with pytest.raises(KeyError):
        statics.url("css/nothing.css")


def test_the_style_sheet_is_one_file_with_its_layers() -> None:
    css = bundled(FOLDER / "css/shanmen.css")

    assert "@import" not in css
    assert css.count("@layer faces {") >= 5
    assert "--brand-hue: 164" in css
    for path in (FOLDER / "css").glob("*.css"):
        if path.name not in ALONE:
            assert path.read_text() in css, f"{path.name} is not imported"


async def test_a_hashed_address_is_kept_for_ever(
    client: httpx2.AsyncClient, statics: Statics
) -> None:
    response = await client.get(statics.url("js/keys.js"))

    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Type"].startswith("text/javascript")
    assert response.headers["Content-Encoding"] == "gzip"


async def test_a_plain_address_is_asked_again(client: httpx2.AsyncClient) -> None:
    first = await client.get("/static/icons.svg")
    again = await client.get("/static/icons.svg", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "no-cache"
    assert first.headers["Content-Type"] == "image/svg+xml"
    assert again.status_code == 304
    assert again.content == b""


async def test_a_page_from_before_an_update_still_finds_its_files(
    client: httpx2.AsyncClient,
) -> None:
    response = await client.get("/static/0123456789/js/app.js")

    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    ["/static/../pyproject.toml", "/static/%2e%2e/pyproject.toml", "/static/", "/static/x/y"],
)
async def test_nothing_else_is_served(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_head_and_wrong_methods(client: httpx2.AsyncClient) -> None:
    head = await client.head("/static/icons.svg")
    post = await client.post("/static/icons.svg")

    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["Content-Length"]) > 1000
    assert post.status_code == 405


async def test_webassembly_has_its_type(client: httpx2.AsyncClient) -> None:
    response = await client.head("/static/vendor/zxing_reader.wasm")

    assert response.headers["Content-Type"] == "application/wasm"
