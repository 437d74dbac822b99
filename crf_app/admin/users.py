"""People who use the program."""

from __future__ import annotations

from dataclasses import dataclass

from crf_app.admin.roles import Right, Role, may
from crf_app.texts import Text


@dataclass(frozen=True, slots=True)
class User:
    """One person's account. `user_id` and `login` are never used again for anybody else."""

    user_id: str
    login: str
    name: Text
    role: Role
    organisation: str = ""
    active: bool = True

    def may(self, right: Right) -> bool:
        """Has this person the right now?"""
        return self.active and may(self.role, right)
