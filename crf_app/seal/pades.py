"""Signatures into a PDF (PAdES, ETSI EN 319 142-1, level B-B or B-T), each an incremental update: what was signed before stays as it was."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import HTTPTimeStamper, TimestampRequestError

from crf_app.errors import ExpectedError
from crf_app.seal.keys import DocumentKey, token_failed

PLACE = "signed_"
"""Fields for what a signature shows, as pdf.signature_page reserves them: signed_1, signed_2 ..."""
_SIGNATURE = "Signature"


@dataclass(frozen=True, slots=True)
class Place:
    """An empty place for a signature: its number and size in points."""

    number: int
    size: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Seal:
    """What goes into the file beside the key: `look` is a one-page PDF for `place`, `said` the same in words; reason and location for readers."""

    place: Place
    look: bytes
    said: str
    name: str
    reason: str
    location: str
    when: datetime
    time_stamp_url: str = ""


def free_place(content: bytes) -> Place:
    """The first place that nobody has signed. Raises ExpectedError "paper_not_pdf", "paper_no_place", "paper_full"."""
    fields = _places(_reader(content))
    if not fields:
        raise ExpectedError("paper_no_place")
    for number, field in sorted(fields.items()):
        if not str(field.get("/V", "")):
            left, bottom, right, top = (float(one) for one in field["/Rect"])
            return Place(number, (right - left, top - bottom))
    raise ExpectedError("paper_full", most=len(fields))


def sign_document(content: bytes, key: DocumentKey, seal: Seal) -> bytes:
    """The file with one signature more, which covers all of it; its place shows who signed.

    Raises ExpectedError "paper_not_pdf", "token_failed", "time_stamp_failed", "signing_failed".
    """
    writer = _Adding(io.BytesIO(content))
    field = _places(writer)[seal.place.number]
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): _look(writer, seal.look, seal.place.size)})
    field[pdf_name("/V")] = pdf_string(seal.said)
    writer.update_container(field)
    meta = PdfSignatureMetadata(
        field_name=f"{_SIGNATURE}{seal.place.number}", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256", reason=seal.reason, location=seal.location,
        name=seal.name,
    )  # fmt: skip
    stamper = HTTPTimeStamper(seal.time_stamp_url, timeout=20) if seal.time_stamp_url else None
    out = io.BytesIO()
    try:
        _SignerAt(meta, signer=key.signer, timestamper=stamper, when=seal.when).sign_pdf(writer, output=out)
    except TimestampRequestError as error:
        raise ExpectedError("time_stamp_failed", url=seal.time_stamp_url, detail=str(error)) from error
    except key.failures as error:
        raise token_failed(error) from error
    except (SigningError, PdfError) as error:
        if stamper is not None and isinstance(error.__cause__, OSError):
            raise ExpectedError("time_stamp_failed", url=seal.time_stamp_url, detail=str(error)) from error
        raise ExpectedError("signing_failed", detail=str(error)) from error
    return out.getvalue()


class _Adding(IncrementalPdfFileWriter):
    """Adds to a file and leaves its metadata as the archive writer set them.

    pyHanko would write all of the XMP anew, with `pdfaid:part` as an attribute: valid RDF, but checkers that look for the
    element (ISO 19005-2, 6.6.4) then take the file for none of the standard. What a signature says of time stands in itself.
    """

    def _update_meta(self) -> None:
        """Nothing to say anew."""


class _SignerAt(PdfSigner):
    """Signs at the time of the program's clock, the one that is shown and recorded."""

    def __init__(self, meta: PdfSignatureMetadata, *, signer: Any, timestamper: Any, when: datetime) -> None:
        super().__init__(meta, signer=signer, timestamper=timestamper)
        self._when = when

    def init_signing_session(self, *arguments: Any, **options: Any) -> Any:
        """The session of pyHanko with that time."""
        session = super().init_signing_session(*arguments, **options)
        session.system_time = self._when
        return session


def _reader(content: bytes) -> PdfFileReader:
    try:
        reader = PdfFileReader(io.BytesIO(content))
        reader.root  # noqa: B018  read now, not when it is too late to refuse
    except (PdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise ExpectedError("paper_not_pdf") from error
    return reader


def _places(source: Any) -> dict[int, Any]:
    """The fields of the places by number."""
    form = source.root.get("/AcroForm")
    found: dict[int, Any] = {}
    for one in form.get_object().get("/Fields", ()) if form is not None else ():
        field = one.get_object()
        name = str(field.get("/T", ""))
        if name.startswith(PLACE) and name.removeprefix(PLACE).isdecimal():
            found[int(name.removeprefix(PLACE))] = field
    return found


def _look(writer: IncrementalPdfFileWriter, look: bytes, size: tuple[float, float]) -> generic.IndirectObject:
    """The page of `look` as a form of the file, its embedded fonts with it."""
    page = PdfFileReader(io.BytesIO(look)).root["/Pages"]["/Kids"][0].get_object()
    shape = {
        pdf_name("/Type"): pdf_name("/XObject"), pdf_name("/Subtype"): pdf_name("/Form"),
        pdf_name("/BBox"): generic.ArrayObject(generic.FloatObject(one) for one in (0, 0, *size)),
        pdf_name("/Resources"): writer.import_object(page["/Resources"]),
    }  # fmt: skip
    stream = generic.StreamObject(shape, stream_data=page["/Contents"].get_object().data)
    stream.compress()
    added: generic.IndirectObject = writer.add_object(stream)
    return added
