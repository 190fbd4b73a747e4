"""Looking at a PDF as a scanner, a printer and a reader do."""

import io
from dataclasses import dataclass

import pypdfium2
import zxingcpp
from PIL import Image

THERMAL_DPI = 203
MM = 72 / 25.4  # points


@dataclass(frozen=True)
class Paged:
    texts: list[str]
    sizes_mm: list[tuple[int, int]]
    pdf: bytes

    def picture(self, page: int = 0, dpi: int = THERMAL_DPI) -> Image.Image:
        """A page in black and white dots, as a thermal head burns them."""
        document = pypdfium2.PdfDocument(io.BytesIO(self.pdf))
        drawn: Image.Image = document[page].render(scale=dpi / 72).to_pil()
        document.close()
        return drawn.convert("L").point(lambda grey: 255 if grey > 127 else 0)

    def codes(self, page: int = 0, dpi: int = THERMAL_DPI) -> list[str]:
        """What a scanner reads on a page."""
        return [found.text for found in zxingcpp.read_barcodes(self.picture(page, dpi))]


def read(pdf: bytes) -> Paged:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    texts, sizes = [], []
    for page in document:
        text_page = page.get_textpage()
        texts.append(text_page.get_text_range().replace("\r\n", "\n"))
        sizes.append((round(page.get_width() / MM), round(page.get_height() / MM)))
        text_page.close()
        page.close()
    document.close()
    return Paged(texts, sizes, pdf)
