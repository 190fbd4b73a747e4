"""Far sides on loopback: a platform that speaks HTTP, a mail server that speaks SMTP. They check
what they are given, remember what they did, and fail as told."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple


class Asked(NamedTuple):
    """One request as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes


Answer = tuple[int, Any] | None  # none: the line breaks without a word


@asynccontextmanager
async def platform(answer: Callable[[Asked], Answer]) -> AsyncIterator[str]:
    """An HTTP server that answers as told; gives its address."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            path = head[0].split(" ")[1]
            pairs = (line.split(": ", 1) for line in head[1:] if ": " in line)
            headers = {name.lower(): value for name, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            said = answer(Asked(path, headers, body))
            if said is not None:
                text = json.dumps(said[1]).encode()
                start = f"HTTP/1.1 {said[0]} X\r\nContent-Length: {len(text)}\r\n"
                writer.write(f"{start}Connection: close\r\n\r\n".encode() + text)
                await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


class MailServer:
    """Takes mail. `answers` by verb override what it says; `hangs_up` breaks the line after the
    whole mail came."""

    def __init__(self, tls: ssl.SSLContext | None = None, login: str = "") -> None:
        self.mails: list[tuple[str, bytes]] = []
        self.answers: dict[str, str] = {}
        self.hangs_up = False
        self.port = 0
        self.encrypted: list[bool] = []
        self._tls, self._login = tls, login

    @asynccontextmanager
    async def running(self) -> AsyncIterator["MailServer"]:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test ESMTP\r\n")
        guest = Guest()
        try:
            while line := (await reader.readline()).decode().strip():
                verb = line.split(" ", 1)[0].split(":")[0].upper()
                writer.write(f"{self._reply(verb, line, guest)}\r\n".encode())
                await writer.drain()
                if verb == "STARTTLS" and self._tls:
                    await writer.start_tls(self._tls)
                    guest.is_encrypted = True
                elif verb == "DATA" and verb not in self.answers:
                    mail = await reader.readuntil(b"\r\n.\r\n")
                    self.mails.append((guest.to, mail[:-5]))
                    self.encrypted.append(guest.is_encrypted)
                    if self.hangs_up:
                        return
                    writer.write(b"250 taken as 7F3A\r\n")
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    def _reply(self, verb: str, line: str, guest: "Guest") -> str:
        if verb in self.answers:
            return self.answers[verb]
        if verb == "EHLO":
            offers = ["mail.test", *self._offers(guest.is_encrypted)]
            return "\r\n".join([*(f"250-{offer}" for offer in offers), "250 SIZE"])
        if verb == "AUTH":
            return "235 welcome" if line.split(" ")[-1] == self._login else "535 who are you?"
        if verb == "RCPT":
            guest.to = line.partition("<")[2].partition(">")[0]
        return {"STARTTLS": "220 go on", "DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 ok")

    def _offers(self, is_encrypted: bool) -> list[str]:
        offers = ["AUTH PLAIN"] if self._login else []
        return [*offers, "STARTTLS"] if self._tls and not is_encrypted else offers


class Guest:
    """Who talks to the mail server: to whom the mail goes, and whether the line is encrypted."""

    to = ""
    is_encrypted = False
