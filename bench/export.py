"""Speed of the data exports: item values a second into ODM and CSV, beside bare lxml writing the same elements.

    python bench/export.py [subjects=100]

Each subject has 10 visits with 4 forms of 25 items, every value with one change (an AuditRecord each). Target: at least
100,000 item values a second into ODM.
"""

from __future__ import annotations

import gc
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from lxml import etree

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crf_app.clinical.keys import FormKey, item_key
from crf_app.clinical.record import (
    ChangeRecord,
    EventRecord,
    EventStatus,
    FormRecord,
    FormStatus,
    GroupRecord,
    ItemRecord,
    OutputContext,
    RowRecord,
    SubjectRecord,
    Window,
)
from crf_app.clinical.values import BLANK, Value
from crf_app.export.csv_raw import write_csv
from crf_app.export.odm import write_odm
from crf_app.paths import resources_folder
from crf_app.study.definition import EventDef, EventForm, FormDef, GroupDef, ItemDef, ItemType, StudyDef
from crf_app.study.texts import Text
from crf_app.words import load_words

VISITS, FORMS, ITEMS = 10, 4, 25
WHEN = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
USER = Text("Demo Coordinator", "演示协调员")


def study() -> StudyDef:
    """A study with numbers, dates and texts by turns."""
    kinds = (ItemType.DEC, ItemType.TEXT, ItemType.DATE, ItemType.INT, ItemType.TEXT)
    forms = {}
    for number in range(FORMS):
        oid = f"F{number}"
        items = tuple(
            ItemDef(
                f"I{place}", oid, "G", Text(f"Item {place}", f"条目{place}"), kinds[place % 5], decimals=1, length=200
            )
            for place in range(ITEMS)
        )
        group = GroupDef("G", oid, Text("Group", "组"), items)
        forms[oid] = FormDef(oid, "1.0", Text(oid, oid), (group,), index={item.oid: item for item in items})
    places = tuple(EventForm(oid, False) for oid in forms)
    events = tuple(
        EventDef(f"V{number}", Text(f"Visit {number}", f"访视{number}"), Text("", ""), "scheduled", number, places)
        for number in range(VISITS)
    )
    name = Text("Benchmark", "基准")
    return StudyDef("BENCH", "1.0", "", name, name, "BENCH", "", 0, "", "", events, forms, {}, (), (), ())


TEXTS = {ItemType.DEC: "37.5", ItemType.TEXT: "Term <1> & 值 50", ItemType.DATE: "2026-03-17", ItemType.INT: "72"}


def subject(definition: StudyDef, number: int, *, history: bool = True) -> SubjectRecord:
    """A subject with a value in every item, each with the change that made it if `history` is wanted."""
    name = f"01-{number:04d}"
    entry = number * 1000
    events = []
    for event in definition.events:
        forms = []
        for form in definition.forms.values():
            key = FormKey(name, event.oid, 1, form.oid, 1)
            group, items = form.groups[0], []
            for item in form.items:
                entry += 1
                at, value = item_key(key, "G", 1, item.oid), Value(TEXTS[item.type])
                made = ChangeRecord(at, entry, 1, WHEN, "coord", USER, "coordinator", BLANK, value, "", "screen")
                items.append(ItemRecord(at, item, value, changes=(made,) if history else ()))
            groups = (GroupRecord(group, (RowRecord(1, Text("", ""), tuple(items)),)),)
            forms.append(FormRecord(key, form, form.name, FormStatus.COMPLETE, False, groups))
        events.append(EventRecord(event, 1, event.name, EventStatus.DONE, "2026-03-17", Window(), tuple(forms)))
    return SubjectRecord(name, "enrolled", tuple(events))


Tree = tuple[str, dict[str, str], str | None, list["Tree"]]


def _plain(element: etree._Element) -> Tree:
    return (
        str(element.tag),
        {str(k): str(v) for k, v in element.attrib.items()},
        element.text,
        [_plain(one) for one in element],
    )


def _rebuild(parent: etree._Element, tree: Tree) -> None:
    made = etree.SubElement(parent, tree[0], tree[1])
    made.text = tree[2]
    for one in tree[3]:
        _rebuild(made, one)


def write_bare(subjects: list[Tree], stream: BinaryIO) -> None:
    """The same subjects by lxml alone: one tree a subject, no look-ups, no checks."""
    with etree.xmlfile(stream, encoding="utf-8") as file, file.element("ClinicalData"):
        for one in subjects:
            made = etree.Element(one[0], one[1])
            for below in one[3]:
                _rebuild(made, below)
            file.write(made)


def _subjects_of(path: Path) -> Iterator[Tree]:
    for _event, element in etree.iterparse(str(path), tag="{*}SubjectData"):
        yield _plain(element)
        element.clear()


def main() -> None:
    """Run and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    definition = study()
    context = OutputContext(definition, "01", Text("Site", "中心"), WHEN, USER, WHEN, 1, "0" * 64, synthetic=True)
    subjects = [subject(definition, number) for number in range(count)]
    values = count * VISITS * FORMS * ITEMS
    folder = Path(tempfile.mkdtemp(prefix="crf-bench-"))
    gc.freeze()
    try:
        start = time.perf_counter()
        with (folder / "a.xml").open("wb") as stream:
            counts = write_odm(subjects, context, stream)
        odm = time.perf_counter() - start
        assert counts.values == counts.audit_records == values
        size = (folder / "a.xml").stat().st_size
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        bare_values = [subject(definition, number, history=False) for number in range(count)]
        start = time.perf_counter()
        with (folder / "c.xml").open("wb") as stream:
            write_odm(bare_values, context, stream)
        short = time.perf_counter() - start
        del bare_values
        start = time.perf_counter()
        write_csv(subjects, context, folder / "csv", load_words(resources_folder() / "words"))
        sheets = time.perf_counter() - start
        plain = list(_subjects_of(folder / "a.xml"))
        gc.freeze()
        start = time.perf_counter()
        with (folder / "b.xml").open("wb") as stream:
            write_bare(plain, stream)
        bare = time.perf_counter() - start
    finally:
        shutil.rmtree(folder)
    print(f"{values:,} item values, {size / 1e6:.1f} MB of ODM, peak memory {memory} MB (records included)")
    print(f"ODM        {values / odm:10,.0f} values/s   {odm / bare:.2f} x bare lxml with the same elements")
    print(f"           {values / short:10,.0f} values/s   without history, so without AuditRecords")
    print(f"bare lxml  {values / bare:10,.0f} values/s")
    print(f"CSV        {values / sheets:10,.0f} values/s   with history in changes.csv")


if __name__ == "__main__":
    main()
