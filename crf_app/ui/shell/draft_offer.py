"""Offers what was being typed when the program ended, above the page; never a dialog."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from crf_app.services.drafts import Draft
from crf_app.ui.common.widgets.messages import Act, InlineMessage
from crf_app.ui.context import UiContext

_SHOWN = 60


class DraftOffer(InlineMessage):
    """One draft: `taken(Draft)` puts it back into its form, `declined(Draft)` gives it up."""

    taken = Signal(object)
    declined = Signal(object)

    def __init__(self, context: UiContext, parent: QWidget | None = None) -> None:
        super().__init__(context.look, parent)
        self._context = context
        self.draft: Draft | None = None
        self.setObjectName("draft_offer")
        self.acted.connect(self._acted)
        context.language_hub.changed.connect(self._retranslate)

    def offer(self, draft: Draft | None) -> None:
        """Show it; None takes the last one away."""
        self.draft = draft
        if draft is None:
            self.setVisible(False)
            return
        tr = self._context.tr
        acts = (Act("take", tr("ui_shell.draft.take")), Act("decline", tr("ui_shell.draft.decline")))
        self.say("warn", self._words(draft), acts, tr("ui_shell.draft.head"))

    def _words(self, draft: Draft) -> str:
        text, key = self._context.language_hub.text, draft.key
        study = self._context.work.study_at(key.form_key)
        place = " · ".join((key.subject, text(study.event(key.event).name), text(study.forms[key.form].name), text(study.item(key.form, key.item).label)))
        line = " ".join(draft.text.split())
        line = line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
        return self._context.tr("ui_shell.draft.words", text=line, place=place, time=f"{draft.typed_at:%Y-%m-%d %H:%M}")

    @Slot(str)
    def _acted(self, name: str) -> None:
        if self.draft is not None:
            (self.taken if name == "take" else self.declined).emit(self.draft)

    @Slot()
    def _retranslate(self) -> None:
        self.offer(self.draft)
