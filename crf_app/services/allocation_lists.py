"""The allocation list: checked and imported from the sponsor's file, or made from a seed; who holds its key; how far it was dealt (decisions 31).

Nothing here opens a code: the key is drawn, used to seal, put into the slots of those who may randomise, and forgotten.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crf_app.admin.roles import Right
from crf_app.clinical.allocation import PlannedCode, Scheme, parsed_ratio, planned_per_arm
from crf_app.clinical.permuted_blocks import permuted_blocks
from crf_app.errors import ExpectedError
from crf_app.services.allocation_csv import ListReport, read_list
from crf_app.services.changes import Changes
from crf_app.services.signing import Credentials, signer_of
from crf_app.services.workspace import Actor, Workspace
from crf_app.store.allocations import (
    StoredList,
    active_list,
    places_by_stratum,
    read_allocations,
    read_lists,
    read_reported_allocations,
)
from crf_app.store.sealing import CodePlace, commitment, new_allocation_key, new_code, seal_code, seal_secret
from crf_app.store.unit import Unit
from crf_app.store.users import read_users
from crf_app.store.vault import RECOVERY_USER, allocation_holders, give_allocation_key
from crf_app.study.definition import Code, ItemDef

LIST, ENVELOPE, CENTRAL = "LIST", "ENVELOPE", "CENTRAL"
"""How a study allocates: by the sealed list of the application, by sealed envelopes at the site, by the sponsor's central service."""


@dataclass(frozen=True, slots=True)
class ListPlan:
    """How a list is to be made: block sizes, codes for each stratum, seed ("" draws one that nobody knows)."""

    sizes: tuple[int, ...]
    per_stratum: int
    seed: str = ""


@dataclass(frozen=True, slots=True)
class StratumStatus:
    """How far a stratum was dealt ("" where there are no strata)."""

    stratum: str
    size: int
    dealt: int


@dataclass(frozen=True, slots=True)
class ArmStatus:
    """An arm with its planned number and the subjects allocated to it so far."""

    arm: Code
    planned: int
    assigned: int


@dataclass(frozen=True, slots=True)
class ListStatus:
    """What everybody may know of the randomisation; never a code to come, never a block.

    `list` is the list in force; `holders` may open its next code, `waiting` may randomise but do not hold the key yet.
    """

    list: StoredList | None
    strata: tuple[StratumStatus, ...]
    arms: tuple[ArmStatus, ...]
    holders: tuple[str, ...]
    waiting: tuple[str, ...]

    @property
    def dealt(self) -> int:
        """Codes dealt of the list in force."""
        return sum(one.dealt for one in self.strata)


def randomises(work: Workspace) -> bool:
    """Does this study allocate to arms?"""
    return work.study.landmark("arm") is not None


def arm_item(work: Workspace) -> ItemDef:
    """The item that holds a subject's arm. Raises ExpectedError "randomise_no_form" for a study without."""
    item = work.study.landmark("arm")
    if item is None:
        raise ExpectedError("randomise_no_form")
    return item


def method_of(work: Workspace) -> str:
    """How the study allocates: LIST, ENVELOPE or CENTRAL, as the parameter `allocation_method` says; by the list when nothing says otherwise."""
    given = work.parameters.get("allocation_method", "")
    return given if given in (ENVELOPE, CENTRAL) else LIST


def arms_of(work: Workspace) -> tuple[Code, ...]:
    """The arms in the order of the definition. Raises ExpectedError "randomise_no_form" for a study without."""
    return arm_item(work).codes


def scheme_of(work: Workspace) -> Scheme:
    """How the study allocates with the parameters in force. Raises ExpectedError "randomise_no_form", "allocation_ratio_wrong"."""
    arms, given = arms_of(work), work.parameters
    text = given.get("allocation_ratio", "") or ":".join("1" for _ in arms)
    size = int(given.get("arm_size") or 0) * len(arms) or work.study.target_enrolment
    try:
        ratio = parsed_ratio(text, len(arms))
        planned = planned_per_arm(size, ratio)
    except ValueError as error:
        raise ExpectedError("allocation_ratio_wrong", text=text, arms=len(arms)) from error
    strata = tuple(one.strip() for one in given.get("strata", "").replace("；", ";").split(";") if one.strip())
    sizes = tuple(int(one) for one in given.get("block_sizes", "").split(";") if one.strip().isdecimal())
    return Scheme(tuple(one.code for one in arms), ratio, planned, strata or ("",), sizes)


def read_status(work: Workspace) -> ListStatus:
    """How the randomisation stands, for everybody at work. Raises ExpectedError "locked", "randomise_no_form"."""
    work.need_session()
    scheme, found = scheme_of(work), active_list(work.database)
    given = Counter(one.arm for one in read_allocations(work.database)) + Counter(one.arm for one in read_reported_allocations(work.database))
    arms = tuple(ArmStatus(arm, planned, given[arm.code]) for arm, planned in zip(arms_of(work), scheme.planned, strict=True))
    strata = tuple(StratumStatus(*one) for one in places_by_stratum(work.database, found.list_id)) if found else ()
    holders = allocation_holders(work.folder, found.list_id) if found else frozenset()
    entitled = _entitled(work)
    return ListStatus(
        found, strata, arms, tuple(one for one in entitled if one in holders), tuple(one for one in entitled if found and one not in holders)
    )


def check_list(work: Workspace, content: bytes) -> ListReport:
    """The report of a file, nothing stored. Raises ExpectedError "no_right", "randomise_no_form", "allocation_ratio_wrong"."""
    work.need(Right.ALLOCATION_LIST)
    return read_list(content, scheme_of(work), arms_of(work))


def import_list(work: Workspace, content: bytes, who: Credentials, *, reason: str = "") -> Changes:
    """Import a sponsor's list whole or not at all, sealed code by code; the person confirms with his password.

    Raises ExpectedError "list_refused" (mistakes, first row), "list_in_use", "reason_missing" (a list is there and would be withdrawn),
    "list_no_holder", "no_right", "log_in_failed" and those of the disk.
    """
    actor = signer_of(work, who, Right.ALLOCATION_LIST)
    report = read_list(content, scheme_of(work), arms_of(work))
    if report.mistakes:
        raise ExpectedError("list_refused", mistakes=len(report.mistakes), row=report.mistakes[0].row)
    blocks = [one.block for one in report.codes]
    secret = {"file": hashlib.sha256(content).hexdigest(), "blocks": blocks}
    return _store(work, actor, "imported", report.codes, secret, reason.strip())


def make_list(work: Workspace, plan: ListPlan, who: Credentials, *, reason: str = "") -> Changes:
    """Make a list by permuted blocks. Seed and block sizes are kept sealed under the key of the list alone.

    Raises ExpectedError "block_size" (unit), "blocks_do_not_fit", "list_too_small" and those of `import_list`.
    """
    actor, scheme = signer_of(work, who, Right.ALLOCATION_LIST), scheme_of(work)
    if plan.per_stratum * len(scheme.strata) < scheme.size:
        raise ExpectedError("list_too_small", found=plan.per_stratum, planned=-(-scheme.size // len(scheme.strata)))
    seed = plan.seed.strip() or secrets.token_hex(16)
    try:
        codes = permuted_blocks(scheme, seed, plan.sizes, plan.per_stratum)
    except ValueError as error:
        raise ExpectedError(str(error), unit=scheme.unit, size=plan.per_stratum) from error
    secret = {"seed": seed, "sizes": list(plan.sizes), "method": "permuted blocks v1"}
    return _store(work, actor, "made", codes, secret, reason.strip())


def pass_on_key(work: Workspace, who: Credentials) -> tuple[str, ...]:
    """Somebody who holds the key of the list gives it to everybody who may randomise and lacks it; returns their ids.

    Raises ExpectedError "randomise_no_list", "randomise_no_key", "nobody_lacks_key", "no_right", "log_in_failed".
    """
    actor, found = signer_of(work, who, Right.RANDOMISE), active_list(work.database)
    if found is None:
        raise ExpectedError("randomise_no_list")
    key = actor.allocation_keys.get(found.list_id)
    if key is None:
        raise ExpectedError("randomise_no_key")
    lacking = read_status(work).waiting
    if not lacking:
        raise ExpectedError("nobody_lacks_key")
    keys = _public_keys(work)
    give_allocation_key(work.folder, found.list_id, key, {one: keys[one] for one in lacking})
    command = work.command("pass_on_allocation_key", actor, about=f"list:{found.list_id}", details={"users": list(lacking)})
    with work.begin(command, actor.signer):
        pass
    return lacking


def _store(work: Workspace, actor: Actor, source: str, codes: Sequence[PlannedCode], secret: Mapping[str, object], reason: str) -> Changes:
    before = active_list(work.database)
    if before is not None and any(one.list_id == before.list_id for one in read_allocations(work.database)):
        raise ExpectedError("list_in_use", list=before.list_id)
    if before is not None and not reason:
        raise ExpectedError("reason_missing")
    holders = _entitled(work)
    if not holders:
        raise ExpectedError("list_no_holder")
    list_id, key, known = len(read_lists(work.database)) + 1, new_allocation_key(), _public_keys(work)
    # the slots first: a box for a list that was not stored after all opens nothing, a list without its key would be lost
    give_allocation_key(work.folder, list_id, key, {one: known[one] for one in (*holders, RECOVERY_USER)})
    details = {"source": source, "codes": len(codes), "holders": list(holders)}
    command = work.command("store_allocation_list", actor, about=f"list:{list_id}", reason=reason, details=details)
    with work.begin(command, actor.signer) as unit:
        if before is not None:
            unit.patch("allocation_list", (before.list_id,), {"state": "withdrawn", "reason": reason})
        sealed = seal_secret(key, work.study.oid, list_id, secret)
        _put_list(work, unit, actor, list_id, source, len(codes), sealed)
        _put_codes(work, unit, key, list_id, codes)
        return Changes(administration=True, entry_no=unit.entry_no)


def _put_list(work: Workspace, unit: Unit, actor: Actor, list_id: int, source: str, size: int, sealed: bytes) -> None:
    scheme = scheme_of(work)
    details = {"arms": list(scheme.arms), "ratio": list(scheme.ratio), "planned": list(scheme.planned), "strata": [one for one in scheme.strata if one]}
    unit.put(
        "allocation_list",
        {
            "list_id": list_id, "source": source, "state": "active", "size": size, "details": details, "secret": sealed,
            "made_by": actor.user.user_id, "made_at": unit.at, "reason": "",
        },
    )  # fmt: skip


def _put_codes(work: Workspace, unit: Unit, key: bytes, list_id: int, codes: Sequence[PlannedCode]) -> None:
    for number, one in enumerate(codes, 1):
        where, code = CodePlace(work.study.oid, list_id, number, one.stratum), new_code(one.number, one.arm)
        cells = {"list_id": list_id, "place": number, "stratum": one.stratum, "cipher": seal_code(key, where, code), "commitment": commitment(where, code)}
        unit.put("allocation_code", cells)


def _entitled(work: Workspace) -> tuple[str, ...]:
    """Everybody who may randomise now."""
    return tuple(user_id for user_id, user in work.users.items() if user.may(Right.RANDOMISE))


def _public_keys(work: Workspace) -> dict[str, str]:
    return {one.user_id: one.public_key for one in read_users(work.database) if one.active}
