"""Reads endpoints.toml: variables with one value a subject, those of the library first (docs/definition-format.md, "Endpoints")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path

from crf_app.study.definition import EndpointDef, EventDef, FormDef, ItemType, SummaryDef
from crf_app.study.item_reading import read_type
from crf_app.study.mistakes import Mistakes
from crf_app.study.source import Table, read_toml
from crf_app.study.texts import Text

_TYPES = (ItemType.INT, ItemType.DEC, ItemType.SINGLE, ItemType.DATE, ItemType.TEXT)
_Choice = tuple[str, str, Text]
"""Placeholder, what stands for it in OID and expression, what stands for it in the label."""


def read_endpoints(
    paths: Sequence[tuple[Path, Path]], events: Sequence[EventDef], forms: Mapping[str, FormDef], mistakes: Mistakes
) -> tuple[tuple[EndpointDef, ...], tuple[SummaryDef, ...]]:
    """The variables and summaries of the files (each with its root) that exist; what needs a form that the study does not use is left out."""
    endpoints: dict[str, EndpointDef] = {}
    summaries: list[SummaryDef] = []
    for path, root in paths:
        table = read_toml(path, root, mistakes) if path.exists() else None
        if table is None:
            continue
        reader = _Reader(events, forms)
        for one in table.tables("endpoints"):
            for made in reader.variables(one):
                if made.oid in endpoints:
                    one.mistake("oid", "S61-DUPLICATE-ENDPOINT", f'the variable "{made.oid}" stands twice.', "Rename or remove one.")
                endpoints[made.oid] = made
        summaries.extend(made for one in table.tables("summaries") for made in reader.summary(one))
        table.finish()
    return tuple(endpoints.values()), tuple(summaries)


class _Reader:
    """Turns the tables of one file into definitions."""

    def __init__(self, events: Sequence[EventDef], forms: Mapping[str, FormDef]) -> None:
        self.events = events
        self.forms = forms

    def variables(self, table: Table) -> Iterator[EndpointDef]:
        """A variable, or one for each combination of what `each` lists."""
        needed = all(one in self.forms for one in table.strings("needs"))
        oid, label, derive = table.string("oid", required=True), table.text("label", required=True), table.expression("derive")
        kind, _, _, decimals = read_type(table)
        if kind not in _TYPES:
            table.mistake("type", "S62-ENDPOINT-TYPE", f"a variable cannot be {kind}.", "Use int, dec(p,s), yn, single, date or text(n).")
        if not derive:
            table.mistake("derive", "S10-MISSING-KEY", "is not given.", "Add derive = '..'.")
        unit, source = table.string("unit"), table.string("source")
        primary, assumed = table.truth("primary"), table.truth("assumed")
        choices = self._choices(table, needed)
        table.finish()
        for chosen in product(*choices) if needed else ():
            yield EndpointDef(
                _filled(oid, chosen), Text(_named(label.en, chosen, "en"), _named(label.zh, chosen, "zh")), kind, _filled(derive, chosen), decimals, unit,
                primary, assumed, source,
            )  # fmt: skip

    def summary(self, table: Table) -> Iterator[SummaryDef]:
        """One summary, unless it needs a form that is not there."""
        needed = all(one in self.forms for one in table.strings("needs"))
        made = SummaryDef(
            table.oid("oid"), table.text("label", required=True), table.string("count", required=True), table.string("of"), table.string("by")
        )
        table.finish()
        if needed:
            yield made

    def _choices(self, table: Table, needed: bool) -> list[list[_Choice]]:
        each = table.table("each")
        if each is None or not needed:
            return []
        return [self._visits(each, key) if key == "visit" else self._codes(each, key) for key in each.data]

    def _visits(self, each: Table, key: str) -> list[_Choice]:
        """Visits as the grid writes them: "W4 W8-W12"."""
        order = [one.oid for one in self.events]
        found: list[_Choice] = []
        for word in each.string(key).split():
            first, _, last = word.partition("-")
            unknown = [one for one in (first, last) if one and one not in order]
            if unknown:
                each.mistake(key, "S53-UNKNOWN-EVENT", f'there is no event "{unknown[0]}".', "Use events of this schedule.")
                continue
            chosen = self.events[order.index(first) : order.index(last or first) + 1]
            found.extend((key, one.oid, one.short if one.short.en else one.name) for one in chosen)
        return found

    def _codes(self, each: Table, key: str) -> list[_Choice]:
        """Codes of an item, in words in the label: { item = "NCS.NCSNERV", codes = ["CPN", "PTN"] }."""
        inner = each.table(key)
        if inner is None:
            each.mistake(key, "S63-EACH", "is no list of codes.", 'Write { item = "FORM.ITEM", codes = ["A", "B"] }.')
            return []
        form, _, oid = inner.string("item", required=True).partition(".")
        item = self.forms[form].index.get(oid) if form in self.forms else None
        found: list[_Choice] = []
        for code in inner.strings("codes"):
            known = item.code(code) if item is not None else None
            if known is None:
                inner.mistake("codes", "S28-UNKNOWN-CODE", f'"{code}" is not a code of {form}.{oid}.', "Use codes of its list.")
            else:
                found.append((key, code, known.text))
        inner.finish()
        return found


def _filled(text: str, chosen: Sequence[_Choice]) -> str:
    for key, code, _ in chosen:
        text = text.replace(f"{{{key}}}", code)
    return text


def _named(text: str, chosen: Sequence[_Choice], lang: str) -> str:
    for key, _, name in chosen:
        text = text.replace(f"{{{key}}}", name.get(lang))
    return text
