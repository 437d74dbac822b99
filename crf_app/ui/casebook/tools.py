"""What fields of a form ask of the workspace: values as text, conversions, rows to link to, small pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from PySide6.QtGui import QPixmap

from crf_app.clinical.form_state import row_label
from crf_app.clinical.keys import FormKey, ItemKey, parse_address
from crf_app.clinical.record import ItemRecord
from crf_app.clinical.rules.run import Run
from crf_app.clinical.values import Value
from crf_app.services.attachments import attachment
from crf_app.services.workspace import Workspace
from crf_app.study.definition import FormDef, GroupDef, ItemDef, ItemType
from crf_app.study.item_types import EntryContext, format_value, parse_value
from crf_app.study.problems import Problem
from crf_app.ui.common.look import Look
from crf_app.ui.form.fields.base import FormTools, LinkOption
from crf_app.ui.form.unit_text import unit_text


class CasebookTools:
    """Plain functions over one workspace, handed to the fields as FormTools."""

    def __init__(self, work: Workspace, look: Look, may_confirm: Callable[[], bool]) -> None:
        self._work = work
        self._look = look
        self._may_confirm = may_confirm

    def tools(self) -> FormTools:
        """The functions in the form the fields take."""
        return FormTools(self.format_value, self.convert, self.link_options, self.thumbnail, self._may_confirm)

    def format_value(self, item: ItemDef, value: Value, lang: str) -> str:
        """The value as people read it; a point on a drawing by view, side and region in words."""
        if item.type is not ItemType.MAP or not value.text:
            return format_value(item, value, lang)
        view, side, *rest = value.text.split(";")
        names = [side, view, *rest[2:3]]
        words = self._look.languages.words
        return " · ".join(words.text(f"ui_kit.map.{one}", lang) if words.has(f"ui_kit.map.{one}") else one for one in names if one)

    def convert(self, item: ItemDef, text: str, unit: str) -> str:
        """The number in the item's standard unit ("68.0 kg"), "" when it is none or needs no conversion."""
        if not text.strip() or not unit or unit == item.unit:
            return ""
        found = parse_value(item, text, EntryContext(self._work.clock.now().replace(tzinfo=None)), unit)
        if isinstance(found, Problem) or not found.standard:
            return ""
        return f"{found.operator}{found.standard} {unit_text(found.standard_unit)}"

    def link_options(self, record: ItemRecord, lang: str) -> Sequence[LinkOption]:
        """The rows of this subject that the item may point to, in order of the schedule."""
        run = self._work.run(record.key.subject)
        found = dict(self._rows(run, record, lang))
        linked = [one for one in record.value.text.split(";") if one and one not in found]
        return [LinkOption(address, label) for address, label in (*found.items(), *((one, self._named(run, record, one, lang)) for one in linked))]

    def _named(self, run: Run, record: ItemRecord, address: str, lang: str) -> str:
        """What a link that the program made itself points to: an item, by its form and question."""
        try:
            key = parse_address(record.key.subject, address)
            form = run.definition(key.form_key)
        except (ValueError, KeyError):
            return address
        place = self._label(run, key.form_key, form, form.group(key.group), key.row, lang)
        item = form.index.get(key.item)
        return f"{place} · {item.label.get(lang)}" if item is not None else place

    def _rows(self, run: Run, record: ItemRecord, lang: str) -> Iterator[tuple[str, str]]:
        for form, group in targets(run.study.forms, record.item.links):
            for key in run.casebook.instances(form.oid):
                rows = run.casebook.rows(key, group.oid) if group.repeating != "no" else (1,)
                for row in rows:
                    here = (key, group.oid, row) == (record.key.form_key, record.key.group, record.key.row)
                    if not here and (key, group.oid, row) not in run.casebook.deleted:
                        yield ItemKey(*key, group.oid, row, "").row_address, self._label(run, key, form, group, row, lang)

    @staticmethod
    def _label(run: Run, key: FormKey, form: FormDef, group: GroupDef, row: int, lang: str) -> str:
        event = run.event(key)
        place = "" if event.kind == "log" else f"{event.short.get(lang)} · "
        said = row_label(run, key, group, row).get(lang) if group.repeating != "no" else ""
        number = f" {row}" if group.repeating != "no" else ""
        return f"{place}{form.name.get(lang)}{number} {said}".strip()

    def thumbnail(self, sha256: str) -> QPixmap:
        """The small picture of a stored photograph, null when there is none."""
        found = attachment(self._work, sha256)
        pixmap = QPixmap()
        if found is not None and found.thumbnail:
            pixmap.loadFromData(found.thumbnail)
        return pixmap


def targets(forms: Mapping[str, FormDef], links: Sequence[str]) -> Iterator[tuple[FormDef, GroupDef]]:
    """The groups that links may name: FORM, FORM.GROUP, a beginning with *, or * for every log."""
    for form in forms.values():
        for group in form.groups:
            if any(_names(one, form, group) for one in links):
                yield form, group


def _names(link: str, form: FormDef, group: GroupDef) -> bool:
    name, _, wanted = link.partition(".")
    if name == "*":
        return group.repeating == "log"
    fits = form.oid.startswith(name[:-1]) if name.endswith("*") else form.oid == name
    return fits and (group.oid == wanted if wanted else group is form.groups[0])
