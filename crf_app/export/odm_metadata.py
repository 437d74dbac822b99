"""A study definition as ODM 1.3.2 metadata: units, visits, forms, items, code lists, conditions and methods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lxml import etree

from crf_app.export import odm_terms
from crf_app.export.naming import codelist_name, encoded, unit_oid
from crf_app.export.odm_elements import child, root, translated
from crf_app.export.odm_items import add_item
from crf_app.export.odm_plan import ItemPlan, event_oid, form_oid, group_oid, repeats, study_plan
from crf_app.export.odm_seen import Seen
from crf_app.export.odm_versions import with_seen_codes
from crf_app.study.definition import Code, EventDef, FormDef, GroupDef, ItemDef, StudyDef
from crf_app.study.texts import Text

LANGUAGE_CONTEXT = "crf-app"
EVENT_TYPES = {"scheduled": "Scheduled", "log": "Common"}


def study_oid(study: StudyDef) -> str:
    """The OID of the Study element."""
    return f"S.{encoded(study.oid)}"


def version_oid(study: StudyDef) -> str:
    """The OID of the MetaDataVersion element."""
    return f"MDV.{encoded(study.version)}"


def study_element(studies: Sequence[StudyDef], parameters: Mapping[str, str], seen: Seen) -> etree._Element:
    """The Study element with a MetaDataVersion for each version in use, oldest first.

    `parameters` are the study's settings at the time of export (Alias "param.X" of the Protocol). Units and
    flags `seen` in the data are added to the defined ones, so that no reference dangles.
    """
    study = studies[-1]
    made = root("Study", {"OID": study_oid(study)})
    names = child(made, "GlobalVariables")
    child(names, "StudyName", text=study.name.get("both") or study.oid)
    child(names, "StudyDescription", text=study.title.get("both"))
    child(names, "ProtocolName", text=study.protocol or study.oid)
    _add_units(child(made, "BasicDefinitions"), studies, seen.units)
    for one in studies:
        _add_version(made, with_seen_codes(one, studies, seen), parameters, seen)
    return made


def _add_version(made: etree._Element, study: StudyDef, parameters: Mapping[str, str], seen: Seen) -> None:
    version = child(made, "MetaDataVersion", {"OID": version_oid(study), "Name": f"{study.oid} {study.version}"})
    _add_protocol(version, study, parameters)
    for event in study.events:
        _add_event(version, study, event, seen)
    for form in study.forms.values():
        _add_form(version, form, seen)
    plan = study_plan(study)
    for form in study.forms.values():
        for group in form.groups:
            _add_group(version, form, group, plan)
    for form in study.forms.values():
        for item in form.items:
            add_item(version, study, plan[form.oid, item.oid])
    _add_codelists(version, study, seen.flags)
    _add_conditions(version, study)
    _add_methods(version, study)


def _add_units(parent: etree._Element, studies: Sequence[StudyDef], seen: Iterable[str]) -> None:
    forms = [form for study in studies for form in study.forms.values()]
    defined = {unit for form in forms for item in form.items for unit in (item.unit, *item.units) if unit}
    for unit in sorted(defined | set(seen)):
        made = child(parent, "MeasurementUnit", {"OID": unit_oid(unit), "Name": unit})
        translated(made, "Symbol", Text(unit, unit))


def _add_protocol(parent: etree._Element, study: StudyDef, parameters: Mapping[str, str]) -> None:
    made = child(parent, "Protocol")
    translated(made, "Description", study.title, study.oid)
    for number, event in enumerate(study.events, 1):
        _reference(
            made,
            "StudyEvent",
            event_oid(event.oid),
            number,
            mandatory=event.kind == "scheduled" and not event.show,
            condition=_condition_oid("SE", event.oid) if event.show else "",
        )
    aliases = {"RegistryId": study.registry_id, "DefinitionSHA256": study.sha256}
    aliases |= {f"param.{name}": value for name, value in sorted(parameters.items())}
    _add_aliases(made, aliases)


def _add_event(parent: etree._Element, study: StudyDef, event: EventDef, seen: Seen) -> None:
    made = child(
        parent,
        "StudyEventDef",
        {
            "OID": event_oid(event.oid),
            "Name": event.name.en or event.oid,
            "Repeating": _yes(repeats(event) or event_oid(event.oid) in seen.repeating),
            "Type": EVENT_TYPES.get(event.kind, "Unscheduled"),
        },
    )
    translated(made, "Description", event.name, event.oid)
    for number, place in enumerate(event.forms, 1):
        condition = _condition_oid("F", place.form) if _asked_when(study.forms[place.form]) else ""
        _reference(
            made,
            "Form",
            form_oid(place.form),
            number,
            mandatory=not place.optional and not place.on_demand and not condition,
            condition=condition,
        )
    window = (
        {}
        if event.day is None
        else {"Day": str(event.day), "WindowMinus": str(event.minus), "WindowPlus": str(event.plus)}
    )
    _add_aliases(made, {**window, "Target": event.after, "Flags": ";".join(sorted(event.flags))})


def _add_form(parent: etree._Element, form: FormDef, seen: Seen) -> None:
    made = child(
        parent,
        "FormDef",
        {
            "OID": form_oid(form.oid),
            "Name": form.name.en or form.oid,
            "Repeating": _yes(repeats(form) or form_oid(form.oid) in seen.repeating),
        },
    )
    translated(made, "Description", form.name, form.oid)
    for number, group in enumerate(form.groups, 1):
        condition = _condition_oid("IG", f"{form.oid}.{group.oid}") if group.show else ""
        _reference(
            made, "ItemGroup", group_oid(form.oid, group.oid), number, mandatory=not condition, condition=condition
        )
    _add_aliases(
        made,
        {
            "Version": form.version,
            "RepeatFor": form.repeat_for,
            "RepeatWhen": form.repeat_when,
            "Signature": form.signature,
        },
    )


def _add_group(
    parent: etree._Element, form: FormDef, group: GroupDef, plan: Mapping[tuple[str, str], ItemPlan]
) -> None:
    attributes = {
        "OID": group_oid(form.oid, group.oid),
        "Name": group.name.en or group.oid,
        "Repeating": _yes(repeats(group)),
    }
    if form.domain:
        attributes["Domain"] = form.domain
    made = child(parent, "ItemGroupDef", attributes)
    translated(made, "Description", group.name, group.oid)
    number = 0
    for item in group.items:
        planned = plan[form.oid, item.oid]
        number += 1
        _reference(
            made,
            "Item",
            planned.oid,
            number,
            mandatory=item.required == "true" and not _asked_when(item),
            condition=_condition_oid("I", item.name) if _asked_when(item) else "",
            method=_method_oid(item) if item.is_derived else "",
        )
        for companion in (planned.operator, planned.standard, planned.exact):
            if companion:
                number += 1
                _reference(made, "Item", companion, number, mandatory=False)


def _reference(
    parent: etree._Element, kind: str, oid: str, number: int, *, mandatory: bool, condition: str = "", method: str = ""
) -> None:
    attributes = {f"{kind}OID": oid, "OrderNumber": str(number), "Mandatory": _yes(mandatory)}
    if method:
        attributes["MethodOID"] = method
    if condition:
        attributes["CollectionExceptionConditionOID"] = condition
    child(parent, f"{kind}Ref", attributes)


def _add_codelists(parent: etree._Element, study: StudyDef, flags: Mapping[str, Iterable[str]]) -> None:
    lists: dict[str, tuple[Text, tuple[Code, ...]]] = {}
    for form in study.forms.values():
        for item in form.items:
            name = codelist_name(study, item)
            if name:
                lists[name] = (study.codelists[name].name if name in study.codelists else item.label, item.codes)
    for name, (title, codes) in lists.items():
        made = _add_codelist(parent, f"CL.{name}", title)
        for number, code in enumerate(codes, 1):
            _add_code(
                made,
                code.code,
                code.text,
                number,
                {"SDTM": code.sdtm, "CountsAsMissing": "Yes" if code.missing else ""},
            )
    for oid in odm_terms.NAMES:
        members = odm_terms.terms(oid, flags.get(oid, ()))
        if members:
            made = _add_codelist(parent, oid, odm_terms.NAMES[oid])
            for number, (value, text) in enumerate(members.items(), 1):
                _add_code(made, value, text, number, {})


def _add_codelist(parent: etree._Element, oid: str, title: Text) -> etree._Element:
    made = child(parent, "CodeList", {"OID": oid, "Name": title.en or oid, "DataType": "text"})
    translated(made, "Description", title, oid)
    return made


def _add_code(parent: etree._Element, value: str, text: Text, number: int, aliases: Mapping[str, str]) -> None:
    made = child(parent, "CodeListItem", {"CodedValue": value, "OrderNumber": str(number)})
    translated(made, "Decode", text, value)
    _add_aliases(made, aliases)


def _add_conditions(parent: etree._Element, study: StudyDef) -> None:
    for event in study.events:
        if event.show:
            _add_condition(parent, "SE", event.oid, event.show, event.name)
    for form in study.forms.values():
        if _asked_when(form):
            _add_condition(parent, "F", form.oid, _asked_when(form), form.name)
        for group in form.groups:
            if group.show:
                _add_condition(parent, "IG", f"{form.oid}.{group.oid}", group.show, group.name)
        for item in form.items:
            if _asked_when(item):
                _add_condition(parent, "I", item.name, _asked_when(item), item.label)


def _add_condition(parent: etree._Element, kind: str, name: str, asked_when: str, title: Text) -> None:
    """ODM names the exception, so the expression is the opposite of our `show`."""
    made = child(parent, "ConditionDef", {"OID": _condition_oid(kind, name), "Name": f"{name} is not asked"})
    translated(
        made, "Description", Text(f"Not asked unless {asked_when}: {title.en}", f"仅在 {asked_when} 时询问：{title.zh}")
    )
    child(made, "FormalExpression", {"Context": LANGUAGE_CONTEXT}, f"not ({asked_when})")


def _add_methods(parent: etree._Element, study: StudyDef) -> None:
    for form in study.forms.values():
        for item in form.items:
            if item.is_derived:
                made = child(
                    parent,
                    "MethodDef",
                    {"OID": _method_oid(item), "Name": f"{item.name} is derived", "Type": "Computation"},
                )
                translated(made, "Description", Text(f"Derived: {item.label.en}", f"由程序推导：{item.label.zh}"))
                child(made, "FormalExpression", {"Context": LANGUAGE_CONTEXT}, item.derive)


def _asked_when(one: FormDef | ItemDef) -> str:
    """The rule that must not be false for it to be asked: its own and the switch it hangs on."""
    switch = f'param.{one.switch} = "Y"' if one.switch else ""
    if one.show and switch:
        return f"({one.show}) and {switch}"
    return one.show or switch


def _condition_oid(kind: str, name: str) -> str:
    return f"COND.{kind}.{name}"


def _method_oid(item: ItemDef) -> str:
    return f"MT.{item.name}"


def _add_aliases(parent: etree._Element, aliases: Mapping[str, str]) -> None:
    for context, name in aliases.items():
        if name:
            child(parent, "Alias", {"Context": context, "Name": name})


def _yes(answer: bool) -> str:
    return "Yes" if answer else "No"
