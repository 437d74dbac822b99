"""Checking signatures, most of the work of a verification: in a thread of their own while SQLite reads, or step by step."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import NamedTuple, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from crf_app.store.signer import check_signature, load_public_key

_BATCH = 50
_MOST_WAITING = 400
"""Batches: what is read ahead of the signatures stays small."""


class Signed(NamedTuple):
    """An entry, who should have signed it, and what he signed."""

    no: int
    user_id: str
    key: Ed25519PublicKey
    hash: bytes
    signature: bytes


class SignatureChecks:
    """Takes signed entries in order and finds the first that is false. Use it in a `with` block: its end ends the thread.

    Not `beside`: each is checked when it is added, for work that must take little of the processor at a time.
    """

    def __init__(self, *, beside: bool) -> None:
        self._pool = ThreadPoolExecutor(1, "signatures") if beside else None
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._batch: list[Signed] = []
        self._waiting: deque[Future[Signed | None]] = deque()
        self._false: Signed | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def add(self, no: int, user_id: str, public_key: str, entry_hash: bytes, signature: bytes) -> None:
        """Have one entry checked some time before `first_false` returns. Raises ValueError when the key is none."""
        key = self._keys.get(public_key)
        if key is None:
            key = self._keys[public_key] = load_public_key(public_key)
        self._batch.append(Signed(no, user_id, key, entry_hash, signature))
        if self._pool is None or len(self._batch) == _BATCH:
            self._send()

    def first_false(self) -> Signed | None:
        """Wait for all that were added; the first whose signature is false, or None."""
        self._send()
        while self._waiting:
            self._take()
        return self._false

    def _send(self) -> None:
        batch, self._batch = self._batch, []
        if self._pool is None:
            self._false = self._false or _first_false(batch)
            return
        self._waiting.append(self._pool.submit(_first_false, batch))
        if len(self._waiting) > _MOST_WAITING:
            self._take()

    def _take(self) -> None:
        self._false = self._false or self._waiting.popleft().result()


def _first_false(batch: list[Signed]) -> Signed | None:
    return next((one for one in batch if not check_signature(one.key, one.hash, one.signature)), None)
