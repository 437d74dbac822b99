"""All that a window holds: texts of widgets, cells of models in every role, what objects keep beside, what is painted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QAbstractProxyModel,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    Qt,
)
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QPlainTextEdit, QTextEdit, QWidget

from crf_app.services.workspace import Workspace
from crf_app.study.definition import StudyDef
from crf_app.ui.context import UiContext

_PROPERTIES = ("text", "plainText", "currentText", "placeholderText", "title", "windowTitle", "toolTip", "statusTip", "whatsThis", "accessibleName",
               "accessibleDescription", "objectName")  # fmt: skip
_ROLES = (*(int(one) for one in Qt.ItemDataRole), *(Qt.ItemDataRole.UserRole + more for more in range(1, 12)))
_PLAIN = (str, bytes, int, float, bool, type(None))
_SIMPLE = (Decimal, date, time, timedelta, Enum, PurePath)


Known = dict[int, tuple[object, str]]
"""Values that can never change, by identity, with their texts: what a walk has seen it need not spell out again."""


def everything(window: QWidget, known: Known | None = None) -> Iterator[tuple[str, str]]:
    """Place and text of everything beneath the window, hidden pages included."""
    told: set[int] = set()
    known = {} if known is None else known
    for one in (window, *window.findChildren(QObject)):
        name = f"{type(one).__name__} {one.objectName()}"
        yield from ((f"{name} {key}", str(value)) for key in _PROPERTIES if (value := one.property(key)) not in (None, ""))
        yield from _of_kind(name, one)
        for key, value in kept(one, known):
            if id(value) not in told:
                told.add(id(value))
                yield f"{name}.{key}", _spelled(value, known)
    yield from (place for number, model in enumerate(models(window)) for place in _cells(f"{type(model).__name__} {number}", model, QModelIndex()))


def _of_kind(name: str, one: QObject) -> Iterator[tuple[str, str]]:
    if isinstance(one, QComboBox):
        yield from ((f"{name} option", one.itemText(number)) for number in range(one.count()))
        yield from ((f"{name} data", repr(one.itemData(number))) for number in range(one.count()))
    if isinstance(one, QTextEdit | QPlainTextEdit):
        yield name, one.document().toRawText()
    if isinstance(one, QAction):
        yield name, one.iconText()


def _spelled(value: object, known: Known) -> str:
    if id(value) in known:
        return known[id(value)][1]
    text = repr(value)
    if _lasting(value):
        known[id(value)] = (value, text)  # the value too, so that no other gets its identity
    return text


def _lasting(value: object) -> bool:
    """Can nothing in it ever change?"""
    if isinstance(value, _PLAIN + _SIMPLE):
        return True
    if isinstance(value, tuple | frozenset):
        return all(_lasting(part) for part in value)
    if is_dataclass(value) and not isinstance(value, type) and vars(type(value))["__dataclass_params__"].frozen:
        return all(_lasting(getattr(value, one.name)) for one in fields(value))
    return False


def kept(one: QObject, known: Known) -> Iterator[tuple[str, object]]:
    """Values that a Python object of the window keeps: plain ones, records, and containers of them; no other objects of Qt.

    The definition of the study, the workspace and what hands both on are left out: they are searched as tables, files and services.
    """
    for key, value in vars(one).items() if hasattr(one, "__dict__") else ():
        if id(value) in known or _is_value(value):
            yield key, value


def _is_value(value: object, depth: int = 4) -> bool:
    if isinstance(value, _PLAIN):
        return True
    if isinstance(value, QObject | StudyDef | Workspace | UiContext) or depth == 0:
        return False
    if isinstance(value, Mapping):
        return all(_is_value(part, depth - 1) for part in value.values())
    if isinstance(value, tuple | list | set | frozenset):
        return all(_is_value(part, depth - 1) for part in value)
    return is_dataclass(value) and not isinstance(value, type)


def models(window: QWidget) -> tuple[QAbstractItemModel, ...]:
    """Every model beneath the window or shown by a view of it, what is behind a proxy included."""
    found: dict[int, QAbstractItemModel] = {}
    waiting: list[QAbstractItemModel | None] = [*window.findChildren(QAbstractItemModel), *(one.model() for one in window.findChildren(QAbstractItemView))]
    while waiting:
        one = waiting.pop()
        if one is not None and id(one) not in found:
            found[id(one)] = one
            if isinstance(one, QAbstractProxyModel):
                waiting.append(one.sourceModel())
    return tuple(found.values())


def _cells(name: str, model: QAbstractItemModel, parent: QModelIndex) -> Iterator[tuple[str, str]]:
    columns = 1 if isinstance(model, QAbstractListModel) else max(1, model.columnCount(parent))
    for section in range(columns if not parent.isValid() else 0):
        yield f"{name} head", str(model.headerData(section, Qt.Orientation.Horizontal))
    for row in range(model.rowCount(parent)):
        for column in range(columns):
            index = model.index(row, column, parent)
            for role in _ROLES:
                value = model.data(index, role)
                if value is not None:
                    yield f"{name} {int(role)}", value if isinstance(value, str) else repr(value)
            if column == 0 and not isinstance(model, QAbstractListModel | QAbstractTableModel):
                yield from _cells(name, model, index)
