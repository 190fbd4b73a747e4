"""The log as files: one line of JSON an event, several files of bounded size, shared by all
processes of an installation."""

import fcntl
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import IO

NAME = "shanmen.log"
MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 10  # 100 MB at most


def files_in(folder: Path) -> list[Path]:
    """The files that are there, the newest first."""
    named = [folder / NAME, *(folder / f"{NAME}.{n}" for n in range(1, MOST_FILES))]
    return [path for path in named if path.is_file()]


class LogFiles(logging.Handler):
    """Appends whole lines; when the file is full it becomes .1, that one .2, and the last one goes.
    Of several processes one turns the files, and the others notice that theirs has moved."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        super().__init__()
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._most_bytes = folder, most_bytes
        self._path, self._lock_path = folder / NAME, folder / f"{NAME}.lock"
        self._file = self._opened()

    def emit(self, record: logging.LogRecord) -> None:
        """A disk that is full or gone must not stop who logs."""
        try:
            line = self.format(record).replace("\n", "\\n").encode(errors="replace") + b"\n"
            if self._file.tell() + len(line) > self._most_bytes or self._has_moved():
                self._turn(len(line))
            self._file.write(line)
        except OSError:
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's own name)
        """Standard error still has the line."""

    def close(self) -> None:
        self._file.close()
        super().close()

    def _opened(self) -> IO[bytes]:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        file = os.fdopen(descriptor, "ab", buffering=0)
        file.seek(0, os.SEEK_END)
        return file

    def _has_moved(self) -> bool:
        try:
            return os.fstat(self._file.fileno()).st_ino != self._path.stat().st_ino
        except FileNotFoundError:
            return True

    def _turn(self, coming: int) -> None:
        """Under a lock: whoever comes second finds a file that has room."""
        with self._lock_path.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with suppress(FileNotFoundError):
                if self._path.stat().st_size + coming > self._most_bytes:
                    for number in range(MOST_FILES - 2, 0, -1):
                        with suppress(FileNotFoundError):
                            older = self._folder / f"{NAME}.{number + 1}"
                            (self._folder / f"{NAME}.{number}").replace(older)
                    self._path.replace(self._folder / f"{NAME}.1")
            self._file.close()
            self._file = self._opened()
