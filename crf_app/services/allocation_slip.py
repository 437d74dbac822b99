"""The randomisation slip of a subject as a PDF; each one made is an event in the ledger."""

from __future__ import annotations

import hashlib

from crf_app.admin.roles import Right
from crf_app.clinical.form_state import form_address
from crf_app.errors import ExpectedError
from crf_app.services.allocation_lists import ARM_FORM, arms_of
from crf_app.services.randomisation import ALLOCATED, allocation_form
from crf_app.services.reading import output_context, read_subject_record, signatures_by_record
from crf_app.services.workspace import Workspace
from crf_app.store.allocations import StoredAllocation, allocation_of, read_allocation_errors
from crf_app.store.sealing import Code, CodePlace, commitment
from crf_app.words import Words


def slip_pdf(work: Workspace, words: Words, subject: str, lang: str) -> bytes:
    """The slip of a subject that was randomised. `lang` is "en", "zh" or "both".

    Raises ExpectedError "no_right", "not_randomised", "no_subject" and those of the disk.
    """
    # ReportLab and its fonts take a third of a second to load: only who prints pays for it (docs/adr/0005).
    from crf_app.pdf.slip import SlipFacts, render_slip

    actor = work.need(Right.PRINT)
    found = allocation_of(work.database, subject)
    if found is None:
        raise ExpectedError("not_randomised")
    form = allocation_form(work, subject)
    record = read_subject_record(work, subject, events=((form.event, form.event_repeat),), light=True)
    texts = {item.oid: work.casebook(subject).forms[form].get((item.group, 1, item.oid)) for item in work.study_at(form).forms[ARM_FORM].items}
    said = {oid: value.text for oid, value in texts.items() if value is not None}
    names = {one.code: one.text for one in arms_of(work)}
    signatures = [one for one in signatures_by_record(work, subject).get(form_address(form), ()) if one.meaning == ALLOCATED]
    facts = SlipFacts(
        found.number, names[found.arm], said.get("RANDSTR", ""), f"{said.get('RANDDAT', '')} {said.get('RANDTIM', '')}".strip(), said.get("RANDBY", ""),
        f"{found.list_id}:{found.place}", _committed(work, found, said.get("RANDSTR", "")), found.salt, signatures[-1] if signatures else None,
        tuple((one.found_on, names[one.given]) for one in read_allocation_errors(work.database, subject)),
    )  # fmt: skip
    content = render_slip(record, facts, output_context(work), words, lang)
    details = {"sha256": hashlib.sha256(content).hexdigest(), "slip": True, "language": lang}
    with work.begin(work.command("print", actor, about=subject, details=details), actor.signer):
        pass
    return content


def _committed(work: Workspace, found: StoredAllocation, stratum: str) -> str:
    """The commitment that stood in the ledger before; the salt beside it proves it."""
    return commitment(CodePlace(work.study.oid, found.list_id, found.place, stratum), Code(found.number, found.arm, found.salt))
