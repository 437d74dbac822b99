"""The record of a wrong allocation: what was given differs from what was allocated. It is documented and never dealt again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from crf_app.admin.roles import Right
from crf_app.clinical.casebook import Casebook
from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clinical.values import Value
from crf_app.errors import ExpectedError
from crf_app.services.allocation_lists import arms_of
from crf_app.services.changes import Changes
from crf_app.services.entry import write_entries
from crf_app.services.randomisation import arm_key, given_to
from crf_app.services.signing import Credentials, put_signature, signer_of
from crf_app.services.workspace import Workspace
from crf_app.store.allocations import (
    StoredAllocationError,
    next_allocation_error_id,
    read_allocation_errors,
)
from crf_app.study.definition import Code
from crf_app.study.item_types import EntryContext, parse_value
from crf_app.study.problems import Problem

MEANING = "allocation_error"


@dataclass(frozen=True, slots=True)
class WrongAllocation:
    """What was given (code of an arm), when it was found (as typed), and what happened."""

    given: str
    found_on: str
    description: str


def wrong_allocations(work: Workspace, subject: str) -> tuple[StoredAllocationError, ...]:
    """The recorded wrong allocations of a subject. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    return read_allocation_errors(work.database, subject)


def record_wrong_allocation(work: Workspace, subject: str, wrong: WrongAllocation, who: Credentials, *, lang: str = "en") -> Changes:
    """Record that a subject was given another arm: one command with its signature and the deviation row that tells of it.

    The allocation stays: neither the subject's arm nor the list is touched. Raises ExpectedError "not_randomised",
    "given_as_allocated", "unknown_arm", "reason_missing", "bad_date", "log_in_failed", "no_right".
    """
    actor = signer_of(work, who, Right.RANDOMISE)
    allocated, codes = given_to(work, subject), {one.code: one for one in arms_of(work)}
    if allocated is None:
        raise ExpectedError("not_randomised")
    if wrong.given not in codes:
        raise ExpectedError("unknown_arm", known=", ".join(codes))
    if wrong.given == allocated.arm:
        raise ExpectedError("given_as_allocated")
    if not wrong.description.strip():
        raise ExpectedError("reason_missing")
    day = _day(work, wrong.found_on, lang)
    address = arm_key(work, subject).address
    details = {"allocated": allocated.arm, "given": wrong.given, "number": allocated.number}
    command = work.command("record_wrong_allocation", actor, about=f"{subject}:{address}", reason=wrong.description.strip(), details=details)
    with work.begin(command, actor.signer) as unit:
        number = next_allocation_error_id(work.database)
        cells = {"id": number, "subject": subject, "given": wrong.given, "found_on": day, "description": wrong.description.strip()}
        unit.put("allocation_error", {**cells, "entry_no": unit.entry_no})
        casebook = work.casebook(subject)
        values = _deviation(work, casebook, (codes[allocated.arm], codes[wrong.given]), day, wrong.description.strip())
        changes = write_entries(work, unit, casebook, values, wrong.description.strip(), dict.fromkeys(values, "system")) if values else Changes()
        digest = hashlib.sha256(json.dumps([address, allocated.number, allocated.arm, wrong.given, day, wrong.description]).encode()).hexdigest()
        put_signature(work, unit, actor, subject=subject, record=address, meaning=MEANING, digest=digest, reason=wrong.description.strip())
    return changes


def _day(work: Workspace, text: str, lang: str) -> str:
    item = work.study.landmark("allocation_date")
    if item is None:
        raise ExpectedError("randomise_no_form")
    found = parse_value(item, text, EntryContext(work.clock.now().replace(tzinfo=None), lang))
    if isinstance(found, Problem) or not found.text or found.text > work.clock.today().isoformat():
        raise ExpectedError("bad_date", text=text)
    return found.text


def _deviation(work: Workspace, casebook: Casebook, arms: tuple[Code, Code], day: str, description: str) -> Mapping[ItemKey, Value]:
    """The row of the deviation log; nothing for a study without one."""
    event = next((one.oid for one in work.study_of(casebook.subject).events if one.kind == "log" and one.form("DV") is not None), "")
    if not event:
        return {}
    form = FormKey(casebook.subject, event, 1, "DV", 1)
    items = work.study_at(form).forms["DV"].index
    group = items["DVTERM"].group
    row = casebook.last_row(form, group) + 1
    lang = work.site.language
    sentence = {"en": "Allocated {0}, given {1}: {2}", "zh": "分配：{0}，实际给予：{1}。{2}"}[lang]
    texts = {
        "DVTERM": sentence.format(*(one.text.get(lang) for one in arms), description)[:400], "DVCAT": "TREAT", "DVSEV": "IMPORTANT", "DVSTDAT": day,
        "DVAWARE": day, "DVSRC": "MANUAL", "DVLINK": arm_key(work, casebook.subject).address,
    }  # fmt: skip
    return {item_key(form, group, row, oid): Value(text=text) for oid, text in texts.items() if oid in items}
