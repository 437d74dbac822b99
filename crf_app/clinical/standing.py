"""How a form stands, and everything above it: one function for matrix, visit tree, tabs, Today and console.

A form's standing is a set of facts, kept as bits, so that a visit's is the union of its forms' and a subject's that of its
visits'. What shows is the fact most urgent to the role that looks, because each role can act on others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntFlag
from functools import lru_cache

from crf_app.admin.roles import Role
from crf_app.clinical.transitions import Stage


class Standing(IntFlag):
    """What can be true of a form. Stored as a number: bits are never given another meaning."""

    REJECTED = 1
    STARTED = 2
    NOT_STARTED = 4
    SIGNATURE_VOID = 8
    CHANGED = 16
    """Checked against the source once, changed since."""
    TO_CHECK = 32
    TO_SIGN = 64
    COMPLETE = 128
    VERIFIED = 256
    SIGNED = 512
    LOCKED = 1024
    NOT_DONE = 2048
    NOT_APPLICABLE = 4096
    FROZEN = 8192


_S = Standing
_SITE = (
    _S.REJECTED, _S.STARTED, _S.NOT_STARTED, _S.SIGNATURE_VOID, _S.COMPLETE, _S.NOT_DONE, _S.VERIFIED, _S.SIGNED, _S.LOCKED, _S.NOT_APPLICABLE,
)  # fmt: skip
URGENCY: Mapping[Role, tuple[Standing, ...]] = {
    Role.COORDINATOR: _SITE,
    Role.INVESTIGATOR: (
        _S.SIGNATURE_VOID, _S.REJECTED, _S.STARTED, _S.NOT_STARTED, _S.TO_SIGN, _S.COMPLETE, _S.NOT_DONE, _S.VERIFIED, _S.SIGNED, _S.LOCKED, _S.NOT_APPLICABLE,
    ),
    Role.MONITOR: (
        _S.CHANGED, _S.SIGNATURE_VOID, _S.REJECTED, _S.STARTED, _S.NOT_STARTED, _S.TO_CHECK, _S.COMPLETE, _S.NOT_DONE, _S.VERIFIED, _S.SIGNED, _S.LOCKED,
        _S.NOT_APPLICABLE,
    ),
    Role.DATA_MANAGER: (
        _S.SIGNATURE_VOID, _S.CHANGED, _S.REJECTED, _S.STARTED, _S.NOT_STARTED, _S.COMPLETE, _S.NOT_DONE, _S.VERIFIED, _S.SIGNED, _S.LOCKED, _S.NOT_APPLICABLE,
    ),
    Role.ADMINISTRATOR: _SITE,
}  # fmt: skip
"""For each role what shows first. Facts that are not in a role's list are not its business: the stage of the form shows instead."""

FORM_GLYPHS: Mapping[Standing, str] = {
    _S.REJECTED: "rejected", _S.STARTED: "started", _S.NOT_STARTED: "due", _S.SIGNATURE_VOID: "signature_void", _S.CHANGED: "changed",
    _S.TO_CHECK: "complete", _S.TO_SIGN: "complete", _S.COMPLETE: "complete", _S.VERIFIED: "verified", _S.SIGNED: "signed", _S.LOCKED: "locked",
    _S.NOT_DONE: "not_done", _S.NOT_APPLICABLE: "not_applicable",
}  # fmt: skip
"""The status glyph of each fact; above a form, "not started" reads "started": others of the visit were begun."""


@dataclass(frozen=True, slots=True)
class FormFacts:
    """All that decides how a form stands. `state` is that of entry (decisions 6); `lock` of the form itself "", "frozen" or "locked".

    `to_check`: the plan asks for a check against the source that is not made; `changed`: it was made, and something changed since.
    `checked`: everything the plan asks for is checked, and it asks for something.
    """

    state: str
    rejected: bool = False
    to_check: bool = False
    changed: bool = False
    checked: bool = False
    signed: bool = False
    signature_void: bool = False
    lock: str = ""


_ENTRY = {"not_started": _S.NOT_STARTED, "in_progress": _S.STARTED, "not_applicable": _S.NOT_APPLICABLE}


def form_standing(facts: FormFacts) -> Standing:
    """The facts of one form as bits. Where several stages are true the last of them counts: locked, signed, verified, complete."""
    return held(_open_standing(facts), facts.lock)


def held(states: int, lock: str) -> Standing:
    """The same under a freeze (it only shows) or a lock (it hides all but that a signature is void)."""
    if lock == "locked":
        return _S.LOCKED | (Standing(states) & _S.SIGNATURE_VOID)
    return Standing(states) | (_S.FROZEN if lock else Standing(0))


def _open_standing(facts: FormFacts) -> Standing:
    found = Standing(0)
    if facts.changed:
        found |= _S.CHANGED
    if facts.signature_void:
        found |= _S.SIGNATURE_VOID
    if facts.rejected and facts.state in ("in_progress", "not_done"):
        return found | _S.REJECTED
    if facts.state in _ENTRY:
        return found | _ENTRY[facts.state]
    if facts.to_check:
        found |= _S.TO_CHECK
    if not facts.signed:
        found |= _S.TO_SIGN
    return found | _stage(facts)


def _stage(facts: FormFacts) -> Standing:
    if facts.signed:
        return _S.SIGNED
    if facts.checked:
        return _S.VERIFIED
    return _S.NOT_DONE if facts.state == "not_done" else _S.COMPLETE


def rolled_up(standings: Iterable[int]) -> Standing:
    """How what is above stands: the union."""
    found = 0
    for one in standings:
        found |= int(one)
    return Standing(found)


@lru_cache(maxsize=4096)
def shown(role: Role, states: int) -> Standing:
    """The fact that shows to that role: the first of its list. `Standing(0)` for nothing that concerns anybody."""
    return next((one for one in URGENCY[role] if states & one), Standing(0))


@lru_cache(maxsize=4096)
def glyph(role: Role, states: int, *, above: bool = False) -> str:
    """The name of the status glyph, "" without any. `above`: of a visit or a subject, not of a form."""
    one = shown(role, states)
    if above and one == _S.NOT_STARTED:
        return "started"
    return FORM_GLYPHS.get(one, "")


def stage(states: int) -> Stage:
    """Where the form stands in the table of transitions."""
    for bit, found in ((_S.LOCKED, Stage.LOCKED), (_S.FROZEN, Stage.FROZEN), (_S.REJECTED | _S.STARTED, Stage.STARTED), (_S.SIGNED, Stage.SIGNED)):
        if states & bit:
            return found
    return Stage.COMPLETE if states & (_S.COMPLETE | _S.VERIFIED | _S.NOT_DONE) else Stage.NOT_STARTED
