"""Which CSV files a study gives and what each column holds. Reader and data dictionary follow the same layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from crf_app.clinical.values import Value
from crf_app.export.naming import codelist_name, companions, csv_file
from crf_app.study.definition import FormDef, GroupDef, ItemDef, StudyDef

PLACE = ("subject", "visit", "visit_repeat", "form_repeat", "row", "visit_date")
"""The first columns of every file of values. `row` is 1 for what stands once on a form."""
VALUE_FIELDS = tuple(one.name for one in fields(Value))
VALUE = "value"
"""The part of an item that is its text; the other parts are called as in Value."""

REMAINING = ("subject", "visit", "visit_repeat", "form", "form_repeat", "group", "row", "item", "why", *VALUE_FIELDS)
SUBJECTS = ("subject", "site", "state")
VISITS = (
    "subject", "visit", "visit_repeat", "visit_date", "status", "target", "earliest", "latest", "window_state",
    "days_outside", "reason",
)  # fmt: skip
FORMS = (
    "subject", "visit", "visit_repeat", "form", "form_repeat", "status", "form_version", "completed_at", "completed_by",
    "signed", "study_version",
)  # fmt: skip
CHANGES = (
    "subject", "visit", "visit_repeat", "form", "form_repeat", "group", "row", "item", "entry", "change", "when",
    "user", "role", "reason", "source",
    *(f"old_{name}" for name in VALUE_FIELDS), *(f"new_{name}" for name in VALUE_FIELDS),
)  # fmt: skip
ITEMS = (
    "file", "column", "form", "group", "item", "part", "type", "domain", "label_en", "label_zh", "unit", "codelist",
    "required", "show", "derive", "identifier",
    "study_versions",
)  # fmt: skip
CODELISTS = ("codelist", "name_en", "name_zh", "order", "code", "en", "zh", "counts_as_missing", "sdtm")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of values: `part` of `item`, which is "value" or the name of an attribute of Value."""

    name: str
    item: ItemDef
    part: str


@dataclass(frozen=True, slots=True)
class Table:
    """One file of values: the groups of a form that stand once, or one repeating group."""

    file: str
    form: str
    groups: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The first line of the file."""
        return (*PLACE, *(one.name for one in self.columns))


def tables(study: StudyDef) -> tuple[Table, ...]:
    """All files of values, in the order of forms and groups."""
    return tuple(table for form in study.forms.values() for table in _form_tables(form))


def _form_tables(form: FormDef) -> Iterator[Table]:
    single = [group for group in form.groups if group.repeating == "no"]
    if single:
        yield _table(form, single)
    for group in form.groups:
        if group.repeating != "no":
            yield _table(form, [group])


def _table(form: FormDef, groups: Sequence[GroupDef]) -> Table:
    parts = companions(form)
    columns: list[Column] = []
    for group in groups:
        for item in group.items:
            columns.append(Column(item.oid, item, VALUE))
            columns += [Column(name, item, part) for part, name in parts[item.oid].items()]
    file = csv_file(form.oid, groups[0] if len(groups) == 1 else None)
    return Table(file, form.oid, tuple(group.oid for group in groups), tuple(columns))


def item_rows(study: StudyDef, versions: Sequence[StudyDef]) -> Iterator[tuple[str, ...]]:
    """The data dictionary: a line for each column of each file of values, with the versions of the study that ask the item."""
    for table in tables(study):
        for column in table.columns:
            item = column.item
            codes = codelist_name(study, item) if column.part == VALUE else ""
            asking = ";".join(one.version for one in versions if item.form in one.forms and item.oid in one.forms[item.form].index)
            yield (
                table.file, column.name, item.form, item.group, item.oid, column.part, item.type.value, item.domain,
                item.label.en, item.label.zh, item.unit, codes, item.required, item.show, item.derive, item.identifier,
                asking,
            )  # fmt: skip


def codelist_rows(study: StudyDef) -> Iterator[tuple[str, ...]]:
    """Every code list that an item uses, a line for each code."""
    done: set[str] = set()
    for form in study.forms.values():
        for item in form.items:
            name = codelist_name(study, item)
            if name and name not in done:
                done.add(name)
                title = study.codelists[name].name if name in study.codelists else item.label
                for number, code in enumerate(item.codes, 1):
                    missing = "Y" if code.missing else ""
                    text = code.text
                    yield (name, title.en, title.zh, str(number), code.code, text.en, text.zh, missing, code.sdtm)
