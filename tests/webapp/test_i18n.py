"""Which language a request is answered in."""

import httpx2
import pytest
from starlette.applications import Starlette

from domain.kernel.errors import say
from domain.operation.staff import Role
from tests.webapp.people import add_person, sign_in
from webapp import i18n


@pytest.mark.parametrize(
    ("accept", "cookie", "locale"),
    [
        ("", None, "zh"),
        ("zh-CN,en;q=0.9", None, "zh"),
        ("zh-Hant-TW", None, "zh"),
        ("en-GB,en;q=0.9,zh;q=0.8", None, "en"),
        ("fr,en;q=0.5", None, "en"),
        ("fr,de", None, "zh"),
        ("en;q=0.1,zh;q=0.9", None, "zh"),
        ("zh-CN", "en", "en"),
        ("en", "xx", "en"),
        ("en;q=abc, ,;;q=1", None, "zh"),
        ("en;q=0", None, "zh"),
    ],
)
def test_the_language_is_the_persons_own(accept: str, cookie: str | None, locale: str) -> None:
    assert i18n.choose(accept, cookie) == locale


def test_values_are_filled_in_after_translation() -> None:
    message = say("Must be at most {le}.", le=5)

    assert i18n.translate("zh", message) == "不能大于 5。"
    assert i18n.translate("en", message) == "Must be at most 5."


def test_values_that_are_sentences_are_translated_too() -> None:
    message = say("This cannot go from {now} to {to}.", now=say("Approved"), to=say("Rejected"))

    assert i18n.translate("zh", message) == "不能由 已批准 变为 已驳回。"


def test_the_language_ends_with_its_block() -> None:
    with i18n.using("en"):
        assert i18n.here(say("Sign in")) == "Sign in"
    assert i18n.here(say("Sign in")) == "登录"


async def test_a_page_says_its_language(client: httpx2.AsyncClient) -> None:
    chinese = await client.get("/sign-in")
    english = await client.get("/sign-in", headers={"Accept-Language": "en"})

    assert '<html lang="zh-CN"' in chinese.text and "登录" in chinese.text
    assert '<html lang="en"' in english.text and "Sign in" in english.text
    assert "Accept-Language" in english.headers["Vary"]


async def test_staff_see_their_own_language_unless_the_browser_chose(
    app: Starlette, client: httpx2.AsyncClient
) -> None:
    staff_id = await add_person(app.state.db, Role.CASHIER, language="en")
    await sign_in(client, app, staff_id)

    own = await client.get("/nowhere", headers={"Accept-Language": "zh-CN"})
    await client.post("/preferences", data={"locale": "zh", "next": "/"})
    chosen = await client.get("/nowhere")

    assert '<html lang="en"' in own.text
    assert '<html lang="zh-CN"' in chosen.text
