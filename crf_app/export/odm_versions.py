"""A subject's record cut by the version of the study that its forms belong to: ODM keeps the data of each apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from crf_app.clinical.record import EventRecord, OutputContext, SubjectRecord
from crf_app.export.collected import event_counts


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
