"""enter_items: the one way in for clinical values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from crf_app.admin.roles import Right
from crf_app.clinical import transitions
from crf_app.clinical.casebook import Casebook
from crf_app.clinical.derived import derived_value
from crf_app.clinical.evaluation import new_run
from crf_app.clinical.form_state import is_locked
from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clinical.on_asking import stops
from crf_app.clinical.record import Finding, Visibility
from crf_app.clinical.rules.run import Place, Run
from crf_app.clinical.values import Value
from crf_app.services.acts import need_act
from crf_app.services.changes import Changes, merged
from crf_app.services.workspace import Actor, Workspace
from crf_app.services.writing import Draft, settle, write_value
from crf_app.store.unit import Unit
from crf_app.study.definition import GroupDef, ItemDef
from crf_app.study.item_types import EntryContext, missing_value, parse_value
from crf_app.study.problems import Problem


@dataclass(frozen=True, slots=True)
class ItemEntry:
    """What was typed into one item: a text with the unit chosen beside it, or a missing code with its reason. An empty text clears."""

    key: ItemKey
    text: str = ""
    unit: str = ""
    missing: str = ""
    missing_reason: str = ""
    source: str = "typed"


@dataclass(frozen=True, slots=True)
class EntryOutcome:
    """What became of an entry. With a problem, a stop or a reason asked for nothing at all was stored.

    `problems` say per item what is wrong; `stops` are the STOP checks in the way, to be overridden only by an
    investigator's signature (`override_stop`); `reason_required`: the form was complete before, say why it changes.
    """

    changes: Changes | None = None
    problems: Mapping[ItemKey, Problem] = field(default_factory=dict)
    stops: tuple[Finding, ...] = ()
    reason_required: bool = False

    @property
    def stored(self) -> bool:
        """Was it stored?"""
        return self.changes is not None


def enter_item(work: Workspace, entry: ItemEntry, *, reason: str = "", lang: str = "en", actor: Actor | None = None) -> EntryOutcome:
    """Store one item: `enter_items` with one entry."""
    return enter_items(work, [entry], reason=reason, lang=lang, actor=actor)


@dataclass(frozen=True)
class Act:
    """What the ledger calls a command that enters values: `about` "" names the place of its first entry; `also` writes what belongs to it."""

    name: str = "enter_items"
    about: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    also: Callable[[Unit], None] | None = None


def enter_items(
    work: Workspace, entries: Sequence[ItemEntry], *, reason: str = "", lang: str = "en", actor: Actor | None = None,
    overridden: frozenset[str] = frozenset(), act: Act | None = None,
) -> EntryOutcome:  # fmt: skip
    """Parse, judge and store entries, of one subject or of several, in one transaction with one signed ledger entry: all of them or none.

    `reason` is asked for once a form was complete. `lang` decides the order of 5/11. `overridden` names STOP rules that an
    investigator has just overridden (services.signing). Raises ExpectedError "no_right", "locked", "no_subject",
    "changed_meanwhile", "record_frozen", "record_locked", "reaches_frozen", "reaches_locked" and those of the disk; then nothing was stored.
    """
    chosen, act = work.need(Right.ENTER, actor), act or Act()
    need_act(work, transitions.Act.ENTER, {one.key.form_key for one in entries}, chosen)
    judged = [judge_entries(work, subject, mine, lang, chosen, overridden) for subject, mine in _by_subject(entries).items()]
    problems = {key: problem for one in judged for key, problem in one.problems.items()}
    if problems:
        return EntryOutcome(problems=problems)
    changing = [one for one in judged if one.changing]
    if not changing:
        return EntryOutcome(Changes())
    blocked = tuple(stop for one in changing for stop in one.stops)
    if blocked:
        return EntryOutcome(stops=blocked)
    if not reason.strip() and any(one.completed for one in changing):
        return EntryOutcome(reason_required=True)
    sources = {one.key: one.source for one in entries}
    command = work.command(act.name, chosen, about=act.about or _about(entries), reason=reason.strip(), details=act.details)
    with work.begin(command, chosen.signer) as unit:
        changes = [write_entries(work, unit, one.casebook, one.changing, reason.strip(), sources) for one in changing]
        if act.also is not None:
            act.also(unit)
    return EntryOutcome(merged(changes))


def _by_subject(entries: Sequence[ItemEntry]) -> Mapping[str, list[ItemEntry]]:
    found: dict[str, list[ItemEntry]] = {}
    for one in entries:
        found.setdefault(one.key.subject, []).append(one)
    return found


@dataclass(frozen=True)
class JudgedEntries:
    """What entries of one subject would do: the values that change, what forbids it, and which forms were complete before."""

    casebook: Casebook
    changing: Mapping[ItemKey, Value] = field(default_factory=dict)
    problems: Mapping[ItemKey, Problem] = field(default_factory=dict)
    stops: tuple[Finding, ...] = ()
    completed: frozenset[FormKey] = frozenset()


def judge_entries(
    work: Workspace, subject: str, entries: Sequence[ItemEntry], lang: str, actor: Actor, overridden: frozenset[str] = frozenset()
) -> JudgedEntries:
    """Judge entries of one subject without storing anything. Raises ExpectedError "no_subject"."""
    casebook = work.casebook(subject)
    values, problems = parsed(work, casebook, entries, lang, actor)
    changing = {key: value for key, value in values.items() if casebook.value(key) != value}
    if problems or not changing:
        return JudgedEntries(casebook, changing, problems)
    # a stop is judged with everything that the same act enters: a product certificate, but also a product below its limit
    rules = work.rules_of(subject)
    after = casebook.with_changes(rules.study, changing.items())
    blocked = tuple(one for key, value in changing.items() for one in stops(rules, after, key, value, work.conditions()) if one.rule not in overridden)
    return JudgedEntries(casebook, changing, {}, blocked, frozenset(key.form_key for key in changing if needs_reason(casebook, key)))


def write_entries(
    work: Workspace, unit: Unit, casebook: Casebook, values: Mapping[ItemKey, Value], reason: str, sources: Mapping[ItemKey, str],
    draft: Draft | None = None,
) -> Changes:  # fmt: skip
    """Write parsed values inside a command that is under way, with what belongs to them and all that follows."""
    draft = draft or Draft(casebook)
    for key in values:
        _prepare_row(work, unit, draft, key)
    for key, value in values.items():
        write_value(work, unit, draft, key, value, reason=reason, source=sources.get(key, "typed"))
    for form in {key.form_key for key in values}:
        _give_defaults(work, unit, draft, form, values)
    settle(work, unit, draft, reason=reason)
    work.remember(draft.casebook)
    return changes_of(draft, unit)


def changes_of(draft: Draft, unit: Unit) -> Changes:
    """What a draft touched, for the views."""
    return Changes(
        frozenset({draft.casebook.subject}), frozenset(draft.forms), frozenset(draft.written), entry_no=unit.entry_no, saved_at=unit.at.strftime("%H:%M:%S")
    )


def _about(entries: Sequence[ItemEntry]) -> str:
    first = entries[0].key
    return f"{first.subject}:{first.address}" if len(entries) == 1 else f"{first.subject}:{first.row_address.rsplit('/', 1)[0]}"


def parsed(work: Workspace, casebook: Casebook, entries: Sequence[ItemEntry], lang: str, actor: Actor) -> tuple[dict[ItemKey, Value], dict[ItemKey, Problem]]:
    """The entries as values, and the problems of those that are none. Visibility is judged with all of them in place."""
    values: dict[ItemKey, Value] = {}
    problems: dict[ItemKey, Problem] = {}
    context = EntryContext(work.clock.now().replace(tzinfo=None), lang)
    for entry in entries:
        item = item_of(work, entry.key)
        if item is None:
            problems[entry.key] = Problem("unknown_item", {"item": entry.key.address})
            continue
        found = missing_value(item, entry.missing, entry.missing_reason) if entry.missing else parse_value(item, entry.text, context, entry.unit)
        if isinstance(found, Problem):
            problems[entry.key] = found
        else:
            values[entry.key] = found
    rules = work.rules_of(casebook.subject)
    run = new_run(rules, casebook.with_changes(rules.study, values.items()), work.conditions())
    before = work.run_over(casebook)
    sources = {entry.key: entry.source for entry in entries}
    for key, value in values.items():
        problem = _not_coded(work, key, sources[key]) or _not_possible(work, run, before, key, value, actor)
        if problem is not None:
            problems[key] = problem
    return values, problems


def item_of(work: Workspace, key: ItemKey) -> ItemDef | None:
    """The item a key names, if the study has it at that visit."""
    rules = work.rules_of(key.subject)
    if not rules.is_asked(key.form, key.event) and not (rules.amended and key.form_key in work.casebook(key.subject).forms and rules.stands_at(key.form, key.event)):
        return None
    item = rules.own_item(key.form_key, key.item)
    return item if item is not None and item.group == key.group and key.row >= 1 else None


def _not_coded(work: Workspace, key: ItemKey, source: str) -> Problem | None:
    """A code is copied out of the dictionary with all that belongs to it (services.coding), never typed."""
    return Problem("coded", {}) if "coded" in work.study_at(key.form_key).item(key.form, key.item).tags and source != "copied" else None


def _not_possible(work: Workspace, run: Run, before: Run, key: ItemKey, value: Value, actor: Actor) -> Problem | None:
    form = work.study_at(key.form_key).forms[key.form]
    item, group = form.index[key.item], form.group(key.group)
    if "by_signature" in item.tags:
        return Problem("by_signature", {})
    if item.role and item.role != actor.user.role:
        return Problem("role", {"role": item.role})
    if (item.is_derived and not item.computed_unless_typed) or key.item in group.rows_key or key.item == group.row_number:
        return Problem("computed", {})
    if (key.form_key, key.group, key.row) in run.casebook.deleted:
        return Problem("row_deleted", {})
    if value.is_blank and not run.casebook.value(key).is_blank:
        return None
    if is_locked(before, key.form_key, item, key.row):
        return Problem("locked_item", {})
    if not value.is_blank and run.visibility(key.form_key, item, key.row) in (Visibility.HIDDEN, Visibility.NOT_ASKED):
        return Problem("not_applicable", {})
    if group.repeating == "no" and key.row != 1:
        return Problem("unknown_item", {"item": key.address})
    return None


def needs_reason(casebook: Casebook, key: ItemKey) -> bool:
    """Was the form complete before? From then on each change says why (21 CFR 11.10(e); screens: A form)."""
    meta = casebook.form_meta.get(key.form_key)
    return meta is not None and bool(meta.first_completed_at)


def _prepare_row(work: Workspace, unit: Unit, draft: Draft, key: ItemKey) -> None:
    """The first value of a row brings what the row gives by itself: its number, its fixed codes."""
    group = work.study_at(key.form_key).forms[key.form].group(key.group)
    if group.repeating == "no":
        return
    for name, text in _given(work, draft, key, group).items():
        target = item_key(key.form_key, key.group, key.row, name)
        if draft.casebook.value(target).is_blank and text:
            write_value(work, unit, draft, target, Value(text=text), source="system")


def _given(work: Workspace, draft: Draft, key: ItemKey, group: GroupDef) -> dict[str, str]:
    given = {group.row_number: str(key.row)} if group.row_number else {}
    if group.repeating == "fixed":
        run = new_run(work.rules_of(key.subject), draft.casebook, work.conditions())
        rows = run.rules.at(key.form_key).fixed_rows(run, key.form_key, group)
        if key.row <= len(rows):
            given.update(zip(group.rows_key, rows[key.row - 1], strict=False))
    return given


def _give_defaults(work: Workspace, unit: Unit, draft: Draft, form: FormKey, typed: Mapping[ItemKey, Value]) -> None:
    """Items with a default that never held anything take it as soon as they are asked: stored as given by default, shown as prefilled.

    In repeating groups only in rows that are being filled. An item that was cleared keeps its blank.
    """
    begun = {(key.group, key.row) for key in typed if key.form_key == form}
    rules = work.rules_at(form)
    for group in rules.study.forms[form.form].groups:
        rows = [1] if group.repeating == "no" else [row for name, row in begun if name == group.oid]
        for item in group.items:
            for row in rows if item.name in rules.defaults else ():
                if (group.oid, row, item.oid) not in draft.casebook.forms.get(form, {}):
                    _give_default(work, unit, draft, item, item_key(form, group.oid, row, item.oid))


def _give_default(work: Workspace, unit: Unit, draft: Draft, item: ItemDef, key: ItemKey) -> None:
    run = new_run(work.rules_of(key.subject), draft.casebook, work.conditions())
    if run.visibility(key.form_key, item, key.row) is not Visibility.SHOWN:
        return
    value = derived_value(item, *run.rules.at(key.form_key).defaults[item.name](run, Place(key.form_key, key.group, key.row)))
    if not value.is_blank:
        plain = Value(text=value.text, unit=value.unit, standard=value.text if value.unit else "", standard_unit=value.unit)
        write_value(work, unit, draft, key, plain, source="default")
