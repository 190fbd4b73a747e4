"""Reading an uploaded file by a process of its own (`sheets.py`)."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

import msgspec

from domain.kernel.errors import InvalidInput, Message, say
from domain.operation.imports import Sheet
from webapp.forms import Typed
from webapp.importing.sheets import MOST_SECONDS, Read

ROOT = Path(__file__).parent.parent.parent
COMMAND = (sys.executable, "-m", "webapp.importing.sheets")
MOST_BYTES = 10 * 1024 * 1024
PROBLEMS: dict[str, Message] = {
    "empty": say("This file is empty."),
    "large": say("A file has at most {rows} rows and {columns} columns.", rows=50_000, columns=60),
    "bomb": say("This file would be huge when unpacked. Save it anew, only with its first sheet."),
    "type": say("This is no Excel or CSV file."),
    "broken": say("This file cannot be read. Save it anew as .xlsx or CSV."),
}


async def chosen(typed: Typed) -> tuple[str, bytes]:
    """Name and content of the file in the form. Raises InvalidInput at `file`."""
    for upload in typed.files.get("file", []):
        if upload.filename:
            content = await upload.read(MOST_BYTES + 1)
            if len(content) > MOST_BYTES:
                raise InvalidInput({"file": say("A file has at most {most} MB.", most=10)})
            name = os.path.basename(upload.filename.replace("\\", "/"))
            return "".join(one for one in name if one.isprintable()) or "file", content
    raise InvalidInput({"file": say("Choose a file.")})


async def sheet_of(content: bytes) -> Sheet:
    """The rows of a file. Raises InvalidInput at `file`."""
    try:
        found = await asyncio.wait_for(_read(content), MOST_SECONDS * 3)
    except TimeoutError:
        found = Read(problem="bomb")
    if found.problem:
        raise InvalidInput({"file": PROBLEMS[found.problem]})
    return Sheet(found.headings, found.rows, found.formulas)


async def _read(content: bytes) -> Read:
    """A reader that was ended for its memory or its time tells nothing: the file did that."""
    environment = {n: v for n, v in os.environ.items() if not n.startswith("SHANMEN_")}
    reader = await asyncio.create_subprocess_exec(
        *COMMAND, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment
    )
    try:
        told, _ = await reader.communicate(content)
    finally:
        if reader.returncode is None:
            reader.kill()
            await reader.wait()
    if reader.returncode or not told:
        return Read(problem="bomb")
    return await asyncio.to_thread(msgspec.msgpack.decode, told, type=Read)
