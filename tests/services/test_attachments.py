"""Photographs and files: the place goes, every pixel stays, what is stored is known by its hash (decisions 23)."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib

import pytest
from PIL import Image

from crf_app.errors import ExpectedError
from crf_app.services import attachments
from crf_app.services.attachments import THUMBNAIL_PX, attach, attachment, attachment_content
from crf_app.services.image_metadata import capture_time, without_location
from tests.services.world import World

GPS, PLACE = 0x8825, "CANARY-31.2N-121.5E"


def _picture(size: tuple[int, int] = (320, 200)) -> Image.Image:
    return Image.linear_gradient("L").resize(size).convert("RGB")


def _jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x0132], exif[0x010E] = 6, "2026:03:01 08:30:00", PLACE
    exif.get_ifd(GPS)[1], exif.get_ifd(GPS)[2] = "N", (31.0, 12.0, 0.0)
    out = io.BytesIO()
    _picture().save(out, "JPEG", exif=exif, comment=PLACE.encode())
    return out.getvalue()


def _png() -> bytes:
    out = io.BytesIO()
    _picture().save(out, "PNG")
    body = b"tEXt" + b"Comment\x00" + PLACE.encode()
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return out.getvalue()[:33] + chunk + out.getvalue()[33:]


@pytest.mark.parametrize("content", [_jpeg(), _png()], ids=["jpeg", "png"])
def test_the_place_goes_and_every_pixel_stays(content: bytes) -> None:
    clean = without_location(content)
    assert PLACE.encode() in content
    assert PLACE.encode() not in clean
    with Image.open(io.BytesIO(content)) as before, Image.open(io.BytesIO(clean)) as after:
        assert before.tobytes() == after.tobytes()
        assert not dict(after.getexif().get_ifd(GPS))
        assert after.getexif().get(0x0112) == before.getexif().get(0x0112), "a picture taken upright stays upright"
    assert without_location(clean) == clean


def test_other_files_are_left_alone() -> None:
    assert without_location(b"%PDF-1.7 demo") == b"%PDF-1.7 demo"
    for damaged in (b"\xff\xd8", b"\xff\xd8\xff\xe1\x00", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n\x00\x00"):
        assert isinstance(without_location(damaged), bytes)


def test_a_photograph_is_stored_by_its_hash(world: World) -> None:
    world.enter({"SCR/DM/SEX": "F"})
    key = world.key("SCR/PREG/FOTO")
    outcome = attach(world.work, key, "../../wound.jpg", _jpeg(), image=True)
    assert outcome.stored
    sha256 = world.text("SCR/PREG/FOTO")
    content = attachment_content(world.work, sha256)
    assert hashlib.sha256(content).hexdigest() == sha256
    assert PLACE.encode() not in content
    record = attachment(world.work, sha256)
    assert record is not None
    assert (record.file_name, record.media_type, record.size, record.taken) == ("wound.jpg", "image/jpeg", len(content), "2026-03-01T08:30:00")
    assert capture_time(content) == "2026-03-01T08:30:00"
    with Image.open(io.BytesIO(record.thumbnail)) as small:
        assert max(small.size) <= THUMBNAIL_PX
    for path in world.work.folder.rglob("*"):
        assert not path.is_file() or content[:64] not in path.read_bytes() or path.name == "data.db", "stored encrypted"
    attach(world.work, key, "again.jpg", _jpeg(), image=True)
    assert world.text("SCR/PREG/FOTO") == sha256, "the same picture is there once"
    attach(world.work, key, "other.png", _png(), image=True)
    assert len(world.text("SCR/PREG/FOTO").split(";")) == 2
    world.check()


def test_what_cannot_be_kept_is_said_and_nothing_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.enter({"SCR/DM/SEX": "F"})
    key, head = world.key("SCR/PREG/FOTO"), world.work.database.head
    monkeypatch.setattr(attachments, "MOST_BYTES", 10_000)
    monkeypatch.setattr(attachments, "MOST_PIXELS", 1000)
    for name, content, code in (
        ("a.jpg", b"", "file_empty"), ("a.jpg", b"x" * 10_001, "file_too_large"), ("a.jpg", b"no picture", "not_an_image"), ("a.jpg", _jpeg(), "image_too_large"),
        ("a.jpg", _jpeg()[:300], "not_an_image"),
    ):  # fmt: skip
        with pytest.raises(ExpectedError) as caught:
            attach(world.work, key, name, content, image=True)
        assert caught.value.code == code, (name, len(content))
    assert world.work.database.head == head
    assert attachment(world.work, "0" * 64) is None
    with pytest.raises(ExpectedError, match="attachment_missing"):
        attachment_content(world.work, "0" * 64)
