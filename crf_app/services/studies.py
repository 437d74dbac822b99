"""Study folders: finding them, loading one, checking, releasing (decisions 13).

A folder is `<forms>/<trial>/<version>`. A released version is its `released.json`, with the hash beside it in
`released.sha256` (the format of sha256sum); it is what the program loads. Without one the TOML files are read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.errors import ExpectedError
from crf_app.paths import forms_folder, replace_file
from crf_app.study.definition import StudyDef
from crf_app.study.loading import load_study
from crf_app.study.mistakes import DefinitionError, Mistake
from crf_app.study.released import read_released, release_bytes

RELEASED = "released.json"
MANIFEST = "released.sha256"
_SOURCES = ("study.toml", "schedule.toml", RELEASED)


@dataclass(frozen=True, slots=True)
class StudyFolder:
    """A study folder as found: its study, or everything that is wrong with it. `released`: read from released.json."""

    folder: Path
    study: StudyDef | None
    mistakes: tuple[Mistake, ...]
    released: bool


@dataclass(frozen=True, slots=True)
class StudyCheck:
    """What `check_studies` looked at, and every mistake in it, in order of files."""

    studies: tuple[StudyDef, ...]
    folders: tuple[Path, ...]
    mistakes: tuple[Mistake, ...]


def study_folders(root: Path | None = None) -> tuple[Path, ...]:
    """All study folders under a forms folder (by default the program's own), by name."""
    root = root or forms_folder()
    found = {path.parent for name in _SOURCES for path in root.glob(f"*/*/{name}")}
    return tuple(sorted(one for one in found if one.parent.name != "library"))


def read_studies(root: Path | None = None) -> tuple[StudyFolder, ...]:
    """Every study under a forms folder. A broken one comes with its mistakes, and the others are usable nevertheless."""
    return tuple(read_study_folder(one) for one in study_folders(root))


def read_study_folder(folder: Path) -> StudyFolder:
    """One study folder, released.json first; never raises for what is written in it."""
    released = (folder / RELEASED).is_file()
    try:
        return StudyFolder(folder, load_study_folder(folder), (), released)
    except DefinitionError as error:
        return StudyFolder(folder, None, error.mistakes, released)


def load_study_folder(folder: Path) -> StudyDef:
    """The study of a folder: its released.json, checked against its hash; without one, its TOML files, checked whole.

    Raises DefinitionError with every mistake found.
    """
    path = folder / RELEASED
    return _read_released(path) if path.is_file() else load_study(folder.resolve())


def _read_released(path: Path) -> StudyDef:
    where = path.relative_to(path.parents[2]).as_posix()
    try:
        content = path.read_bytes()
        study = read_released(content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DefinitionError((_mistake(where, "E-RELEASED", f"The file cannot be read as a released study ({type(error).__name__})."),)) from error
    manifest = path.with_name(MANIFEST)
    if manifest.is_file() and manifest.read_text(encoding="utf-8").split()[:1] != [study.sha256]:
        raise DefinitionError((_mistake(where, "E-RELEASED-HASH", f"Its hash is {study.sha256[:16]}…, {MANIFEST} says another."),))
    return study


def _mistake(where: str, rule: str, message: str) -> Mistake:
    return Mistake(where, "file", rule, message, "A released version is never edited: put the released file back, or make a new version folder.")


def find_study(ident: str = "", root: Path | None = None) -> StudyDef:
    """The newest version of the study with that short code or registry number; without one, the only study there is.

    Raises ExpectedError "no_such_study" (with what there is), "which_study", "study_broken".
    """
    found = read_studies(root)
    wanted = [one for one in found if not ident or ident.casefold() in _names(one)]
    usable = [one.study for one in wanted if one.study is not None]
    known = ", ".join(dict.fromkeys(one.study.oid if one.study else one.folder.parent.name for one in found))
    if not wanted:
        raise ExpectedError("no_such_study", study=ident, known=known or "-")
    if not usable:
        raise ExpectedError("study_broken", study=ident or known, folder=wanted[-1].folder, mistakes=len(wanted[-1].mistakes))
    if len({one.oid for one in usable}) > 1:
        raise ExpectedError("which_study", known=known)
    return max(usable, key=lambda one: version_order(one.version))


def _names(found: StudyFolder) -> set[str]:
    names = {found.folder.parent.name.casefold()}
    return names | {found.study.oid.casefold(), found.study.registry_id.casefold()} if found.study else names


def version_order(version: str) -> tuple[tuple[int, str], ...]:
    """1.10 after 1.9."""
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in version.split("."))


def check_studies(paths: Sequence[Path]) -> StudyCheck:
    """Check the sources of every study at or under the paths; a file stands for the study it belongs to, the library for all.

    A released version must still be what its sources say. Raises ExpectedError "no_study_there".
    """
    folders = tuple(dict.fromkeys(folder for path in paths for folder in _folders_of(path)))
    studies: list[StudyDef] = []
    mistakes: dict[Mistake, None] = {}
    for folder in folders:
        try:
            study = load_study(folder)
            CompiledStudy(study)
            _compare_released(folder, study)
            studies.append(study)
        except DefinitionError as error:
            mistakes.update(dict.fromkeys(error.mistakes))
    return StudyCheck(tuple(studies), folders, tuple(sorted(mistakes)))


def _compare_released(folder: Path, study: StudyDef) -> None:
    path = folder / RELEASED
    if not path.is_file():
        return
    released = _read_released(path)
    if released.sha256 != hashlib.sha256(release_bytes(study)).hexdigest():
        where = path.relative_to(path.parents[2]).as_posix()
        raise DefinitionError((_mistake(where, "E-RELEASED-SOURCES", "The TOML files no longer say what was released."),))


def _folders_of(path: Path) -> Iterable[Path]:
    """The study folders that a path means. Raises ExpectedError "no_study_there"."""
    path = path.resolve()
    for one in (path, *path.parents):
        if one.parent.name == "library":
            return study_folders(one.parent.parent)
        if any((one / name).is_file() for name in _SOURCES):
            return (one,)
    found = {one.parent for name in _SOURCES for one in path.rglob(name)} if path.is_dir() else set()
    if path.name == "library":
        found = set(study_folders(path.parent))
    if not found:
        raise ExpectedError("no_study_there", place=path)
    return sorted(found)


def release_study(folder: Path) -> tuple[Path, StudyDef]:
    """Write released.json and its hash beside the sources, checked first. Releasing again what is unchanged does nothing.

    Raises DefinitionError with every mistake, ExpectedError "already_released" when another content stands there, "io_error".
    """
    path = folder.resolve() / RELEASED
    if not path.parent.is_dir():
        raise ExpectedError("no_study_there", place=folder)
    content = release_bytes(load_study(path.parent))
    study = read_released(content)
    if path.is_file() and path.read_bytes() != content:
        raise ExpectedError("already_released", place=path)
    try:
        replace_file(path, content)
        replace_file(path.with_name(MANIFEST), f"{study.sha256}  {RELEASED}\n".encode())
    except OSError as error:
        raise ExpectedError("io_error", place=path, detail=error.strerror or str(error)) from error
    return path, study
