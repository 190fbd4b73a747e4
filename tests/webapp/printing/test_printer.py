"""The printing process: started when needed, gone when idle, replaced when it dies."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from domain.kernel.errors import Unavailable
from tests.webapp.printing.reading import read
from tests.webapp.printing.samples import RECEIPT, SHIFT, code, group_ticket, ticket
from webapp.pdf import Printer
from webapp.printing import fonts
from webapp.printing.model import Paper

HUNDRED = [ticket(seed) for seed in range(100)]  # seconds of work


@pytest.fixture
async def printer() -> AsyncIterator[Printer]:
    printer = Printer()
    yield printer
    await printer.close()


async def until(happened: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110  # a process ends, nobody sets an event
            await asyncio.sleep(0.01)


def alive(pid: int | None) -> bool:
    return pid is not None and psutil.pid_exists(pid)


async def test_tickets_come_back_as_a_pdf(printer: Printer) -> None:
    pdf = await printer.tickets([ticket(1), ticket(2)], paper="80mm")
    pages = read(pdf)
    assert [pages.codes(0), pages.codes(1)] == [[code(1)], [code(2)]]
    assert read(await printer.tickets([group_ticket()], paper="a4")).sizes_mm == [(210, 297)]


async def test_receipts_and_shift_reports_come_back_too(printer: Printer) -> None:
    assert "收据" in read(await printer.receipt(RECEIPT, paper=Paper.ROLL)).texts[0]
    assert "交班报表" in read(await printer.shift_report(SHIFT, paper=Paper.A4)).texts[0]


async def test_everyone_who_prints_at_once_gets_their_own(printer: Printer) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(printer.tickets([ticket(seed)], paper="80mm")) for seed in range(6)
        ]
    assert [read(task.result()).codes() for task in tasks] == [[code(seed)] for seed in range(6)]


@pytest.mark.parametrize("count", [0, 101])
async def test_a_document_has_one_to_a_hundred_tickets(printer: Printer, count: int) -> None:
    with pytest.raises(ValueError, match="tickets in a document"):
        await printer.tickets([ticket()] * count, paper="80mm")
    with pytest.raises(ValueError, match="letter"):
        await printer.tickets([ticket()], paper="letter")
    assert printer.pid is None


async def test_a_process_killed_while_it_prints_is_replaced_and_the_job_done(
    printer: Printer,
) -> None:
    job = asyncio.create_task(printer.tickets(HUNDRED, paper="80mm"))
    await until(lambda: printer.pid is not None)
    await asyncio.sleep(1.5)  # started, and in the middle of it
    killed = printer.pid
    assert killed
    os.kill(killed, signal.SIGKILL)
    assert len(read(await job).texts) == 100
    assert printer.pid != killed


async def test_a_job_that_ends_the_process_twice_is_given_up_and_the_next_is_done(
    printer: Printer,
) -> None:
    job = asyncio.create_task(printer.tickets(HUNDRED, paper="80mm"))
    killed: set[int] = set()
    for tries in (1, 2):
        await until(lambda: printer.pid is not None and printer.pid not in killed)
        assert printer.pid
        os.kill(printer.pid, signal.SIGKILL)
        killed.add(printer.pid)
        assert len(killed) == tries
    with pytest.raises(Unavailable):
        await job
    assert read(await printer.tickets([ticket()], paper="80mm")).codes() == [code()]


async def test_a_job_that_takes_too_long_is_given_up_and_its_process_ended() -> None:
    printer = Printer(timeout_seconds=1.2)
    with pytest.raises(Unavailable):
        await printer.tickets(HUNDRED, paper="80mm")
    assert printer.pid is None
    printer.timeout_seconds = 30
    assert read(await printer.tickets([ticket()], paper="80mm")).codes() == [code()]
    await printer.close()


async def test_whoever_goes_away_does_not_spoil_the_next_answer(printer: Printer) -> None:
    await printer.warm()
    job = asyncio.create_task(printer.tickets(HUNDRED, paper="80mm"))
    await asyncio.sleep(0.2)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert read(await printer.tickets([ticket(7)], paper="80mm")).codes() == [code(7)]


async def test_a_queue_that_is_full_says_so_at_once() -> None:
    printer = Printer(most_waiting=2)
    jobs = [asyncio.create_task(printer.tickets([ticket(n)], paper="80mm")) for n in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="Too much is waiting"):
        await printer.tickets([ticket()], paper="80mm")
    assert len(await asyncio.gather(*jobs)) == 2
    assert await printer.tickets([ticket()], paper="80mm")
    await printer.close()


async def test_memory_comes_back_when_nothing_is_printed() -> None:
    printer = Printer(idle_seconds=0.3)
    me = psutil.Process()
    before = {child.pid for child in me.children(recursive=True)}
    grown_from = me.memory_info().rss
    await printer.tickets(HUNDRED[:20], paper="80mm")
    pid = printer.pid
    assert alive(pid)
    await until(lambda: printer.pid is None and not alive(pid))
    assert {child.pid for child in me.children(recursive=True)} == before
    assert me.memory_info().rss - grown_from < 20_000_000
    assert read(await printer.tickets([ticket()], paper="80mm")).codes() == [code()]
    assert printer.pid != pid
    await printer.close()
    assert printer.pid is None


async def test_a_process_that_has_grown_is_replaced() -> None:
    printer = Printer(largest_mb=1)
    await printer.tickets([ticket()], paper="80mm")
    assert printer.pid is None
    await printer.close()


async def test_a_warm_process_is_used(printer: Printer) -> None:
    await printer.warm()
    pid = printer.pid
    assert alive(pid)
    await printer.tickets([ticket()], paper="80mm")
    assert printer.pid == pid


async def test_the_process_is_told_no_secrets(
    printer: Printer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHANMEN_SECRET_KEY_FILE", "/somewhere/secret")
    await printer.tickets([ticket()], paper="80mm")
    variables = psutil.Process(printer.pid).environ()
    assert "PATH" in variables
    assert not [name for name in variables if name.startswith("SHANMEN")]


async def test_the_process_ends_with_its_server(tmp_path: Path) -> None:
    """Even when the server is killed, nothing stays behind."""
    server = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout
    pid = int(await server.stdout.readline())
    assert alive(pid)
    server.kill()
    await server.wait()
    await until(lambda: not alive(pid))


SERVER = """
import asyncio
from webapp.pdf import Printer

async def serve():
    printer = Printer()
    await printer.warm()
    print(printer.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(serve())
"""


def test_a_machine_without_chinese_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "families", lambda language: set())
    assert "fonts-wqy-microhei" in str(fonts.font_problem())
    monkeypatch.setenv("PATH", "")
    assert "Fontconfig" in str(fonts.font_problem())


def test_the_font_that_is_asked_for_covers_chinese() -> None:
    assert any(fonts.families("zh-cn"))
    assert not fonts.families("xx-nowhere")


async def test_a_big_server_does_not_make_its_printing_process_look_big() -> None:
    held = "from webapp.printing.press import resident_kb; print(resident_kb())"
    server = "import subprocess, sys; big = b'1' * 400_000_000; subprocess.run(sys.argv[1:])"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", server, sys.executable, "-c", held),
        cwd=Path(__file__).parents[3],
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert int(output) < 200_000
