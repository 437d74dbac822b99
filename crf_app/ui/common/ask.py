"""Every modal question passes here, so that tests can answer from a script and nothing else can block the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QLineEdit, QMessageBox, QWidget

from crf_app.ui.common.look import Look


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: `name` identifies it in scripts, `title` and `words` are read, `yes` says what happens."""

    name: str
    title: str
    words: str = ""
    yes: str = ""
    danger: bool = False


@dataclass(frozen=True, slots=True)
class FileQuestion:
    """Which file or folder. `kinds` are file dialogue filters; `save` asks for a new name, `folder` for a folder."""

    name: str
    title: str
    kinds: str = ""
    start: str = ""
    save: bool = False
    folder: bool = False
    several: bool = False


class Ask(Protocol):
    """The ways to ask a person something that must be answered first."""

    def confirm(self, parent: QWidget | None, question: Question) -> bool:
        """Shall it be done?"""
        ...

    def text(self, parent: QWidget | None, question: Question, secret: bool = False) -> str | None:
        """A line of text, None when declined."""
        ...

    def choose(self, parent: QWidget | None, question: Question, options: Sequence[str]) -> int | None:
        """The index of one option, None when declined."""
        ...

    def files(self, parent: QWidget | None, question: FileQuestion) -> tuple[str, ...]:
        """Paths chosen, () when declined."""
        ...

    def dialog(self, parent: QWidget | None, question: Question, dialog: QDialog) -> bool:
        """A dialog of the system's own, such as that of the printers; whether it was accepted."""
        ...


class QtAsk:
    """Asks with Qt's dialogs."""

    def __init__(self, look: Look) -> None:
        self._look = look

    def confirm(self, parent: QWidget | None, question: Question) -> bool:
        """A box with two buttons; the safe one is the default."""
        box = QMessageBox(QMessageBox.Icon.NoIcon, question.title, question.title, parent=parent)
        box.setInformativeText(question.words)
        yes = box.addButton(question.yes or self._look.tr("ui_kit.yes"), QMessageBox.ButtonRole.AcceptRole)
        no = box.addButton(self._look.tr("ui_kit.cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(no if question.danger else yes)
        box.exec()
        return box.clickedButton() is yes

    def text(self, parent: QWidget | None, question: Question, secret: bool = False) -> str | None:
        """A one-line input; hidden when `secret`."""
        box = self._input(parent, question)
        box.setTextEchoMode(QLineEdit.EchoMode.Password if secret else QLineEdit.EchoMode.Normal)
        return box.textValue() if box.exec() == QDialog.DialogCode.Accepted else None

    def _input(self, parent: QWidget | None, question: Question) -> QInputDialog:
        box = QInputDialog(parent)
        box.setWindowTitle(question.title)
        box.setLabelText(question.words or question.title)
        box.setOkButtonText(question.yes or self._look.tr("ui_kit.ok"))
        box.setCancelButtonText(self._look.tr("ui_kit.cancel"))
        return box

    def choose(self, parent: QWidget | None, question: Question, options: Sequence[str]) -> int | None:
        """A list to choose from."""
        box = self._input(parent, question)
        box.setComboBoxItems(list(options))
        return list(options).index(box.textValue()) if box.exec() == QDialog.DialogCode.Accepted else None

    def files(self, parent: QWidget | None, question: FileQuestion) -> tuple[str, ...]:
        """The system's file dialog."""
        if question.folder:
            folder = QFileDialog.getExistingDirectory(parent, question.title, question.start)
            return (folder,) if folder else ()
        if question.save:
            path, _ = QFileDialog.getSaveFileName(parent, question.title, question.start, question.kinds)
            return (path,) if path else ()
        if question.several:
            paths, _ = QFileDialog.getOpenFileNames(parent, question.title, question.start, question.kinds)
            return tuple(paths)
        path, _ = QFileDialog.getOpenFileName(parent, question.title, question.start, question.kinds)
        return (path,) if path else ()

    def dialog(self, _parent: QWidget | None, question: Question, dialog: QDialog) -> bool:
        """The dialog under the question's title."""
        dialog.setWindowTitle(question.title)
        return dialog.exec() == QDialog.DialogCode.Accepted


@dataclass
class ScriptedAsk:
    """Answers by question name, each used once, in order. A question without one raises AssertionError."""

    answers: dict[str, list[object]] = field(default_factory=dict)
    asked: list[Question | FileQuestion] = field(default_factory=list)

    def _answer(self, question: Question | FileQuestion) -> object:
        self.asked.append(question)
        waiting = self.answers.get(question.name)
        if not waiting:
            raise AssertionError(f"nobody expected to be asked: {question}")
        return waiting.pop(0)

    def confirm(self, _parent: QWidget | None, question: Question) -> bool:
        """The scripted yes or no."""
        return bool(self._answer(question))

    def text(self, _parent: QWidget | None, question: Question, secret: bool = False) -> str | None:
        """The scripted text. Asserts that what is called a password is asked for in secret."""
        answer = self._answer(question)
        if "password" in question.name and not secret:
            raise AssertionError(f"a password asked for in clear: {question}")
        return None if answer is None else str(answer)

    def choose(self, _parent: QWidget | None, question: Question, options: Sequence[str]) -> int | None:
        """The scripted option: its index or its words."""
        answer = self._answer(question)
        if answer is None:
            return None
        return answer if isinstance(answer, int) else list(options).index(str(answer))

    def files(self, _parent: QWidget | None, question: FileQuestion) -> tuple[str, ...]:
        """The scripted paths."""
        answer = self._answer(question)
        return tuple(str(path) for path in answer) if isinstance(answer, (list, tuple)) else (str(answer),)

    def dialog(self, _parent: QWidget | None, question: Question, dialog: QDialog) -> bool:
        """The scripted yes or no; what can be called is called with the dialog, as a person would fill it in, and means yes."""
        answer = self._answer(question)
        if callable(answer):
            answer(dialog)
            return True
        return bool(answer)
