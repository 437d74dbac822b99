"""Every failure that the store can raise has its sentence, and the sentence gets what it asks for."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from crf_app.paths import resources_folder
from crf_app.words import LANGUAGES, load_words

STORE = Path(__file__).resolve().parents[2] / "crf_app" / "store"
WORDS = load_words(resources_folder() / "words")
# Codes that reach ExpectedError through a variable, with the parameters given there.
BY_VARIABLE = {"disk_full": {"place", "detail"}, "io_error": {"place", "detail"}, "read_only": {"place", "detail"},
               "database_locked": {"place", "detail"}, "damaged": {"place", "detail"},
               "held_by_other": {"user", "machine", "since"}}


def raised() -> list[tuple[str, str, set[str]]]:
    """File and line, code and parameters of each ExpectedError that names its code."""
    found = []
    for path in sorted(STORE.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "ExpectedError" \
                    and isinstance(node.args[0], ast.Constant):
                code = str(node.args[0].value)
                given = {keyword.arg for keyword in node.keywords if keyword.arg} | \
                    (BY_VARIABLE[code] if any(keyword.arg is None for keyword in node.keywords) else set())
                found.append((f"{path.name}:{node.lineno}", code, given))
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("place", "code", "given"), [*raised(), *(("variable", *one) for one in BY_VARIABLE.items())])
def test_every_failure_has_its_sentence(place: str, code: str, given: set[str]) -> None:
    for lang in LANGUAGES:
        assert placeholders(WORDS.entries[f"error.{code}"][lang]) <= given, place


def test_every_fault_of_verify_has_its_sentence() -> None:
    codes = {"row_altered", "row_missing", "row_foreign"}
    for name in ("verify.py", "replay.py"):
        for node in ast.walk(ast.parse((STORE / name).read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                at = {"Fault": 3, "_entry_fault": 1}.get(node.func.id)
                what = node.args[at] if at is not None else None
                if isinstance(what, ast.Constant):
                    codes.add(str(what.value))
    assert len(codes) > 10
    for code in codes:
        for lang in LANGUAGES:
            text = WORDS.entries[f"store.fault_{code}"][lang]
            assert placeholders(text) <= {"place", "entry_no", "change_no", "detail"}, code
