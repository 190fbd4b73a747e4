"""docs/devices.md is the contract with hardware makers: its tables and examples are the code's."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import asyncpg
import pytest

from devicehub.messages import RETAINED, UNCONFIRMED, WHAT_OF, Cmd, Pass, decode
from devicehub.refusals import NUMBERS
from domain.admission import devices
from domain.admission.devices.secrets import secret_hash
from domain.kernel.db import Database
from domain.kernel.refusals import Refusal
from tests.devicehub.hubs import ADMIN, add_device
from tests.domain.admission.world import NOON, VAULT, built
from webapp import i18n

PAGE = (Path(__file__).parent.parent.parent / "docs" / "devices.md").read_text()
EXAMPLES = re.findall(r"^```json (\S+)\n(.*?)^```", PAGE, flags=re.M | re.S)


def table(header: str) -> list[list[str]]:
    """The rows below a header line, cells stripped of spaces and code marks."""
    lines = PAGE[PAGE.index(header) :].splitlines()[2:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return rows


def test_every_topic_is_there_with_its_quality_and_whether_it_is_retained() -> None:
    written = {topic: (qos, kept) for topic, qos, kept, _ in table("| topic | QoS | retained |")}
    assert written == {
        what: ("0" if what in UNCONFIRMED else "1", "yes" if what in RETAINED else "no")
        for what in WHAT_OF.values()
    }


def test_every_number_is_there_with_its_sentences() -> None:
    written = [tuple(row) for row in table("| number | reason | English | 中文 |")]
    assert written == [
        (str(number), no.value, no.message, i18n.translate("zh", no.message))
        for no, number in sorted(NUMBERS.items(), key=lambda item: item[1])
    ]
    assert {row[1] for row in written} <= {no.value for no in Refusal}


@pytest.mark.parametrize(
    ("header", "model", "field"),
    [("| op | the device |", Cmd, "op"), ("| result | means |", Pass, "result")],
)
def test_every_word_is_explained(header: str, model: type[Cmd] | type[Pass], field: str) -> None:
    words = get_args(model.model_fields[field].annotation)
    assert [row[0] for row in table(header)] == list(words)


@pytest.mark.parametrize(("what", "text"), EXAMPLES)
def test_every_example_is_a_message(what: str, text: str) -> None:
    message = decode(f"shanmen/1/gate-1/{what}", text.encode()).message
    assert set(json.loads(text)) <= set(type(message).model_fields)


def test_every_message_of_this_release_has_an_example() -> None:
    later = {what for what, _, _, text in table("| topic | QoS |") if "(later)" in text}
    assert {what for what, _ in EXAMPLES} == set(WHAT_OF.values()) - later


def headings() -> Iterator[str]:
    for title in re.findall(r"^## (.+)$", PAGE, flags=re.M):
        yield "#" + title.lower().replace(" ", "-")


def test_the_contents_lead_somewhere() -> None:
    linked = re.findall(r"^- \[.+\]\((#.+)\)$", PAGE, flags=re.M)
    assert linked == list(headings())


@pytest.mark.postgres
async def test_the_query_for_emqx_knows_either_secret(postgresql_url: str) -> None:
    found = re.search(r"```sql emqx\n(.*?)```", PAGE, flags=re.S)
    assert found is not None
    query = found[1].replace("${username}", "$1::text").replace("${password}", "$2::text")
    db = await Database.open(postgresql_url)
    try:
        async with built(db) as world:
            device_id, secret = await add_device(world)
        next_secret = await db.act(devices.rotate, device_id, VAULT, ADMIN, NOON)
        connection = await asyncpg.connect(postgresql_url)
        for password in (secret, next_secret):
            assert await connection.fetchval(query, device_id, password) == secret_hash(password)
        assert await connection.fetchval(query, device_id, "wrong") is None
        await connection.close()
    finally:
        await db.close()
