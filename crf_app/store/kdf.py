"""Turning a password into a key: Argon2id, made slow enough for this machine when a key slot is written."""

from __future__ import annotations

import os
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

KEY_BYTES = 32
_LEAST_MEMORY_KIB = 32
_MOST_MEMORY_KIB = 4 * 1024 * 1024
_MOST_ITERATIONS = 1000


@dataclass(frozen=True, slots=True)
class KdfCost:
    """How much work one guess costs. `iterations` 0: as many as take `least_seconds` on this machine.

    The defaults are those of reliability section 3; tests use `CHEAP`.
    """

    memory_kib: int = 64 * 1024
    lanes: int = 4
    iterations: int = 0
    least_seconds: float = 0.5


FULL_COST = KdfCost()
CHEAP = KdfCost(memory_kib=64, lanes=1, iterations=1)
"""Worthless against guessing: for tests and demonstrations."""


@dataclass(frozen=True, slots=True)
class Kdf:
    """The settled parameters of one slot, stored beside it."""

    memory_kib: int
    lanes: int
    iterations: int
    salt: bytes

    def derive(self, password: str) -> bytes:
        """The 32-byte key of `password` (compared in Unicode form NFKC, so that keyboards do not matter)."""
        secret = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
        return Argon2id(salt=self.salt, length=KEY_BYTES, iterations=self.iterations, lanes=self.lanes,
                        memory_cost=self.memory_kib).derive(secret)

    def packed(self) -> dict[str, object]:
        """For the slots file."""
        return {"name": "argon2id", "memory_kib": self.memory_kib, "lanes": self.lanes, "iterations": self.iterations,
                "salt": self.salt.hex()}


def unpack_kdf(content: Mapping[str, object]) -> Kdf:
    """Read what `packed` wrote. Raises ValueError for anything else, also for a cost that would hang the machine."""
    kdf = Kdf(int(str(content["memory_kib"])), int(str(content["lanes"])), int(str(content["iterations"])),
              bytes.fromhex(str(content["salt"])))
    sound = (content.get("name") == "argon2id" and _LEAST_MEMORY_KIB <= kdf.memory_kib <= _MOST_MEMORY_KIB
             and 1 <= kdf.lanes <= 64 and 1 <= kdf.iterations <= _MOST_ITERATIONS and len(kdf.salt) >= 16)
    if not sound:
        raise ValueError("unknown key derivation parameters")
    return kdf


def settle(cost: KdfCost) -> Kdf:
    """Parameters with a new salt; iterations calibrated so that one derivation takes at least `least_seconds` here."""
    kdf = Kdf(cost.memory_kib, cost.lanes, max(cost.iterations, 1), os.urandom(16))
    if cost.iterations:
        return kdf
    while (took := _seconds(kdf)) < cost.least_seconds:
        more = max(kdf.iterations + 1, int(kdf.iterations * cost.least_seconds / took) + 1)
        kdf = Kdf(kdf.memory_kib, kdf.lanes, min(more, kdf.iterations * 4), kdf.salt)
    return kdf


def _seconds(kdf: Kdf) -> float:
    start = time.perf_counter()
    kdf.derive("calibration")
    return time.perf_counter() - start
