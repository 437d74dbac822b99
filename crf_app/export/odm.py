"""CDISC ODM 1.3.2: definition, users and every current value of the subjects in one file (docs/adr/0030)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from lxml import etree

from crf_app import __version__
from crf_app.clinical.keys import ItemKey, parse_address
from crf_app.clinical.record import ItemRecord, OutputContext, SubjectRecord
from crf_app.export import odm_terms
from crf_app.export.naming import encoded, user_oid
from crf_app.export.odm_clinical import SubjectWriter, location_oid, signature_oid, stamp
from crf_app.export.odm_elements import NAMESPACES, child, root, tag
from crf_app.export.odm_markup import legal
from crf_app.export.odm_metadata import study_element, study_oid, version_oid
from crf_app.export.odm_plan import event_oid, form_oid, group_oid, item_oid, repeats
from crf_app.export.odm_seen import OdmCounts, Seen
from crf_app.study.definition import StudyDef

USER_TYPES = {"investigator": "Investigator"}


def write_odm(subjects: Iterable[SubjectRecord], context: OutputContext, stream: BinaryIO) -> OdmCounts:
    """Write the subjects, in the order given, as one ODM 1.3.2 snapshot (UTF-8) and say what was written.

    Only collected values are written. A value whose record carries changes gets an AuditRecord for the last of them.
    One subject is in memory at a time; their text waits, compressed, for the users and units that must stand before it.
    Nothing is put into temporary files. Raises ExpectedError (export_definition) and what `stream` raises.
    """
    writer = SubjectWriter(context)
    waiting = {one.version: _Waiting() for one in context.studies}
    for subject in subjects:
        for version, text in writer.subject(subject).items():
            waiting[version].add(text.encode())
    links = list(_associations(writer, context))
    with etree.xmlfile(stream, encoding="utf-8") as file:
        file.write_declaration()
        with file.element(tag("ODM"), _head(context), nsmap=NAMESPACES):
            file.write(study_element(context.studies, context.parameters, writer.seen))
            file.write(_admin_data(context, writer.seen))
            for study in context.studies:
                ours = {"StudyOID": study_oid(study), "MetaDataVersionOID": version_oid(study)}
                with file.element(tag("ClinicalData"), ours):
                    file.flush()
                    stream.writelines(waiting[study.version].parts())
            for link in links:
                file.write(link)
    return writer.counts


class _Waiting:
    """Bytes kept compressed in memory, about a thirtieth of their size."""

    def __init__(self) -> None:
        self._press = zlib.compressobj(1)
        self._parts: list[bytes] = []

    def add(self, text: bytes) -> None:
        """Put `text` after what is there."""
        self._parts.append(self._press.compress(text))

    def parts(self) -> Iterator[bytes]:
        """Everything, in order, in pieces."""
        self._parts.append(self._press.flush())
        unpress = zlib.decompressobj()
        for part in self._parts:
            yield unpress.decompress(part)
        yield unpress.flush()


def _head(context: OutputContext) -> dict[str, str]:
    mark = "SYNTHETIC DATA, no real person 合成数据，并非真实受试者. " if context.synthetic else ""
    site = f"{context.site_code} {context.site_name.get('both')}"
    head = {
        "Description": f"{mark}{context.study.oid} {context.study.version}, site {site}. Times are local to the site. "
        f"Ledger head {context.ledger_no} {context.ledger_hash}. Produced by {context.produced_by.get('both')}.",
        "FileType": "Snapshot",
        "Granularity": "All",
        "FileOID": f"FILE.{encoded(context.study.oid)}.{encoded(context.site_code)}.{context.ledger_no}."
        f"{context.produced_at:%Y%m%dT%H%M%S}",
        "CreationDateTime": stamp(context.produced_at),
        "AsOfDateTime": stamp(context.data_state),
        "ODMVersion": "1.3.2",
        "Originator": site,
        "SourceSystem": f"crf-app; ledger {context.ledger_no}:{context.ledger_hash}"
        + ("; SYNTHETIC" if context.synthetic else ""),
        "SourceSystemVersion": __version__,
    }
    return {name: legal(text) for name, text in head.items()}


def _admin_data(context: OutputContext, seen: Seen) -> etree._Element:
    made = root("AdminData", {"StudyOID": study_oid(context.study)})
    site = location_oid(context)
    for user_id, (name, role) in sorted(seen.users.items()):
        user = child(made, "User", {"OID": user_oid(user_id), "UserType": USER_TYPES.get(role, "Other")})
        child(user, "LoginName", text=user_id or "SYSTEM")
        child(user, "DisplayName", text=name.get("both") or "SYSTEM")
        child(user, "FullName", text=f"{name.get('both')} ({role})" if role else name.get("both"))
        child(user, "LocationRef", {"LocationOID": site})
    where = child(
        made,
        "Location",
        {"OID": site, "Name": context.site_name.get("both") or context.site_code, "LocationType": "Site"},
    )
    for study in context.studies:
        effective = {"EffectiveDate": context.data_state.date().isoformat()}
        child(where, "MetaDataVersionRef", {"StudyOID": study_oid(study), "MetaDataVersionOID": version_oid(study), **effective})
    for meaning in sorted(seen.meanings):
        signature = child(made, "SignatureDef", {"OID": signature_oid(meaning), "Methodology": "Electronic"})
        child(signature, "Meaning", text=meaning)
        child(signature, "LegalReason", text=f"{meaning}: electronic signature of the study record 研究记录的电子签名")
    return made


def _associations(writer: SubjectWriter, context: OutputContext) -> Iterator[etree._Element]:
    """Each link once more as ODM says it: the key set of the value and that of the record it refers to."""
    writer.seen.flags[odm_terms.MARK].add("LINK")
    for version, record, address in writer.seen.links:
        # the version of the value; what it refers to may belong to another one
        study = context.study_at(version)
        named = ((one, target) for one in (study, *reversed(context.studies)) if (target := _target(one, record, address)) is not None)
        there, target = next(named, (study, None))
        if target is None:
            continue
        made = root("Association", {"StudyOID": study_oid(study), "MetaDataVersionOID": version_oid(study)})
        child(made, "KeySet", _key_set(study, record.key))
        child(made, "KeySet", _key_set(there, target))
        flag = child(child(made, "Annotation", {"SeqNum": "1"}), "Flag")
        child(flag, "FlagValue", {"CodeListOID": odm_terms.MARK}, "LINK")
        child(flag, "FlagType", {"CodeListOID": odm_terms.FLAG_TYPE}, "MARK")
        writer.counts.links += 1
        yield made


def _target(study: StudyDef, record: ItemRecord, address: str) -> ItemKey | None:
    """The record a link names; None when the address is of no place in this study (the value stays)."""
    try:
        key = parse_address(record.key.subject, address)
        study.event(key.event)
        study.forms[key.form].group(key.group)
        if key.item:
            study.item(key.form, key.item)
    except (KeyError, ValueError):
        return None
    return key


def _key_set(study: StudyDef, key: ItemKey) -> dict[str, str]:
    made = {"StudyOID": study_oid(study), "SubjectKey": key.subject, "StudyEventOID": event_oid(key.event)}
    if key.event_repeat > 1 or repeats(study.event(key.event)):
        made["StudyEventRepeatKey"] = str(key.event_repeat)
    made["FormOID"] = form_oid(key.form)
    if key.form_repeat > 1 or repeats(study.forms[key.form]):
        made["FormRepeatKey"] = str(key.form_repeat)
    made["ItemGroupOID"] = group_oid(key.form, key.group)
    if repeats(study.forms[key.form].group(key.group)):
        made["ItemGroupRepeatKey"] = str(key.row)
    if key.item:
        made["ItemOID"] = item_oid(key.form, key.item)
    return made
