"""Whether this machine has a font for Chinese. Without one a PDF is made all the same, silently,
with empty boxes for letters; so it is looked for when the house opens."""

import shutil
import subprocess

from domain.kernel.errors import Message, say

ONE_WEIGHT = "WenQuanYi Micro Hei"  # our first choice: 5 MB, clear at 203 dpi, but never bold
SECONDS = 10


def font_problem() -> Message | None:
    """What keeps Chinese from being printed; None when nothing does. Takes some milliseconds."""
    if not shutil.which("fc-list"):
        return say("Fontconfig is not installed: nothing can be printed.")
    if not families("zh-cn"):
        return say("There is no font for Chinese: install the package fonts-wqy-microhei.")
    return None


def families(language: str) -> set[str]:
    """The font families that cover a language."""
    listed = subprocess.run(
        ["fc-list", f":lang={language}", "family"],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    return {name.strip() for line in listed.stdout.splitlines() for name in line.split(",")}
