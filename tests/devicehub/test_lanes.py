"""Messages of many devices at once, those of one device in the order that matters."""

import asyncio

from devicehub.lanes import Lanes
from devicehub.messages import Heartbeat, Received

BEAT = Heartbeat(v=1, ts=1, boot="b", up=1, mode="online")


class Work:
    """Notes what begins and ends; each piece waits until it is told to go on."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}

    async def __call__(self, received: Received) -> None:
        name = f"{received.device_id} {received.what}"
        self.begun.append(name)
        await self.gates.setdefault(name, asyncio.Event()).wait()
        self.ended.append(name)

    async def let(self, *names: str) -> None:
        for name in names:
            self.gates.setdefault(name, asyncio.Event()).set()
        await settle()


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def put(lanes: Lanes, *names: str) -> list[bool]:
    return [
        lanes.put(Received(device_id, what, BEAT))
        for device_id, what in (name.split() for name in names)
    ]


async def test_devices_do_not_wait_for_each_other() -> None:
    work = Work()
    lanes = Lanes(work)
    put(lanes, "a pass", "b pass", "c hb")
    await settle()

    assert work.begun == ["a pass", "b pass", "c hb"]
    await work.let("a pass", "b pass", "c hb")
    assert lanes.count == 0


async def test_scans_of_one_device_are_answered_side_by_side() -> None:
    work = Work()
    lanes = Lanes(work)
    put(lanes, "a scan", "a time", "a scan")
    await settle()

    assert work.begun == ["a scan", "a time", "a scan"]


async def test_a_passage_never_overtakes_its_scan() -> None:
    work = Work()
    lanes = Lanes(work)
    put(lanes, "a scan", "a pass", "a time")
    await settle()
    assert work.begun == ["a scan"]

    await work.let("a scan")
    assert work.begun == ["a scan", "a pass"]
    await work.let("a pass")
    assert work.begun == ["a scan", "a pass", "a time"]


async def test_only_so_many_run_at_once_and_only_so_many_wait() -> None:
    work = Work()
    lanes = Lanes(work, at_once=2, waiting=1)

    assert put(lanes, "a hb", "b hb", "c hb", "d hb") == [True, True, True, False]
    await settle()
    assert work.begun == ["a hb", "b hb"]
    await work.let("a hb")
    assert work.begun == ["a hb", "b hb", "c hb"]
    assert put(lanes, "d hb") == [True]


async def test_draining_lets_begun_work_end_and_gives_up_the_rest() -> None:
    work = Work()
    lanes = Lanes(work)
    put(lanes, "a hb", "b hb")
    await settle()
    await work.let("a hb")

    await lanes.drain(0.01)
    await settle()
    assert work.ended == ["a hb"]
    assert lanes.count == 0
