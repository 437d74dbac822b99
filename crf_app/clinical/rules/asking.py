"""What a compiled study asks: whether a form, a group or an item is shown, and which rows a group has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from crf_app.clinical.keys import FormKey
from crf_app.clinical.record import Visibility
from crf_app.clinical.rules.criteria import shown
from crf_app.clinical.rules.kinds import truth
from crf_app.clinical.rules.of_subject import Reach
from crf_app.clinical.rules.run import Place, Run
from crf_app.clinical.rules.translate import Code
from crf_app.study.definition import FixedRows, FormDef, GroupDef, ItemDef, StudyDef
from crf_app.study.dependencies import Read, visibility_depends_on


@dataclass(frozen=True, slots=True)
class _Asked:
    """What decides whether one item is asked; None where nothing does."""

    switches: tuple[str, ...]
    form: Code | None
    group: Code | None
    item: Code | None
    performed: ItemDef | None
    """The item that tells whether the form was done, on the items that are not asked when it was not."""


class AskingRules(ABC):
    """The part of a compiled study that decides what is asked."""

    study: StudyDef
    _show: dict[tuple[str, str], Code]

    def condition(self, form: str, name: str) -> Code | None:
        """A show condition: name "" for the form, "group:OID", "rows:OID:n" or an item OID."""
        return self._show.get((form, name))

    @cached_property
    def shown_by(self) -> Mapping[str, Reach]:
        """Items (and extents of forms) that decide whether others are asked, with the forms on which those stand."""
        everywhere: dict[str, set[str]] = {}
        own: dict[str, set[str]] = {}
        for form in self.study.forms.values():
            for item in form.items:
                for one in self._through(visibility_depends_on(self.study, form, item)):
                    (own if one.local else everywhere).setdefault(one.name, set()).add(form.oid)
        names = everywhere.keys() | own.keys()
        return {name: Reach(frozenset(everywhere.get(name, ())), frozenset(own.get(name, ()))) for name in names}

    @abstractmethod
    def _through(self, reads: frozenset[Read]) -> frozenset[Read]:
        """What is read, and what stands behind items that are not stored."""

    def switched_off(self, run: Run, switch: str) -> bool:
        """Is a site switch off?"""
        return bool(switch) and run.parameters.get(switch, self.study.parameter(switch).value) == "N"

    def form_visibility(self, run: Run, form: FormKey) -> Visibility:
        """Is the form asked of this subject?"""
        definition = self.study.forms[form.form]
        if self.switched_off(run, definition.switch):
            return Visibility.HIDDEN
        return shown(self.condition(form.form, ""), run, Place(form))

    @cached_property
    def _asked(self) -> Mapping[str, Mapping[str, _Asked]]:
        return {form.oid: {item.oid: self._asked_when(form, item) for item in form.items} for form in self.study.forms.values()}

    def _asked_when(self, form: FormDef, item: ItemDef) -> _Asked:
        always = not form.performed or item.oid == form.performed or item.group == "CO"
        return _Asked(
            tuple(one for one in (form.switch, item.switch) if one),
            self.condition(form.oid, ""), self.condition(form.oid, f"group:{item.group}"), self.condition(form.oid, item.oid),
            None if always else form.index[form.performed],
        )  # fmt: skip

    def visibility(self, run: Run, form: FormKey, item: ItemDef, row: int) -> Visibility:
        """Is the item asked in that row?"""
        asked = self._asked[form.form][item.oid]
        if asked.switches and any(self.switched_off(run, one) for one in asked.switches):
            return Visibility.HIDDEN
        unsure = False
        if asked.form is not None or asked.group is not None or asked.item is not None:
            place = Place(form, item.group, row)
            for name, code in (("", asked.form), (f"group:{item.group}", asked.group)):
                seen = Visibility.SHOWN if code is None else _judged(run, name, code, place)
                if seen is Visibility.HIDDEN:
                    return seen
                unsure = unsure or seen is Visibility.UNKNOWN
            seen = shown(asked.item, run, place)
            if seen is Visibility.HIDDEN:
                return seen
            unsure = unsure or seen is Visibility.UNKNOWN
        if asked.performed is not None and run.read(form, asked.performed, 1) == "N":
            return Visibility.NOT_ASKED
        return Visibility.UNKNOWN if unsure else Visibility.SHOWN

    def group_visibility(self, run: Run, form: FormKey, group: GroupDef) -> Visibility:
        """Is the group asked?"""
        return shown(self.condition(form.form, f"group:{group.oid}"), run, Place(form, group.oid))

    def fixed_rows(self, run: Run, form: FormKey, group: GroupDef) -> tuple[tuple[str, ...], ...]:
        """The rows of a fixed group at this visit: for each the codes of its key items; row numbers count from 1."""
        for number, rows in enumerate(group.rows):
            if _holds(rows, self.condition(form.form, f"rows:{group.oid}:{number}"), run, Place(form, group.oid)):
                return rows.rows
        return ()


def _judged(run: Run, name: str, code: Code, place: Place) -> Visibility:
    """What the condition of a form or a group says: the same for all items of a row."""
    if place.form is None:
        return shown(code, run, place)
    known, key = run.known_of(place.form).conditions, (place.group, place.row, name)
    found = known.get(key)
    if found is None:
        found = known[key] = shown(code, run, place)
    return found


def _holds(rows: FixedRows, code: Code | None, run: Run, place: Place) -> bool:
    return rows.when == "true" or (code is not None and truth(code(run, place)) is True)
