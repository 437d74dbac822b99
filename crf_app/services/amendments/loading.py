"""Taking a new version of the study into the workspace, and making it the one that new subjects get."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from crf_app.admin.roles import Right
from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.errors import ExpectedError
from crf_app.services.changes import Changes
from crf_app.services.session import default_ranges
from crf_app.services.studies import RELEASED, load_study_folder, version_order
from crf_app.services.versions import read_rules
from crf_app.services.workspace import Workspace
from crf_app.store.parameters import read_parameters, read_study_versions
from crf_app.store.references import read_site_rows
from crf_app.store.subjects import read_subjects
from crf_app.store.unit import Unit
from crf_app.store.workspace_files import read_workspace_file, write_workspace_file
from crf_app.study.definition import StudyDef
from crf_app.study.mistakes import DefinitionError
from crf_app.study.released import release_bytes


@dataclass(frozen=True, slots=True)
class LoadedVersion:
    """A version that the workspace holds. `active`: new subjects get it; `subjects` follow it at their latest visits."""

    version: str
    sha256: str
    active: bool
    subjects: int


def loaded_versions(work: Workspace) -> tuple[LoadedVersion, ...]:
    """The versions in this workspace, oldest first. Raises ExpectedError "locked"."""
    work.need_session()
    current = work.study.version
    followed = Counter(version_of(work, one.number) for one in read_subjects(work.database))
    stored = [(version, sha256) for oid, version, sha256 in read_study_versions(work.database) if oid == work.study.oid]
    stored.sort(key=lambda one: version_order(one[0]))
    return tuple(LoadedVersion(version, sha256, version == current, followed[version]) for version, sha256 in stored)


def version_of(work: Workspace, subject: str) -> str:
    """The version that a subject's visits to come follow."""
    rows = work.subject_versions.get(subject)
    return rows[-1].version if rows else work.study.version


def need_version(work: Workspace, version: str) -> None:
    """Raises ExpectedError "amendment_unknown" when the workspace does not hold that version."""
    known = [one.version for one in loaded_versions(work)]
    if version not in known:
        raise ExpectedError("amendment_unknown", version=version, known=", ".join(known))


def load_version(work: Workspace, place: Path) -> tuple[StudyDef, Changes]:
    """Store a released version of the same study (its folder or its released.json). Nothing changes for any subject.

    Its new parameters take their default values, its new laboratory tests their start-up intervals. Raises ExpectedError "no_right",
    "amendment_not_released", "amendment_unfit" (with the first mistake), "amendment_other_study", "amendment_loaded",
    "amendment_taken" (that version with another content), "amendment_not_newer" and those of the disk.
    """
    actor = work.need(Right.VERSIONS)
    study = _read(place)
    _need_fitting(work, study)
    command = work.command("load_study_version", actor, about=f"{study.oid} {study.version}", details={"sha256": study.sha256})
    with work.begin(command) as unit:
        unit.put("study_version", {"oid": study.oid, "version": study.version, "sha256": study.sha256, "content": release_bytes(study)})
        _put_new_settings(work, unit, study)
    work.forget(settings=True)
    return study, Changes(administration=True, entry_no=work.database.head.no)


def _read(place: Path) -> StudyDef:
    folder = place.resolve() if place.is_dir() else place.resolve().parent
    if not (folder / RELEASED).is_file():
        raise ExpectedError("amendment_not_released", place=place)
    try:
        study = load_study_folder(folder)
        CompiledStudy(study).warm()
    except DefinitionError as error:
        raise ExpectedError("amendment_unfit", place=place, mistake=str(error.mistakes[0])) from error
    except (ValueError, KeyError) as error:
        raise ExpectedError("amendment_unfit", place=place, mistake=str(error)) from error
    return study


def _need_fitting(work: Workspace, study: StudyDef) -> None:
    if study.oid != work.study.oid:
        raise ExpectedError("amendment_other_study", study=study.oid, here=work.study.oid)
    for oid, version, sha256 in read_study_versions(work.database):
        if (oid, version) == (study.oid, study.version):
            raise ExpectedError("amendment_loaded" if sha256 == study.sha256 else "amendment_taken", version=version)
    if version_order(study.version) < version_order(work.study.version):
        raise ExpectedError("amendment_not_newer", version=study.version, here=work.study.version)


def _put_new_settings(work: Workspace, unit: Unit, study: StudyDef) -> None:
    known = read_parameters(work.database)
    for one in study.parameters:
        if one.oid not in known:
            unit.put("study_parameter", {"name": one.oid, "value": one.value, "confirmed": not one.assumed, "note": ""})
    rows = {one.row_id for one in read_site_rows(work.database, "reference_range")}
    for row_id, row in default_ranges(study).items():
        if row_id not in rows:
            unit.put("site_row", {"kind": "reference_range", "row_id": row_id, "version": 1, "active": True, "content": row})


def activate_version(work: Workspace, version: str, *, reason: str) -> Changes:
    """Let subjects enrolled from now on follow a loaded version; those already enrolled keep the ones they have.

    Raises ExpectedError "no_right", "reason_missing", "amendment_unknown", "amendment_active", "amendment_not_newer".
    """
    actor = work.need(Right.VERSIONS)
    need_version(work, version)
    here = work.study.version
    if not reason.strip():
        raise ExpectedError("reason_missing")
    if version == here:
        raise ExpectedError("amendment_active", version=version)
    if version_order(version) < version_order(here):
        raise ExpectedError("amendment_not_newer", version=version, here=here)
    command = work.command("activate_study_version", actor, about=f"{work.study.oid} {version}", reason=reason.strip(), details={"before": here})
    with work.begin(command) as unit:
        for one in read_subjects(work.database):
            if one.number not in work.subject_versions:
                put_stage(unit, one.number, 1, here, reason=reason)
        unit.patch("workspace", (work.site.id,), {"study_version": version})
    work.rules = read_rules(work.database, work.study.oid, version)
    work.study = work.rules.study
    work.forget(settings=True)
    with suppress(ExpectedError):  # what the log-in page shows; the database says what holds
        write_workspace_file(work.folder, replace(read_workspace_file(work.folder), study=f"{work.study.oid} {version}"))
    return Changes(everything=True, administration=True, entry_no=work.database.head.no)


def put_stage(
    unit: Unit, subject: str, number: int, version: str, *, from_event: str = "", kept: dict[str, int] | None = None, reason: str = ""
) -> None:  # fmt: skip
    """Store from which visit on a subject follows a version."""
    unit.put(
        "subject_version",
        {
            "subject": subject, "number": number, "version": version, "from_event": from_event, "from_event_repeat": 1, "kept": kept or {},
            "entry_no": unit.entry_no, "reason": reason.strip(),
        },
    )  # fmt: skip
