"""QR codes as cells, made by zxing-cpp: the library that reads them back draws them too (docs/adr/0076)."""

from __future__ import annotations

from typing import Any

import zxingcpp
from PIL import Image, ImageChops

_CORRECTION = "M"
"""15 % of the code may be spoilt: a fax or a stamp over its edge."""


def code_cells(text: str) -> tuple[int, bytes]:
    """Cells of a side, and all rows as bitmaps: 1 is black, the highest bit is the first cell. The same text gives the same cells."""
    barcode: Any = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=_CORRECTION)
    image: Any = zxingcpp.write_barcode_to_image(barcode, scale=1, add_quiet_zones=False)
    side = int(image.shape[0])
    pixels = Image.frombytes("L", (side, side), bytes(memoryview(image).cast("B")))
    return side, ImageChops.invert(pixels).convert("1", dither=Image.Dither.NONE).tobytes()
