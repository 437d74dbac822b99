"""Independent readers of what the exports wrote: CSV by the standard library, ODM by lxml; no code of the writers."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree

from crf_app.clinical.keys import ItemKey
from crf_app.clinical.query_trail import QueryTrail, TrailMessage
from crf_app.clinical.record import FormStatus, ItemRecord, SubjectRecord, Visibility
from crf_app.clinical.values import BLANK, Value
from crf_app.study.texts import Text

ODM = "{http://www.cdisc.org/ns/odm/v1.3}"


def read_sheet(path: Path) -> list[dict[str, str]]:
    """The lines of a CSV file by column; every line has exactly the columns of the first."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream, strict=True))
    header, rows = lines[0], lines[1:]
    assert len(set(header)) == len(header), path.name
    assert all(len(row) == len(header) for row in rows), path.name
    return [dict(zip(header, row, strict=True)) for row in rows]


def read_csv_values(folder: Path) -> dict[ItemKey, Value]:
    """Every collected value of a raw CSV export, by its key; blank ones are left out."""
    parts: dict[tuple[str, str], list[tuple[str, str]]] = {}
    places: dict[tuple[str, str], tuple[str, str]] = {}
    for line in read_sheet(folder / "items.csv"):
        place = (line["file"], line["item"])
        parts.setdefault(place, []).append(("text" if line["part"] == "value" else line["part"], line["column"]))
        places[place] = (line["form"], line["group"])
    values: dict[ItemKey, Value] = {}
    for file in sorted({file for file, _item in places}):
        for row in read_sheet(folder / file):
            for (_file, item), (form, group) in ((key, found) for key, found in places.items() if key[0] == file):
                value = Value(**{part: row[column] for part, column in parts[file, item]})
                if value != BLANK:
                    key = ItemKey(
                        row["subject"],
                        row["visit"],
                        int(row["visit_repeat"]),
                        form,
                        int(row["form_repeat"]),
                        group,
                        int(row["row"]),
                        item,
                    )
                    values[key] = value
    return values


def read_manifest(folder: Path) -> dict[str, object]:
    """manifest.json."""
    manifest: dict[str, object] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def collected(subjects: Iterable[SubjectRecord]) -> Iterator[ItemRecord]:
    """The records that an export must carry: shown, in an undeleted row, with something to say."""
    for subject in subjects:
        for event in subject.events:
            for form in event.forms:
                for group in form.groups:
                    for row in group.rows:
                        for item in row.items:
                            shown = (
                                item.visibility in (Visibility.SHOWN, Visibility.UNKNOWN)
                                and group.visibility is not Visibility.HIDDEN
                            )
                            if (
                                shown
                                and not row.deleted
                                and form.status is not FormStatus.NOT_APPLICABLE
                                and item.value != BLANK
                            ):
                                yield item


def read_odm_values(path: Path) -> dict[ItemKey, Value]:
    """Every value of an ODM file put together again from ItemData, companions and annotations, by key."""
    tree = etree.parse(str(path), etree.XMLParser(huge_tree=True, no_network=True))
    units = {one.get("OID", ""): one.get("Name", "") for one in tree.iter(f"{ODM}MeasurementUnit")}
    values: dict[ItemKey, Value] = {}
    for data in tree.iter(f"{ODM}ItemData"):
        key = _key(data)
        fields = _fields(data, units)
        if fields:
            values[key] = Value(**fields)
    return values


def read_odm_queries(path: Path) -> dict[str, list[tuple[str, QueryTrail]]]:
    """Every query of an ODM file by subject, put together from annotations, with the name of the element that carries it."""
    tree = etree.parse(str(path), etree.XMLParser(huge_tree=True, no_network=True))
    names = {one.get("OID", ""): one.findtext(f"{ODM}DisplayName") or "" for one in tree.iter(f"{ODM}User")}
    found: dict[str, list[tuple[str, QueryTrail]]] = {}
    for subject in tree.iter(f"{ODM}SubjectData"):
        mine = found.setdefault(subject.get("SubjectKey", ""), [])
        for note in subject.iter(f"{ODM}Annotation"):
            flags = {flag.findtext(f"{ODM}FlagType"): flag.findtext(f"{ODM}FlagValue") or "" for flag in note.iterfind(f"{ODM}Flag")}
            parent, side = note.getparent(), note.find(f"{ODM}Comment")
            if parent is None or side is None or not {"QUERY_STATE", "QUERY_ACT"} & set(flags):
                continue
            content = json.loads(side.text or "")
            if "QUERY_STATE" in flags:
                mine.append((str(parent.tag).removeprefix(ODM), _query(subject.get("SubjectKey", ""), content, flags)))
                continue
            element, query = mine.pop()
            assert query.number == content["query"], "a message stands after its query"
            message = _said(content, flags, names)
            assert side.get("SponsorOrSite") == ("Sponsor" if message.role in ("monitor", "data_manager") else "Site")
            mine.append((element, replace(query, messages=(*query.messages, message))))
    return {subject: sorted(ones, key=lambda one: one[1].number) for subject, ones in found.items()}


def _query(subject: str, content: dict[str, Any], flags: dict[str | None, str]) -> QueryTrail:
    parts = content["place"].split("/")
    event, event_repeat = _numbered(parts[0])
    form, form_repeat = _numbered(parts[1]) if len(parts) > 1 else ("", 1)
    group, row = _numbered(parts[2]) if len(parts) > 2 else ("", 1)
    key = ItemKey(subject, event, event_repeat, form, form_repeat, group, row, parts[3] if len(parts) > 3 else "")
    return QueryTrail(
        content["query"], key, content.get("rule", ""), flags["QUERY_ORIGIN"], flags["QUERY_STATE"], content.get("assigned", ""), content.get("priority", ""), (),
        content.get("muted", ""),
    )  # fmt: skip


def _said(content: dict[str, Any], flags: dict[str | None, str], names: dict[str, str]) -> TrailMessage:
    text = content.get("text", "")
    name = names[content["user"]]
    return TrailMessage(
        content["message"], flags["QUERY_ACT"], datetime.fromisoformat(content["at"]), content["user"], Text(name, name), content["role"], content["entry"],
        Text(text, content.get("text_zh", text)), content.get("assigned", ""), content.get("priority", ""),
    )  # fmt: skip


def _numbered(part: str) -> tuple[str, int]:
    name, mark, number = part.partition("#")
    return name, int(number) if mark else 1


def _key(data: etree._Element) -> ItemKey:
    group, form, event, subject = list(data.iterancestors())[:4]
    return ItemKey(
        subject.get("SubjectKey", ""),
        event.get("StudyEventOID", "").removeprefix("SE."),
        int(event.get("StudyEventRepeatKey", "1")),
        form.get("FormOID", "").removeprefix("F."),
        int(form.get("FormRepeatKey", "1")),
        group.get("ItemGroupOID", "").split(".")[2],
        int(group.get("ItemGroupRepeatKey", "1")),
        data.get("ItemOID", "").split(".")[2],
    )


def _fields(data: etree._Element, units: dict[str, str]) -> dict[str, str]:
    fields = {"text": data.get("Value", "")}
    unit = data.find(f"{ODM}MeasurementUnitRef")
    if unit is not None:
        fields["unit"] = units[unit.get("MeasurementUnitOID", "")]
    for note in data.iterfind(f"{ODM}Annotation"):
        comment = note.findtext(f"{ODM}Comment") or ""
        for flag in note.iterfind(f"{ODM}Flag"):
            kind, code = flag.findtext(f"{ODM}FlagType") or "", flag.findtext(f"{ODM}FlagValue") or ""
            if kind == "MISSING":
                fields |= {"missing": code, "reason": comment}
            elif kind == "MARK" and code == "STORED_TEXT":
                fields["text" if fields["text"] else "reason"] = json.loads(comment)
            elif kind.startswith("DERIVATION_"):
                name = {"DERIVATION_STATUS": "status", "DERIVATION_CODE": "code", "DERIVATION_FLAG": "flags"}[kind]
                fields[name] = f"{fields[name]};{code}" if name in fields else code
    return {name: text for name, text in fields.items() if text}
