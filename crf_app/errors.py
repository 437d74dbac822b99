"""Failures we expect and can explain. Anything else that is raised is a fault of ours."""

from __future__ import annotations


class ExpectedError(Exception):
    """Something that happens to careful people: disk full, wrong password, file locked.

    `code` names a sentence of the word catalogue (`error.<code>`); `parameters` fill its placeholders. The sentence
    says where, what rule and how to put it right. Nothing has been changed when this is raised.
    """

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code, parameters)
        self.code = code
        self.parameters: dict[str, object] = parameters

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"{self.code} ({shown})" if shown else self.code
