"""The form at work: takes what a person enters to the services and says what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from crf_app.admin.roles import Right
from crf_app.clinical.keys import FormKey, ItemKey, item_key
from crf_app.clinical.record import Finding, FormRecord, FormStatus
from crf_app.errors import ExpectedError
from crf_app.services.attachments import MOST_BYTES, attach
from crf_app.services.changes import Changes
from crf_app.services.entry import EntryOutcome, ItemEntry, enter_items
from crf_app.services.forms import address_of_finding, confirm_finding, delete_row, reopen_form
from crf_app.services.locks import lock_of
from crf_app.services.reading import read_form
from crf_app.services.signing import Credentials, override_stop
from crf_app.services.source_check import FormCheck, kind_for, read_check
from crf_app.services.workspace import Actor
from crf_app.store.locks import StoredLock
from crf_app.store.workflow import SOURCE
from crf_app.study.definition import ItemType
from crf_app.study.item_types import format_value
from crf_app.ui.casebook.presented import Eyes, presented
from crf_app.ui.casebook.sentences import problem_text, said_error
from crf_app.ui.common.languages import Said, in_words
from crf_app.ui.context import UiContext
from crf_app.ui.form.blocks import PasteRequest, RowAdd
from crf_app.ui.form.fields.base import AttachmentRequest, FieldEntry
from crf_app.ui.form.reason_strip import Reason


@dataclass(frozen=True, slots=True)
class StopRequest:
    """An entry that STOP checks hold back until an investigator signs for it."""

    entry: ItemEntry
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Why does the value at `key` change from `old` to `new` (as people read them)?"""

    key: ItemKey
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Failure:
    """An act that was refused for a reason outside the form: the sentence, and whether trying again makes sense."""

    words: Said
    again: bool = True


@dataclass
class _Waiting:
    """An act that waits for its reason."""

    act: Callable[[str], EntryOutcome]
    entries: tuple[ItemEntry, ...] = field(default=())


class FormModel(QObject):
    """One form of one subject. It decides nothing: services judge, views show.

    Signals: `shown(FormRecord)` the form as it stands; `refused(ItemKey, sentence)` in place; `reason_asked(Question)`;
    `stopped(StopRequest)`; `failed(Failure)`; `stored(Changes)` after each commit.
    """

    shown = Signal(object)
    refused = Signal(object, str)
    reason_asked = Signal(object)
    stopped = Signal(object)
    failed = Signal(object)
    stored = Signal(object)

    def __init__(self, context: UiContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._work = context.work
        self.form: FormKey | None = None
        self.record: FormRecord | None = None
        self.guest: Actor | None = None
        self.hold: StoredLock | None = None
        """What freezes or locks the form."""
        self.check = FormCheck()
        """How far it is checked: against the source, or reviewed when the person at work reviews."""
        self._reason = ""
        self._waiting: _Waiting | None = None
        self.refusals: dict[ItemKey, Said] = {}
        """What was said last of entries that were refused, to be said anew in another language."""

    # Showing

    def open(self, form: FormKey) -> None:
        """Show another form; a guest and a reason that held for the last one end with it. Raises ExpectedError."""
        if form != self.form:
            self.guest, self._reason, self._waiting = None, "", None
            self.refusals.clear()
        self.form = form
        self.refresh()

    def close(self) -> None:
        """Show nothing any more."""
        self.form = self.record = self.guest = self._waiting = None
        self._reason = ""

    def refresh(self) -> None:
        """Read the form again and show it."""
        if self.form is None:
            return
        self.hold = lock_of(self._work, self.form)
        self.check = read_check(self._work, self.form, kind_for(self._work) or SOURCE)
        self.record = presented(read_form(self._work, self.form), self._work.study_of(self.form.subject), self.eyes(), self.check)
        self.shown.emit(self.record)

    def eyes(self) -> Eyes:
        """Who enters here now: the guest while there is one, else the person of the session."""
        user = (self.guest or self._work.session).user
        held = self.hold.kind if self.hold is not None else ""
        return Eyes(str(user.role), user.may(Right.ENTER) and not held, self._context.language_hub.lang, held)

    def may_confirm(self) -> bool:
        """Is confirming an unusual value offered? To who may enter here now."""
        return self._work.actor is not None and self.eyes().may_enter

    def set_guest(self, actor: Actor | None) -> None:
        """Let a second person, identified in place, answer on this form until it is left."""
        self.guest = actor
        self.refresh()

    @property
    def asks_other_role(self) -> str:
        """The role whose answers this form still keeps closed to who enters, "" when there are none."""
        role = self.eyes().role
        items = self.record.items() if self.record is not None else ()
        return next((one.item.role for one in items if one.item.role and one.item.role != role and one.collected), "")

    @property
    def is_complete(self) -> bool:
        """Is the form complete (or marked not done and complete)?"""
        return self.record is not None and self.record.status in (FormStatus.COMPLETE, FormStatus.NOT_DONE) and self.record.completed_at is not None

    # Entering

    @Slot(object, object)
    def enter(self, key: ItemKey, entry: FieldEntry) -> None:
        """Store what was typed into one item."""
        self.store([ItemEntry(key, entry.text, entry.unit)])

    @Slot(object, str, str)
    def enter_missing(self, key: ItemKey, code: str, reason: str) -> None:
        """Store why there is no value."""
        self.store([ItemEntry(key, missing=code, missing_reason=reason)])

    @Slot(object)
    def paste(self, request: PasteRequest) -> None:
        """Store many values in one act."""
        self.store([ItemEntry(key, one.text, one.unit, source="copied") for key, one in request.entries])

    @Slot(object)
    def add_row(self, request: RowAdd) -> None:
        """Begin a row of a log with its first values."""
        row = self._work.casebook(request.form.subject).last_row(request.form, request.group) + 1
        self.store([ItemEntry(item_key(request.form, request.group, row, oid), one.text, one.unit) for oid, one in request.entries])

    def store(self, entries: Sequence[ItemEntry]) -> None:
        """Store entries in one command; what stands in the way is asked or said in place."""
        found = tuple(entries)
        self._attempt(_Waiting(_Store(self._context, found, self.guest), found), self._reason)

    @Slot(object, object)
    def attach_files(self, key: ItemKey, request: AttachmentRequest) -> None:
        """Take photographs or documents in, one command each."""
        item = self._work.study_at(key.form_key).item(key.form, key.item)
        for name, content in self._contents(request):
            self._attempt(_Waiting(_Attach(self._context, key, name, content, item.type is ItemType.PHOTO)), self._reason)

    def _contents(self, request: AttachmentRequest) -> list[tuple[str, bytes]]:
        found = [("clipboard.png", request.content)] if request.content else []
        for path in map(Path, request.paths):
            try:
                found.append((path.name, _read(path)))
            except ExpectedError as error:
                self._fail(error)
        return found

    def _attempt(self, waiting: _Waiting, reason: str) -> None:
        self._waiting = waiting
        try:
            outcome = waiting.act(reason)
        except ExpectedError as error:
            self._fail(error)
            return
        if outcome.stored:
            self._waiting = None
            self._stored(outcome.changes)
        elif outcome.problems:
            for key, problem in outcome.problems.items():
                self._refuse(key, partial(problem_text, self._context.look, problem))
        elif outcome.stops:
            self.stopped.emit(StopRequest(waiting.entries[0], outcome.stops))
        elif outcome.reason_required:
            self.reason_asked.emit(self._question(waiting))

    def _refuse(self, key: ItemKey, said: Said) -> None:
        self.refusals[key] = said
        self.refused.emit(key, in_words(said))

    def _stored(self, changes: Changes | None) -> None:
        if changes is not None and not changes.entry_no:
            self.refresh()  # nothing differed: show what is stored, without the letters typed around it
        elif changes is not None:
            self.stored.emit(changes)

    def _fail(self, error: ExpectedError) -> None:
        """Say it at once; the text stays where it was typed, everything else is read from the database again."""
        words = said_error(self._context.look, error)
        for entry in self._waiting.entries if self._waiting is not None else ():
            self._refuse(entry.key, words)
        self.failed.emit(Failure(words, again=self._waiting is not None))
        self._work.forget()
        self.refresh()

    def _question(self, waiting: _Waiting) -> Question:
        first = waiting.entries[0] if waiting.entries else None
        if first is None or self.form is None:
            return Question(item_key(self.form or FormKey("", "", 1, "", 1), "", 1, ""), "", "")
        item, lang = self._work.study_at(first.key.form_key).item(first.key.form, first.key.item), self._context.language_hub.lang
        old = format_value(item, self._work.casebook(first.key.subject).value(first.key), lang)
        code = item.code(first.text)
        new = code.text.get(lang) if code is not None else first.text or first.missing
        return Question(first.key, old, new)

    # Answers

    @Slot(object, object)
    def give_reason(self, _key: ItemKey | None, reason: Reason) -> None:
        """The reason for the change that waits."""
        if reason.same_for_form:
            self._reason = reason.text
        if self._waiting is not None:
            self._attempt(self._waiting, reason.text)

    @Slot()
    def decline(self) -> None:
        """The change that waits is given up; the stored value stands."""
        waiting, self._waiting = self._waiting, None
        for entry in waiting.entries if waiting is not None else ():
            self.refused.emit(entry.key, "")
        self.refresh()

    @Slot()
    def try_again(self) -> None:
        """Once more, after a failure."""
        if self._waiting is not None:
            for entry in self._waiting.entries:
                self.refused.emit(entry.key, "")
            self._attempt(self._waiting, self._reason)

    def override(self, request: StopRequest, reason: str, who: Credentials) -> None:
        """Let an entry pass its STOP checks by the investigator's signed reason. Raises ExpectedError."""
        lang = self._context.language_hub.lang
        self._waiting = None
        self.stored.emit(self._context.perform.strictly(override_stop, self._work, request.entry, reason, who, lang=lang))

    @Slot(object, str)
    def confirm(self, finding: Finding, remark: str) -> None:
        """Say that an unusual value is true."""
        reason = remark.strip() or self._context.tr("casebook.confirmed_as_entered")
        self._perform(confirm_finding, self._work, finding.key.subject, finding.rule, address_of_finding(finding), reason)

    @Slot(object, str)
    def delete(self, key: ItemKey, reason: str) -> None:
        """Remove a row of a log."""
        self._perform(delete_row, self._work, key.form_key, key.group, key.row, reason)

    def reopen(self, reason: str) -> None:
        """Take *complete* back."""
        if self.form is not None:
            self._perform(reopen_form, self._work, self.form, reason=reason)

    def _perform(self, act: Callable[..., Changes], *args: object, **kwargs: object) -> None:
        self._waiting = None
        try:
            changes = self._context.perform.strictly(act, *args, actor=self.guest, **kwargs)
        except ExpectedError as error:
            self._fail(error)
            return
        self.stored.emit(changes)


@dataclass(frozen=True)
class _Store:
    """enter_items, to be called with a reason."""

    context: UiContext
    entries: tuple[ItemEntry, ...]
    actor: Actor | None

    def __call__(self, reason: str) -> EntryOutcome:
        lang = self.context.language_hub.lang
        return self.context.perform.strictly(enter_items, self.context.work, self.entries, reason=reason, lang=lang, actor=self.actor)


@dataclass(frozen=True)
class _Attach:
    """attach, to be called with a reason."""

    context: UiContext
    key: ItemKey
    name: str
    content: bytes
    image: bool

    def __call__(self, reason: str) -> EntryOutcome:
        return self.context.perform.strictly(attach, self.context.work, self.key, self.name, self.content, reason=reason, image=self.image)


def _read(path: Path) -> bytes:
    """A file of bearable size. Raises ExpectedError "file_too_large", "io_error"."""
    try:
        size = path.stat().st_size
        if size <= MOST_BYTES:
            return path.read_bytes()
    except OSError as error:
        raise ExpectedError("io_error", place=path, detail=error.strerror or str(error)) from error
    raise ExpectedError("file_too_large", name=path.name, most=MOST_BYTES // 1_000_000)
