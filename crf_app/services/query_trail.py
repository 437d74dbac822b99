"""The queries of a subject with their threads, for exports."""

from __future__ import annotations

from collections import defaultdict

from crf_app.admin.roles import Right
from crf_app.clinical.keys import parse_address
from crf_app.clinical.query_trail import QueryTrail, TrailMessage
from crf_app.services.workspace import Workspace
from crf_app.store.ledger import parse_utc
from crf_app.store.queries import StoredMessage, read_messages_of, read_queries
from crf_app.texts import Text


def query_trails(work: Workspace, subject: str) -> tuple[QueryTrail, ...]:
    """All queries of a subject in the order of their making, people's and the system's, closed ones included. Raises ExpectedError "no_right", "locked"."""
    work.need(Right.READ)
    said: defaultdict[int, list[TrailMessage]] = defaultdict(list)
    for one in read_messages_of(work.database, subject):
        said[one.query_id].append(_message(work, one))
    return tuple(
        QueryTrail(
            one.id, parse_address(subject, one.address), one.rule, one.opened_role, one.state, one.assigned, one.priority, tuple(said[one.id]), one.muted
        )
        for one in read_queries(work.database, subject)
    )


def _message(work: Workspace, one: StoredMessage) -> TrailMessage:
    text = Text(one.text, one.text) if one.text else Text(str(one.details.get("en", "")), str(one.details.get("zh", "")))
    return TrailMessage(
        one.number, one.act, parse_utc(one.at).astimezone(work.clock.now().tzinfo), one.user_id, work.name_of(one.user_id), one.role, one.entry_no, text,
        str(one.details.get("assigned", "")), str(one.details.get("priority", "")),
    )  # fmt: skip
