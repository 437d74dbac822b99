"""Problem and error codes as sentences in the language in force."""

from __future__ import annotations

from functools import partial

from crf_app.admin.roles import ROLE_TEXTS, Role
from crf_app.errors import ExpectedError
from crf_app.study.problems import Problem
from crf_app.ui import messages
from crf_app.ui.common.languages import Said
from crf_app.ui.common.look import Look


def problem_text(look: Look, problem: Problem) -> str:
    """Why what was typed cannot be taken, and what is expected."""
    given = dict(problem.parameters)
    if given.get("role") in set(Role):
        given["role"] = look.languages.text(ROLE_TEXTS[Role(str(given["role"]))])
    return look.tr(f"problem.{problem.code}", **given)


def error_text(look: Look, error: ExpectedError) -> str:
    """Why an act was refused, and what to do; a verdict is named in the language in force."""
    verdict = error.parameters.get("verdict")
    if verdict is not None:
        error = ExpectedError(error.code, **{**error.parameters, "verdict": look.tr(f"casebook.verdict.{verdict}")})
    return messages.error_text(look, error)


def said_error(look: Look, error: ExpectedError) -> Said:
    """The same for what stays on screen while the language changes."""
    return partial(error_text, look, error)
