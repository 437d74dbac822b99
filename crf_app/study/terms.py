"""Terms of a medical dictionary, how a text is cut into words to be found by, and how well a term answers a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_RUNS = re.compile(r"[a-z0-9]+|[\u3400-\u9fff\uf900-\ufaff]+")
_SMALL = frozenset({"of", "in", "the", "a", "an", "and", "with", "on", "at", "to", "by", "nos"})
_PLURAL_FROM = 5


@dataclass(frozen=True, slots=True)
class Term:
    """One term of one release: `level` is SOC, HLGT, HLT, PT or LLT; `parent` the code of the term it belongs to (LLT: PT, PT: SOC)."""

    level: str
    code: str
    name: str
    parent: str = ""
    current: bool = True


@dataclass(frozen=True, slots=True)
class Way:
    """A way from a PT up to a SOC, by codes."""

    pt: str
    hlt: str
    hlgt: str
    soc: str
    primary: bool


def folded(text: str) -> str:
    """A text without the accidents of writing: width, case and spacing. Two texts that fold alike are an exact match."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def stored_words(text: str) -> tuple[str, ...]:
    """The words a term is found by: English words, and of Chinese each character and each two that stand together."""
    found: list[str] = []
    for run in _RUNS.findall(folded(text)):
        found += [run] if run.isascii() else [*run, *_pairs(run)]
    return tuple(dict.fromkeys(found))


def asked_words(text: str) -> tuple[str, ...]:
    """The words that are looked for: without the small ones, an English plural as its singular, Chinese by twos."""
    found: list[str] = []
    for run in _RUNS.findall(folded(text)):
        if not run.isascii():
            found += _pairs(run) or [run]
        elif run not in _SMALL:
            found.append(run[:-1] if len(run) >= _PLURAL_FROM and run.endswith("s") and not run.endswith("ss") else run)
    return tuple(dict.fromkeys(found))


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def likeness(asked: Sequence[str], name: str) -> float:
    """0 to 1: how much of the text a term says, and how little else. Words of the text may be beginnings of the term's."""
    words = tuple(_said(name))
    if not asked or not words:
        return 0.0
    found = sum(any(word.startswith(one) for word in words) for one in asked)
    used = sum(any(word.startswith(one) for one in asked) for word in words)
    share, rest = found / len(asked), used / len(words)
    return 2 * share * rest / (share + rest) if found else 0.0


def _said(name: str) -> Iterator[str]:
    """The words a term says: as it is asked for, so that an exact match is whole."""
    for run in _RUNS.findall(folded(name)):
        if not run.isascii():
            yield from _pairs(run) or [run]
        elif run not in _SMALL:
            yield run
