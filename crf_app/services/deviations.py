"""The deviation row that a confirmed DEV or an overridden STOP prepares (content, section 5.28)."""

from __future__ import annotations

from collections.abc import Mapping

from crf_app.clinical.derived import derived_value
from crf_app.clinical.evaluation import new_run
from crf_app.clinical.keys import FormKey, ItemKey, item_key, parse_address
from crf_app.clinical.rules.run import Place
from crf_app.clinical.values import Value
from crf_app.services.workspace import Workspace
from crf_app.services.writing import Draft, write_value
from crf_app.store.unit import Unit
from crf_app.study.texts import Text


def propose_deviation(work: Workspace, unit: Unit, draft: Draft, rule: str, address: str, text: Text) -> None:
    """Add the deviation row of a confirmed DEV or an overridden STOP, its fact filled in; one row per fact (content, section 5.28)."""
    subject = draft.casebook.subject
    check = work.rules_at(parse_address(subject, address).form_key).checks[rule]
    event = next((one.oid for one in work.study_of(subject).events if one.kind == "log" and one.form("DV") is not None), "")
    if not event:
        return
    form = FormKey(subject, event, 1, "DV", 1)
    definition = work.study_at(form).forms["DV"]
    linked = definition.index["DVLINK"]
    if any(_same_fact(work, draft, form, row, rule, address) for row in draft.casebook.rows(form, linked.group)):
        return
    row = draft.casebook.last_row(form, linked.group) + 1
    number = definition.group(linked.group).row_number
    for oid, value in {number: str(row), **_deviation_values(work, draft, check.check.propose, rule, address, text)}.items():
        item = definition.index.get(oid)
        if item is not None and value:
            write_value(work, unit, draft, item_key(form, item.group, row, oid), Value(text=value), rule=rule, source="system")


def _same_fact(work: Workspace, draft: Draft, form: FormKey, row: int, rule: str, address: str) -> bool:
    """Does a deviation row tell of this fact already: the same rule or link, or the STOP in front of a DEV (content, section 1.4)?

    Both stand on the same form, or the STOP let another form of the same visit be opened.
    """
    group = work.study_at(form).forms["DV"].index["DVLINK"].group
    linked = draft.casebook.value(item_key(form, group, row, "DVLINK")).text.split(";")
    if address in linked:
        return True
    told = draft.casebook.value(item_key(form, group, row, "DVCHKID")).text
    here = parse_address(draft.casebook.subject, address).form_key
    checks = work.rules_at(here).checks
    related = {*checks[rule].check.follows, *(one.check.id for one in checks.values() if rule in one.check.follows)}
    return told in related and any(_belongs(parse_address(draft.casebook.subject, one).form_key, here) for one in linked if one)


def _belongs(stopped: FormKey, told: FormKey) -> bool:
    return stopped == told or (stopped.form != told.form and stopped[:3] == told[:3])


def _deviation_values(work: Workspace, draft: Draft, propose: Mapping[str, str], rule: str, address: str, text: Text) -> dict[str, str]:
    language = work.site.language
    today = work.clock.today().isoformat()
    values = {"DVTERM": text.get(language)[:400], "DVSEV": "IMPORTANT", "DVSRC": "AUTO", "DVLINK": address, "DVCHKID": rule, "DVAWARE": today, "DVSTDAT": today}
    key = parse_address(draft.casebook.subject, address)
    run = new_run(work.rules_of(key.subject), draft.casebook, work.conditions())
    place = Place(key.form_key, key.group, key.row)
    compiled = run.rules.at(key.form_key).proposals(rule)
    for oid, source in propose.items():
        if oid in ("form", "DVTERM"):
            continue
        item = run.rules.newest.study.forms["DV"].index.get(oid)
        if item is not None and item.codes and item.code(source) is not None:
            values[oid] = source
        elif item is not None and oid in compiled:
            found = derived_value(item, compiled[oid](run, place), None)
            if found.text:
                values[oid] = found.text
    visit = FormKey(key.subject, key.event, key.event_repeat, work.study.header_form, 1)
    header = run.own_landmark(visit, "visit_date")
    visit_link = ItemKey(*visit, header.group, 1, "").row_address if header is not None else ""
    return {**values, "DVVISIT": visit_link}
