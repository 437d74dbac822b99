"""Mistakes in a study definition: all of them, each with its place, rule and remedy."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake. `file` is relative to the forms folder, `path` leads inside it ("VS > TEMP_VSORRES > soft")."""

    file: str
    path: str
    rule: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file} > {self.path}: {self.rule}: {self.message} {self.remedy}"


@dataclass(slots=True)
class Mistakes:
    """Collects mistakes while a definition is read; reading goes on after each."""

    found: list[Mistake] = field(default_factory=list)

    def add(self, file: str, path: str, rule: str, message: str, remedy: str) -> None:
        """Note one mistake, once."""
        mistake = Mistake(file, path, rule, message, remedy)
        if mistake not in self.found:
            self.found.append(mistake)


class DefinitionError(Exception):
    """A study definition that cannot be used; `mistakes` lists everything wrong with it."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__(f"{len(mistakes)} mistakes, first: {mistakes[0]}")
        self.mistakes = mistakes
