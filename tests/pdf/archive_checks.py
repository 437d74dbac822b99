"""What PDF/A-2b and -3b ask for, as far as our documents can break it: read from the finished file, independently of what wrote it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from lxml import etree

_PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_FORBIDDEN_ACTIONS = {"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/JavaScript", "/Hide", "/SetOCGState", "/Rendition", "/Trans"}
_FILTERS = {"/FlateDecode", "/DCTDecode", "/ASCIIHexDecode", "/ASCII85Decode"}


def archive_faults(content: bytes) -> list[str]:
    """What speaks against ISO 19005-2 / -3, level B; empty when nothing does."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [*_whole(pdf, content), *(fault for page, one in enumerate(pdf.pages) for fault in _page(page, one.obj))]


def _whole(pdf: pikepdf.Pdf, content: bytes) -> Iterator[str]:
    root: Any = pdf.Root
    if not re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", content):
        yield "6.1.2 header"
    if "/ID" not in pdf.trailer or "/Encrypt" in pdf.trailer:
        yield "6.1.3 trailer"
    intents = root.get("/OutputIntents", ())
    if len(intents) != 1 or intents[0].S != "/GTS_PDFA1" or intents[0].DestOutputProfile.read_bytes()[36:40] != b"acsp":
        yield "6.2.3 output intent"
    part = _part(root.Metadata.read_bytes())
    if part not in ("2", "3") or root.Metadata.get("/Filter") is not None:
        yield "6.6.4 metadata"
    names = root.get("/Names")
    if part == "2" and names is not None and "/EmbeddedFiles" in names:
        yield "6.8 files inside PDF/A-2"
    if "/AA" in root or (names is not None and "/JavaScript" in names):
        yield "6.5.1 actions"
    form = root.get("/AcroForm")
    if form is not None and (form.get("/NeedAppearances") or "/XFA" in form):
        yield "6.4.1 form"
    objects: Any = pdf.objects
    for one in objects:
        if isinstance(one, pikepdf.Stream):
            for name in _filters(one):
                if name not in _FILTERS:
                    yield f"6.1.7 filter {name}"
            if "/F" in one:
                yield "6.1.7 external stream"
        if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Filespec" and part == "3" and "/AFRelationship" not in one:
            yield "6.8 relationship"
        if isinstance(one, pikepdf.Dictionary) and str(one.get("/S")) in _FORBIDDEN_ACTIONS and "/Type" not in one:
            yield f"6.5.1 action {one.S}"


def _filters(stream: Any) -> list[str]:
    found = stream.get("/Filter")
    if found is None:
        return []
    several: Any = found
    return [str(name) for name in several] if isinstance(found, pikepdf.Array) else [str(found)]


def _part(xmp: bytes) -> str:
    """pdfaid:part of metadata that also says conformance B; as elements, which every checker reads (attributes are overlooked by some)."""
    tree = etree.fromstring(xmp)
    found = {}
    for one in tree.iter(f"{_RDF}Description"):
        for name in ("part", "conformance"):
            text = one.findtext(_PDFAID + name)
            if text:
                found[name] = text
    return found.get("part", "") if found.get("conformance") == "B" else ""


def _page(number: int, page: Any) -> Iterator[str]:
    for mark in page.get("/Annots", ()):
        zero = all(float(mark.Rect[0]) == float(mark.Rect[at]) for at in (2,)) and float(mark.Rect[1]) == float(mark.Rect[3])
        if int(mark.get("/F", 0)) & 0b0100011 or not int(mark.get("/F", 0)) & 4:
            yield f"6.3.2 annotation on page {number + 1}: flags {mark.get('/F', 0)}"
        if "/AP" not in mark and mark.Subtype != "/Link" and not zero:
            yield f"6.3.3 annotation on page {number + 1} without appearance"
        if "/AP" in mark:
            if set(mark.AP.keys()) != {"/N"}:
                yield "6.3.3 appearances beside N"
            yield from _resources(number, mark.AP.N.get("/Resources"))
        if "/AA" in mark or (mark.Subtype == "/Widget" and "/A" in mark):
            yield "6.4.1 action in a field"
    yield from _resources(number, page.get("/Resources"))


def _resources(number: int, resources: Any) -> Iterator[str]:
    if resources is None:
        return
    for name, font in (resources.get("/Font") or {}).items():
        described = font.get("/FontDescriptor") or (font.DescendantFonts[0].get("/FontDescriptor") if "/DescendantFonts" in font else None)
        if described is None or not {"/FontFile2", "/FontFile3", "/FontFile"} & set(described.keys()):
            yield f"6.2.11.4 font {font.get('/BaseFont')} ({name}) on page {number + 1} is not embedded"
    for one in dict(resources.get("/XObject") or {}).values():
        if one.get("/Subtype") == "/Image" and (one.get("/Interpolate") or "/Alternates" in one or one.get("/ColorSpace") == "/DeviceCMYK"):
            yield f"6.2.8 image on page {number + 1}"
        if one.get("/Subtype") == "/Form":
            yield from _resources(number, one.get("/Resources"))
    for state in dict(resources.get("/ExtGState") or {}).values():
        if "/TR" in state or str(state.get("/SMask", "/None")) != "/None":
            yield f"6.2.5 graphics state on page {number + 1}"
