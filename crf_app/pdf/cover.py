"""What the cover says about a subject and its casebook."""

from __future__ import annotations

from collections.abc import Sequence

from crf_app.clinical.record import EventStatus, FormRecord, FormStatus, SubjectRecord
from crf_app.pdf.annex import all_corrections, all_signatures
from crf_app.pdf.desk import Desk
from crf_app.pdf.front import CoverFact

_FACTS = ("initials", "sex", "age", "consent", "first_treatment", "day", "arm", "versions")
_BEGUN = frozenset({EventStatus.STARTED, EventStatus.DONE})


def is_begun(form: FormRecord) -> bool:
    """Was anything done with the form: a status of its own, or a value?"""
    return form.status is not FormStatus.NOT_STARTED or any(not one.value.is_blank for one in form.items())


def cover_facts(desk: Desk, subject: SubjectRecord) -> list[CoverFact]:
    """Subject, site, investigator and the facts that are known."""
    context = desk.context
    site = f"{context.site_code} | {context.site_name.get(desk.lang)}"
    facts = [CoverFact(desk.say("subject"), subject.subject, strong=True), CoverFact(desk.say("site"), site)]
    if context.investigator.en:
        facts.append(CoverFact(desk.say("investigator"), context.investigator.get(desk.lang)))
    for name in _FACTS:
        value = subject.facts.get(name, "")
        if value:
            facts.append(CoverFact(desk.say(f"fact.{name}"), desk.named(f"fact_value.{name}.{value}", value)))
    facts.append(CoverFact(desk.say("fact.state"), desk.named(f"subject_state.{subject.state}", subject.state)))
    facts.append(CoverFact(desk.say("fact.language"), desk.say("fact.language_name")))
    return facts


def cover_boxes(desk: Desk, subject: SubjectRecord, *, pages: int) -> list[tuple[str, list[str]]]:
    """How much the casebook holds, and what is signed."""
    forms = [form for event in subject.events for form in event.forms]
    begun = sum(map(is_begun, forms))
    visits = sum(event.status in _BEGUN for event in subject.events)
    corrected = sum(1 for _ in all_corrections(subject.events))
    signed = all_signatures(subject, subject.events)
    valid = sum(one.void_since is None for one in signed)
    return [
        (
            desk.say("box_contents"),
            [
                desk.say("box_pages", pages=pages, visits=visits, forms=begun),
                desk.say("box_not_begun", count=len(forms) - begun),
                desk.say("box_corrections", count=corrected),
            ],
        ),
        (desk.say("signatures"), [desk.say("box_signatures", valid=valid, void=len(signed) - valid)]),
    ]


def book_boxes(desk: Desk, forms: Sequence[FormRecord | None]) -> list[tuple[str, list[str]]]:
    """How much a book of empty forms holds, and how the names on an annotated one are read."""
    kinds = {form.form.oid: form.form for form in forms if form is not None}
    items = sum(len(form.items) for form in kinds.values())
    held = (desk.say("box_contents"), [desk.say("box_book", forms=len(kinds), items=items, places=len(forms))])
    key = "box_annotated" if desk.annotated else "box_by_hand"
    return [held, (desk.say(f"{key}_title"), [desk.say(key)])]
