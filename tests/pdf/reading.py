"""Reading a finished PDF back, independently of the code that wrote it."""

from __future__ import annotations

import io
from typing import Any, NamedTuple

import pikepdf
import pypdfium2 as pdfium
from PIL import Image


class Word(NamedTuple):
    """A character run found on a page: its text and its box in points (left, bottom, right, top)."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> float:
        """Height of its middle above the lower edge of the page."""
        return (self.bottom + self.top) / 2


class Paper:
    """A PDF opened by a reader that knows nothing of how it was made."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._document: Any = pdfium.PdfDocument(content)
        self._texts: dict[int, Any] = {}

    def __len__(self) -> int:
        return len(self._document)

    def _textpage(self, page: int) -> Any:
        if page not in self._texts:
            self._texts[page] = self._document[page].get_textpage()
        return self._texts[page]

    def text(self, page: int) -> str:
        """All text of a page (from 0)."""
        return str(self._textpage(page).get_text_range())

    def all_text(self) -> str:
        """All text of the document."""
        return "\n".join(self.text(page) for page in range(len(self)))

    def flat(self, page: int | None = None) -> str:
        """Text without white space: lines are broken where the column ends."""
        return "".join((self.all_text() if page is None else self.text(page)).split())

    def find(self, wanted: str) -> list[tuple[int, Word]]:
        """Every place of `wanted`: page and box."""
        found = []
        for page in range(len(self)):
            textpage = self._textpage(page)
            searcher = textpage.search(wanted, match_case=True)
            while (hit := searcher.get_next()) is not None:
                boxes = [textpage.get_charbox(index) for index in range(hit[0], hit[0] + hit[1])]
                left, bottom, right, top = (list(side) for side in zip(*boxes, strict=True))
                found.append((page, Word(wanted, min(left), min(bottom), max(right), max(top))))
        return found

    def one(self, wanted: str) -> tuple[int, Word]:
        """The only place of `wanted`."""
        found = self.find(wanted)
        assert len(found) == 1, f"{wanted!r} found {len(found)} times"
        return found[0]

    def image(self, page: int, scale: float = 4.0) -> Image.Image:
        """The page as grey pixels, `scale` to the point."""
        rendered: Image.Image = self._document[page].render(scale=scale).to_pil().convert("L")
        return rendered

    def size(self, page: int) -> tuple[float, float]:
        """Width and height in points."""
        width, height = self._document[page].get_size()
        return float(width), float(height)

    def form_text(self) -> str:
        """The text that the fields of the document show, without white space: what was filled in after the pages were made."""
        found = []
        with self.inside() as pdf:
            fields: Any = pdf.Root.AcroForm.Fields if "/AcroForm" in pdf.Root else ()
            for field in fields:
                shown = field.get("/AP")
                if shown is not None and field.get("/FT") == pikepdf.Name.Tx and len(shown.N.read_bytes()) > 0:
                    alone = pikepdf.new()
                    page = alone.add_blank_page(page_size=(600, 200))
                    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(S=alone.copy_foreign(shown.N)))
                    page.obj.Contents = alone.make_stream(b"q 1 0 0 1 10 10 cm /S Do Q")
                    out = io.BytesIO()
                    alone.save(out)
                    found.append(Paper(out.getvalue()).flat())
        return "\n".join(found)

    def outline(self) -> list[tuple[int, str, int]]:
        """Bookmarks as (level, title, page)."""
        return [(one.level, one.get_title(), one.get_dest().get_index()) for one in self._document.get_toc()]

    def inside(self) -> pikepdf.Pdf:
        """The objects of the file."""
        return pikepdf.open(io.BytesIO(self.content))


def darkness(image: Image.Image, box: tuple[float, float, float, float], scale: float = 4.0) -> float:
    """The share of dark pixels in a box given in points (left, bottom, right, top)."""
    left, bottom, right, top = box
    part = image.crop(
        (
            round(left * scale),
            round(image.height - top * scale),
            round(right * scale),
            round(image.height - bottom * scale),
        )
    )
    pixels = part.tobytes()
    return sum(value < 128 for value in pixels) / len(pixels)
