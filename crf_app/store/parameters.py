"""Reading the workspace row, the study versions in use and the study parameters."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from crf_app.errors import ExpectedError
from crf_app.store.connection import Reader

_WORKSPACE = """SELECT id, created, format, study_oid, study_version, site_code, site_name_en, site_name_zh, language,
 synthetic FROM workspace"""


@dataclass(frozen=True, slots=True)
class StoredWorkspace:
    """What this workspace is. `created` is ISO text; `synthetic` data never came from people."""

    id: str
    created: str
    format: int
    study_oid: str
    study_version: str
    site_code: str
    site_name_en: str
    site_name_zh: str
    language: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class StudyParameter:
    """A parameter of the study at this site; one not `confirmed` is an assumption and shown as such."""

    name: str
    value: str
    confirmed: bool
    note: str


def read_workspace(db: Reader) -> StoredWorkspace:
    """The workspace row. Raises ExpectedError "not_a_workspace" when the first command was never made."""
    row = db.one(_WORKSPACE)
    if row is None:
        raise ExpectedError("not_a_workspace", place="data.db")
    return StoredWorkspace(*(*row[:9], bool(row[9])))


def read_study_content(db: Reader, oid: str, version: str) -> bytes:
    """The released definition of a study version, checked against its SHA-256.

    Raises ExpectedError "study_version_missing" or "damaged".
    """
    row = db.one("SELECT content, sha256 FROM study_version WHERE oid = ? AND version = ?", (oid, version))
    if row is None:
        raise ExpectedError("study_version_missing", study=oid, version=version)
    content = bytes(row[0])
    if hashlib.sha256(content).hexdigest() != row[1]:
        raise ExpectedError("damaged", place=f"study_version {oid} {version}", detail="sha256")
    return content


def read_study_versions(db: Reader) -> tuple[tuple[str, str, str], ...]:
    """OID, version and SHA-256 of every stored study version."""
    return tuple((row[0], row[1], row[2]) for row in
                 db.rows("SELECT oid, version, sha256 FROM study_version ORDER BY oid, version"))


def read_parameters(db: Reader) -> dict[str, StudyParameter]:
    """All study parameters by name."""
    return {row[0]: StudyParameter(row[0], row[1], bool(row[2]), row[3]) for row in
            db.rows("SELECT name, value, confirmed, note FROM study_parameter ORDER BY name")}
