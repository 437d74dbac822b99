"""A file that travels inside a printed document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """A file inside a PDF; `relation` as in ISO 19005-3, annex E: Source, Data, Alternative, Supplement."""

    name: str
    content: bytes
    media_type: str
    description: str
    when: datetime
    relation: str = "Data"
