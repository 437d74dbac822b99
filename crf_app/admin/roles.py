"""Who may do what, as one table: deny by default (decisions 9)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from crf_app.texts import Text


class Role(StrEnum):
    """The roles of a study site and its sponsor."""

    COORDINATOR = "coordinator"
    INVESTIGATOR = "investigator"
    MONITOR = "monitor"
    DATA_MANAGER = "data_manager"
    ADMINISTRATOR = "administrator"


class Right(StrEnum):
    """What a command needs."""

    READ = "read"
    ENTER = "enter"
    JUDGE = "judge"
    SIGN = "sign"
    PRINT = "print"
    EXPORT = "export"
    USERS = "users"
    PARAMETERS = "parameters"
    SITE_TABLES = "site_tables"
    VERIFY = "verify"
    RANDOMISE = "randomise"
    ALLOCATION_LIST = "allocation_list"
    QUERY_OPEN = "query_open"
    QUERY_ANSWER = "query_answer"
    QUERY_DISCUSS = "query_discuss"
    QUERY_CLOSE = "query_close"
    QUERY_MUTE = "query_mute"
    CHECK_SOURCE = "check_source"
    REVIEW = "review"
    FREEZE = "freeze"
    LOCK = "lock"
    COUNTERSIGN = "countersign"
    VERSIONS = "versions"
    AMEND = "amend"


ROLE_TEXTS: Mapping[Role, Text] = {
    Role.COORDINATOR: Text("Coordinator", "协调员"),
    Role.INVESTIGATOR: Text("Investigator", "研究者"),
    Role.MONITOR: Text("Monitor", "监查员"),
    Role.DATA_MANAGER: Text("Data manager", "数据管理员"),
    Role.ADMINISTRATOR: Text("Administrator", "系统管理员"),
}

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.COORDINATOR: frozenset({Right.READ, Right.ENTER, Right.PRINT, Right.VERIFY, Right.QUERY_ANSWER, Right.QUERY_DISCUSS}),
    Role.INVESTIGATOR: frozenset({
        Right.READ, Right.ENTER, Right.JUDGE, Right.SIGN, Right.PRINT, Right.EXPORT, Right.VERIFY, Right.RANDOMISE, Right.REVIEW, Right.COUNTERSIGN,
        Right.QUERY_OPEN, Right.QUERY_ANSWER, Right.QUERY_DISCUSS, Right.QUERY_CLOSE,
    }),
    Role.MONITOR: frozenset({
        Right.READ, Right.PRINT, Right.VERIFY, Right.CHECK_SOURCE, Right.FREEZE, Right.COUNTERSIGN,
        Right.QUERY_OPEN, Right.QUERY_DISCUSS, Right.QUERY_CLOSE, Right.QUERY_MUTE,
    }),
    Role.DATA_MANAGER: frozenset({
        Right.READ, Right.PRINT, Right.EXPORT, Right.VERIFY, Right.FREEZE, Right.LOCK, Right.COUNTERSIGN, Right.AMEND,
        Right.QUERY_OPEN, Right.QUERY_DISCUSS, Right.QUERY_CLOSE, Right.QUERY_MUTE,
    }),
    Role.ADMINISTRATOR: frozenset({Right.USERS, Right.PARAMETERS, Right.SITE_TABLES, Right.VERIFY, Right.ALLOCATION_LIST, Right.VERSIONS, Right.AMEND}),
}  # fmt: skip


def may(role: str, right: Right) -> bool:
    """Has the role this right? An unknown role has none."""
    return role in RIGHTS and right in RIGHTS[Role(role)]
