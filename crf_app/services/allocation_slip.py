"""The randomisation slip of a subject as a PDF; each one made is an event in the ledger."""

from __future__ import annotations

import hashlib

from crf_app.admin.roles import Right
from crf_app.clinical.form_state import form_address
from crf_app.errors import ExpectedError
from crf_app.services.allocation_lists import arms_of
from crf_app.services.randomisation import ALLOCATED, Allocation, allocation_form, given_to
from crf_app.services.reading import output_context, read_subject_record, signatures_by_record
from crf_app.services.workspace import Workspace
from crf_app.store.allocations import StoredAllocation, read_allocation_errors
from crf_app.store.sealing import Code, CodePlace, commitment
from crf_app.words import Words


def slip_pdf(work: Workspace, words: Words, subject: str, lang: str) -> bytes:
    """The slip of a subject that was randomised. `lang` is "en", "zh" or "both".

    Raises ExpectedError "no_right", "not_randomised", "no_subject" and those of the disk.
    """
    # ReportLab and its fonts take a third of a second to load: only who prints pays for it (docs/adr/0005).
    from crf_app.pdf.slip import SlipFacts, render_slip

    actor = work.need(Right.PRINT)
    found = given_to(work, subject)
    if found is None:
        raise ExpectedError("not_randomised")
    form = allocation_form(work, subject)
    record = read_subject_record(work, subject, events=((form.event, form.event_repeat),), light=True)
    run = work.run(subject)
    stratum, day, time, person = (run.plain(f"allocation_{name}") for name in ("stratum", "date", "time", "person"))
    names = {one.code: one.text for one in arms_of(work)}
    signatures = [one for one in signatures_by_record(work, subject).get(form_address(form), ()) if one.meaning == ALLOCATED]
    facts = SlipFacts(
        found.number, names[found.arm], stratum, f"{day} {time}".strip(), person,
        *_proof(work, found, stratum), signatures[-1] if signatures else None,
        tuple((one.found_on, names[one.given]) for one in read_allocation_errors(work.database, subject)),
        "" if isinstance(found, StoredAllocation) else found.informed_by,
    )  # fmt: skip
    content = render_slip(record, facts, output_context(work), words, lang)
    details = {"sha256": hashlib.sha256(content).hexdigest(), "slip": True, "language": lang}
    with work.begin(work.command("print", actor, about=subject, details=details), actor.signer):
        pass
    return content


def _proof(work: Workspace, found: Allocation, stratum: str) -> tuple[str, str, str]:
    """Place, the commitment that stood in the ledger before, and the salt that proves it; nothing for what the list did not deal."""
    if not isinstance(found, StoredAllocation):
        return "", "", ""
    place = CodePlace(work.study.oid, found.list_id, found.place, stratum)
    return f"{found.list_id}:{found.place}", commitment(place, Code(found.number, found.arm, found.salt)), found.salt
