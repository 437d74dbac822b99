"""Photographs and files: location stripped, pixels untouched, stored encrypted by hash (decisions 23)."""

from __future__ import annotations

import io
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from crf_app.admin.roles import Right
from crf_app.clinical.keys import ItemKey
from crf_app.clinical.transitions import Act
from crf_app.errors import ExpectedError
from crf_app.services.acts import need_act
from crf_app.services.entry import EntryOutcome, ItemEntry, enter_item
from crf_app.services.image_metadata import capture_time, without_location
from crf_app.services.workspace import Workspace
from crf_app.store.attachments import StoredAttachment, read_attachment, read_file, store_file

MOST_BYTES = 50_000_000
MOST_PIXELS = 60_000_000
THUMBNAIL_PX = 240


@dataclass(frozen=True, slots=True)
class AttachmentRecord:
    """What is known of an attachment without opening it."""

    sha256: str
    file_name: str
    media_type: str
    size: int
    taken: str
    thumbnail: bytes


def attach(work: Workspace, key: ItemKey, file_name: str, content: bytes, *, reason: str = "", image: bool = False) -> EntryOutcome:
    """Add a file to an item: strip the place where it was taken, store it encrypted, enter its hash.

    Raises ExpectedError "file_empty", "file_too_large", "not_an_image", "image_too_large", "no_right" and those of the disk.
    """
    actor = work.need(Right.ENTER)
    need_act(work, Act.ENTER, (key.form_key,), actor)
    if not content:
        raise ExpectedError("file_empty", name=file_name)
    if len(content) > MOST_BYTES:
        raise ExpectedError("file_too_large", name=file_name, most=MOST_BYTES // 1_000_000)
    media_type = mimetypes.guess_type(file_name)[0] or "application/octet-stream"
    taken, thumbnail = "", b""
    if image or media_type.startswith("image/"):
        content = without_location(content)
        thumbnail = _thumbnail(content, file_name, needed=image)
        taken = capture_time(content)
    sha256, cipher = store_file(work.folder, work.database.data_key, content)
    if read_attachment(work.database, sha256) is None:
        row = {"sha256": sha256, "file_name": Path(file_name).name[:200], "media_type": media_type, "size": len(content), "taken": taken, "thumbnail": thumbnail, "cipher_sha256": cipher}
        with work.begin(work.command("attach", actor, about=f"{key.subject}:{key.address}", details={"sha256": sha256}), actor.signer) as unit:
            unit.put("attachment", row)
    held = work.casebook(key.subject).value(key).text
    text = ";".join(dict.fromkeys([*(held.split(";") if held else []), sha256]))
    return enter_item(work, ItemEntry(key, text), reason=reason)


def _thumbnail(content: bytes, file_name: str, *, needed: bool) -> bytes:
    """A small JPEG for lists; pictures beyond the pixel limit are refused before they are decoded (reliability, section 6)."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ExpectedError("image_too_large", name=file_name, most=MOST_PIXELS // 1_000_000)
            picture.draft("RGB", (THUMBNAIL_PX, THUMBNAIL_PX))
            small = picture.convert("RGB")
            small.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        if needed:
            raise ExpectedError("not_an_image", name=file_name) from error
        return b""
    out = io.BytesIO()
    small.save(out, "JPEG", quality=82)
    return out.getvalue()


def attachment(work: Workspace, sha256: str) -> AttachmentRecord | None:
    """What is known of an attachment, None for an unknown one."""
    work.need(Right.READ)
    found: StoredAttachment | None = read_attachment(work.database, sha256)
    return AttachmentRecord(found.sha256, found.file_name, found.media_type, found.size, found.taken, found.thumbnail) if found is not None else None


def attachment_content(work: Workspace, sha256: str) -> bytes:
    """The file itself, checked against its hash. Raises ExpectedError "attachment_missing", "attachment_damaged"."""
    work.need(Right.READ)
    return read_file(work.folder, work.database.data_key, sha256)
