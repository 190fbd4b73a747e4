"""Starting a program of ours as a child: found, alone on its port, gone when we are."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
from pathlib import Path

ADMINISTRATOR_PATHS = "/usr/local/sbin:/usr/sbin:/sbin"  # where Debian keeps servers
GLANCE_SECONDS = 0.02
ORPHAN_SECONDS = 3.0


def find_program(name: str) -> str | None:
    paths = os.environ.get("PATH", os.defpath) + ":" + ADMINISTRATOR_PATHS
    return shutil.which(name, path=paths)


def dying_with_us(command: list[str]) -> list[str]:
    """The kernel ends it when this process is killed outright (where util-linux is at hand)."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--", *command] if setpriv else command


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step, readable by nobody else at any moment."""
    fresh = path.with_name(path.name + ".new")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)


def is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


async def answers(
    host: str, port: int, process: asyncio.subprocess.Process, seconds: float
) -> bool:
    """Whether the child listens in time; False at once when it has ended."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while process.returncode is None:
                try:
                    _, writer = await asyncio.open_connection(host, port)
                except OSError:
                    await asyncio.sleep(GLANCE_SECONDS)
                else:
                    writer.close()
                    return True
    return False


async def end(process: asyncio.subprocess.Process, seconds: float) -> None:
    """Ask it to go, then make it."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def end_orphan(pid_file: Path, argument: str) -> None:
    """End the child of an earlier run that outlived it."""
    pid = _orphan(pid_file, argument)
    if pid is None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    for _ in range(int(ORPHAN_SECONDS / GLANCE_SECONDS)):
        if _orphan(pid_file, argument) is None:
            return
        await asyncio.sleep(GLANCE_SECONDS)


def _orphan(pid_file: Path, argument: str) -> int | None:
    """The pid that we wrote, if a program that was given `argument` still runs under it."""
    try:
        pid = int(pid_file.read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except (OSError, ValueError):
        return None
    return pid if argument in command else None
