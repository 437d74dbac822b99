"""The printed recovery code: 8 groups of 5 characters without look-alikes, the last two a checksum."""

from __future__ import annotations

import secrets

from crf_app.errors import ExpectedError

# No 0 O, no 1 I L, no U beside V: what is read aloud or copied by hand arrives as it was printed.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _SIZE, _CHECK = 8, 5, 2


def new_recovery_code() -> str:
    """A new code (186 random bits), groups joined by hyphens."""
    secret = "".join(secrets.choice(ALPHABET) for _ in range(_GROUPS * _SIZE - _CHECK))
    whole = secret + _checksum(secret)
    return "-".join(whole[at:at + _SIZE] for at in range(0, len(whole), _SIZE))


def parse_recovery_code(text: str) -> str:
    """The characters of a typed code; case, spaces and hyphens do not matter.

    Raises ExpectedError "recovery_code_misread" when the length, a character or the checksum is wrong.
    """
    plain = "".join(text.upper().split()).replace("-", "")
    right = len(plain) == _GROUPS * _SIZE and not set(plain) - set(ALPHABET)
    if not right or _checksum(plain[:-_CHECK]) != plain[-_CHECK:]:
        raise ExpectedError("recovery_code_misread", groups=_GROUPS, size=_SIZE)
    return plain


def _checksum(secret: str) -> str:
    """Two weighted sums modulo primes: each single slip and each swap of neighbours changes the first."""
    numbers = [ALPHABET.index(one) for one in secret]
    first = sum(pow(3, at, 31) * number for at, number in enumerate(numbers)) % 31
    second = sum(pow(2, at, 29) * number for at, number in enumerate(numbers)) % 29
    check = first * 29 + second
    return ALPHABET[check // len(ALPHABET)] + ALPHABET[check % len(ALPHABET)]
