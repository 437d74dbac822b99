"""What helps to answer an item: instruction, limits, and for a calculated value its formula with the present inputs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crf_app.clinical.keys import item_key
from crf_app.clinical.messages import REASONS
from crf_app.clinical.record import ItemRecord
from crf_app.clinical.values import BLANK, Value
from crf_app.services.grading import GRADE, linked_grades
from crf_app.services.workspace import Workspace
from crf_app.study.dependencies import reads
from crf_app.study.expressions.typing import scope_of
from crf_app.study.functions.registry import REGISTRY
from crf_app.study.item_types import format_value
from crf_app.ui.casebook.grades import grade_text
from crf_app.ui.casebook.lines import Line
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.form.unit_text import unit_text

_FUNCTION = re.compile(r"\b(D\d{2}[a-z]?)\(")
_MOST_INPUTS = 12


def guide_lines(look: Look, work: Workspace, record: ItemRecord) -> tuple[Line, ...]:
    """The guide of an item as paragraphs."""
    lines = (one for one in (*_instruction(look, work, record), *_grades(look, work, record), *_formula(look, work, record)) if one.text)
    return tuple(lines) or (Line(look.tr("casebook.guide.none"), "text_secondary"),)


def _instruction(look: Look, work: Workspace, record: ItemRecord) -> Iterator[Line]:
    lang, item = look.languages.lang, record.item
    yield Line(item.guide.get(lang))
    yield Line(item.hint.get(lang), "text_secondary")
    note = work.study_at(record.key.form_key).forms[item.form].note.get(lang)
    if record.limits.get(lang):
        yield Line(look.tr("casebook.guide.limits"), "text_secondary", sizes.SMALL, gap=12)
        yield Line(record.limits.get(lang))
    if record.grade is not None:
        yield Line(look.tr("casebook.guide.grade"), "text_secondary", sizes.SMALL, gap=12)
        yield Line(grade_text(look, item, record.value, record.grade))
        yield Line(look.tr("casebook.guide.event_key"), "text_secondary", sizes.SMALL)
    if item.source:
        yield Line(look.tr("casebook.guide.source"), "text_secondary", sizes.SMALL, gap=12)
        yield Line(item.source)
    if note:
        yield Line(look.tr("casebook.guide.form"), "text_secondary", sizes.SMALL, gap=12)
        yield Line(note, "text_secondary")


def _grades(look: Look, work: Workspace, record: ItemRecord) -> Iterator[Line]:
    """What the grades mean in general (CTCAE v5.0, in our own words), and what linked laboratory results suggest."""
    if record.item.name != GRADE:
        return
    found, lang = linked_grades(work, record.key), look.languages.lang
    if found:
        yield Line(look.tr("coding.grade.linked"), "text_secondary", sizes.SMALL, gap=12)
    for one in found:
        item, value = one.result.item, one.result.value
        said = f"{item.label.get(lang)} {format_value(item, value, lang)} {unit_text(value.unit or item.unit)}".strip()
        yield Line(look.tr("coding.grade.suggests", result=said, grade=one.grade), "due", bold=True)
    yield Line(look.tr("coding.grade.head"), "text_secondary", sizes.SMALL, gap=12)
    for code in record.item.codes:
        if look.languages.words.has(f"coding.grade.g{code.code}"):
            yield Line(code.text.get(lang), bold=True, gap=6)
            yield Line(look.tr(f"coding.grade.g{code.code}"))
    yield Line(look.tr("coding.grade.note"), "text_secondary", gap=12)


def _formula(look: Look, work: Workspace, record: ItemRecord) -> Iterator[Line]:
    """How a value was calculated, by the registry's own words (the functions that calculate it)."""
    item, lang = record.item, look.languages.lang
    if not item.is_derived:
        return
    yield Line(look.tr("casebook.guide.formula"), "text_secondary", sizes.SMALL, gap=12)
    for name in dict.fromkeys(_FUNCTION.findall(item.derive)):
        known = REGISTRY.get(name)
        if known is not None:
            yield Line(f"{name} {known.title.get(lang)} · v{known.version}", bold=True)
            yield Line(known.formula.get(lang))
    if not _FUNCTION.search(item.derive):
        yield Line(item.derive, pixels=sizes.SMALL)
    yield from _inputs(look, work, record)
    yield from _outcome(look, record)


def _inputs(look: Look, work: Workspace, record: ItemRecord) -> Iterator[Line]:
    lang, item = look.languages.lang, record.item
    study = work.study_at(record.key.form_key)
    names = sorted({one.name for one in reads(item.derive, scope_of(study, item.form, item.group))})
    if names:
        yield Line(look.tr("casebook.guide.inputs"), "text_secondary", sizes.SMALL, gap=12)
    for name in names[:_MOST_INPUTS]:
        form, _, oid = name.partition(".")
        source = study.item(form, oid)
        value = _present(work, record, form, oid)
        said = format_value(source, value, lang) or look.tr("ui_kit.blank")
        unit = unit_text(value.unit or source.unit) if value.text else ""
        yield Line(f"{source.label.get(lang)}: {said} {unit}".strip())


def _present(work: Workspace, record: ItemRecord, form: str, oid: str) -> Value:
    """The value on this form, else at this visit, else the last one there is."""
    casebook = work.casebook(record.key.subject)
    item = work.study_at(record.key.form_key).item(form, oid)
    keys = sorted(casebook.instances(form), key=lambda one: (one == record.key.form_key, one.event == record.key.event))
    for key in reversed(keys):
        row = record.key.row if item.group == record.key.group else 1
        value = casebook.value(item_key(key, item.group, row, oid))
        if not value.is_blank:
            return value
    return BLANK


def _outcome(look: Look, record: ItemRecord) -> Iterator[Line]:
    """Why there is no value, and what the calculation remarked."""
    value, lang = record.value, look.languages.lang
    if value.code in REASONS:
        yield Line(REASONS[value.code].get(lang), "due", gap=12)
    if value.exact and value.exact != value.text:
        yield Line(look.tr("casebook.guide.exact", value=value.exact), "text_secondary", sizes.SMALL, gap=12)
    if value.flags:
        yield Line(look.tr("casebook.guide.flags", flags=value.flags.replace(";", ", ")), "text_secondary", sizes.SMALL)
