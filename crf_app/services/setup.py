"""What a study needs from the site before the first subject is enrolled (content, section on set-up; Q19)."""

from __future__ import annotations

from crf_app.admin.roles import RIGHTS, ROLE_TEXTS, Right, Role
from crf_app.errors import ExpectedError
from crf_app.services.workspace import Workspace
from crf_app.study.definition import ParameterDef
from crf_app.study.texts import Text


def needed_parameters(work: Workspace) -> tuple[ParameterDef, ...]:
    """The parameters without default that the study in force needs and the site has not entered, in order. Raises ExpectedError "locked"."""
    work.need_session()
    values = work.parameters
    return tuple(one for one in work.study.parameters if one.needed and not values.get(one.oid, ""))


def need_setup(work: Workspace) -> None:
    """Raises ExpectedError "parameter_needed" with what is missing and who can enter it."""
    missing = needed_parameters(work)
    if missing:
        who = [ROLE_TEXTS[role] for role in Role if Right.PARAMETERS in RIGHTS[role]]
        raise ExpectedError("parameter_needed", names=_listed([one.label for one in missing]), who=_listed(who))


def _listed(texts: list[Text]) -> Text:
    return Text(", ".join(one.en for one in texts), "、".join(one.zh for one in texts))
