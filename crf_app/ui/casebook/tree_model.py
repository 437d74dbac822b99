"""The visits, their forms and the logs as a Qt tree of frozen nodes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import overload

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from crf_app.clinical.keys import FormKey
from crf_app.clinical.record import EventRecord, EventStatus, FormRecord, FormStatus, SubjectRecord
from crf_app.services.progress import FormProgress
from crf_app.services.states import Glyphs
from crf_app.study.definition import StudyDef
from crf_app.ui.common.look import Look

_Index = QModelIndex | QPersistentModelIndex

EVENT_GLYPH: Mapping[EventStatus, str] = {
    EventStatus.PLANNED: "not_due", EventStatus.DUE: "due", EventStatus.OVERDUE: "overdue", EventStatus.STARTED: "started",
    EventStatus.DONE: "complete", EventStatus.MISSED: "not_done", EventStatus.CANCELLED: "not_applicable", EventStatus.NOT_APPLICABLE: "not_applicable",
}  # fmt: skip
FORM_GLYPH: Mapping[FormStatus, str] = {
    FormStatus.NOT_STARTED: "due", FormStatus.IN_PROGRESS: "started", FormStatus.COMPLETE: "complete", FormStatus.NOT_DONE: "not_done",
    FormStatus.NOT_APPLICABLE: "not_applicable",
}  # fmt: skip


@dataclass(eq=False)
class Node:
    """One line of the tree: a heading (no glyph), a visit (`form` None) or a form."""

    text: str
    note: str = ""
    glyph: str = ""
    form: FormKey | None = None
    event: tuple[str, int] = ("", 1)
    queries: int = 0
    outside: bool = False
    parent: Node | None = None
    row: int = 0
    children: list[Node] = field(default_factory=list)

    @property
    def is_heading(self) -> bool:
        """Is it a heading between the lists?"""
        return not self.glyph


@dataclass(frozen=True, slots=True)
class TreeContent:
    """What the tree shows: the record, the counts, a form that is open but holds nothing yet, and how all that was begun stands."""

    record: SubjectRecord
    progress: Mapping[FormKey, FormProgress]
    begun: FormKey | None = None
    glyphs: Glyphs = field(default_factory=Glyphs)


class TreeModel(QAbstractItemModel):
    """Headings and visits on top, forms beneath their visit, logs under their own heading."""

    def __init__(self, look: Look, study_at: Callable[[FormKey], StudyDef], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._study_at = study_at
        self.roots: list[Node] = []

    def show(self, content: TreeContent) -> None:
        """Show a subject. A tree of the same shape is refilled in place, so that what is open and chosen stays."""
        roots = self._roots(content)
        if _shape(roots) == _shape(self.roots):
            self._refill(self.roots, roots, QModelIndex())
            return
        self.beginResetModel()
        self.roots = roots
        self.endResetModel()

    def _refill(self, old: list[Node], new: list[Node], parent: _Index) -> None:
        for row, (before, after) in enumerate(zip(list(old), new, strict=True)):
            if _face(before) != _face(after):
                for name in ("text", "note", "glyph", "queries", "outside"):
                    setattr(before, name, getattr(after, name))
                here = self.index(row, 0, parent)
                self.dataChanged.emit(here, here)
            if before.children:
                self._refill(before.children, after.children, self.index(row, 0, parent))

    def _roots(self, content: TreeContent) -> list[Node]:
        lang = self._look.languages.lang
        visits = [one for one in content.record.events if one.event.kind != "log"]
        logs = [one for one in content.record.events if one.event.kind == "log"]
        roots = [Node(self._look.tr("casebook.visits"))]
        version = next((one.study_version for one in visits), "")
        for one in visits:
            if one.event.kind == "scheduled" and one.study_version != version:
                version = one.study_version
                roots.append(Node(self._look.tr("casebook.from_version", version=version)))
            roots.append(self._event_node(one, content, lang))
        self._add_begun(roots, content, lang)
        roots.append(Node(self._look.tr("casebook.logs")))
        roots += [self._form_node(form, content, lang, log=True) for event in logs for form in event.forms]
        for row, node in enumerate(roots):
            node.row = row
        return roots

    def _add_begun(self, roots: list[Node], content: TreeContent, lang: str) -> None:
        """A visit that was asked for and holds nothing yet still has its line."""
        form = content.begun
        if form is None or any(node.event == (form.event, form.event_repeat) for node in roots):
            return
        event = self._study_at(form).event(form.event)
        number = f" {form.event_repeat}" if event.kind == "unscheduled" else ""
        node = Node(f"{event.name.get(lang)}{number}", glyph="started", event=(form.event, form.event_repeat))
        name = self._study_at(form).forms[form.form].name.get(lang)
        node.children.append(Node(name, glyph="due", form=form, event=node.event, parent=node))
        roots.append(node)

    def _event_node(self, event: EventRecord, content: TreeContent, lang: str) -> Node:
        day = event.visit_date[5:] or (event.window.target.isoformat()[5:] if event.window.target is not None else "")
        place = (event.event.oid, event.repeat)
        node = Node(event.title.get(lang), day, content.glyphs.visits.get(place) or EVENT_GLYPH[event.status], None, place, outside=event.out_of_window)
        for row, form in enumerate(event.forms):
            child = self._form_node(form, content, lang, log=False)
            child.parent = node
            child.row = row
            node.children.append(child)
        own = content.progress.get(FormKey(content.record.subject, event.event.oid, event.repeat, "", 1), FormProgress())
        node.queries = own.open_queries + sum(child.queries for child in node.children)
        return node

    @staticmethod
    def _form_node(form: FormRecord, content: TreeContent, lang: str, *, log: bool) -> Node:
        known = content.progress.get(form.key, FormProgress())
        note = f"{known.answered}/{known.total}" if known.total and not log else str(known.answered) if log and known.answered else ""
        glyph = content.glyphs.forms.get(form.key) or FORM_GLYPH[form.status]
        if form.status is FormStatus.NOT_STARTED and (log or form.optional):
            glyph = "not_due"
        return Node(form.title.get(lang), note, glyph, form.key, (form.key.event, form.key.event_repeat), known.open_queries)

    # Qt's questions

    def node(self, index: _Index) -> Node | None:
        """The line behind an index."""
        found = index.internalPointer() if index.isValid() else None
        return found if isinstance(found, Node) else None

    def index(self, row: int, column: int, parent: _Index = QModelIndex()) -> QModelIndex:  # noqa: B008 Qt's own default
        """The index of a line."""
        above = self.node(parent)
        nodes = above.children if above is not None else self.roots
        return self.createIndex(row, column, nodes[row]) if column == 0 and 0 <= row < len(nodes) else QModelIndex()

    @overload
    def parent(self) -> QObject | None: ...

    @overload
    def parent(self, index: _Index) -> QModelIndex: ...

    def parent(self, index: _Index | None = None) -> QObject | QModelIndex | None:
        """The visit of a form; without an index the owner of the model."""
        if index is None:
            return super().parent()
        node = self.node(index)
        above = node.parent if node is not None else None
        return self.createIndex(above.row, 0, above) if above is not None else QModelIndex()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 Qt's own default
        """Lines beneath a line."""
        if parent.isValid() and parent.column() > 0:
            return 0
        node = self.node(parent)
        return len(node.children) if node is not None else len(self.roots)

    def columnCount(self, _parent: _Index = QModelIndex()) -> int:  # noqa: B008 Qt's own default
        """One."""
        return 1

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Headings cannot be chosen."""
        node = self.node(index)
        if node is None or node.is_heading:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The name; for those who hear it with state, count and queries."""
        node = self.node(index)
        if node is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return node.text
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._spoken(node)
        return None

    def _spoken(self, node: Node) -> str:
        word = self._look.tr(f"ui_kit.glyph.{node.glyph}") if node.glyph else ""
        queries = self._look.tr("casebook.queries", n=node.queries) if node.queries else ""
        outside = self._look.tr("ui_kit.glyph.out_of_window") if node.outside else ""
        return " · ".join(part for part in (node.text, word, node.note, queries, outside) if part)

    def find(self, form: FormKey) -> QModelIndex:
        """Where a form stands; an invalid index when it is not here."""
        for row, root in enumerate(self.roots):
            if root.form == form:
                return self.index(row, 0)
            for number, child in enumerate(root.children):
                if child.form == form:
                    return self.index(number, 0, self.index(row, 0))
        return QModelIndex()


def _face(node: Node) -> tuple[object, ...]:
    return node.text, node.note, node.glyph, node.queries, node.outside


def _shape(nodes: list[Node]) -> list[object]:
    return [(node.form, node.event, node.is_heading, [child.form for child in node.children]) for node in nodes]
