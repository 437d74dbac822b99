"""A list by permuted blocks from a seed: the same seed, scheme and sizes give the same list on every machine (docs/file-format.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from crf_app.clinical.allocation import PlannedCode, Scheme

_CONTEXT = b"crf-app permuted blocks v1\0"
_WORD = 8


def permuted_blocks(scheme: Scheme, seed: str, sizes: Sequence[int], per_stratum: int) -> tuple[PlannedCode, ...]:
    """A list of `per_stratum` codes for each stratum, in blocks whose sizes are drawn from `sizes`, each in the ratio.

    Numbers run through the list: R001, R002 ... Raises ValueError "block_size" for a size that does not hold the ratio,
    "blocks_do_not_fit" when no blocks of these sizes make up the number.
    """
    chosen = sorted(set(sizes))
    if not chosen or any(one < 1 or one % scheme.unit for one in chosen):
        raise ValueError("block_size")
    if per_stratum < 1 or not _makes_up(per_stratum, chosen)[per_stratum]:
        raise ValueError("blocks_do_not_fit")
    width = max(3, len(str(per_stratum * len(scheme.strata))))
    drawn = [(stratum, block, arm) for stratum in scheme.strata for block, arm in _stratum(scheme, seed, stratum, chosen, per_stratum)]
    return tuple(PlannedCode(f"R{number:0{width}}", arm, stratum, f"{stratum}{block}") for number, (stratum, block, arm) in enumerate(drawn, 1))


def _stratum(scheme: Scheme, seed: str, stratum: str, sizes: Sequence[int], total: int) -> Iterator[tuple[int, str]]:
    draw = Draw(f"{seed}\0{stratum}")
    reachable = _makes_up(total, sizes)
    block = 0
    while total:
        block += 1
        fitting = [one for one in sizes if one <= total and reachable[total - one]]
        size = fitting[draw.below(len(fitting))]
        total -= size
        for arm in draw.shuffled(_members(scheme, size)):
            yield block, arm


def _members(scheme: Scheme, size: int) -> list[str]:
    times = size // scheme.unit
    return [arm for arm, part in zip(scheme.arms, scheme.ratio, strict=True) for _ in range(part * times)]


def _makes_up(total: int, sizes: Sequence[int]) -> list[bool]:
    """For each number up to `total`: can blocks of these sizes make it up?"""
    found = [True] + [False] * total
    for number in range(1, total + 1):
        found[number] = any(one <= number and found[number - one] for one in sizes)
    return found


class Draw:
    """Unbiased draws from a seed: 64-bit words of SHA-256(context, seed, counter), those that would favour a number left out."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._words = self._stream()

    def _stream(self) -> Iterator[int]:
        counter = 0
        while True:
            digest = hashlib.sha256(_CONTEXT + self._seed + b"\0" + counter.to_bytes(_WORD, "big")).digest()
            yield from (int.from_bytes(digest[at : at + _WORD], "big") for at in range(0, len(digest), _WORD))
            counter += 1

    def below(self, end: int) -> int:
        """A number from 0 to end - 1, each as likely."""
        limit = 2 ** (8 * _WORD) // end * end
        return next(one for one in self._words if one < limit) % end

    def shuffled(self, items: Sequence[str]) -> list[str]:
        """The items in an order drawn by Fisher and Yates."""
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.below(last + 1)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed
