"""Bold type from a font that has none.

WenQuanYi Micro Hei, the CJK font that is small enough to ask for, has one weight, and WeasyPrint
makes no bold of its own as browsers do. So bold text is drawn with a thin outline of its own
colour, which is what browsers and thermal printers do too. This replaces one function of
WeasyPrint, in the printing process only; a test measures the ink, so that an update which no
longer calls it is noticed.
"""

from typing import Any

from weasyprint import draw
from weasyprint.draw.text import draw_text

BOLD_FROM = 600
OUTLINE = 0.035  # of the type's size
FILL_AND_STROKE, ROUND = 2, 1


def install() -> None:
    draw.draw_text = draw_emboldened


def draw_emboldened(stream: Any, textbox: Any, *rest: Any) -> None:
    if textbox.style["font_weight"] < BOLD_FROM:
        draw_text(stream, textbox, *rest)
        return
    with stream.stacked():
        stream.set_color(textbox.style["color"], stroke=True)
        stream.set_line_width(textbox.style["font_size"] * OUTLINE)
        stream.set_line_join(ROUND)
        stream.set_text_rendering(FILL_AND_STROKE)
        draw_text(stream, textbox, *rest)
