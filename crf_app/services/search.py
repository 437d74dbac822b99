"""Finding subjects, visits and forms by a few letters, for the command palette."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crf_app.admin.roles import Right
from crf_app.clinical.keys import FormKey
from crf_app.services.states import subject_glyphs
from crf_app.services.workspace import Workspace
from crf_app.store.forms import read_forms
from crf_app.store.subjects import Subject, find_subjects, read_events
from crf_app.study.definition import EventDef, FormDef
from crf_app.study.texts import Text

MOST_OF_A_KIND = 6


@dataclass(frozen=True, slots=True)
class Hit:
    """A place that was found: `kind` "form", "visit" or "subject"; `parts` are shown one after the other; `note` says how
    it stands; `glyph` is a status glyph name.
    """

    kind: str
    subject: str
    parts: tuple[Text, ...]
    glyph: str
    note: Text
    form: FormKey | None = None
    event: str = ""
    event_repeat: int = 1


def find_places(work: Workspace, text: str, near: str = "") -> tuple[Hit, ...]:
    """Forms, then visits, then subjects that every word of `text` fits, best first.

    A word fits a part of a subject number, the beginning of a visit's short name or of any word of a visit's or form's
    name, in either language. `near` is the subject at hand: meant when no word fits a number. Nothing for a blank text.
    Raises ExpectedError "no_right", "locked".
    """
    work.need(Right.READ)
    words = text.casefold().split()
    if not words:
        return ()
    subjects, rest = _subjects(work, words, near)
    visits = list(_visits(work, subjects, rest)) if subjects else []
    forms = list(_forms(work, subjects, rest)) if subjects and rest else []
    people = [_subject_hit(one) for one in subjects] if not rest else []
    return (*forms[:MOST_OF_A_KIND], *visits[:MOST_OF_A_KIND], *people[:MOST_OF_A_KIND])


def _subjects(work: Workspace, words: list[str], near: str) -> tuple[tuple[Subject, ...], list[str]]:
    """The subjects meant by the first word that fits a number, and the words left over."""
    for word in words:
        found = find_subjects(work.database, word, MOST_OF_A_KIND) if any(one.isdigit() for one in word) or len(words) == 1 else ()
        if found:
            return found, [one for one in words if one is not word]
    return (find_subjects(work.database, near, 1) if near else ()), words


def _visits(work: Workspace, subjects: tuple[Subject, ...], words: list[str]) -> Iterator[Hit]:
    if not words:
        return
    for subject in subjects:
        states = {(one.event, one.event_repeat): one for one in read_events(work.database, subject.number)}
        glyphs = subject_glyphs(work, subject.number).visits
        for event in work.study_of(subject.number).events:
            if event.kind != "log" and all(_fits(word, _names(event)) for word in words):
                state = states.get((event.oid, 1))
                glyph = glyphs.get((event.oid, 1), "not_due")
                note = Text(state.visit_date, state.visit_date) if state is not None else Text("", "")
                yield Hit("visit", subject.number, (event.name,), glyph, note, None, event.oid)


def _forms(work: Workspace, subjects: tuple[Subject, ...], words: list[str]) -> Iterator[Hit]:
    for subject in subjects[:2]:
        stored = read_forms(work.database, subject.number)
        glyphs = subject_glyphs(work, subject.number).forms
        for event in work.study_of(subject.number).events:
            if event.kind in ("unscheduled", "termination"):
                continue
            for place in event.forms:
                key = FormKey(subject.number, event.oid, 1, place.form, 1)
                form = work.study_at(key).forms[place.form]
                if not _form_fits(words, event, form):
                    continue
                state = stored.get(key)
                note = Text(f"{state.answered}/{state.total}", f"{state.answered}/{state.total}") if state is not None else Text("", "")
                yield Hit("form", subject.number, (event.name, form.name), glyphs.get(key, "not_due"), note, key, event.oid)


def _form_fits(words: list[str], event: EventDef, form: FormDef) -> bool:
    of_form = (form.oid, form.name.en, form.name.zh)
    fitting = [word for word in words if _fits(word, of_form)]
    return bool(fitting) and all(word in fitting or _fits(word, _names(event)) for word in words)


def _names(event: EventDef) -> tuple[str, ...]:
    return (event.oid, event.short.en, event.short.zh, event.name.en, event.name.zh)


def _fits(word: str, names: tuple[str, ...]) -> bool:
    return any(part.startswith(word) for name in names for part in name.casefold().split()) or any(
        word in name for name in names if not word.isascii()
    )


def _subject_hit(subject: Subject) -> Hit:
    initials = str(subject.details.get("initials", ""))
    return Hit("subject", subject.number, (), "", Text(initials, initials))

