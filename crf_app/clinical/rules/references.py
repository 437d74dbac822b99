"""Which value a reference means: the instance and row, found at run time (docs/definition-format.md, "References")."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crf_app.clinical.keys import FormKey
from crf_app.clinical.rules.kinds import BLANK, Absent, Operand
from crf_app.clinical.rules.run import Place, Run
from crf_app.study.definition import FormDef, GroupDef, ItemDef
from crf_app.study.expressions.nodes import Ref
from crf_app.study.expressions.typing import IN_WINDOW, Scope, resolve_ref

Reader = Callable[[Run, Place], Operand]


def reader(ref: Ref, scope: Scope) -> Reader:
    """A function that reads what `ref` means from a place."""
    find = locator(ref, scope)
    item = _resolved(ref, scope)[1]

    def read(run: Run, place: Place) -> Operand:
        found = find(run, place)
        return BLANK if found is None else run.read(found[0], item, found[1])

    return read


def candidates(ref: Ref, scope: Scope) -> Callable[[Run, Place], Iterator[Operand]]:
    """All values that `ref`@ANY means, one after the other."""
    form, item = _resolved(ref, scope)
    group = form.group(item.group)

    def find(run: Run, _place: Place) -> Iterator[Operand]:
        for key in run.casebook.instances(form.oid):
            for row in run.group_rows(key, group):
                yield run.read(key, item, row)

    return find


def locator(ref: Ref, scope: Scope) -> Callable[[Run, Place], tuple[FormKey, int] | None]:
    """A function that finds the form instance and row a reference means; None when there is none."""
    form, item = _resolved(ref, scope)
    group = form.group(item.group)
    own = scope.outer if ref.outer and scope.outer is not None else scope
    same_form = own.form is not None and own.form.oid == form.oid
    if ref.selector:
        # forms that repeat for the same rows (WND and WAG for each ulcer) belong together repeat by repeat
        together = own.form is not None and bool(form.repeat_for) and own.form.repeat_for == form.repeat_for
        return _selected(ref, form, group, item, same_form or together)
    if same_form:
        return _own(ref.outer, form, group)
    return _elsewhere(ref.outer, form, group, item)


def _resolved(ref: Ref, scope: Scope) -> tuple[FormDef, ItemDef]:
    found = resolve_ref(ref, scope)
    if found is None:
        raise ValueError(f"unknown reference {ref.form}.{ref.item}: the study was not checked")
    return found


def _at(place: Place, outer: bool) -> Place:
    return place.outer if outer and place.outer is not None else place


def _own(outer: bool, form: FormDef, group: GroupDef) -> Callable[[Run, Place], tuple[FormKey, int] | None]:
    elsewhere = _elsewhere(outer, form, group, group.items[0])

    def find(run: Run, place: Place) -> tuple[FormKey, int] | None:
        here = _at(place, outer)
        if here.form is None or here.form.form != form.oid:
            return elsewhere(run, place)
        return here.form, _row(run, here, here.form, group)

    return find


def _row(run: Run, here: Place, form: FormKey, group: GroupDef) -> int:
    if group.repeating == "no":
        return 1
    if here.group == group.oid and here.form == form:
        return here.row
    rows = run.casebook.rows(form, group.oid)
    return rows[0] if rows else 1


def _elsewhere(outer: bool, form: FormDef, group: GroupDef, item: ItemDef) -> Callable[[Run, Place], tuple[FormKey, int] | None]:
    latest = _last(form, group, item, before_treatment=True)

    def find(run: Run, place: Place) -> tuple[FormKey, int] | None:
        here = _at(place, outer)
        if here.form is None or here.form.form == run.study.eligibility_form:
            return latest(run, here)
        scheduled = run.rules.stands_at(form.oid, here.form.event)
        if scheduled:
            key = FormKey(here.form.subject, here.form.event, here.form.event_repeat, form.oid, here.form.form_repeat if form.repeat_for else 1)
            return key, _row(run, here, key, group)
        instances = run.casebook.instances(form.oid)
        if not instances:
            return None
        # the only instance; of several the latest, as an earlier one has been superseded
        return instances[-1], _row(run, here, instances[-1], group)

    return find


def _selected(ref: Ref, form: FormDef, group: GroupDef, item: ItemDef, same_form: bool) -> Callable[[Run, Place], tuple[FormKey, int] | None]:
    outer = ref.outer
    finders: dict[str, Callable[[Run, Place], tuple[FormKey, int] | None]] = {
        "BL": _last(form, group, item, before_treatment=True, same_form=same_form),
        "LAST": _last(form, group, item, same_form=same_form),
        "FIRST": _last(form, group, item, same_form=same_form, first=True),
        "PREV": _last(form, group, item, same_form=same_form, earlier=True),
    }
    if ref.selector.startswith(IN_WINDOW):
        return _in_window(form, group, item, ref.selector.removeprefix(IN_WINDOW))
    find = finders.get(ref.selector) or _last(form, group, item, same_form=same_form, event=ref.selector)
    return lambda run, place: find(run, _at(place, outer))


def _in_window(form: FormDef, group: GroupDef, item: ItemDef, event: str) -> Callable[[Run, Place], tuple[FormKey, int] | None]:
    """The value closest to the planned day of a visit, among those inside its window."""

    def find(run: Run, _here: Place) -> tuple[FormKey, int] | None:
        for key in run.in_window(form.oid, event):
            for row in reversed(run.group_rows(key, group)):
                if not isinstance(run.read(key, item, row), Absent):
                    return key, row
        return None

    return find


def _last(
    form: FormDef, group: GroupDef, item: ItemDef, *, before_treatment: bool = False, same_form: bool = False, first: bool = False,
    earlier: bool = False, event: str = "",
) -> Callable[[Run, Place], tuple[FormKey, int] | None]:  # fmt: skip
    """The last (or first) instance that has a value and meets the conditions; else one that could hold it, so that its state is read."""

    same_row = same_form and group.repeating == "fixed"
    of_place = earlier or (same_form and bool(form.repeat_for)) or same_row
    token = object()

    def find(run: Run, here: Place) -> tuple[FormKey, int] | None:
        # the row itself is all that it goes by in a place, and mostly not even that
        asked = (token, here.form if of_place else None, (here.group, here.row) if same_row else None)
        if asked in run.found and run.settled:
            known = run.found[asked]
            return known if isinstance(known, tuple) else None
        found = search(run, here)
        if run.settled:
            run.found[asked] = found
        return found

    def search(run: Run, here: Place) -> tuple[FormKey, int] | None:
        keys = run.ordered(form.oid)
        if earlier:
            keys = _before(run, keys, here)
        fallback: tuple[FormKey, int] | None = None
        for key in keys if first else reversed(keys):
            if event and key.event != event:
                continue
            if same_form and form.repeat_for and here.form is not None and key.form_repeat != here.form.form_repeat:
                continue
            rows = run.group_rows(key, group)
            if same_row and here.group == group.oid and here.row in rows:
                rows = (here.row,)
            for row in rows if first else reversed(rows):
                if before_treatment and not run.before_treatment(key, group, row):
                    continue
                value = run.read(key, item, row)
                if not isinstance(value, Absent):
                    return key, row
                fallback = fallback or (key, row)
        return fallback

    return find


def _before(run: Run, keys: tuple[FormKey, ...], here: Place) -> tuple[FormKey, ...]:
    """Instances at visits earlier than the one at hand."""
    if here.form is None:
        return keys
    if here.form in keys:
        earlier = keys[: keys.index(here.form)]
        return tuple(key for key in earlier if key[:3] != here.form[:3])
    day, order = run.date_of(here.form), run.event(here.form).order

    def is_earlier(key: FormKey) -> bool:
        other = run.date_of(key)
        if other is not None and day is not None and other != day:
            return other < day
        return run.event(key).order < order

    return tuple(key for key in keys if is_earlier(key) and key[:3] != here.form[:3])
