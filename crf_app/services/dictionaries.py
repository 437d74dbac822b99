"""The site's own medical dictionary: read and checked (anywhere), kept (main thread), which version is in force."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from crf_app.admin.roles import Right
from crf_app.errors import ExpectedError
from crf_app.services.changes import Changes
from crf_app.services.workspace import Workspace
from crf_app.store.dictionary import (
    DictionaryVersion,
    LanguagePart,
    loaded_versions,
    open_dictionary,
    version_order,
    write_dictionary,
)
from crf_app.study.meddra import FILES, Fault, Release, read_release

__all__ = [
    "PARAMETER", "DictionaryVersion", "Fault", "FolderReading", "Release", "dictionary_versions", "dictionary_writer", "keep_dictionary", "need_loaded",
    "read_dictionary", "record_dictionary", "version_in_force",
]  # fmt: skip

PARAMETER = "meddra_version"
"""The study parameter that says which version codes are taken from; "" = none is loaded."""
_MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class FolderReading:
    """What was found in one folder: a release, or everything that is wrong with it."""

    folder: Path
    release: Release | None
    faults: tuple[Fault, ...] = ()
    more: int = 0


def read_dictionary(folders: Sequence[Path]) -> tuple[FolderReading, ...]:
    """The releases in the folders, one language each. It touches neither database nor window: another thread may do it.

    Raises ExpectedError "no_folder", "io_error", "file_too_large".
    """
    return tuple(_read(folder) for folder in folders)


def _read(folder: Path) -> FolderReading:
    if not folder.is_dir():
        raise ExpectedError("no_folder", place=folder)
    try:
        there = {path.name.lower(): path for path in folder.iterdir() if path.is_file()}
        wanted = {name: there[name] for name in FILES if name in there}
        for path in wanted.values():
            if path.stat().st_size > _MOST_BYTES:
                raise ExpectedError("file_too_large", name=path.name, most=_MOST_BYTES // 1_000_000)
        reading = read_release({name: path.read_bytes() for name, path in wanted.items()})
    except OSError as error:
        raise ExpectedError("io_error", place=folder, detail=error.strerror or str(error)) from error
    return FolderReading(folder, reading.release, reading.faults, reading.more)


def keep_dictionary(work: Workspace, releases: Sequence[Release]) -> Changes:
    """Keep releases of one version, each another language, beside the data: `dictionary_writer` and `record_dictionary` in one step."""
    dictionary_writer(work)(releases)
    return record_dictionary(work, releases)


def dictionary_writer(work: Workspace) -> Callable[[Sequence[Release]], None]:
    """What writes releases beside the data, in any thread: it touches neither the workspace's database nor the window.

    A language loaded before stays beside the new one. Raises ExpectedError "no_right"; the writer raises "dictionary_versions" (they
    differ), "dictionary_languages" (one twice) and those of the disk.
    """
    work.need(Right.SITE_TABLES)
    folder, key = work.folder, work.database.data_key

    def write(releases: Sequence[Release]) -> None:
        version = _one_version(releases)
        parts = [LanguagePart(one.lang, one.sha256, one.terms, one.paths) for one in releases]
        write_dictionary(folder, key, version, [*parts, *_kept_parts(folder, key, version, {one.lang for one in releases})])

    return write


def record_dictionary(work: Workspace, releases: Sequence[Release]) -> Changes:
    """Put into the ledger what was written: version, languages, hashes; the version is in force from now on unless a newer one is.

    Raises ExpectedError "no_right", "no_dictionary" and those of the disk.
    """
    actor = work.need(Right.SITE_TABLES)
    version = _one_version(releases)
    need_loaded(work, version)
    details = {
        "dictionary": "MedDRA", "version": version, "sha256": {one.lang: one.sha256 for one in releases}, "encoding": {one.lang: one.encoding for one in releases},
        "terms": sum(one.level == "LLT" for one in releases[0].terms),
    }  # fmt: skip
    with work.begin(work.command("load_dictionary", actor, about=f"MedDRA {version}", details=details)) as unit:
        if _has_parameter(work) and version_order(version) >= version_order(version_in_force(work)):
            unit.put("study_parameter", {"name": PARAMETER, "value": version, "confirmed": True, "note": ""})
    work.forget(settings=True)
    return Changes(everything=True, administration=True, entry_no=work.database.head.no)


def _one_version(releases: Sequence[Release]) -> str:
    versions = {one.version for one in releases}
    if len(versions) != 1:
        raise ExpectedError("dictionary_versions", versions=", ".join(sorted(versions)) or "-")
    if len({one.lang for one in releases}) != len(releases):
        raise ExpectedError("dictionary_languages", language=releases[0].lang)
    return versions.pop()


def _kept_parts(folder: Path, key: bytes, version: str, new: set[str]) -> list[LanguagePart]:
    if version not in loaded_versions(folder):
        return []
    with open_dictionary(folder, key, version) as dictionary:
        parts = [dictionary.part(lang) for lang in ("en", "zh") if lang not in new]
    return [one for one in parts if one is not None]


def dictionary_versions(work: Workspace) -> tuple[DictionaryVersion, ...]:
    """The versions that are loaded, oldest first; everybody who is logged in may see which. Raises ExpectedError "locked"."""
    work.need_session()
    found = []
    for version in loaded_versions(work.folder):
        with open_dictionary(work.folder, work.database.data_key, version) as dictionary:
            found.append(dictionary.about())
    return tuple(found)


def version_in_force(work: Workspace) -> str:
    """The version that codes are taken from, "" when there is none."""
    return work.parameters.get(PARAMETER, "")


def need_loaded(work: Workspace, version: str) -> None:
    """Raises ExpectedError "no_dictionary" when a version is to be put in force that is not there."""
    if version and version not in loaded_versions(work.folder):
        raise ExpectedError("no_dictionary", version=version)


def _has_parameter(work: Workspace) -> bool:
    return any(one.oid == PARAMETER for one in work.study.parameters)
