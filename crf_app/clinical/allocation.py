"""What an allocation list must be: arms, ratio, size, strata, blocks; and the checks of a list against it (content, sections 4.1, 4.2, 5.30)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from crf_app.study.functions.statistics import arm_capacity

CONCEALED_PARAMETERS = frozenset({"block_sizes"})
"""Parameters that would help to guess the next code: shown to who makes the list alone (content, section 5.30)."""

LONGEST_NUMBER = 20
_RUNNING = re.compile(r"^(.*?)(\d{1,9})$")


@dataclass(frozen=True, slots=True)
class Scheme:
    """How a study allocates: arms with their parts of the ratio and planned numbers (D29), strata ("" alone without any),
    and the block sizes that may be used (none: any that the ratio allows).
    """

    arms: tuple[str, ...]
    ratio: tuple[int, ...]
    planned: tuple[int, ...]
    strata: tuple[str, ...] = ("",)
    block_sizes: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        """Planned subjects of all arms."""
        return sum(self.planned)

    @property
    def unit(self) -> int:
        """The smallest block that holds the ratio."""
        return sum(self.ratio)


@dataclass(frozen=True, slots=True)
class PlannedCode:
    """A code of a list in the making. `row` in its file, 0 without; `block` names the block it belongs to, "" unknown."""

    number: str
    arm: str
    stratum: str = ""
    block: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Remark:
    """A mistake or a note: the sentence `randomisation.list.<code>` with `parameters`, and where: row and column of the file (0, "": as a whole)."""

    code: str
    row: int = 0
    column: str = ""
    parameters: Mapping[str, object] = field(default_factory=dict)


def planned_per_arm(size: int, ratio: Sequence[int]) -> tuple[int, ...]:
    """N × ratio ÷ Σ ratio for each arm, whole numbers (D29). Raises ValueError for a ratio that is none."""
    found = arm_capacity({"N": size, "RATIO": tuple(ratio), "ASSIGNED": (0,) * len(ratio)}).value
    if not isinstance(found, tuple):
        raise ValueError(f"no ratio: {ratio}")
    return found


def is_full(scheme: Scheme, assigned: Mapping[str, int], arm: str) -> bool:
    """Would one more subject overfill the arm (D29)?"""
    counts = tuple(assigned.get(one, 0) + (one == arm) for one in scheme.arms)
    return arm_capacity({"N": scheme.size, "RATIO": scheme.ratio, "ASSIGNED": counts}).code == "ARM_OVERFILLED"


def parsed_ratio(text: str, arms: int) -> tuple[int, ...]:
    """The parts of "1:1" or "2：1", one an arm. Raises ValueError when it is none."""
    parts = tuple(int(one) for one in text.replace("：", ":").split(":"))
    if len(parts) != arms or min(parts) < 1:
        raise ValueError(f"not a ratio of {arms} arms: {text}")
    return parts


def check_codes(scheme: Scheme, codes: Sequence[PlannedCode]) -> tuple[tuple[Remark, ...], tuple[Remark, ...]]:
    """Mistakes, each of which refuses the list, and notes, which do not; both in the order of the file."""
    mistakes = [*_numbers(codes), *_arms(scheme, codes), *_strata(scheme, codes)]
    if not mistakes:
        mistakes = [*_counts(scheme, codes), *_blocks(scheme, codes)]
    gaps, notes = _gaps(codes)
    mistakes += gaps
    return tuple(sorted(mistakes, key=lambda one: one.row)), (*notes, *_notes(scheme, codes))


def _numbers(codes: Sequence[PlannedCode]) -> Iterator[Remark]:
    seen: dict[str, int] = {}
    for one in codes:
        folded = one.number.casefold()
        if not one.number:
            yield Remark("number_missing", one.row, "number")
        elif len(one.number) > LONGEST_NUMBER or not one.number.isprintable():
            yield Remark("number_unfit", one.row, "number", {"most": LONGEST_NUMBER})
        elif folded in seen:
            yield Remark("number_twice", one.row, "number", {"number": one.number, "first": seen[folded]})
        seen.setdefault(folded, one.row)


def _arms(scheme: Scheme, codes: Sequence[PlannedCode]) -> Iterator[Remark]:
    for one in codes:
        if one.arm not in scheme.arms:
            yield Remark("arm_unknown" if one.arm else "arm_missing", one.row, "arm", {"text": one.arm, "known": ", ".join(scheme.arms)})


def _strata(scheme: Scheme, codes: Sequence[PlannedCode]) -> Iterator[Remark]:
    known = ", ".join(one for one in scheme.strata if one)
    for one in codes:
        if one.stratum not in scheme.strata:
            code = "stratum_none" if not known else "stratum_unknown" if one.stratum else "stratum_missing"
            yield Remark(code, one.row, "stratum", {"text": one.stratum, "known": known})
    there = {one.stratum for one in codes}
    for stratum in scheme.strata if codes else ():
        if stratum and stratum not in there:
            yield Remark("stratum_empty", 0, "stratum", {"text": stratum})


def _counts(scheme: Scheme, codes: Sequence[PlannedCode]) -> Iterator[Remark]:
    ratio = ":".join(map(str, scheme.ratio))
    for stratum in scheme.strata:
        counted = Counter(one.arm for one in codes if one.stratum == stratum)
        total = sum(counted.values())
        shares = zip(scheme.arms, scheme.ratio, strict=True)
        if any(abs(counted[arm] * scheme.unit - total * part) >= scheme.unit for arm, part in shares):
            found = ", ".join(f"{arm} {counted[arm]}" for arm in scheme.arms)
            yield Remark("ratio_wrong", 0, "arm", {"stratum": stratum or "–", "found": found, "ratio": ratio})
    whole = Counter(one.arm for one in codes)
    for arm, planned in zip(scheme.arms, scheme.planned, strict=True):
        if whole[arm] < planned:
            yield Remark("too_few", 0, "arm", {"arm": arm, "found": whole[arm], "planned": planned})


def _blocks(scheme: Scheme, codes: Sequence[PlannedCode]) -> Iterator[Remark]:
    """Every block stands in one piece, in one stratum, of a size that may be used, and holds the ratio."""
    if not any(one.block for one in codes):
        return
    if bare := next((one for one in codes if not one.block), None):
        yield Remark("block_missing", bare.row, "block")
        return
    ended: dict[str, str] = {}
    for stratum in scheme.strata:
        here = [one for one in codes if one.stratum == stratum]
        for block, members in groupby(here, key=lambda one: one.block):
            rows = list(members)
            if block in ended:
                yield Remark("block_torn", rows[0].row, "block", {"block": block})
            ended[block] = stratum
            yield from _block(scheme, block, rows)


def _block(scheme: Scheme, block: str, rows: Sequence[PlannedCode]) -> Iterator[Remark]:
    sizes = ", ".join(map(str, scheme.block_sizes))
    if scheme.block_sizes and len(rows) not in scheme.block_sizes:
        yield Remark("block_size", rows[0].row, "block", {"block": block, "size": len(rows), "known": sizes})
        return
    counted = Counter(one.arm for one in rows)
    if any(counted[arm] * scheme.unit != len(rows) * part for arm, part in zip(scheme.arms, scheme.ratio, strict=True)):
        found = ", ".join(f"{arm} {counted[arm]}" for arm in scheme.arms)
        yield Remark("block_ratio", rows[0].row, "block", {"block": block, "found": found, "ratio": ":".join(map(str, scheme.ratio))})


def _gaps(codes: Sequence[PlannedCode]) -> tuple[list[Remark], list[Remark]]:
    """Numbers that run must run without gaps: most steps of a list are one up. A list of arbitrary numbers is only noted."""
    steps = [(one, _step(first.number, one.number)) for first, one in pairwise(codes) if first.stratum == one.stratum]
    if sum(step == 1 for _, step in steps) * 2 <= len(steps):
        return [], [Remark("numbers_arbitrary", 0, "number")] if len(codes) > 1 else []
    found = [(one, step) for one, step in steps if step is not None and step not in (0, 1)]
    return [Remark("number_gap" if step > 1 else "number_back", one.row, "number", {"number": one.number, "lacking": step - 1}) for one, step in found], []


def _step(first: str, second: str) -> int | None:
    """How far the second number lies behind the first; None when they are not of one series."""
    before, after = _RUNNING.match(first), _RUNNING.match(second)
    if before is None or after is None or before.group(1) != after.group(1):
        return None
    return int(after.group(2)) - int(before.group(2))


def _notes(scheme: Scheme, codes: Sequence[PlannedCode]) -> Iterator[Remark]:
    if codes and not any(one.block for one in codes):
        yield Remark("no_blocks", 0, "block")
    if len(codes) > scheme.size:
        yield Remark("more_than_planned", 0, "", {"found": len(codes), "planned": scheme.size})
