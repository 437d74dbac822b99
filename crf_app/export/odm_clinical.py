"""One subject as an ODM 1.3.2 SubjectData: current values with their audit records, signatures and annotations."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import datetime
from decimal import Decimal

from lxml import etree

from crf_app.clinical.record import (
    ChangeRecord,
    EventRecord,
    FormRecord,
    GroupRecord,
    ItemRecord,
    OutputContext,
    RowRecord,
    SignatureRecord,
    SubjectRecord,
)
from crf_app.clinical.values import Value
from crf_app.errors import ExpectedError
from crf_app.export import odm_terms
from crf_app.export.collected import event_counts, form_counts, left_out, says_something
from crf_app.export.naming import encoded, unit_oid, user_oid
from crf_app.export.odm_elements import child, is_legal, legal, root, tag
from crf_app.export.odm_plan import ItemPlan, event_oid, form_oid, group_oid, repeats, study_plan
from crf_app.export.odm_seen import OdmCounts, Seen
from crf_app.study.definition import ItemType
from crf_app.study.texts import Text

_ITEM_DATA = tag("ItemData")
_UNIT_REF = tag("MeasurementUnitRef")


class SubjectWriter:
    """Turns subjects into SubjectData elements, counting and remembering what they refer to."""

    def __init__(self, context: OutputContext) -> None:
        self.counts = OdmCounts()
        self.seen = Seen()
        self._context = context
        self._plan = study_plan(context.study)
        self._location = location_oid(context)
        self._audits: dict[tuple[str, bool], etree._Element] = {}
        self._stamp: tuple[datetime | None, str] = (None, "")

    def subject(self, record: SubjectRecord) -> etree._Element:
        """The SubjectData of `record`.

        Raises ExpectedError (export_definition) for an item that the study does not define.
        """
        made = root("SubjectData", {"SubjectKey": record.subject})
        self._add_signatures(made, record.signatures)
        child(made, "SiteRef", {"LocationOID": self._location})
        notes = _Notes(made, self.seen)
        if record.state:
            notes.add("SUBJECT_STATE", odm_terms.SUBJECT_STATE, record.state)
        if self._context.synthetic:
            notes.add("MARK", odm_terms.MARK, "SYNTHETIC")
        notes.add("MARK", odm_terms.MARK, "LEDGER_HEAD", f"{self._context.ledger_no} {self._context.ledger_hash}")
        self._add_void_signatures(notes, record.signatures)
        for event in record.events:
            if event_counts(event):
                self._add_event(made, event)
        self.counts.subjects += 1
        return made

    def _add_event(self, parent: etree._Element, event: EventRecord) -> None:
        oid = event_oid(event.event.oid)
        attributes = {"StudyEventOID": oid, **self._repeat_key("StudyEvent", oid, repeats(event.event), event.repeat)}
        made = child(parent, "StudyEventData", attributes)
        _Notes(made, self.seen).add("EVENT_STATUS", odm_terms.EVENT_STATUS, event.status.value, event.reason)
        for form in event.forms:
            if form_counts(form):
                self._add_form(made, form)
            else:
                self._count_left_out(form)
        self.counts.events += 1
        self.counts.repeats += event.repeat > 1

    def _add_form(self, parent: etree._Element, form: FormRecord) -> None:
        oid = form_oid(form.form.oid)
        attributes = {"FormOID": oid, **self._repeat_key("Form", oid, repeats(form.form), form.key.form_repeat)}
        made = child(parent, "FormData", attributes)
        self._add_signatures(made, form.signatures)
        notes = _Notes(made, self.seen)
        notes.add("FORM_STATUS", odm_terms.FORM_STATUS, form.status.value, _completion(form))
        self._add_void_signatures(notes, form.signatures)
        for group in form.groups:
            for row in group.rows:
                self._add_row(made, form, group, row)
        self.counts.forms += 1
        self.counts.repeats += form.key.form_repeat > 1

    def _repeat_key(self, kind: str, oid: str, may_repeat: bool, number: int) -> dict[str, str]:
        """The repeat key; what came a second time is called repeating even if its definition does not say so."""
        if number > 1:
            self.seen.repeating.add(oid)
        return {f"{kind}RepeatKey": str(number)} if may_repeat or number > 1 else {}

    def _add_row(self, parent: etree._Element, form: FormRecord, group: GroupRecord, row: RowRecord) -> None:
        attributes = {"ItemGroupOID": group_oid(form.form.oid, group.group.oid)}
        if repeats(group.group):
            attributes["ItemGroupRepeatKey"] = str(row.number)
        made = child(parent, "ItemGroupData", attributes)
        for item in row.items:
            if not says_something(item) and not item.changes:
                continue
            if left_out(form, group, row, item):
                self.counts.not_collected += says_something(item)
            else:
                self._add_item(made, item)
        if not len(made):
            parent.remove(made)
            return
        self.counts.rows += 1
        self.counts.repeats += row.number > 1

    def _count_left_out(self, form: FormRecord) -> None:
        self.counts.not_collected += sum(
            says_something(item) for group in form.groups for row in group.rows for item in row.items
        )

    def _add_item(self, parent: etree._Element, record: ItemRecord) -> None:
        plan = self._plan.get((record.key.form, record.item.oid))
        if plan is None:
            raise ExpectedError(
                "export_definition", where=f"{record.key.subject} {record.key.address}", study=self._context.study.oid
            )
        value = record.value
        text = value.text
        if text:
            made = etree.SubElement(parent, _ITEM_DATA, {"ItemOID": plan.oid, "Value": legal(text)})
            self.counts.values += 1
        else:
            made = etree.SubElement(parent, _ITEM_DATA, {"ItemOID": plan.oid, "IsNull": "Yes"})
            self._count_null(value)
        if record.changes:
            made.append(self._audit(record.changes[-1]))
        if value.unit:
            self.seen.units.add(value.unit)
            etree.SubElement(made, _UNIT_REF, {"MeasurementUnitOID": unit_oid(value.unit)})
        self._add_notes(made, record, value)
        self._add_companions(parent, plan, value)
        self._count(record, value)

    def _add_companions(self, parent: etree._Element, plan: ItemPlan, value: Value) -> None:
        if value.operator and plan.operator:
            etree.SubElement(parent, _ITEM_DATA, {"ItemOID": plan.operator, "Value": value.operator})
        for oid, text, unit in ((plan.standard, value.standard, value.standard_unit), (plan.exact, value.exact, "")):
            if oid and text:
                made = etree.SubElement(parent, _ITEM_DATA, {"ItemOID": oid, "Value": plain_number(text)})
                if unit:
                    self.seen.units.add(unit)
                    etree.SubElement(made, _UNIT_REF, {"MeasurementUnitOID": unit_oid(unit)})

    def _add_notes(self, parent: etree._Element, record: ItemRecord, value: Value) -> None:
        derived = value.code or value.flags or (value.status and value.status != "OK")
        illegal = not (is_legal(value.text) and is_legal(value.reason))
        if not (value.missing or derived or illegal or record.prefilled or record.corrected):
            return
        notes = _Notes(parent, self.seen)
        if value.missing:
            notes.add("MISSING", odm_terms.MISSING, value.missing, value.reason)
        if derived:
            flags = [
                ("DERIVATION_STATUS", odm_terms.STATUS, value.status),
                ("DERIVATION_CODE", odm_terms.CODE, value.code),
            ]
            flags += [("DERIVATION_FLAG", odm_terms.FLAG, one) for one in value.flags.split(";")]
            notes.add_all([one for one in flags if one[2]])
        for mark, holds in (("PREFILLED", record.prefilled), ("CORRECTED", record.corrected)):
            if holds:
                notes.add("MARK", odm_terms.MARK, mark)
        if illegal:
            stored = value.text or value.reason
            notes.add("MARK", odm_terms.MARK, "STORED_TEXT", json.dumps(stored, ensure_ascii=True))
            self.counts.replaced.append(f"{record.key.subject} {record.key.address}")

    def _count_null(self, value: Value) -> None:
        if value.missing:
            self.counts.missing += 1
        elif value.status or value.code or value.flags:
            self.counts.without_result += 1
        else:
            self.counts.cleared += 1

    def _count(self, record: ItemRecord, value: Value) -> None:
        kind = record.item.type
        self.counts.operators += bool(value.operator)
        self.counts.partial_dates += kind is ItemType.PDATE and 0 < len(value.text) < len("2026-01-01")
        self.counts.converted += bool(value.standard and value.unit != value.standard_unit)
        if kind is ItemType.LINK and value.text:
            self.seen.links += [(record, address) for address in value.text.split(";")]

    def _audit(self, change: ChangeRecord) -> etree._Element:
        """An AuditRecord by copying one of its shape: four times the speed of building it anew."""
        has_reason = bool(change.reason)
        model = self._audits.get((change.user_id, has_reason))
        if model is None:
            model = self._audits[change.user_id, has_reason] = self._audit_model(change, has_reason)
        made = deepcopy(model)
        if self._stamp[0] is not change.when:
            self._stamp = (change.when, stamp(change.when))
        made[2].text = self._stamp[1]
        if has_reason:
            made[3].text = legal(change.reason)
        made[-1].text = f"{change.entry_no}/{change.change_no}"
        self.counts.audit_records += 1
        return made

    def _audit_model(self, change: ChangeRecord, has_reason: bool) -> etree._Element:
        model = root("AuditRecord", {})
        child(model, "UserRef", {"UserOID": self._user(change.user_id, change.user_name, change.role)})
        child(model, "LocationRef", {"LocationOID": self._location})
        child(model, "DateTimeStamp")
        if has_reason:
            child(model, "ReasonForChange")
        child(model, "SourceID")
        return model

    def _user(self, user_id: str, name: Text, role: str) -> str:
        self.seen.users.setdefault(user_id, (name, role))
        return user_oid(user_id)

    def _add_signatures(self, parent: etree._Element, signatures: tuple[SignatureRecord, ...]) -> None:
        """ODM has room for one signature: the last one that is valid."""
        valid = [one for one in signatures if one.void_since is None]
        if not valid:
            return
        made = child(parent, "Signature")
        child(made, "UserRef", {"UserOID": self._user(valid[-1].user_id, valid[-1].user_name, valid[-1].role)})
        child(made, "LocationRef", {"LocationOID": self._location})
        child(made, "SignatureRef", {"SignatureOID": signature_oid(valid[-1].meaning)})
        child(made, "DateTimeStamp", text=stamp(valid[-1].when))
        child(made, "CryptoBindingManifest", text=valid[-1].digest)
        self.seen.meanings.add(valid[-1].meaning)
        self.counts.signatures += 1

    def _add_void_signatures(self, notes: _Notes, signatures: tuple[SignatureRecord, ...]) -> None:
        valid = [one for one in signatures if one.void_since is None]
        for one in signatures:
            if not valid or one is not valid[-1]:
                void = f"; void since {stamp(one.void_since)}" if one.void_since else ""
                who = f"{one.meaning}: {one.user_name.get('both')} ({one.user_id}, {one.role}), {stamp(one.when)}"
                notes.add(
                    "MARK", odm_terms.MARK, "SIGNATURE", f"{who}, ledger entry {one.entry_no}, {one.digest}{void}"
                )


class _Notes:
    """Numbered Annotations of one element."""

    def __init__(self, parent: etree._Element, seen: Seen) -> None:
        self._parent = parent
        self._seen = seen
        self._number = 0

    def add(self, kind: str, codelist: str, code: str, comment: str = "") -> None:
        """One annotation with one flag."""
        self.add_all([(kind, codelist, code)], comment)

    def add_all(self, flags: list[tuple[str, str, str]], comment: str = "") -> None:
        """One annotation with several flags (kind, code list, code)."""
        self._number += 1
        made = child(self._parent, "Annotation", {"SeqNum": str(self._number)})
        if comment:
            child(made, "Comment", {"SponsorOrSite": "Site"}, comment)
        for kind, codelist, code in flags:
            flag = child(made, "Flag")
            child(flag, "FlagValue", {"CodeListOID": codelist}, code)
            child(flag, "FlagType", {"CodeListOID": odm_terms.FLAG_TYPE}, kind)
            self._seen.flags[codelist].add(code)


def location_oid(context: OutputContext) -> str:
    """The OID of the site."""
    return f"LOC.{encoded(context.site_code)}"


def signature_oid(meaning: str) -> str:
    """The OID of a meaning of signatures."""
    return f"SD.{encoded(meaning)}"


def stamp(moment: datetime) -> str:
    """ISO 8601 with offset. Raises ValueError for a time without zone: it would mean another moment elsewhere."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without zone: {moment}")
    return moment.isoformat()


def plain_number(text: str) -> str:
    """A Decimal's text without exponent, as ODM's float has none; digits are kept."""
    return format(Decimal(text), "f") if "E" in text or "e" in text else text


def _completion(form: FormRecord) -> str:
    if form.completed_at is None:
        return ""
    return f"completed {stamp(form.completed_at)} {form.completed_by.get('both')}".rstrip()
