"""Reads a subject's stored parts into a Casebook."""

from __future__ import annotations

from crf_app.clinical.casebook import Casebook, EventMeta, FormMeta, make_casebook
from crf_app.errors import ExpectedError
from crf_app.store.database import Database
from crf_app.store.forms import read_forms, read_group_rows
from crf_app.store.item_values import read_values
from crf_app.store.subjects import read_events, read_subject
from crf_app.study.definition import StudyDef


def load_casebook(database: Database, study: StudyDef, subject: str) -> Casebook:
    """Everything stored about `subject`. Raises ExpectedError "no_subject"."""
    if read_subject(database, subject) is None:
        raise ExpectedError("no_subject", subject=subject)
    deleted = [(row.form, row.group, row.row) for row in read_group_rows(database, subject) if row.deleted]
    forms = {
        key: FormMeta(one.state, one.form_version, one.completed_at, one.completed_by, one.first_completed_at, one.reason)
        for key, one in read_forms(database, subject).items()
    }
    events = {(one.event, one.event_repeat): EventMeta(one.state, one.reason) for one in read_events(database, subject)}
    return make_casebook(study, subject, read_values(database, subject), deleted=deleted, form_meta=forms, event_meta=events)
