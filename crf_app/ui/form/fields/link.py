"""A link to other rows: chosen by name, found by typing."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from crf_app.clinical.record import ItemRecord
from crf_app.ui.common import sizes
from crf_app.ui.common.widgets.buttons import Button
from crf_app.ui.form.fields.base import Field, FieldEntry, LinkOption


class LinkField(Field):
    """Shows the rows linked to. Space, Enter on the button or a click opens the list; choosing again takes off."""

    looks_elsewhere = True

    def build(self) -> None:
        """A button that says what is linked."""
        self._addresses: tuple[str, ...] = ()
        self._options: tuple[LinkOption, ...] = ()
        self.button = Button(self.look, "", icon="link", parent=self)
        self.button.setProperty("own_name", True)
        self.button.clicked.connect(self.open_list)
        self.adopt(self.button)

    def editors(self) -> tuple[QWidget, ...]:
        """The button."""
        return (self.button,)

    def content(self) -> FieldEntry:
        """Addresses joined by ";"."""
        return FieldEntry(";".join(self._addresses))

    def display(self, record: ItemRecord, entry: FieldEntry) -> None:
        """The names of the rows linked to; an address nobody knows stands as it is."""
        self._options = tuple(self.tools.link_options(record, self.lang))
        self._addresses = tuple(part for part in entry.text.split(";") if part)
        self._name()

    def _name(self) -> None:
        names = {one.address: one.label for one in self._options}
        said = "; ".join(names.get(one, one) for one in self._addresses)
        self.button.set_text(said or self.look.tr("ui_kit.choose_hint"))
        question = self.record.item.label.get(self.lang) if self.record is not None else ""
        self.button.setAccessibleName(f"{question}: {said}")
        self.button.setFixedWidth(max(120, min(self.button.sizeHint().width(), self.width() or sizes.LONG_TEXT_FIELD)))

    def arrange(self) -> None:
        """Not wider than the column."""
        super().arrange()
        self._name()

    @Slot()
    def open_list(self) -> None:
        """Offer the rows; those linked now are ticked."""
        if self.read_only or self.record is None:
            return
        self._options = tuple(self.tools.link_options(self.record, self.lang))
        menu = QMenu(self)
        for option in self._options:
            action = menu.addAction(option.label)
            action.setCheckable(True)
            action.setChecked(option.address in self._addresses)
            action.setData(option.address)
        if not self._options:
            menu.addAction(self.look.tr("ui_kit.empty_rows")).setEnabled(False)
        menu.triggered.connect(self._chosen)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.button.mapToGlobal(QPoint(0, sizes.FIELD)))

    def toggle(self, address: str) -> None:
        """Link to that row, or no longer."""
        if address in self._addresses:
            self._addresses = tuple(one for one in self._addresses if one != address)
        else:
            self._addresses = (*self._addresses, address)
        self._name()
        self.commit()

    def _chosen(self, action: object) -> None:
        data = getattr(action, "data", None)
        if callable(data):
            self.toggle(str(data()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Backspace takes all links off."""
        if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete) and not self.read_only:
            self._addresses = ()
            self._name()
            return
        super().keyPressEvent(event)
