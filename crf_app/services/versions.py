"""Versions of the study in a workspace: the rules that each subject follows (docs/adr/0070)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from crf_app.clinical.rules.amended import AmendedStudy, Stage
from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.clinical.rules.of_subject import SubjectRules
from crf_app.errors import ExpectedError
from crf_app.services.site_lists import filled_with, site_lists
from crf_app.store.connection import Reader
from crf_app.store.parameters import read_study_content
from crf_app.store.subject_versions import SubjectVersion
from crf_app.study.definition import Code, EventDef, StudyDef
from crf_app.study.released import read_released

StageKey = tuple[str, str, tuple[tuple[str, int], ...]]
"""Version, the visit it begins with, and what stays with the version before."""


def stage_key(version: str, from_event: str = "", kept: Mapping[str, int] | None = None) -> StageKey:
    """A stage as it is looked up."""
    return version, from_event, tuple(sorted((kept or {}).items()))


def _stored(database: Reader, oid: str, version: str) -> StudyDef:
    try:
        return _released(read_study_content(database, oid, version))
    except ValueError as error:
        raise ExpectedError("study_unreadable", study=oid, version=version) from error


_KEPT = 4


@lru_cache(maxsize=_KEPT)
def _released(content: bytes) -> StudyDef:
    return read_released(content)


_ListsKey = tuple[tuple[str, tuple[Code, ...]], ...]
_READY: OrderedDict[tuple[str, _ListsKey], CompiledStudy] = OrderedDict()


def read_rules(database: Reader, oid: str, version: str) -> CompiledStudy:
    """A stored version with the choices of this site, ready to judge by; the same object while neither has changed.

    Rules hold nothing of any subject, so that who opens a workspace again does not wait for them again.
    Raises ExpectedError "study_version_missing", "study_unreadable", "damaged".
    """
    study = _stored(database, oid, version)
    lists = site_lists(study, database)
    key = (study.sha256, tuple(lists.items()))
    rules = _READY.get(key)
    if rules is None:
        rules = _READY[key] = CompiledStudy(filled_with(study, lists))
        rules.warm()
    _READY.move_to_end(key)
    while len(_READY) > _KEPT:
        _READY.popitem(last=False)
    return rules


def events_in_use(studies: Sequence[StudyDef]) -> tuple[EventDef, ...]:
    """The visits of several versions, oldest first, in one order: the newest one's, what only an older one has after the visit it followed."""
    found = list(studies[-1].events)
    for study in reversed(studies[:-1]):
        names = [one.oid for one in found]
        for number, event in enumerate(study.events):
            if event.oid not in names:
                before = study.events[number - 1].oid if number else ""
                place = names.index(before) + 1 if before in names else 0
                found.insert(place, event)
                names.insert(place, event.oid)
    return tuple(found)


class Versions:
    """The versions of a study that subjects follow, compiled when first used. Made anew when the site's tables change."""

    def __init__(self, database: Reader, current: CompiledStudy) -> None:
        self._database = database
        self.current = current
        self._compiled = {current.study.version: current}
        self._made: dict[tuple[StageKey, ...], SubjectRules] = {}

    def compiled(self, version: str) -> CompiledStudy:
        """One version by itself. Raises as `read_rules`."""
        found = self._compiled.get(version)
        if found is None:
            found = self._compiled[version] = read_rules(self._database, self.current.study.oid, version)
        return found

    def of_subject(self, rows: Sequence[SubjectVersion]) -> SubjectRules:
        """The rules of a subject with these stages, oldest first."""
        return self.of_stages(tuple(stage_key(one.version, one.from_event, one.kept) for one in rows))

    def of_stages(self, stages: tuple[StageKey, ...]) -> SubjectRules:
        """The rules of all subjects with the same stages: the same object, so that what is remembered under it holds."""
        if len(stages) == 1:
            return self.compiled(stages[0][0])
        found = self._made.get(stages)
        if found is None:
            found = self._made[stages] = AmendedStudy([Stage(self.compiled(version), from_event, dict(kept)) for version, from_event, kept in stages])
        return found
