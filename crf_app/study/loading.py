"""TOML folder -> StudyDef. Everything wrong with it is reported at once (docs/definition-format.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from crf_app.paths import forms_folder
from crf_app.study.chart_reading import read_charts
from crf_app.study.checking import check_study
from crf_app.study.definition import (
    CheckDef,
    CodeList,
    CriterionDef,
    EventDef,
    EventForm,
    FormDef,
    ItemType,
    ParameterDef,
    Severity,
    StudyDef,
)
from crf_app.study.endpoint_reading import read_endpoints
from crf_app.study.form_reading import FormReader
from crf_app.study.item_reading import read_codelists, read_codes
from crf_app.study.making import collector_paused
from crf_app.study.mistakes import DefinitionError, Mistakes
from crf_app.study.source import Table, read_toml
from crf_app.study.verification import read_plan

_EVENT_KEYS = {"oid", "name", "short", "kind", "day", "minus", "plus", "show", "after", "within", "assumed"}
_PARAMETER_TYPES = ("text", "int", "dec", "single", "multi", "yn", "date")


def load_study(folder: Path) -> StudyDef:
    """The study whose definition lies in `folder` (forms/<trial>/<version>), checked whole.

    Raises DefinitionError with every mistake found.
    """
    mistakes = Mistakes()
    with collector_paused():
        study = read_study(folder, mistakes)
    if mistakes.found or study is None:
        raise DefinitionError(tuple(sorted(mistakes.found)))
    return study


def read_study(folder: Path, mistakes: Mistakes) -> StudyDef | None:
    """Read and check the study in `folder`, noting mistakes; None when study.toml or schedule.toml cannot be read."""
    root = folder.parent.parent
    library = library_of(root)
    main = read_toml(folder / "study.toml", root, mistakes)
    schedule = read_toml(folder / "schedule.toml", root, mistakes)
    codelists = _codelists(((library / "codelists.toml", library.parent), (folder / "codelists.toml", root)), mistakes)
    parameters = _parameters(main) if main is not None else ()
    events, names = _schedule(schedule) if schedule is not None else ((), ())
    path = folder / "overrides.toml"
    overrides = read_toml(path, root, mistakes) if path.exists() else None
    forms = _forms(folder, library, codelists, names, schedule, overrides, mistakes)
    files: dict[str, str] = {}
    checks = _checks(root, library, folder, forms, _replaced(overrides), mistakes, files)
    criteria = _criteria(folder / "eligibility.toml", root, mistakes)
    endpoints, summaries = read_endpoints(((library / "endpoints.toml", library.parent), (folder / "endpoints.toml", root)), events, forms, mistakes)
    charts = read_charts(((folder / "charts.toml", root), (library / "charts.toml", library.parent)), forms, mistakes)
    if main is None or schedule is None:
        return None
    study = StudyDef(
        oid=main.string("oid", required=True), version=main.string("version", required=True),
        registry_id=main.string("registry_id"), name=main.text("name", required=True), title=main.text("title"),
        protocol=main.string("protocol"), subject_pattern=main.string("subject_pattern", required=True),
        target_enrolment=main.integer("target_enrolment", 0) or 0, anchor=main.expression("anchor"),
        first_treatment=main.expression("first_treatment"), events=events, forms=forms, codelists=codelists, checks=checks,
        criteria=criteria, parameters=parameters, endpoints=endpoints, summaries=summaries, charts=charts, verification=read_plan(main),
    )
    main.finish()
    check_study(study, _Places(folder, root, files), mistakes)
    return study


def library_of(root: Path) -> Path:
    """The library of the studies under `root`: their own where there is one, else that of the program."""
    own = root / "library"
    return own if own.is_dir() else forms_folder() / "library"


class _Places:
    """Which file each part of the study came from, so that later checks name the right place."""

    def __init__(self, folder: Path, root: Path, check_files: Mapping[str, str]) -> None:
        self.folder = folder.relative_to(root).as_posix()
        self.own = {path.stem for path in (folder / "forms").glob("*.toml")}
        self.check_files = check_files

    def form(self, oid: str) -> str:
        """The file of a form."""
        return f"{self.folder}/forms/{oid}.toml" if oid in self.own else f"library/forms/{oid}.toml"

    def check(self, check: CheckDef) -> str:
        """The file of a check or of the template it was made from."""
        return self.check_files.get(check.template or check.id, f"{self.folder}/checks.toml")

    def of(self, name: str) -> str:
        """study.toml, schedule.toml or eligibility.toml of this study."""
        return f"{self.folder}/{name}"


def _codelists(paths: tuple[tuple[Path, Path], ...], mistakes: Mistakes) -> dict[str, CodeList]:
    lists: dict[str, CodeList] = {}
    for number, (path, root) in enumerate(paths):
        if number and not path.exists():
            continue
        table = read_toml(path, root, mistakes)
        if table is not None:
            lists.update(read_codelists(table))
    return lists


def _parameters(main: Table) -> tuple[ParameterDef, ...]:
    found: list[ParameterDef] = []
    for one in main.tables("parameters"):
        written = one.choice("type", _PARAMETER_TYPES)
        kind = ItemType.SINGLE if written == "yn" else ItemType(written)
        codes = read_codes(one, "options") if one.has("options") else ()
        parameter = ParameterDef(
            one.oid("oid"), one.text("label", required=True), kind, one.expression("value"), codes, one.string("unit"),
            one.truth("assumed"), one.text("note"), one.truth("switch"), one.truth("needed"),
        )
        if parameter.needed and (parameter.value or parameter.switch):
            one.mistake("needed", "S58-NEEDED-DEFAULT", "a parameter that must be entered has no default, and a switch always has one.", "Leave value blank, or take needed away.")
        if any(known.oid == parameter.oid for known in found):
            one.mistake("oid", "S50-DUPLICATE-PARAMETER", f'the parameter "{parameter.oid}" stands twice.', "Rename or remove one.")
        if kind in (ItemType.SINGLE, ItemType.MULTI) and written != "yn" and not codes:
            one.mistake("options", "S27-CODES-MISSING", "a choice needs codes.", "Give options.")
        for code in parameter.value.split(";") if codes and parameter.value else ():
            if not any(known.code == code for known in codes):
                one.mistake("value", "S28-UNKNOWN-CODE", f'"{code}" is not among the options.', "Use one of the options.")
        found.append(parameter)
        one.finish()
    return tuple(found)


def _schedule(table: Table) -> tuple[tuple[EventDef, ...], tuple[str, ...]]:
    rows = list(table.tables("events"))
    order = [one.string("oid") for one in rows]
    grid = table.table("grid")
    places: dict[str, list[EventForm]] = {oid: [] for oid in order}
    names = tuple(grid.data) if grid is not None else ()
    for name in names:
        line = grid.table(name) if grid is not None else None
        if line is not None:
            on_demand = line.expression("on_demand")
            for key, optional in (("required", False), ("optional", True)):
                for oid in _events_of(line, key, order):
                    places[oid].append(EventForm(name, optional, on_demand))
            line.finish()
    if not names:
        table.mistake("grid", "S51-NO-GRID", "no form stands at any visit.", "Add [grid].")
    events = tuple(_event(one, number, places) for number, one in enumerate(rows))
    for oid in {one for one in order if order.count(one) > 1}:
        table.mistake(oid, "S52-DUPLICATE-EVENT", f'the event "{oid}" stands twice.', "Rename one.")
    table.finish()
    return events, names


def _events_of(line: Table, key: str, order: list[str]) -> list[str]:
    found: list[str] = []
    for word in line.string(key).split():
        first, dash, last = word.partition("-")
        unknown = [one for one in (first, last) if one and one not in order]
        if unknown:
            line.mistake(key, "S53-UNKNOWN-EVENT", f'there is no event "{unknown[0]}".', "Use events of this schedule.")
        elif dash:
            found.extend(order[order.index(first) : order.index(last) + 1])
        else:
            found.append(first)
    return found


def _event(table: Table, order: int, places: dict[str, list[EventForm]]) -> EventDef:
    flags = frozenset(key for key, value in table.data.items() if key not in _EVENT_KEYS and value is True)
    for key in table.data:
        if key not in _EVENT_KEYS:
            table.raw(key)
            if not isinstance(table.data[key], bool):
                table.mistake(key, "S17-UNKNOWN-KEY", "this key is not known here.", "Flags are true or false.")
    oid = table.oid("oid")
    kind = table.choice("kind", ("scheduled", "unscheduled", "termination", "log"))
    day, minus, plus = table.integer("day"), table.integer("minus", 0) or 0, table.integer("plus", 0) or 0
    after = table.expression("after")
    if kind == "scheduled" and day is None and not after:
        table.mistake("day", "S54-NO-DAY", "a scheduled visit needs its day.", "Add day = .. or after = '..'.")
    if minus < 0 or plus < 0:
        table.mistake("minus", "S55-WINDOW", "window days are counted without a sign.", "Write minus = 1 for one day earlier.")
    within = table.strings("within")
    if len(within) not in (0, 2):
        table.mistake("within", "S56-WITHIN", "a second window has a first and a last day.", "Write within = ['first day', 'last day'].")
    event = EventDef(
        oid, table.text("name", required=True), table.text("short"), kind, order, tuple(places.get(oid, ())), day, minus, plus,
        table.expression("show"), after, flags, table.truth("assumed"), within,
    )
    table.finish()
    return event


def _forms(
    folder: Path, library: Path, codelists: dict[str, CodeList], names: tuple[str, ...], schedule: Table | None, overrides: Table | None, mistakes: Mistakes
) -> dict[str, FormDef]:
    path, root = library / "groups.toml", folder.parent.parent
    shared = read_toml(path, library.parent, mistakes) if path.exists() else None
    reader = FormReader(codelists, shared.data if shared is not None else {}, overrides.table("forms") if overrides is not None else None)
    forms: dict[str, FormDef] = {}
    for name in names:
        own, common = folder / "forms" / f"{name}.toml", library / "forms" / f"{name}.toml"
        if not own.exists() and not common.exists():
            if schedule is not None:
                schedule.mistake(f"grid > {name}", "S56-UNKNOWN-FORM", f'there is no form "{name}".', f"Add forms/{name}.toml or remove the line.")
            continue
        table = read_toml(own, root, mistakes) if own.exists() else read_toml(common, library.parent, mistakes)
        if table is not None:
            form = reader.form(table)
            if form.oid != name:
                table.mistake("oid", "S57-FORM-NAME", f'the form calls itself "{form.oid}".', f'Write oid = "{name}".')
            forms[name] = form
    changed = overrides.table("forms") if overrides is not None else None
    for name in changed.data if changed is not None else ():
        if name not in forms and changed is not None:
            changed.mistake(name, "S56-UNKNOWN-FORM", f'the study has no form "{name}".', "Correct the name.")
    return forms


def _replaced(overrides: Table | None) -> Table | None:
    return overrides.table("checks") if overrides is not None else None


def _checks(
    root: Path, library: Path, folder: Path, forms: dict[str, FormDef], replaced: Table | None, mistakes: Mistakes, files: dict[str, str]
) -> tuple[CheckDef, ...]:  # fmt: skip
    """The checks of the library, without those the trial replaces by its own, and then the trial's; `files` is told where each stands."""
    common = _checks_of(library.parent, sorted(library.glob("checks*.toml")), forms, mistakes, files)
    for ident in replaced.strings("remove") if replaced is not None else ():
        gone = [key for key, one in common.items() if ident in (one.id, one.template)]
        if not gone and replaced is not None:
            replaced.mistake("remove", "S47-OVERRIDE-TARGET", f'the library has no check "{ident}".', "Correct the name.")
        for key in gone:
            del common[key]
    if replaced is not None:
        replaced.finish()
    return tuple(_checks_of(root, sorted(folder.glob("checks*.toml")), forms, mistakes, files, common).values())


def _checks_of(
    root: Path, paths: Sequence[Path], forms: dict[str, FormDef], mistakes: Mistakes, files: dict[str, str], before: Mapping[str, CheckDef] | None = None
) -> dict[str, CheckDef]:
    found: dict[str, CheckDef] = dict(before or {})
    for path in paths:
        table = read_toml(path, root, mistakes)
        if table is None:
            continue
        made = [check for one in table.tables("checks", name="id") for check in _check(one, forms)]
        made += [check for one in table.tables("templates", name="id") for check in _expanded(one, forms)]
        for check in made:
            files.setdefault(check.template or check.id, table.file)
            if check.id in found:
                table.mistake(check.id, "S58-DUPLICATE-CHECK", f'the check "{check.id}" stands twice.', "Rename or remove one.")
            found[check.id] = check
        table.finish()
    return found


def _check(table: Table, forms: dict[str, FormDef]) -> list[CheckDef]:
    target = table.string("for_each", required=True)
    values, propose = table.table("values"), table.table("propose")
    check = CheckDef(
        id=table.string("id", required=True), severity=Severity(table.choice("severity", tuple(Severity))), for_each=target,
        when=table.expression("when"), message=table.text("message", required=True), at=table.string("at"),
        values={key: values.expression(key) for key in values.data} if values is not None else {},
        gate=table.strings("gate"), propose={key: propose.expression(key) for key in propose.data} if propose is not None else {},
        at_complete=table.truth("at_complete"), even_hidden=table.truth("even_hidden"), follows=table.strings("follows"),
    )
    if not check.when:
        table.mistake("when", "S10-MISSING-KEY", "is not given.", "Add when = '..'.")
    if check.severity is Severity.STOP and not check.gate:
        table.mistake("gate", "S59-STOP-WITHOUT-GATE", "a STOP needs the act it stops.", 'Add gate = ["INJ.EXPERF=Y"].')
    table.finish()
    # a library check about a form that this study does not use is silently left out
    return [check] if target.split(".")[0] in forms or not _is_library(table) else []


def _is_library(table: Table) -> bool:
    return table.file.startswith("library/")


def _expanded(table: Table, forms: dict[str, FormDef]) -> list[CheckDef]:
    tag, ident = table.string("tag", required=True), table.string("id", required=True)
    when, message = table.expression("when"), table.text("message", required=True)
    severity = Severity(table.choice("severity", tuple(Severity)))
    values, propose = table.table("values"), table.table("propose")
    except_forms, at_complete = table.strings("except"), table.truth("at_complete")
    table.finish()
    made = []
    for form in forms.values():
        for group in form.groups:
            for item in group.items:
                if tag not in item.tags or form.oid in except_forms or item.name in except_forms:
                    continue
                names = {"{item}": item.oid, "{time}": item.time_item, "{start}": item.start_item, "{ongoing}": item.ongoing_item, "{form}": form.oid}
                if any(place in when and not name for place, name in names.items()):
                    continue
                made.append(
                    CheckDef(
                        id=f"{ident}:{item.name}", severity=severity, for_each=f"{form.oid}.{group.oid}", when=_filled(when, names), message=message,
                        at=item.oid, values={key: _filled(values.expression(key), names) for key in values.data} if values is not None else {},
                        propose={key: _filled(propose.expression(key), names) for key in propose.data} if propose is not None else {},
                        template=ident, at_complete=at_complete,
                    )
                )
    return made


def _filled(source: str, names: dict[str, str]) -> str:
    for place, name in names.items():
        source = source.replace(place, name)
    return source


def _criteria(path: Path, root: Path, mistakes: Mistakes) -> tuple[CriterionDef, ...]:
    table = read_toml(path, root, mistakes)
    if table is None:
        return ()
    found: list[CriterionDef] = []
    for one in table.tables("criteria", name="id"):
        found.append(
            CriterionDef(
                one.oid("oid"), one.string("id", required=True), one.choice("kind", ("inclusion", "exclusion")),
                one.choice("class", ("AUTO", "SEMI", "MAN")), one.text("text", required=True), one.expression("condition"),
                one.expression("unknown_if"), one.expression("applies"), one.strings("evidence"),
            )
        )
        if not found[-1].condition:
            one.mistake("condition", "S10-MISSING-KEY", "is not given.", "Add condition = '..'.")
        if any(known.oid == found[-1].oid for known in found[:-1]):
            one.mistake("oid", "S60-DUPLICATE-CRITERION", f'the criterion "{found[-1].oid}" stands twice.', "Rename one.")
        one.finish()
    table.finish()
    return tuple(found)
