"""Whatever is written, posted, printed and reversed: opening + in - out = closing."""

import asyncio
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.commerce import stock
from domain.commerce.stock import DocumentKind, Serials, feeds, looking
from domain.commerce.stock.feeds import Print
from domain.kernel import ids
from domain.kernel.db import Database
from domain.kernel.db.keyset import Cut
from domain.kernel.errors import DomainError
from tests.domain.commerce.factories import NOON
from tests.domain.commerce.stock.stocked import (
    Stocked,
    add_stock,
    approve,
    post,
    reverse,
    span,
    write,
)

HOUSE, HOUSE_2, WINDOW, WINDOW_2 = range(4)
spans = st.builds(
    lambda first, many: span(1_000 + first, 1_000 + first + many),
    st.integers(0, 60),
    st.integers(0, 25),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("receipt"), st.sampled_from([HOUSE, HOUSE_2]), spans),
        st.tuples(st.just("issue"), st.sampled_from([WINDOW, WINDOW_2]), spans),
        st.tuples(st.just("return"), st.sampled_from([WINDOW, WINDOW_2]), spans),
        st.tuples(st.just("transfer"), st.just(HOUSE), spans),
        st.tuples(st.just("write_off"), st.sampled_from([HOUSE, WINDOW]), spans),
        st.tuples(st.just("stocktake"), st.sampled_from([HOUSE, HOUSE_2, WINDOW]), spans),
        st.tuples(st.just("print"), st.sampled_from([WINDOW, WINDOW_2]), spans),
        st.tuples(st.just("reverse"), st.integers(0, 9), spans),
    ),
    min_size=4,
    max_size=14,
)


class Books:
    """The same books kept a second time, as sets of numbers."""

    def __init__(self, db: Database, made: Stocked) -> None:
        self.db, self.made = db, made
        world = made.world
        self.holders = [made.house_id, made.house_2_id, world.window_id, world.window_2_id]
        self.posted: list[str] = []

    async def step(self, what: str, where: int, which: Serials) -> None:
        """A refused step must change nothing: the check afterwards sees that too."""
        before = await self.balances()
        try:
            await self.act(what, where, which)
        except DomainError:
            assert await self.balances() == before

    async def act(self, what: str, where: int, which: Serials) -> None:
        if what == "reverse":
            if self.posted:
                document_id = self.posted[where % len(self.posted)]
                await reverse(self.db, self.made, document_id)
                self.posted.remove(document_id)
            return
        if what == "print":
            prints = [Print("ticket", ids.new_id()) for _ in range(which.pieces)]
            cashier = self.made.world.cashier
            on = (self.holders[where], "80mm", prints, cashier, NOON)
            await self.db.act(feeds.print_on, *on)
            return
        document_id = await write(
            self.db, self.made, DocumentKind(what), which, note="n", **self.ends(what, where)
        )
        await approve(self.db, self.made, document_id)
        await post(self.db, self.made, document_id)
        self.posted.append(document_id)

    def ends(self, what: str, where: int) -> dict[str, str]:
        here = self.holders[where]
        return {
            "receipt": {"target": here},
            "issue": {"source": self.holders[HOUSE], "target": here},
            "return": {"source": here, "target": self.holders[HOUSE]},
            "transfer": {"source": here, "target": self.holders[HOUSE_2]},
        }.get(what, {"source": here})

    async def balances(self) -> dict[str, list[Serials]]:
        return {
            holder: await self.db.ask(stock.held, holder, self.made.kind_id)
            for holder in self.holders
        }

    async def check(self) -> None:
        """Every holder's statement comes to what lies there, number by number."""
        for holder, lying in (await self.balances()).items():
            rows = await self.db.ask(looking.moves_of, holder, self.made.kind_id, Cut(most=1_000))
            numbers: Counter[int] = Counter()
            for row in rows:
                for number in range(row.from_no, row.to_no + 1):
                    numbers[number] += 1 if row.pieces > 0 else -1
            expected = {n for one in lying for n in range(one.first, one.last + 1)}
            assert set(numbers.values()) <= {0, 1}
            assert {number for number, many in numbers.items() if many} == expected
        assert await self.db.ask(stock.verification.check) == []


@given(steps)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_books_always_come_out(
    tmp_path: Path, sqlite_template: Path, plan: list[tuple[str, int, Serials]]
) -> None:
    path = tmp_path / f"{ids.new_id()}.db"
    path.write_bytes(sqlite_template.read_bytes())

    async def play() -> None:
        db = await Database.open(f"sqlite:///{path}")
        try:
            books = Books(db, await add_stock(db))
            await books.act("receipt", HOUSE, span(1_000, 1_050))
            await books.act("issue", WINDOW, span(1_000, 1_025))
            for what, where, which in plan:
                await books.step(what, where, which)
            await books.check()
        finally:
            await db.close()

    asyncio.run(play())
    path.unlink()
