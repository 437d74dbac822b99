"""How far a subject's forms are, for the visit tree: counts and queries without opening a form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crf_app.admin.roles import Right
from crf_app.clinical.keys import FormKey
from crf_app.store.forms import read_forms
from crf_app.store.queries import query_counts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crf_app.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class FormProgress:
    """How many items of a form hold something, of how many asked, and how many queries on it are open."""

    answered: int = 0
    total: int = 0
    open_queries: int = 0


def form_progress(work: Workspace, subject: str) -> Mapping[FormKey, FormProgress]:
    """The progress of every form of the subject that was ever begun; queries on a visit itself stand under its form "". Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    queries = {one.form: one.open for one in query_counts(work.database, subject) if one.open}
    found = {key: FormProgress(one.answered, one.total, queries.get(key, 0)) for key, one in read_forms(work.database, subject).items()}
    return {**{key: FormProgress(open_queries=count) for key, count in queries.items()}, **found}
