"""Keeps the text of the field at work safe while it is typed, so that a crash costs at most two seconds of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from crf_app.errors import ExpectedError
from crf_app.services.drafts import Draft, keep_drafts, new_draft
from crf_app.ui.context import UiContext
from crf_app.ui.form.fields.base import Field

EVERY_MS = 1000
"""So often it is looked at: with the writing itself, a text is on the disk within 2 s of its last key."""


class DraftKeeper(QObject):
    """Looks at the field in which the person types, once a second: any editor, any way of typing.

    What differs from the stored value is kept; when it was stored or given up it is no longer. `offered` are drafts of an
    earlier session that wait for an answer; they are kept as long.
    """

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._user_id = context.work.user.user_id
        self._field: Field | None = None
        self._draft: Draft | None = None
        self._troubled = False
        self._offered: tuple[Draft, ...] = ()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to look."""
        self._timer.start()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_changed)

    @Slot(QWidget, QWidget)
    def _focus_changed(self, old: QWidget | None, _new: QWidget | None) -> None:
        """A field that lost the focus without being stored (to the log-in of a lock, to another program) is still at work."""
        field = field_of(old)
        if field is not None and field.is_unstored:
            self._field = field

    @property
    def offered(self) -> tuple[Draft, ...]:
        """Drafts of an earlier session, not answered yet."""
        return self._offered

    def set_offered(self, drafts: Sequence[Draft]) -> None:
        """These wait for an answer, and no others."""
        if tuple(drafts) != self._offered:
            self._offered = tuple(drafts)
            self._write(self._draft)

    @Slot()
    def look(self) -> None:
        """Keep what is being typed now. While locked, or under another person, nobody types here and what is kept stays."""
        actor = self._context.work.actor
        if actor is None or actor.user.user_id != self._user_id:
            return
        field = self._field_at_work()
        if field is None or field.record is None:
            self._field = None
            if self._draft is not None:
                self._write(None)
            return
        self._field = field
        entry = field.content()
        draft = self._draft
        if draft is None or (draft.key, draft.text, draft.unit) != (field.record.key, entry.text, entry.unit):
            self._write(new_draft(self._context.work, field.record.key, entry.text, entry.unit))

    def _field_at_work(self) -> Field | None:
        """The field with the focus, or the last one, if it holds what is not stored: another window may have the focus."""
        here = field_of(QApplication.focusWidget())
        if here is not None and here.is_unstored:
            return here
        there = self._field
        return there if there is not None and isValid(there) and there.is_unstored else None

    def _write(self, draft: Draft | None) -> None:
        """A disk that takes nothing is said once, not each second."""
        try:
            keep_drafts(self._context.work, [*self._offered, *([draft] if draft is not None else [])])
        except ExpectedError as error:
            if not self._troubled:
                self._context.perform.refused.emit(error)
            self._troubled = True
        else:
            self._draft, self._troubled = draft, False


def field_of(widget: QWidget | None) -> Field | None:
    """The field that a widget is part of."""
    while widget is not None and not isinstance(widget, Field):
        widget = widget.parentWidget()
    return widget
