"""A ticket's QR as a picture: numeric, error correction M, version 6, as the contract says.

A picture, not a drawing: the PDF renderer needs 13 ms for a path of 400 runs and 4 ms for this.
On the 80 mm roll a module is 1 mm, so a pixel falls on a dot of the 203 dpi head.
"""

import base64
import io

import segno
from PIL import Image

VERSION, MODULES, QUIET = 6, 41, 4
DOTS = 8  # a module, each way
SIDE = MODULES + 2 * QUIET
MASK = 3  # a signature is noise: every mask serves it alike, and weighing all eight takes 6 ms
INK = bytes.maketrans(b"\x00\x01", b"\xff\x00")


def picture(code: str) -> str:
    """A data: URI of a PNG, quiet zone included."""
    symbol = segno.make_qr(
        code, version=VERSION, error="m", mode="numeric", mask=MASK, boost_error=False
    )
    modules = b"".join(row.translate(INK) for row in symbol.matrix)
    sheet = Image.new("L", (SIDE, SIDE), 255)
    sheet.paste(Image.frombytes("L", (MODULES, MODULES), modules), (QUIET, QUIET))
    file = io.BytesIO()
    sheet.resize((SIDE * DOTS, SIDE * DOTS), Image.Resampling.NEAREST).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def small_picture(code: str) -> str:
    """The same for a short code of letters and digits: a card's, of a visitor without a chip."""
    symbol = segno.make_qr(code, error="m", boost_error=False)
    modules = len(symbol.matrix)
    sheet = Image.new("L", (modules + 2 * QUIET, modules + 2 * QUIET), 255)
    ink = b"".join(row.translate(INK) for row in symbol.matrix)
    sheet.paste(Image.frombytes("L", (modules, modules), ink), (QUIET, QUIET))
    file = io.BytesIO()
    side = sheet.width * DOTS
    sheet.resize((side, side), Image.Resampling.NEAREST).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
