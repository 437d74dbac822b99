"""A demonstration workspace as ODM, read back by lxml and laid beside what plain SQL says of `item_current`."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from lxml import etree
from odmlib.schema_manager import get_schema_path
from sqlcipher3 import dbapi2

from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clock import SteppedClock
from crf_app.export.odm_check import check_references
from crf_app.paths import resources_folder
from crf_app.services.demo.build import Login
from crf_app.services.entry import ItemEntry, enter_items
from crf_app.services.forms import delete_row
from crf_app.services.outputs import export
from crf_app.services.reading import read_form
from crf_app.services.session import log_out, open_workspace
from crf_app.services.subjects import next_unscheduled
from crf_app.services.workspace import Workspace
from crf_app.store.subjects import read_subjects
from crf_app.store.vault import unlock
from crf_app.study.definition import StudyDef
from crf_app.words import load_words
from tests.export.reading import ODM
from tests.once import Once, study_of
from tests.services.demo.cohorts import FIRST, FULL, NOW, cohort, source_of

_CURRENT = """SELECT c.subject, c.event, c.event_repeat, c.form, c.form_repeat, c.grp, c.row, c.item,
 c.text, c.missing, c.reason, c.operator, c.unit, c.standard, c.standard_unit, c.exact, c.status, c.code, c.flags
 FROM item_current c
 LEFT JOIN group_row g ON (g.subject, g.event, g.event_repeat, g.form, g.form_repeat, g.grp, g.row, g.state)
  = (c.subject, c.event, c.event_repeat, c.form, c.form_repeat, c.grp, c.row, 'deleted')
 WHERE g.subject IS NULL"""
_SUFFIX = re.compile(r"(.+?)__?(OP|STD|EXACT)\Z")
_PARTS = {"OP": "operator", "STD": "standard", "EXACT": "exact"}


class Told(NamedTuple):
    """All that an export has to say of one value."""

    text: str = ""
    missing: str = ""
    reason: str = ""
    operator: str = ""
    unit: str = ""
    standard: str = ""
    standard_unit: str = ""
    exact: str = ""
    status: str = ""
    code: str = ""
    flags: str = ""


Values = dict[ItemKey, Told]


@dataclass(frozen=True)
class Exported:
    """The file, and the workspace it came from as plain SQL shows it."""

    path: Path
    study: StudyDef
    stored: Values
    by_clock: dict[ItemKey, str]
    """What goes by the present moment: shown and exported as it is now, stored nowhere."""
    deleted: int


@pytest.fixture(scope="module")
def exported(once: Once, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """Both stories, a second unscheduled visit, a deleted row, a value taken back; exported through the services."""
    study, root = study_of(source_of(FIRST)), tmp_path_factory.mktemp("demo")
    made = cohort(once, FIRST, NOW, FULL)
    folder = Path(shutil.copytree(made.folder, root / "workspace"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRF_APP_STATE", str(root / "state"))
        _, coordinator, _, _, manager = made.logins
        with opened(folder, coordinator) as work:
            change(work)
        with opened(folder, manager) as work:
            export(work, load_words(resources_folder() / "words"), "odm", root / "odm.xml")
            by_clock = shown_now(work)
        key = unlock(folder, manager.user, manager.password, SteppedClock(NOW)).data_key
    copy = Path(shutil.copy(folder / "data.db", root / "copy.db"))
    connection = dbapi2.connect(str(copy))
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    stored = {ItemKey(*row[:8]): Told(*row[8:]) for row in connection.execute(_CURRENT)}
    deleted = connection.execute("SELECT count(*) FROM group_row WHERE state = 'deleted'").fetchone()[0]
    connection.close()
    return Exported(root / "odm.xml", study, stored, by_clock, deleted)


def shown_now(work: Workspace) -> dict[ItemKey, str]:
    """The values on the forms that go by the present moment."""
    forms = [form for subject in read_subjects(work.database) for form in work.casebook(subject.number).forms]
    items = [one for form in forms for one in read_form(work, form).items() if f"derive:{one.item.name}" in work.rules.by_clock]
    return {one.key: one.value.text for one in items if one.value.text}


class opened:  # noqa: N801  used as a function
    """A workspace opened by one person for a while."""

    def __init__(self, folder: Path, login: Login) -> None:
        self.work = open_workspace(folder, login.user, login.password, SteppedClock(NOW))

    def __enter__(self) -> Workspace:
        return self.work

    def __exit__(self, *_: object) -> None:
        log_out(self.work)


def change(work: Workspace) -> None:
    """What the stories leave out: two unscheduled visits, a row removed again, a value taken back."""
    subject = "01-001"
    for day in ("2026-03-10", "2026-03-12"):
        header = next_unscheduled(work, subject)
        enter(work, header, "SV", 1, SVOCCUR="Y", VISDAT=day, SVCNTMOD="ONSITE", SVUPDES="SUBJ")
    log = FormKey(subject, "LOG", 1, "MH", 1)
    row = max(work.casebook(subject).rows(log, "MH")) + 1
    enter(work, log, "MH", row, MHTERM="Entered for somebody else", MHSTDAT="2020")
    delete_row(work, log, "MH", row, "another patient")
    enter(work, FormKey(subject, "SCR", 1, "VS", 1), "VS", 1, VSPOS="SITTING")
    enter(work, FormKey(subject, "SCR", 1, "VS", 1), "VS", 1, VSPOS="")


def enter(work: Workspace, form: FormKey, group: str, row: int, **texts: str) -> None:
    """Store values of one row."""
    outcome = enter_items(work, [ItemEntry(ItemKey(*form, group, row, item), text) for item, text in texts.items()], reason="as the source says")
    assert outcome.stored, outcome


def read_odm(path: Path, study: StudyDef) -> Values:
    """Every value of the file, put together again from ItemData, its companions and its annotations."""
    tree = etree.parse(str(path))
    units = {one.get("OID", ""): one.get("Name", "") for one in tree.iter(f"{ODM}MeasurementUnit")}
    found: dict[ItemKey, dict[str, str]] = {}
    for row in tree.iter(f"{ODM}ItemGroupData"):
        for data in row.iterfind(f"{ODM}ItemData"):
            key, unit = place(row, data), units.get(unit_of(data), "")
            if key.item in study.forms[key.form].index:
                parts = {"text": data.get("Value", ""), "unit": unit, **notes(data)}
            else:
                match = _SUFFIX.match(key.item)
                assert match is not None, key
                key, part = key._replace(item=match[1]), _PARTS[match[2]]
                parts = {part: data.get("Value", ""), **({"standard_unit": unit} if part == "standard" else {})}
            told = found.setdefault(key, {})
            assert told.keys().isdisjoint(parts), f"said twice: {key}"
            told.update(parts)
    return {key: Told(**parts) for key, parts in found.items()}


def place(row: etree._Element, data: etree._Element) -> ItemKey:
    """Where the file says that a value stands."""
    form, event, subject = list(row.iterancestors())[:3]
    return ItemKey(
        subject.get("SubjectKey", ""),
        event.get("StudyEventOID", "").removeprefix("SE."), int(event.get("StudyEventRepeatKey", "1")),
        form.get("FormOID", "").removeprefix("F."), int(form.get("FormRepeatKey", "1")),
        row.get("ItemGroupOID", "").split(".")[2], int(row.get("ItemGroupRepeatKey", "1")), data.get("ItemOID", "").split(".")[2],
    )  # fmt: skip


def unit_of(data: etree._Element) -> str:
    """The unit an ItemData refers to, "" for none."""
    unit = data.find(f"{ODM}MeasurementUnitRef")
    return "" if unit is None else unit.get("MeasurementUnitOID", "")


def notes(data: etree._Element) -> dict[str, str]:
    """Missing code with its reason, and the outcome of a derivation, from the annotations."""
    found: dict[str, list[str]] = {}
    names = {"MISSING": "missing", "DERIVATION_STATUS": "status", "DERIVATION_CODE": "code", "DERIVATION_FLAG": "flags"}
    for note in data.iterfind(f"{ODM}Annotation"):
        for flag in note.iterfind(f"{ODM}Flag"):
            name = names.get(flag.findtext(f"{ODM}FlagType") or "")
            if name is not None:
                found.setdefault(name, []).append(flag.findtext(f"{ODM}FlagValue") or "")
            if name == "missing":
                found["reason"] = [note.findtext(f"{ODM}Comment") or ""]
    return {name: ";".join(parts) for name, parts in found.items()}


def wanted(stored: Mapping[ItemKey, Told], read: Mapping[ItemKey, Told]) -> Values:
    """What the file has to say, by the database alone. A standard value may go unsaid where it is the value itself; OK is the unsaid status."""
    made = {}
    for key, one in stored.items():
        told = one._replace(exact=plain(one.exact), standard=plain(one.standard))
        if (one.standard, one.standard_unit) == (one.text, one.unit) and not read.get(key, told).standard:
            told = told._replace(standard="", standard_unit="")
        if one.status == "OK" and not (one.code or one.flags):
            told = told._replace(status="")
        made[key] = told
    return made


def plain(number: str) -> str:
    """A number without exponent."""
    return format(Decimal(number), "f") if "E" in number else number


def test_every_value_of_the_file_is_the_one_of_the_database(exported: Exported) -> None:
    read = read_odm(exported.path, exported.study)
    expected = wanted(exported.stored, read)
    said = {key for key, one in exported.stored.items() if any(one)}
    assert len(said) > 3500
    assert said - set(read) == set(), "dropped"
    unstored = {key: one.text for key, one in read.items() if key not in said and any(one)}
    assert unstored == exported.by_clock, "made up"
    assert {key: (read[key], expected[key]) for key in said if read[key] != expected[key]} == {}, "changed"


def test_everything_a_casebook_can_hold_was_compared(exported: Exported) -> None:
    counts = Counter[str]()
    for key, one in exported.stored.items():
        item = exported.study.item(key.form, key.item)
        counts["values"] += bool(one.text)
        counts["missing with reason"] += bool(one.missing and one.reason)
        counts["operators"] += bool(one.operator)
        counts["partial dates"] += item.type == "pdate" and 0 < len(one.text) < 10
        counts["visits again"] += key.event_repeat > 1
        counts["forms again"] += key.form_repeat > 1
        counts["rows again"] += key.row > 1
        counts["converted"] += bool(one.standard) and one.unit != one.standard_unit and one.standard != one.text
        counts["not rounded"] += bool(one.exact)
        counts["derived without value"] += bool(one.status) and not one.text
        counts["several choices"] += item.type == "multi" and ";" in one.text
        counts["taken back"] += not any(one)
    counts["deleted rows"] = exported.deleted
    counts["by the clock"] = len(exported.by_clock)
    assert min(counts.values()) > 0, counts


def test_no_reference_dangles(exported: Exported) -> None:
    tree = etree.parse(str(exported.path))
    schema = etree.XMLSchema(file=get_schema_path("odm", "1.3.2"))
    assert schema.validate(tree), schema.error_log
    assert check_references(exported.path) == ()
    defined = {one.get("OID") for one in tree.iter() if one.get("OID")}
    assert {(name, value) for name, value in references(tree) if value not in defined} == set()


def references(tree: etree._ElementTree) -> Iterator[tuple[str, str]]:
    """Every attribute that refers to an OID, whatever it is of."""
    for element in tree.iter():
        for name, value in element.items():
            if str(name).endswith("OID") and name not in ("OID", "FileOID", "PriorFileOID"):
                yield str(name), str(value)


@pytest.mark.parametrize("harm", ["drop", "value", "reason", "unit", "operator", "repeat"])
def test_one_harmed_value_is_noticed(exported: Exported, tmp_path: Path, harm: str) -> None:
    """The comparison sees a single value that is dropped or changed."""
    tree = etree.parse(str(exported.path))
    HARMS[harm](tree)
    path = tmp_path / "harmed.xml"
    tree.write(str(path))
    with pytest.raises(AssertionError, match=r"dropped|changed|made up"):
        test_every_value_of_the_file_is_the_one_of_the_database(replace(exported, path=path))


def _first(tree: etree._ElementTree, path: str) -> etree._Element:
    found = tree.xpath(path, namespaces={"o": ODM.strip("{}")})
    assert isinstance(found, list)
    assert found
    element = found[0]
    assert isinstance(element, etree._Element)
    return element


def _drop(tree: etree._ElementTree) -> None:
    element = _first(tree, "//o:ItemData[@ItemOID='I.VS.PULSE_VSORRES']")
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


HARMS: dict[str, Callable[[etree._ElementTree], None]] = {
    "drop": _drop,
    "value": lambda tree: _first(tree, "//o:ItemData[@ItemOID='I.VS.PULSE_VSORRES']").set("Value", "71.0"),
    "reason": lambda tree: setattr(_first(tree, "//o:Annotation[o:Flag/o:FlagType='MISSING']/o:Comment"), "text", "other"),
    "unit": lambda tree: _first(tree, "//o:ItemData/o:MeasurementUnitRef").set("MeasurementUnitOID", "MU.none"),
    "operator": lambda tree: _first(tree, "//o:ItemData[contains(@ItemOID, '_OP')]").set("Value", ">"),
    "repeat": lambda tree: _first(tree, "//o:StudyEventData[@StudyEventRepeatKey='2']").set("StudyEventRepeatKey", "3"),
}  # fmt: skip
