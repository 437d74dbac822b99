"""Who may do what to a form in which state: one table of act x role x state, asked by every use case.

Freezing holds the values still while source checks, review and signature go on; locking ends everything but unlocking
(ICH E6(R3) 4.2.2, EMA guideline on computerised systems 2023, section 4.5; the order verify, freeze, sign, lock is the house's).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from crf_app.admin.roles import Role
from crf_app.texts import Text


class Act(StrEnum):
    """What is done to a form, or to all forms of a visit, a subject, the study."""

    ENTER = "enter"
    COMPLETE = "complete"
    REOPEN = "reopen"
    CONFIRM = "confirm"
    REMOVE_ROW = "remove_row"
    CHECK_SOURCE = "check_source"
    REVIEW = "review"
    SIGN = "sign"
    REJECT = "reject"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"
    LOCK = "lock"
    UNLOCK = "unlock"


class Stage(StrEnum):
    """How far a form is, as far as acts go: COMPLETE includes not done; SIGNED has a signature in force; FROZEN and LOCKED hide the rest."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    COMPLETE = "complete"
    SIGNED = "signed"
    FROZEN = "frozen"
    LOCKED = "locked"


_LETTERS = {"C": Role.COORDINATOR, "I": Role.INVESTIGATOR, "M": Role.MONITOR, "D": Role.DATA_MANAGER, "A": Role.ADMINISTRATOR}
# What the letters of a cell may do. The administrator enters and judges nothing (decisions 9).
_ROWS = """
               not_started  started  complete  signed  frozen  locked
enter          CI           CI       CI        CI      -       -
complete       -            CI       CI        CI      -       -
reopen         -            -        CI        CI      -       -
confirm        -            CI       CI        CI      -       -
remove_row     -            CI       CI        CI      -       -
check_source   -            M        M         M       M       -
review         -            I        I         I       I       -
sign           -            -        I         I       I       -
reject         -            -        I         I       -       -
freeze         -            -        MD        MD      -       -
unfreeze       -            -        -         -       MD      -
lock           -            -        -         D       D       -
unlock         -            -        -         -       -       D
"""


def _read(rows: str) -> dict[Act, dict[Stage, frozenset[Role]]]:
    head, *lines = (line.split() for line in rows.strip().splitlines())
    return {
        Act(name): {Stage(stage): frozenset(_LETTERS[one] for one in cell if one != "-") for stage, cell in zip(head, cells, strict=True)}
        for name, *cells in lines
    }


TRANSITIONS: Mapping[Act, Mapping[Stage, frozenset[Role]]] = _read(_ROWS)
"""By act and state, the roles that may."""


def allowed(act: Act, role: str, stage: Stage) -> bool:
    """May a person of that role do it to a form in that state?"""
    return role in TRANSITIONS[act][stage]


def stages_for(act: Act) -> tuple[Stage, ...]:
    """The states in which somebody may do it, in order of a form's life."""
    return tuple(stage for stage, roles in TRANSITIONS[act].items() if roles)


ACT_TEXTS: Mapping[Act, Text] = {
    Act.ENTER: Text("Entering values", "录入数值"), Act.COMPLETE: Text("Completing the form", "标记表单完成"), Act.REOPEN: Text("Reopening the form", "重新打开表单"),
    Act.CONFIRM: Text("Confirming a value", "确认数值"), Act.REMOVE_ROW: Text("Removing a row", "删除行"), Act.CHECK_SOURCE: Text("Source data verification", "源数据核查"),
    Act.REVIEW: Text("Medical review", "医学审核"), Act.SIGN: Text("Signing", "签名"), Act.REJECT: Text("Giving the form back", "退回表单"),
    Act.FREEZE: Text("Freezing", "冻结"), Act.UNFREEZE: Text("Unfreezing", "解除冻结"), Act.LOCK: Text("Locking", "锁定"), Act.UNLOCK: Text("Unlocking", "解锁"),
}  # fmt: skip
STAGE_TEXTS: Mapping[Stage, Text] = {
    Stage.NOT_STARTED: Text("not started", "未开始"), Stage.STARTED: Text("in progress", "进行中"), Stage.COMPLETE: Text("complete", "已完成"),
    Stage.SIGNED: Text("signed", "已签名"), Stage.FROZEN: Text("frozen", "已冻结"), Stage.LOCKED: Text("locked", "已锁定"),
}  # fmt: skip
