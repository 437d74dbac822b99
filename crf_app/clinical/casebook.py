"""Casebook: everything one subject has, as a frozen value that rules, screens and exports read.

Changing it means making another with `with_changes`; forms that did not change are shared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from crf_app.clinical.keys import FormKey, ItemKey
from crf_app.clinical.values import BLANK, Value
from crf_app.study.definition import StudyDef

Slot = tuple[str, int, str]
"""group, row, item inside one form."""
FormValues = Mapping[Slot, Value]


@dataclass(frozen=True, slots=True)
class FormMeta:
    """What is known of a form beside its values."""

    status: str = "in_progress"
    form_version: str = ""
    completed_at: str = ""
    completed_by: str = ""
    first_completed_at: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EventMeta:
    """What is known of a visit beside its forms: missed or cancelled with a reason."""

    status: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Casebook:
    """One subject's data. `forms` holds only forms with at least one stored value; `deleted` names removed rows."""

    subject: str
    forms: Mapping[FormKey, FormValues] = field(default_factory=dict)
    deleted: frozenset[tuple[FormKey, str, int]] = frozenset()
    form_meta: Mapping[FormKey, FormMeta] = field(default_factory=dict)
    event_meta: Mapping[tuple[str, int], EventMeta] = field(default_factory=dict)
    by_form: Mapping[str, tuple[FormKey, ...]] = field(default_factory=dict, compare=False, repr=False)

    def value(self, key: ItemKey) -> Value:
        """The value at `key`, blank when there is none."""
        form = self.forms.get(FormKey(*key[:5]))
        return form.get((key.group, key.row, key.item), BLANK) if form is not None else BLANK

    def instances(self, form: str) -> tuple[FormKey, ...]:
        """Keys of all filled instances of a form, in order of the schedule, then repeats."""
        return self.by_form.get(form, ())

    def rows(self, form: FormKey, group: str) -> tuple[int, ...]:
        """Active rows of a group that hold a value, in order of entry."""
        values = self.forms.get(form)
        if values is None:
            return ()
        found = {row for (name, row, _), value in values.items() if name == group and not value.is_blank}
        return tuple(sorted(row for row in found if (form, group, row) not in self.deleted))

    def last_row(self, form: FormKey, group: str) -> int:
        """The highest row number ever used in a group, 0 when none: numbers are never re-used."""
        values = self.forms.get(form, {})
        return max((row for (name, row, _) in values if name == group), default=0)

    def items(self) -> Iterator[tuple[ItemKey, Value]]:
        """Every stored value of undeleted rows."""
        for form, values in self.forms.items():
            for (group, row, item), value in values.items():
                if (form, group, row) not in self.deleted:
                    yield ItemKey(*form, group, row, item), value

    def with_changes(self, study: StudyDef, changes: Iterable[tuple[ItemKey, Value]]) -> Casebook:
        """The casebook after `changes`."""
        touched: dict[FormKey, dict[Slot, Value]] = {}
        for key, value in changes:
            form = FormKey(*key[:5])
            if form not in touched:
                touched[form] = dict(self.forms.get(form, {}))
            touched[form][(key.group, key.row, key.item)] = value
        if not touched:
            return self
        forms = {**self.forms, **touched}
        fresh = [form for form in touched if form not in self.forms]
        return replace(self, forms=forms, by_form=_indexed(study, forms) if fresh else self.by_form)

    def with_deleted(self, form: FormKey, group: str, row: int) -> Casebook:
        """The casebook without that row."""
        return replace(self, deleted=self.deleted | {(form, group, row)})

    def indexed(self, study: StudyDef) -> Casebook:
        """The same data, its forms put in the order of another definition's visits."""
        return replace(self, by_form=_indexed(study, self.forms))

    def with_form(self, form: FormKey, meta: FormMeta) -> Casebook:
        """The casebook with new knowledge of one form."""
        return replace(self, form_meta={**self.form_meta, form: meta})

    def with_event(self, event: str, repeat: int, meta: EventMeta) -> Casebook:
        """The casebook with new knowledge of one visit."""
        return replace(self, event_meta={**self.event_meta, (event, repeat): meta})


def make_casebook(
    study: StudyDef,
    subject: str,
    values: Mapping[ItemKey, Value],
    *,
    deleted: Iterable[tuple[FormKey, str, int]] = (),
    form_meta: Mapping[FormKey, FormMeta] | None = None,
    event_meta: Mapping[tuple[str, int], EventMeta] | None = None,
) -> Casebook:
    """A casebook from stored parts; values of forms unknown to `study` are kept but not indexed."""
    forms: dict[FormKey, dict[Slot, Value]] = {}
    for key, value in values.items():
        forms.setdefault(FormKey(*key[:5]), {})[(key.group, key.row, key.item)] = value
    return Casebook(subject, forms, frozenset(deleted), dict(form_meta or {}), dict(event_meta or {}), _indexed(study, forms))


def _indexed(study: StudyDef, forms: Mapping[FormKey, object]) -> dict[str, tuple[FormKey, ...]]:
    order = {event.oid: event.order for event in study.events}
    found: dict[str, list[FormKey]] = {}
    for key in forms:
        if key.form in study.forms and key.event in order:
            found.setdefault(key.form, []).append(key)
    for keys in found.values():
        keys.sort(key=lambda one: (order[one.event], one.event_repeat, one.form_repeat))
    return {form: tuple(keys) for form, keys in found.items()}
