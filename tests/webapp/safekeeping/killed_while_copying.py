"""A server process that is killed when a copy is written and not yet whole: in a child of the
test, given the job's row as it was leased."""

import os
import signal
import sys
from pathlib import Path

from domain.kernel.db import copies
from webapp.safekeeping import files
from webapp.settings import Settings


def die(path: Path) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def main() -> None:
    url, data, name = sys.argv[1:]
    copies.sha256 = die
    files.make(Settings(data_dir=Path(data), database_url=url, low_disk_bytes=1), name)


if __name__ == "__main__":
    main()
