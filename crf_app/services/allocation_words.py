"""Lists and their state in words, the same in window and command line."""

from __future__ import annotations

from crf_app.clinical.allocation import Remark
from crf_app.services.allocation_lists import LIST, ListStatus, method_of
from crf_app.services.workspace import Workspace
from crf_app.words import Words


def remark_text(words: Words, lang: str, remark: Remark) -> str:
    """A mistake or note with its row, its column, and what to do."""
    said = words.text(f"randomisation.list.{remark.code}", lang, **remark.parameters)
    key = f"randomisation.list.column_{remark.column}"
    column = words.text(key, lang) if words.has(key) else remark.column
    if remark.row:
        return words.text(f"randomisation.list.place{'' if column else '_row'}", lang, row=remark.row, column=column, words=said)
    return words.text("randomisation.list.place_column", lang, column=column, words=said) if column else said


def status_lines(work: Workspace, words: Words, lang: str, status: ListStatus) -> tuple[str, ...]:
    """How the randomisation stands, a line each: list, strata, arms, who may randomise. Nothing of what is still to come."""
    method = method_of(work)
    if method != LIST:
        return (words.text(f"randomisation.status.{method.lower()}", lang), *_arm_lines(words, lang, status))
    if status.list is None:
        return (words.text("randomisation.status.none", lang),)
    source = words.text(f"randomisation.source.{status.list.source}", lang)
    lines = [words.text("randomisation.status.list", lang, list=status.list.list_id, source=source, dealt=status.dealt, size=status.list.size)]
    lines += [
        words.text("randomisation.status.stratum", lang, stratum=one.stratum, dealt=one.dealt, size=one.size) for one in status.strata if one.stratum
    ]
    lines += _arm_lines(words, lang, status)
    for key, people in (("holders", status.holders), ("waiting", status.waiting)):
        names = ", ".join(work.name_of(one).get(lang) for one in people)
        if names:
            lines.append(words.text(f"randomisation.status.{key}", lang, names=names))
    return tuple(lines)


def _arm_lines(words: Words, lang: str, status: ListStatus) -> list[str]:
    return [words.text("randomisation.status.arm", lang, arm=one.arm.text.get(lang), assigned=one.assigned, planned=one.planned) for one in status.arms]
