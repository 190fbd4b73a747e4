"""The demo's map of the mountain, drawn here so that no picture has to be shipped."""

import io
import math

from PIL import Image, ImageDraw, ImageFilter

WIDE, HIGH = 1_600, 1_000
MEADOW, FOREST, ROCK, SNOW = (214, 228, 196), (150, 185, 140), (176, 170, 156), (246, 247, 244)
WATER, SHORE, PATH = (150, 198, 220), (120, 172, 198), (252, 246, 230)


def map_picture() -> bytes:
    """A WebP of 1,600 x 1,000: a peak with woods around it, a lake, a stream and the paths."""
    picture = Image.new("RGB", (WIDE, HIGH), MEADOW)
    draw = ImageDraw.Draw(picture)
    for step, colour in enumerate((FOREST, (134, 170, 126), ROCK, (200, 196, 186), SNOW)):
        draw.polygon(ring(980, 260, 560 - step * 110, 330 - step * 62, step), fill=colour)
    for x, y, wide, high in ((420, 420, 230, 150), (1_380, 820, 240, 150)):
        draw.polygon(ring(x, y, wide, high, x), fill=FOREST)
    draw.polygon(ring(1_130, 600, 190, 110, 3), fill=WATER, outline=SHORE)
    draw.line(wave((1_010, 640), (640, 1_000)), fill=WATER, width=14, joint="curve")
    for ends in (((830, 820), (800, 480)), ((400, 210), (800, 480)), ((800, 480), (1_100, 590))):
        draw.line(wave(*ends), fill=PATH, width=12, joint="curve")
    draw.line(((800, 480), (1_020, 250)), fill=(96, 104, 100), width=4)
    written = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1.2)).save(written, "WEBP", quality=80)
    return written.getvalue()


def ring(x: int, y: int, wide: int, high: int, turn: int) -> list[tuple[float, float]]:
    """An uneven oval."""
    return [
        (x + math.cos(angle) * wide * bulge, y + math.sin(angle) * high * bulge)
        for angle in (number * math.tau / 60 for number in range(60))
        for bulge in (1 + 0.08 * math.sin(5 * angle + turn) + 0.05 * math.sin(11 * angle),)
    ]


def wave(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[float, float]]:
    """A winding line."""
    (x, y), (to_x, to_y) = start, end
    return [
        (
            x + (to_x - x) * part + 30 * math.sin(part * 7) * (1 - part),
            y + (to_y - y) * part + 18 * math.sin(part * 9) * (1 - part),
        )
        for part in (number / 40 for number in range(41))
    ]
