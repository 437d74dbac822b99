"""One subject as the text of an ODM 1.3.2 SubjectData: current values, audit records, signatures, annotations.

Written as text: lxml alone takes about three times as long for a tree of the same elements (docs/adr/0030).
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from crf_app.admin.roles import Role
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
from crf_app.export.collected import event_counts, form_counts, given_by_row, says_something
from crf_app.export.naming import encoded, unit_oid, user_oid
from crf_app.export.odm_markup import Markup, in_attribute, in_content, is_legal
from crf_app.export.odm_plan import ItemPlan, event_oid, form_oid, group_oid, repeats, study_plan
from crf_app.export.odm_queries import (
    SUBJECT,
    QueryPlaces,
    by_part,
    head_comment,
    message_comment,
    row_element,
    written_items,
)
from crf_app.export.odm_seen import OdmCounts, Seen
from crf_app.export.odm_versions import parts_by_version
from crf_app.study.definition import ItemType
from crf_app.study.texts import Text


class SubjectWriter:
    """Turns subjects into SubjectData, counting and remembering what they refer to."""

    def __init__(self, context: OutputContext) -> None:
        self.counts = OdmCounts()
        self.seen = Seen()
        self._context = context
        self._plans = {one.version: study_plan(one) for one in context.studies}
        self._version = context.study.version
        self._plan = self._plans[self._version]
        self._location = location_oid(context)
        self._audit_heads: dict[str, str] = {}
        self._unit_refs: dict[str, str] = {}
        self._stamp: tuple[datetime | None, str] = (None, "")
        self._out = Markup()
        self._queries = QueryPlaces(SubjectRecord("", "", ()), ())

    def subject(self, record: SubjectRecord) -> Mapping[str, str]:
        """The SubjectData of `record`, one for each version of the study that its forms belong to, the newest last.

        Raises ExpectedError (export_definition) for an item that the study does not define.
        """
        parts = parts_by_version(record, self._context)
        queries = by_part(parts, record.queries)
        self.counts.subjects += 1
        last = tuple(parts)[-1]
        return {version: self._part(replace(part, queries=queries.get(version, ())), version, is_whole=version == last) for version, part in parts.items()}

    def _part(self, record: SubjectRecord, version: str, *, is_whole: bool) -> str:
        """What belongs to one version; signatures and state of the subject as a whole stand with the newest."""
        self._out = Markup()
        self._queries = QueryPlaces(record, record.queries)
        self._version, self._plan = version, self._plans[version]
        signatures = record.signatures if is_whole else ()
        with self._out.element("SubjectData", SubjectKey=record.subject):
            self._add_signatures(signatures)
            self._out.leaf("SiteRef", LocationOID=self._location)
            notes = self._notes()
            if record.state and is_whole:
                notes.add("SUBJECT_STATE", odm_terms.SUBJECT_STATE, record.state)
            if self._context.synthetic:
                notes.add("MARK", odm_terms.MARK, "SYNTHETIC")
            notes.add("MARK", odm_terms.MARK, "LEDGER_HEAD", f"{self._context.ledger_no} {self._context.ledger_hash}")
            self._add_further_signatures(notes, signatures)
            self._add_queries(notes, SUBJECT)
            for event in record.events:
                if event_counts(event):
                    self._add_event(event)
        return self._out.text()

    def _add_event(self, event: EventRecord) -> None:
        oid = event_oid(event.event.oid)
        key = self._repeat_key("StudyEvent", oid, repeats(event.event), event.repeat)
        with self._out.element("StudyEventData", StudyEventOID=oid, **key):
            notes = self._notes()
            notes.add("EVENT_STATUS", odm_terms.EVENT_STATUS, event.status.value, event.reason)
            self._add_queries(notes, (event.event.oid, event.repeat))
            for form in event.forms:
                if form_counts(form):
                    self._add_form(form)
                else:
                    self._count_left_out(form)
        self.counts.events += 1
        self.counts.repeats += event.repeat > 1

    def _add_form(self, form: FormRecord) -> None:
        oid = form_oid(form.form.oid)
        key = self._repeat_key("Form", oid, repeats(form.form), form.key.form_repeat)
        with self._out.element("FormData", FormOID=oid, **key):
            self._add_signatures(form.signatures)
            notes = self._notes()
            notes.add("FORM_STATUS", odm_terms.FORM_STATUS, form.status.value, _completion(form))
            self._add_further_signatures(notes, form.signatures)
            self._add_queries(notes, form.key)
            for group in form.groups:
                for row in group.rows:
                    self._add_row(form, group, row)
        self.counts.forms += 1
        self.counts.repeats += form.key.form_repeat > 1

    def _repeat_key(self, kind: str, oid: str, may_repeat: bool, number: int) -> dict[str, str]:
        """The repeat key; what came a second time is called repeating even if its definition does not say so."""
        if number > 1:
            self.seen.repeating.add(oid)
        return {f"{kind}RepeatKey": str(number)} if may_repeat or number > 1 else {}

    def _add_row(self, form: FormRecord, group: GroupRecord, row: RowRecord) -> None:
        kept, left = written_items(form, group, row)
        self.counts.not_collected += sum(says_something(item) and not given_by_row(group.group, item) for item in left)
        if not kept:
            return
        key = {"ItemGroupRepeatKey": str(row.number)} if repeats(group.group) else {}
        with self._out.element("ItemGroupData", ItemGroupOID=group_oid(form.form.oid, group.group.oid), **key):
            self._add_queries(self._notes(), row_element(form.key, group.group.oid, row.number))
            for item in kept:
                self._add_item(item)
        self.counts.rows += 1
        self.counts.repeats += row.number > 1

    def _count_left_out(self, form: FormRecord) -> None:
        self.counts.not_collected += sum(
            says_something(item) and not given_by_row(group.group, item)
            for group in form.groups
            for row in group.rows
            for item in row.items
        )

    def _add_item(self, record: ItemRecord) -> None:
        plan = self._plan.get((record.key.form, record.item.oid))
        if plan is None:
            where = f"{record.key.subject} {record.key.address}"
            raise ExpectedError("export_definition", where=where, study=self._context.study.oid)
        value = record.value
        if value.text:
            text = in_attribute(value.text)
            start = f'\n<ItemData ItemOID="{plan.oid}" Value="{text}">'
            self.counts.values += 1
        else:
            text = ""
            start = f'\n<ItemData ItemOID="{plan.oid}" IsNull="Yes">'
            self._count_null(value)
        if record.item.codes and value.text:
            self._note_codes(record)
        audit = self._audit(record.changes[-1]) if record.changes else ""
        unit = self._unit_ref(value.unit) if value.unit else ""
        asked = self._queries.at(record.key)
        if asked or record.prefilled or record.corrected or text is not value.text or _annotated(value):
            self._out.raw(f"{start}{audit}{unit}")
            notes = self._notes()
            self._add_notes(notes, record, value)
            self._add_queries(notes, record.key)
            self._out.raw("</ItemData>")
        else:
            self._out.raw(f"{start}{audit}{unit}</ItemData>")
        if value.operator or value.standard or value.exact:
            self._add_companions(plan, value)
        if plan.counted:
            self._count(record, value)

    def _note_codes(self, record: ItemRecord) -> None:
        """Codes that were offered when they were chosen, and are no more."""
        for code in record.value.text.split(";"):
            if record.item.code(code) is None:
                self.seen.codes[self._version, record.key.form, record.item.oid][code] = None

    def _add_companions(self, plan: ItemPlan, value: Value) -> None:
        raw = self._out.raw
        self.counts.operators += bool(value.operator)
        self.counts.converted += bool(value.standard and value.unit != value.standard_unit)
        if value.operator and plan.operator:
            raw(f'\n<ItemData ItemOID="{plan.operator}" Value="{in_attribute(value.operator)}"/>')
        if value.standard and plan.standard:
            unit = self._unit_ref(value.standard_unit) if value.standard_unit else ""
            number = in_attribute(plain_number(value.standard))
            raw(f'\n<ItemData ItemOID="{plan.standard}" Value="{number}">{unit}</ItemData>')
        if value.exact and plan.exact:
            raw(f'\n<ItemData ItemOID="{plan.exact}" Value="{in_attribute(plain_number(value.exact))}"/>')

    def _unit_ref(self, unit: str) -> str:
        if unit not in self._unit_refs:
            self.seen.units.add(unit)
            self._unit_refs[unit] = f'<MeasurementUnitRef MeasurementUnitOID="{unit_oid(unit)}"/>'
        return self._unit_refs[unit]

    def _add_queries(self, notes: _Notes, element: Hashable) -> None:
        """Each query as an annotation of its own, then one for each message of its thread."""
        for query in self._queries.at(element):
            flags = [("QUERY_STATE", odm_terms.QUERY_STATE, query.state), ("QUERY_ORIGIN", odm_terms.QUERY_ORIGIN, query.origin)]
            notes.add_all(flags, head_comment(query), side_of(query.origin))
            for one in query.messages:
                user = self._user(one.user_id, one.user_name, one.role)
                words = message_comment(query, one, user, stamp(one.when))
                notes.add_all([("QUERY_ACT", odm_terms.QUERY_ACT, one.act)], words, side_of(one.role))
                self.counts.messages += 1
            self.counts.queries += 1

    def _add_notes(self, notes: _Notes, record: ItemRecord, value: Value) -> None:
        derived = value.code or value.flags or (value.status and value.status != "OK")
        illegal = not (is_legal(value.text) and is_legal(value.reason))
        if not (value.missing or derived or illegal or record.prefilled or record.corrected):
            return
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
        self.counts.partial_dates += record.item.type is ItemType.PDATE and 0 < len(value.text) < len("2026-01-01")
        if record.item.type is ItemType.LINK and value.text:
            self.seen.links += [(self._version, record, address) for address in value.text.split(";")]

    def _audit(self, change: ChangeRecord) -> str:
        head = self._audit_heads.get(change.user_id)
        if head is None:
            user = self._user(change.user_id, change.user_name, change.role)
            head = (
                f'<AuditRecord><UserRef UserOID="{user}"/><LocationRef LocationOID="{self._location}"/><DateTimeStamp>'
            )
            self._audit_heads[change.user_id] = head
        if self._stamp[0] is not change.when:
            self._stamp = (change.when, stamp(change.when))
        reason = f"<ReasonForChange>{in_content(change.reason)}</ReasonForChange>" if change.reason else ""
        source = f"<SourceID>{change.entry_no}/{change.change_no}</SourceID>"
        self.counts.audit_records += 1
        return f"{head}{self._stamp[1]}</DateTimeStamp>{reason}{source}</AuditRecord>"

    def _user(self, user_id: str, name: Text, role: str) -> str:
        self.seen.users.setdefault(user_id, (name, role))
        return user_oid(user_id)

    def _notes(self) -> _Notes:
        return _Notes(self._out, self.seen)

    def _add_signatures(self, signatures: tuple[SignatureRecord, ...]) -> None:
        """ODM has room for one signature: the last one that is valid."""
        valid = [one for one in signatures if one.void_since is None]
        if not valid:
            return
        last = valid[-1]
        with self._out.element("Signature", ID=f"SIG.{self.counts.signatures + 1}"):
            self._out.leaf("UserRef", UserOID=self._user(last.user_id, last.user_name, last.role))
            self._out.leaf("LocationRef", LocationOID=self._location)
            self._out.leaf("SignatureRef", SignatureOID=signature_oid(last.meaning))
            self._out.leaf("DateTimeStamp", stamp(last.when))
            self._out.leaf("CryptoBindingManifest", last.digest)
        self.seen.meanings.add(last.meaning)
        self.counts.signatures += 1

    def _add_further_signatures(self, notes: _Notes, signatures: tuple[SignatureRecord, ...]) -> None:
        valid = [one for one in signatures if one.void_since is None]
        for one in signatures:
            if not valid or one is not valid[-1]:
                void = f"; void since {stamp(one.void_since)}" if one.void_since else ""
                who = f"{one.meaning}: {one.user_name.get('both')} ({one.user_id}, {one.role}), {stamp(one.when)}"
                comment = f"{who}, ledger entry {one.entry_no}, {one.digest}{void}"
                notes.add("MARK", odm_terms.MARK, "SIGNATURE", comment)


class _Notes:
    """Numbered Annotations of the element that is open."""

    def __init__(self, out: Markup, seen: Seen) -> None:
        self._out = out
        self._seen = seen
        self._number = 0

    def add(self, kind: str, codelist: str, code: str, comment: str = "") -> None:
        """One annotation with one flag."""
        self.add_all([(kind, codelist, code)], comment)

    def add_all(self, flags: list[tuple[str, str, str]], comment: str = "", side: str = "Site") -> None:
        """One annotation with several flags (kind, code list, code); `side` says whose comment it is."""
        self._number += 1
        with self._out.element("Annotation", SeqNum=str(self._number)):
            if comment:
                self._out.leaf("Comment", comment, SponsorOrSite=side)
            for kind, codelist, code in flags:
                with self._out.element("Flag"):
                    self._out.leaf("FlagValue", code, CodeListOID=codelist)
                    self._out.leaf("FlagType", kind, CodeListOID=odm_terms.FLAG_TYPE)
                self._seen.flags[codelist].add(code)


def side_of(role: str) -> str:
    """Whose words they are: the sponsor's monitor and data manager, or the site's people and program."""
    return "Sponsor" if role in (Role.MONITOR, Role.DATA_MANAGER) else "Site"


def _annotated(value: Value) -> bool:
    return bool(value.missing or value.status or value.code or value.flags)


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
