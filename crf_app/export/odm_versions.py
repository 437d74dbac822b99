"""A subject's record cut by the version of the study that its forms belong to: ODM keeps the data of each apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from crf_app.clinical.record import EventRecord, OutputContext, SubjectRecord
from crf_app.export.collected import event_counts
from crf_app.export.odm_seen import Seen
from crf_app.study.definition import Code, FormDef, GroupDef, ItemDef, StudyDef
from crf_app.study.texts import Text


def parts_by_version(record: SubjectRecord, context: OutputContext) -> Mapping[str, SubjectRecord]:
    """The visits and forms of each version, by version, oldest first. A subject without any counts for its newest version.

    A visit whose forms belong to two versions stands in both.
    """
    if len(context.studies) == 1:
        return {context.study.version: record}
    found = {}
    for study in context.studies:
        events = tuple(part for event in record.events if (part := _part_of(event, study.version)) is not None)
        if any(event_counts(event) for event in events):
            found[study.version] = replace(record, events=events)
    if not found:
        found[_newest(record, context)] = record
    return found


def _part_of(event: EventRecord, version: str) -> EventRecord | None:
    forms = tuple(form for form in event.forms if form.study_version == version)
    return replace(event, forms=forms) if forms or event.study_version == version else None


def _newest(record: SubjectRecord, context: OutputContext) -> str:
    used = {event.study_version for event in record.events}
    return next((one.version for one in reversed(context.studies) if one.version in used), context.study.version)


def with_seen_codes(study: StudyDef, studies: Sequence[StudyDef], seen: Seen) -> StudyDef:
    """The version with the codes that values of it hold although it offers them no more, so that no value is outside its list."""
    wanted = {(form, item): tuple(codes) for (version, form, item), codes in seen.codes.items() if version == study.version}
    concerned = {form for form, _ in wanted}
    forms = {oid: _form(form, wanted, studies) if oid in concerned else form for oid, form in study.forms.items()}
    return replace(study, forms=forms) if concerned else study


def _form(form: FormDef, wanted: Mapping[tuple[str, str], tuple[str, ...]], studies: Sequence[StudyDef]) -> FormDef:
    def extended(group: GroupDef) -> GroupDef:
        return replace(group, items=tuple(_item(item, wanted.get((form.oid, item.oid), ()), studies) for item in group.items))

    groups = tuple(extended(group) for group in form.groups)
    return replace(form, groups=groups, index={item.oid: item for group in groups for item in group.items})


def _item(item: ItemDef, codes: Sequence[str], studies: Sequence[StudyDef]) -> ItemDef:
    return replace(item, codes=(*item.codes, *(_code(item, code, studies) for code in codes))) if codes else item


def _code(item: ItemDef, code: str, studies: Sequence[StudyDef]) -> Code:
    """The code as the last version that offered it words it."""
    for study in reversed(studies):
        known = study.forms[item.form].index.get(item.oid) if item.form in study.forms else None
        found = known.code(code) if known is not None else None
        if found is not None:
            return found
    return Code(code, Text(code, code))
