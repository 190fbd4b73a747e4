"""Programs that tests kill: what they said before they died."""

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def say(*words: str) -> None:
    """Tell whoever reads `last_words`: a line that is out before the program goes on."""
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def last_words(module: str, *arguments: str, lines: int) -> list[str]:
    """Whole lines that `python -m module` wrote until it was killed without a word, at the
    `lines`th or a little later. What it still wrote while it died is there too."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if len(said) == lines:
            process.send_signal(signal.SIGKILL)
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    return [line.strip() for line in said if line.endswith("\n")]
