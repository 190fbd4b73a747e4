"""Recomputing imports: what the rows come to is what the books say came in."""

from domain.kernel.db import Tx
from domain.operation.imports import store
from domain.operation.imports.kinds import kind_of, kinds
from domain.operation.imports.working import accounted
from domain.operation.verification import Finding, register

MOST_AT_ONCE = 50


async def check(tx: Tx) -> list[Finding]:
    findings: list[Finding] = []
    known, after = {kind.word for kind in kinds()}, ""
    while rows := await tx.rows(store.OVER, after=after, most=MOST_AT_ONCE):
        after = rows[-1].id
        for row in rows:
            if row.kind not in known:
                continue
            says = await accounted(tx, row.id)
            books = await kind_of(row.kind).brought(tx, row.id)
            for word in sorted({*says, *books}):
                if says.get(word, 0) != books.get(word, 0):
                    problem = f"{word}: rows {says.get(word, 0)}, books {books.get(word, 0)}"
                    findings.append(Finding("imports", f"import {row.id}", problem))
    return findings


register("imports", check)
