"""The book of empty forms of a study version, plain or annotated, without any workspace."""

from __future__ import annotations

from datetime import datetime

from crf_app.clinical.evaluation import Conditions
from crf_app.clinical.record import OutputContext
from crf_app.clinical.references import ReferenceTable
from crf_app.clinical.rules.compiled import CompiledStudy
from crf_app.services.paper import draw_blanks
from crf_app.services.reading import empty_events
from crf_app.study.definition import StudyDef
from crf_app.study.texts import EMPTY
from crf_app.words import Words

_NO_HASH = "0" * 64


def study_book(study: StudyDef, words: Words, lang: str, now: datetime, *, annotated: bool) -> bytes:
    """The forms of the definition with its parameters as they are given in it; the same definition and moment give the same bytes."""
    parameters = {one.oid: one.value for one in study.parameters}
    rules = CompiledStudy(study)
    events = empty_events(rules, Conditions(now.replace(tzinfo=None), parameters, ReferenceTable(())), now.date())
    context = OutputContext(study, "", EMPTY, now, EMPTY, now, 0, _NO_HASH, False, parameters)
    return draw_blanks(events, context, words, lang, annotated=annotated, book=True)
