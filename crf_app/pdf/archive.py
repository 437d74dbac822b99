"""A drawn PDF as an archive file: PDF/A-2b, or PDF/A-3b with files in it (ISO 19005-2 and -3). The same input gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC
from functools import lru_cache
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

from crf_app.clinical.embedded import EmbeddedFile
from crf_app.paths import resources_folder

_PRINTED = 4
"""The flag of an annotation that prints (ISO 19005-2, 6.3.2)."""
_READ_ONLY, _MULTILINE = 1, 1 << 12
_DATE = "D:20000101000000+00'00'"
_VERSION = "1.7"


class Slot(NamedTuple):
    """A place on a page (from 0) for a signature that comes later: name and rectangle (left, bottom, right, top) in points."""

    name: str
    page: int
    rect: tuple[float, float, float, float]
    said: str


def archived(content: bytes, files: Sequence[EmbeddedFile] = (), slots: Sequence[Slot] = ()) -> bytes:
    """The PDF with output intent, metadata and whatever else the standard asks for; what is seen stays as it is."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        root = pdf.Root
        _say_colours(pdf)
        for page in pdf.pages:
            for mark in _marks(page.obj):
                mark[Name.F] = _PRINTED
            if Name.Trans in page.obj:
                del page.obj[Name.Trans]
        for one in files:
            _embed(pdf, one)
        if slots:
            _reserve(pdf, slots)
        root.MarkInfo = Dictionary(Marked=False)
        if Name.PageMode in root and files:
            root.PageMode = Name.UseOutlines
        _say_what_it_is(pdf, part="3" if files else "2")
        out = io.BytesIO()
        pdf.save(out, min_version=_VERSION, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


def _marks(page: Any) -> list[Any]:
    return list(page[Name.Annots]) if Name.Annots in page else []


@lru_cache(maxsize=1)
def _profile() -> bytes:
    return (resources_folder() / "colour" / "sRGB.icc").read_bytes()


def _say_colours(pdf: Pdf) -> None:
    """The output intent that grey and RGB are meant for (6.2.3)."""
    profile = Stream(pdf, _profile(), N=3, Alternate=Name.DeviceRGB)
    intent = Dictionary(
        Type=Name.OutputIntent, S=Name.GTS_PDFA1, OutputConditionIdentifier=String("sRGB"), Info=String("sRGB IEC61966-2.1"),
        DestOutputProfile=pdf.make_indirect(profile),
    )  # fmt: skip
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])


def _say_what_it_is(pdf: Pdf, part: str) -> None:
    """XMP that says the same as the document information, and which standard is kept (6.6)."""
    pdf.docinfo[Name.CreationDate] = String(_DATE)
    pdf.docinfo[Name.ModDate] = String(_DATE)
    for name in (Name.Subject, Name.Keywords, Name.Trapped):
        if name in pdf.docinfo:
            del pdf.docinfo[name]
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as meta:
        meta.load_from_docinfo(pdf.docinfo)
        meta["pdfaid:part"] = part
        meta["pdfaid:conformance"] = "B"


def _embed(pdf: Pdf, one: EmbeddedFile) -> None:
    when = one.when.astimezone(UTC)
    stamp = String(f"D:{when:%Y%m%d%H%M%S}+00'00'")
    body = Stream(pdf, one.content, Type=Name.EmbeddedFile, Subtype=Name("/" + one.media_type))
    body.Params = Dictionary(Size=len(one.content), ModDate=stamp)
    held = pdf.make_indirect(body)
    spec = Dictionary(
        Type=Name.Filespec, F=String(one.name), UF=String(one.name), Desc=String(one.description), AFRelationship=Name("/" + one.relation),
        EF=Dictionary(F=held, UF=held),
    )  # fmt: skip
    spec = pdf.make_indirect(spec)
    if Name.AF not in pdf.Root:
        pdf.Root.AF = Array()
        if Name.Names not in pdf.Root:
            pdf.Root.Names = Dictionary()
        pdf.Root.Names.EmbeddedFiles = Dictionary(Names=Array())
    pdf.Root.AF.append(spec)
    pdf.Root.Names.EmbeddedFiles.Names.extend([String(one.name), spec])


def _reserve(pdf: Pdf, slots: Sequence[Slot]) -> None:
    """Empty fields over the places for signatures: who signs later fills one, which earlier signatures permit (ISO 32000-1, 12.8.2.2)."""
    fields = Array()
    for name, number, rect, said in slots:
        left, bottom, right, top = rect
        empty = Stream(pdf, b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, right - left, top - bottom]), Resources=Dictionary())
        page = pdf.pages[number].obj
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String(name), TU=String(said), Ff=_READ_ONLY | _MULTILINE, F=_PRINTED,
            DA=String("0 g"), V=String(""), Rect=Array([left, bottom, right, top]), P=page, AP=Dictionary(N=pdf.make_indirect(empty)),
        )  # fmt: skip
        field = pdf.make_indirect(field)
        if Name.Annots not in page:
            page.Annots = Array()
        page.Annots.append(field)
        fields.append(field)
    pdf.Root.AcroForm = pdf.make_indirect(Dictionary(Fields=fields))
