"""One of every role, and cashiers enough for the windows. Passwords are random and shown once."""

import secrets
from datetime import datetime
from typing import NamedTuple

from domain.kernel.actors import SYSTEM, Actor, ActorKind
from domain.kernel.db import Tx
from domain.operation.staff import Grant, Person, Role, credentials, grants, people, roles

STAFF = (
    ("yangmin", "杨敏", Role.ADMINISTRATOR),
    ("lijianping", "李建平", Role.PRODUCT_MANAGER),
    ("zhouying", "周颖", Role.APPROVER),
    ("lixiuying", "李秀英", Role.CASHIER),
    ("wangjianguo", "王建国", Role.CASHIER),
    ("gulinur", "古丽努尔·买买提艾力", Role.CASHIER),
    ("chenxiaoyan", "陈晓燕", Role.GATE_STAFF),
    ("wuqiong", "吴琼", Role.FINANCE),
    ("zhaolei", "赵磊", Role.SUPERVISOR),
    ("sunhai", "孙海", Role.SAFETY_OFFICER),
    ("tanlin", "谭琳", Role.WAREHOUSE),
    ("huyating", "胡雅婷", Role.CUSTOMER_SERVICE),
    ("caojunxi", "曹俊熙", Role.AUDITOR),
)
CASHIERS = ("lixiuying", "wangjianguo", "gulinur")
WORDS = (
    *("yun", "ling", "shan", "men", "feng", "qing", "song", "he"),
    *("ming", "yue", "quan", "shi", "zhu", "lin", "hua", "tian"),
)


class Login(NamedTuple):
    """What somebody types to look at the demo as this person."""

    role: Role
    login: str
    password: str


def new_password() -> str:
    """Five words and a number: easy to read out, 40 bits of choice."""
    words = "-".join(secrets.choice(WORDS) for _ in range(5))
    return f"{words}-{secrets.randbelow(900_000) + 100_000}"


async def take_on(tx: Tx, hashes: dict[str, str], now: datetime) -> dict[str, Actor]:
    """Everybody of STAFF, with the password hashes given; who they are by login."""
    await roles.seed(tx, now)
    actors: dict[str, Actor] = {}
    for login, name, role in STAFF:
        staff_id = await people.add(
            tx, SYSTEM, login, Person(name), hashes[login], now, must_change_password=False
        )
        granted = {Grant(await roles.id_of(tx, role))}
        await grants.replace(tx, None, SYSTEM, staff_id, granted, now)
        actors[login] = Actor(ActorKind.STAFF, staff_id)
    return actors


async def change_passwords(tx: Tx, hashes: dict[str, str], now: datetime) -> None:
    """New passwords for the demo's staff; those who left are passed over."""
    for login, _, _ in STAFF:
        found = await people.find_by_login(tx, login)
        if found is not None:
            await credentials.reset_password(
                tx, SYSTEM, found.id, hashes[login], now, must_change=False
            )
