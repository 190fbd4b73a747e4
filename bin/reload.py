"""Run a command, and run it again whenever a source file changes. For bin/dev."""

import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("domain", "webapp", "devicehub", "gateways")
SUFFIXES = {".py", ".po", ".html"}
LOOK_SECONDS = 0.5
STOP_SECONDS = 10


def main(command: list[str]) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    seen = latest_change()
    child = subprocess.Popen(command)
    try:
        while True:
            time.sleep(LOOK_SECONDS)
            now = latest_change()
            if now != seen:
                seen = now
                print("code changed: starting again", flush=True)
                stop(child)
                child = subprocess.Popen(command)
    except KeyboardInterrupt:
        pass  # Ctrl-C went to the child as well
    finally:
        stop(child)


def latest_change() -> tuple[float, int]:
    """When a source file last changed, and how many there are."""
    times = [
        path.stat().st_mtime
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.suffix in SUFFIXES
    ]
    return max(times, default=0), len(times)


def stop(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
