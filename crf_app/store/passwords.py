"""Rules for new passwords: length and a blocklist, no composition rules (reliability section 3; NIST SP 800-63B)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from crf_app.errors import ExpectedError

LEAST_LENGTH = 15
MOST_LENGTH = 1024
_LEAST_DIFFERENT = 6
_WORD_LENGTH = 4

# Long passwords and pass phrases that stand at the top of published guessing lists, and pieces they are made of.
_COMMON = (
    "passwordpassword", "password123456", "password12345678", "passw0rdpassw0rd", "1234567890", "12345678901234567890",
    "qwertyuiopasdfghjkl", "qwertyuiopasdfghjklzxcvbnm", "qwertyqwertyqwerty",
    "1qaz2wsx3edc4rfv", "1q2w3e4r5t6y7u8i9o0p",
    "zaq12wsxcde34rfv", "abcdefghijklmnopqrstuvwxyz", "iloveyouiloveyou", "correcthorsebatterystaple", "letmeinletmein",
    "adminadminadmin", "administrator", "welcomewelcome", "welcometothejungle", "changemechangeme", "defaultpassword",
    "thisismypassword", "mypasswordispassword", "trustno1trustno1", "woaini1314520",
    "woainiwoainiwoaini", "5201314520131452",
    "a123456789012345", "aa123456aa123456", "qq123456789qq123", "clinicaltrialpassword", "casereportform",
)
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm",
         "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p")


def check_password(password: str, words: Sequence[str] = ()) -> None:
    """Raise ExpectedError naming the rule that `password` breaks; return when it may be used.

    `words`: names of study, site and user that must not be most of it. Codes: "password_too_short" (least, length),
    "password_too_long", "password_common", "password_simple", "password_has_word" (word).
    """
    folded = unicodedata.normalize("NFKC", password).casefold()
    if len(folded) < LEAST_LENGTH:
        raise ExpectedError("password_too_short", least=LEAST_LENGTH, length=len(folded))
    if len(folded) > MOST_LENGTH:
        raise ExpectedError("password_too_long", most=MOST_LENGTH)
    plain = "".join(one for one in folded if one.isalnum())
    if any(plain.startswith(common) and len(plain) - len(common) < _WORD_LENGTH for common in _COMMON):
        raise ExpectedError("password_common")
    if len(set(folded)) < _LEAST_DIFFERENT or _repeats(folded) or _runs(plain):
        raise ExpectedError("password_simple", different=_LEAST_DIFFERENT)
    for word in words:
        piece = unicodedata.normalize("NFKC", word).casefold().strip()
        if len(piece) >= _WORD_LENGTH and piece in folded and len(folded) - len(piece) < LEAST_LENGTH:
            raise ExpectedError("password_has_word", word=word, least=LEAST_LENGTH)


def _repeats(text: str) -> bool:
    """Is it a short piece written again and again?"""
    return any((text[:size] * (len(text) // size + 1))[:len(text)] == text for size in range(1, len(text) // 2 + 1))


def _runs(plain: str) -> bool:
    """Is it a walk along the alphabet, the digits or the keyboard?"""
    return len(plain) > 0 and any(plain in row or plain in row[::-1] for row in _ROWS)
