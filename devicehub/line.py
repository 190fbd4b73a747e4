"""A device's side of the wire: one connection that comes back by itself, with a last will."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import aiomqtt
import structlog

from devicehub.messages import Message, encode, topic_of
from devicehub.mqtt import Client, Connection, stop_if_cancelled, straight

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 5.0

log = structlog.get_logger()


class Routine(NamedTuple):
    """What a device says of itself while it is connected: at once, and then every so often."""

    seconds: float
    speak: Callable[[], None]


class Line:
    def __init__(
        self,
        connection: Connection,
        take: Callable[[aiomqtt.Message], None],
        routines: Sequence[Routine],
        on_lost: Callable[[], None],
    ) -> None:
        self.device_id = connection.username or ""
        self._connection = connection
        self._take = take
        self._routines = routines
        self._on_lost = on_lost
        self._client: Client | None = None
        self._lost = asyncio.Event()
        self._session: asyncio.Task[None] | None = None

    def start(self, password: str, last_words: Message, announce: Callable[[], None]) -> None:
        """Connect and stay so. `announce` is called after each connect, before the routines."""
        connection = replace(self._connection, password=password, identifier=self.device_id)
        will = aiomqtt.Will(topic_of(self.device_id, last_words), encode(last_words), 1, True)
        self._session = asyncio.create_task(
            self._stay_connected(connection, will, announce), name=self.device_id
        )

    async def stop(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await session

    async def sever(self) -> None:
        """Without a word, as when the cable is pulled: the will speaks."""
        if self._client is not None:
            self._client.sever()
            await self._lost.wait()
        await self.stop()

    def post(self, message: Message) -> bool:
        return self._client is not None and self._client.post(self.device_id, message)

    async def _stay_connected(
        self, connection: Connection, will: aiomqtt.Will, announce: Callable[[], None]
    ) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                await self._converse(connection, will, announce)
            except aiomqtt.MqttError as error:
                stop_if_cancelled()
                log.info("simulator.lost", device_id=self.device_id, reason=str(error))
            finally:
                if self._client is not None:
                    pause = FIRST_PAUSE_SECONDS
                self._client = None
                self._lost.set()
                self._on_lost()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _converse(
        self, connection: Connection, will: aiomqtt.Will, announce: Callable[[], None]
    ) -> None:
        async with connection.client(queue_type=straight(self._take), will=will) as client:
            await client.subscribe(f"shanmen/1/{self.device_id}/down/#", qos=1)
            stop_if_cancelled()
            self._client = client
            self._lost.clear()
            announce()
            tasks = [asyncio.create_task(_repeat(routine)) for routine in self._routines]
            try:
                await anext(aiter(client.messages))  # ends with the connection
            finally:
                for task in tasks:
                    task.cancel()


async def _repeat(routine: Routine) -> None:
    while True:
        routine.speak()
        await asyncio.sleep(routine.seconds)
