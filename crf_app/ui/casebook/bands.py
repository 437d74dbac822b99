"""What stands about a form as a whole: that it is frozen or locked, given back, signed, or that a signature is void."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from crf_app.admin.roles import ROLE_TEXTS, Role
from crf_app.clinical.keys import parse_address
from crf_app.clinical.record import FormRecord, SignatureRecord
from crf_app.clock import zoned, zoned_text
from crf_app.services.held import place_name
from crf_app.services.workspace import Workspace
from crf_app.store.locks import StoredLock
from crf_app.store.workflow import Rejection
from crf_app.ui.common import sizes
from crf_app.ui.common.look import Look
from crf_app.ui.common.widgets.chips import GLYPH_ROLE, paint_glyph

_LINE = 26
_MOST = 3


@dataclass(frozen=True, slots=True)
class Said:
    """One line: its glyph and words. `loud` lines take the colour of their glyph."""

    glyph: str
    text: str
    loud: bool = False


class Band(QWidget):
    """Lines with a glyph each, on a quiet ground; takes no room without any."""

    def __init__(self, look: Look, name: str, ground: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._ground = ground
        self.lines: tuple[Said, ...] = ()
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setVisible(False)

    def show_lines(self, lines: Sequence[Said]) -> None:
        """Show other lines; the last ones where there are many."""
        self.lines = tuple(lines)[-_MOST:]
        words = "\n".join(one.text for one in lines)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setVisible(bool(self.lines))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(200, len(self.lines) * _LINE + 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, glyphs, words."""
        painter, look = QPainter(self), self._look
        painter.fillRect(self.rect(), look.colour(self._ground))
        painter.setPen(look.colour("line"))
        painter.drawLine(0, 0, self.width(), 0)
        painter.setFont(look.font(sizes.SMALL))
        for number, one in enumerate(self.lines):
            top = 4 + number * _LINE
            paint_glyph(painter, look, one.glyph, sizes.FORM_MARGIN, top + 5)
            painter.setPen(look.colour(GLYPH_ROLE[one.glyph] if one.loud else "text_secondary"))
            rect = QRect(sizes.FORM_MARGIN + 26, top, self.width() - sizes.FORM_MARGIN - 42, _LINE)
            shown = painter.fontMetrics().elidedText(one.text, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, shown)


def hold_lines(work: Workspace, look: Look, hold: StoredLock | None, undo: str) -> tuple[Said, ...]:
    """That the form is frozen or locked: what, by whom, since when, why; and `undo`: how the person at work takes it back, "" when he may not."""
    if hold is None:
        return ()
    text = look.languages.text
    words = look.tr(
        f"workflow.band.{hold.kind}", what=text(place_name(work.study_of(hold.subject), hold.subject, hold.address)), who=text(work.name_of(hold.user_id)),
        at=zoned_text(hold.at), why=hold.reason,
    )  # fmt: skip
    return (Said(hold.kind, f"{words} · {undo}" if undo else words),)


def record_lines(work: Workspace, look: Look, record: FormRecord, rejected: Mapping[tuple[str, str], Rejection]) -> tuple[Said, ...]:
    """Signatures on the form, oldest first, and that it was given back."""
    found = list(_signatures(work, look, record))
    back = rejected.get((record.key.subject, record.key.form_address))
    if back is not None:
        name = look.languages.text(work.name_of(back.user_id))
        found.append(Said("rejected", look.tr("workflow.band.rejected", who=name, at=zoned_text(back.at), why=back.reason), loud=True))
    return tuple(found)


def _signatures(work: Workspace, look: Look, record: FormRecord) -> Iterator[Said]:
    for one in record.signatures:
        role = look.languages.text(ROLE_TEXTS[Role(one.role)]) if one.role in set(Role) else one.role
        key = f"pdf.meaning.{one.meaning}"
        meaning = look.tr(key) if look.languages.words.has(key) else one.meaning
        words = look.tr("workflow.band.signed", who=look.languages.text(one.user_name), role=role, at=zoned(one.when), meaning=meaning)
        if one.void_since is None:
            yield Said("signed", words)
        else:
            yield Said("signature_void", f"{look.tr('workflow.band.void', at=zoned(one.void_since), cause=void_cause(work, look, one, record.key.subject))} {words}", loud=True)


def void_cause(work: Workspace, look: Look, signature: SignatureRecord, subject: str) -> str:
    """What ended a signature: the item that changed, a row removed, the form reopened."""
    item = ""
    if signature.void_cause == "value" and signature.void_address:
        key = parse_address(subject, signature.void_address)
        form = work.study_at(key.form_key).forms.get(key.form)
        definition = form.index.get(key.item) if form is not None else None
        item = look.languages.text(definition.label) if definition is not None else key.item
    return look.tr(f"workflow.void.{signature.void_cause}", item=item)
