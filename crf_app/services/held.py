"""What is frozen or locked, said in words: what, by whom, since when, and what to do."""

from __future__ import annotations

from collections.abc import Callable

from crf_app.clinical.keys import ItemKey, parse_form_address, parse_visit_address
from crf_app.clock import zoned_text
from crf_app.errors import ExpectedError
from crf_app.store.locks import StoredLock
from crf_app.study.definition import StudyDef
from crf_app.study.texts import Text

NameOf = Callable[[str], Text]


def place_name(study: StudyDef, subject: str, address: str) -> Text:
    """A form, a visit, a subject or the study in words: "Week 4, Vital signs of 01-001"."""
    if not subject:
        return Text("The study", "本研究")
    if not address:
        return Text(f"Subject {subject}", f"受试者 {subject}")
    event, repeat = parse_visit_address(address)
    names = [_event(study, event, repeat)]
    if "/" in address:
        form = study.forms.get(parse_form_address(subject, address).form)
        names.append(form.name if form is not None else Text(address, address))
    return Text(f"{', '.join(one.en for one in names)} of {subject}", f"{subject} 的 {'，'.join(one.zh for one in names)}")


def _event(study: StudyDef, oid: str, repeat: int) -> Text:
    name = next((one.name for one in study.events if one.oid == oid), Text(oid, oid))
    return name if repeat == 1 else Text(f"{name.en} {repeat}", f"{name.zh} {repeat}")


def named(study: StudyDef, name_of: NameOf, error: ExpectedError) -> ExpectedError:
    """The refusal of the store's guard with names in place of identifiers; any other error as it is."""
    lock = error.parameters.get("lock")
    if not isinstance(lock, StoredLock):
        return error
    more: dict[str, object] = {}
    key = error.parameters.get("key")
    if isinstance(key, ItemKey):
        more = {"item": study.item(key.form, key.item).label, "where": place_name(study, key.subject, key.form_key.form_address)}
    return ExpectedError(
        error.code, what=place_name(study, lock.subject, lock.address), who=name_of(lock.user_id), at=zoned_text(lock.at), why=lock.reason or "–", **more,
    )  # fmt: skip
