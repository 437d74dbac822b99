"""The tables of the workspace database, as SQLAlchemy Core tables. Nothing of them leaves `store`.

Every table is STRICT and every constraint has a name: Alembic's batch mode drops constraints that have none
(docs/adr/0010). Everything but `ledger_entry` is a projection of the ledger and can be rebuilt from it.
"""

# long because: the tables of the file format are read beside each other.

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from crf_app.clinical.keys import ItemKey
from crf_app.clinical.values import Value

METADATA = MetaData()

FORM_STATES = ("not_started", "in_progress", "complete", "not_done", "not_applicable", "verified", "signed", "locked")
EVENT_STATES = ("planned", "due", "started", "done", "missed", "cancelled")
SITE_ROW_KINDS = ("laboratory", "reference_range", "consent_version", "delegate", "half_life", "storage_limit")
QUERY_ACTS = ("open", "answer", "comment", "close", "auto_close", "reopen", "cancel", "assign", "mute", "unmute",
              "restate")
VERIFICATION_KINDS = ("source", "review")
LOCK_KINDS = ("frozen", "locked")
VOID_CAUSES = ("value", "row", "reopened", "definition")
SOURCES = ("typed", "derived", "system", "default", "copied")

VALUE_FIELDS = tuple(field.name for field in fields(Value))
# "group" is a word of SQL, so the column is "grp".
KEY_COLUMNS = tuple("grp" if name == "group" else name for name in ItemKey._fields)


def _text(name: str, *, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, default=default)


def _number(name: str, *, default: int | None = None) -> Column[int]:
    return Column(name, Integer, nullable=False, default=default)


def _json(name: str, default: str = "{}") -> Column[str]:
    return Column(name, Text, nullable=False, default=default, info={"json": True})


def _one_of(table: str, column: str, allowed: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{one}'" for one in allowed)
    return CheckConstraint(f"{column} IN ({listed})", name=f"ck_{table}_{column}")


def _yes_no(table: str, column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} IN (0, 1)", name=f"ck_{table}_{column}")


def _is_json(table: str, column: str) -> CheckConstraint:
    return CheckConstraint(f"json_valid({column})", name=f"ck_{table}_{column}_json")


def _of_subject(table: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["subject"], ["subject.number"], name=f"fk_{table}_subject")


def _key(table: str, *columns: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _table(name: str, *parts: Column[str] | Column[int] | Column[bytes] | CheckConstraint | ForeignKeyConstraint
           | PrimaryKeyConstraint | UniqueConstraint, rowid: bool = False) -> Table:
    return Table(name, METADATA, *parts, sqlite_strict=True, sqlite_with_rowid=rowid)


def _item_key_columns() -> list[Column[str] | Column[int]]:
    numbers = {"event_repeat", "form_repeat", "row"}
    return [_number(name) if name in numbers else _text(name) for name in KEY_COLUMNS]


def _value_columns() -> list[Column[str]]:
    return [_text(name, default="") for name in VALUE_FIELDS]


LEDGER_ENTRY = _table(
    "ledger_entry",
    Column("no", Integer, nullable=False, autoincrement=False),
    _text("utc"), _text("user_id"), _text("command"), _text("object"), _text("body"),
    Column("hash", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    _key("ledger_entry", "no"),
    CheckConstraint("no >= 1", name="ck_ledger_entry_no"),
    CheckConstraint("length(hash) = 32", name="ck_ledger_entry_hash"),
    CheckConstraint("length(signature) = 64", name="ck_ledger_entry_signature"),
    rowid=True,  # wide rows, read in order: a rowid table is the denser form
)

ITEM_CHANGE = _table(
    "item_change",
    _number("entry_no"), _number("change_no"),
    *_item_key_columns(), *_value_columns(),
    _text("source"), _text("change_reason", default=""), _text("rule", default=""),
    _key("item_change", "entry_no", "change_no"),
    _of_subject("item_change"),
    ForeignKeyConstraint(["entry_no"], ["ledger_entry.no"], name="fk_item_change_entry"),
    _one_of("item_change", "source", SOURCES),
    CheckConstraint("missing IN ('', 'ND', 'UK', 'NA')", name="ck_item_change_missing"),
)

ITEM_CURRENT = _table(
    "item_current",
    *_item_key_columns(), *_value_columns(), _text("source"), _number("entry_no"), _number("change_no"),
    _key("item_current", *KEY_COLUMNS),
    _of_subject("item_current"),
    _one_of("item_current", "source", SOURCES),
    CheckConstraint("missing IN ('', 'ND', 'UK', 'NA')", name="ck_item_current_missing"),
)

WORKSPACE = _table(
    "workspace",
    _text("id"), _text("created"), _number("format"), _text("study_oid"), _text("study_version"), _text("site_code"),
    _text("site_name_en", default=""), _text("site_name_zh", default=""), _text("language", default="en"),
    _number("synthetic", default=0),
    _key("workspace", "id"),
    _one_of("workspace", "language", ("en", "zh")),
    _yes_no("workspace", "synthetic"),
)

STUDY_VERSION = _table(
    "study_version",
    _text("oid"), _text("version"), _text("sha256"), Column("content", LargeBinary, nullable=False),
    _key("study_version", "oid", "version"),
    CheckConstraint("length(sha256) = 64", name="ck_study_version_sha256"),
)

SUBJECT_VERSION = _table(
    "subject_version",
    _text("subject"), _number("number"), _text("version"), _text("from_event", default=""),
    _number("from_event_repeat", default=1), _json("kept"), _number("entry_no"), _text("reason", default=""),
    _key("subject_version", "subject", "number"),
    _of_subject("subject_version"),
    CheckConstraint("number >= 1", name="ck_subject_version_number"),
    CheckConstraint("(number = 1) = (from_event = '')", name="ck_subject_version_from_event"),
    _is_json("subject_version", "kept"),
)

STUDY_PARAMETER = _table(
    "study_parameter",
    _text("name"), _text("value"), _number("confirmed", default=0), _text("note", default=""),
    _key("study_parameter", "name"),
    _yes_no("study_parameter", "confirmed"),
)

APP_USER = _table(
    "app_user",
    _text("user_id"), _text("login"), _text("name_en"), _text("name_zh", default=""), _text("role"),
    _text("organisation", default=""), _text("public_key"), _number("active", default=1), _json("settings"),
    _key("app_user", "user_id"),
    UniqueConstraint("login", name="uq_app_user_login"),
    _yes_no("app_user", "active"),
    _is_json("app_user", "settings"),
    CheckConstraint("length(public_key) = 64", name="ck_app_user_public_key"),
)

SUBJECT = _table(
    "subject",
    _text("number"), _number("ordinal"), _text("state"), _text("arm", default=""), _json("details"),
    _key("subject", "number"),
    UniqueConstraint("ordinal", name="uq_subject_ordinal"),
    _is_json("subject", "details"),
)

EVENT_STATE = _table(
    "event_state",
    _text("subject"), _text("event"), _number("event_repeat", default=1), _text("state"), _text("reason", default=""),
    _text("visit_date", default=""), _text("worst_form_state", default=""), _number("open_queries", default=0),
    _number("out_of_window", default=0), _json("details"),
    _key("event_state", "subject", "event", "event_repeat"),
    _of_subject("event_state"),
    _one_of("event_state", "state", EVENT_STATES),
    _yes_no("event_state", "out_of_window"),
    _is_json("event_state", "details"),
    CheckConstraint("open_queries >= 0", name="ck_event_state_open_queries"),
)

FORM_STATE = _table(
    "form_state",
    _text("subject"), _text("event"), _number("event_repeat", default=1), _text("form"),
    _number("form_repeat", default=1), _text("form_version", default=""), _text("state"),
    _number("answered", default=0), _number("total", default=0), _text("completed_at", default=""),
    _text("completed_by", default=""), _text("first_completed_at", default=""), _text("reason", default=""),
    _key("form_state", "subject", "event", "event_repeat", "form", "form_repeat"),
    _of_subject("form_state"),
    _one_of("form_state", "state", FORM_STATES),
)

GROUP_ROW = _table(
    "group_row",
    _text("subject"), _text("event"), _number("event_repeat", default=1), _text("form"),
    _number("form_repeat", default=1), _text("grp"), _number("row"), _text("state", default="active"),
    _text("reason", default=""),
    _key("group_row", "subject", "event", "event_repeat", "form", "form_repeat", "grp", "row"),
    _of_subject("group_row"),
    _one_of("group_row", "state", ("active", "deleted")),
)

FINDING = _table(
    "finding",
    _text("subject"), _text("rule"), _text("address"), _text("severity"), _text("at_event", default=""),
    _number("at_event_repeat", default=1), _text("at_form", default=""), _number("at_form_repeat", default=1),
    _json("parameters"), _text("state", default="open"), _text("reason", default=""),
    _number("since_entry", default=0),
    _key("finding", "subject", "rule", "address"),
    _of_subject("finding"),
    _one_of("finding", "severity", ("HARD", "SOFT", "DEV", "STOP", "INFO")),
    _one_of("finding", "state", ("open", "confirmed")),
    _is_json("finding", "parameters"),
)

QUERY = _table(
    "query",
    _number("id"), _text("subject"), _text("address"), _text("rule", default=""), _text("kind", default="system"),
    _text("state", default="open"), _json("text"), _text("answer", default=""), _number("opened_entry"),
    _number("closed_entry", default=0),
    # Where it stands, taken from its address, so that a list by visit, form or item is a look-up.
    _text("event", default=""), _number("event_repeat", default=1), _text("form", default=""),
    _number("form_repeat", default=1), _text("item", default=""),
    _text("assigned", default="coordinator"), _text("priority", default="normal"), _text("opened_by", default=""),
    _text("opened_role", default="system"), _text("opened_at", default=""), _text("answered_at", default=""),
    _text("closed_at", default=""), _text("muted", default=""),
    _key("query", "id"),
    _of_subject("query"),
    _one_of("query", "kind", ("system", "person")),
    _one_of("query", "state", ("open", "answered", "closed", "cancelled")),
    _one_of("query", "assigned", ("coordinator", "investigator")),
    _one_of("query", "priority", ("low", "normal", "high")),
    _is_json("query", "text"),
)

QUERY_MESSAGE = _table(
    "query_message",
    _number("query_id"), _number("number"), _text("user_id"), _text("role"), _text("at"), _text("act"),
    _text("text", default=""), _json("details"), _number("entry_no"),
    _key("query_message", "query_id", "number"),
    ForeignKeyConstraint(["query_id"], ["query.id"], name="fk_query_message_query"),
    _one_of("query_message", "act", QUERY_ACTS),
    _is_json("query_message", "details"),
    CheckConstraint("number >= 1", name="ck_query_message_number"),
)

SIGNATURE = _table(
    "signature",
    _number("id"), _text("subject"), _text("record"), _text("meaning"), _text("user_id"), _text("signed_at"),
    _text("digest"), _number("entry_no"), _text("reason", default=""),
    _key("signature", "id"),
    ForeignKeyConstraint(["user_id"], ["app_user.user_id"], name="fk_signature_user"),
    CheckConstraint("length(digest) = 64", name="ck_signature_digest"),
)

SNAPSHOT = _table(
    "snapshot",
    _number("id"), _text("subject"), _text("kind", default="eligibility"), _json("content"), _number("entry_no"),
    _key("snapshot", "id"),
    _of_subject("snapshot"),
    _one_of("snapshot", "kind", ("eligibility",)),
    _is_json("snapshot", "content"),
)

SITE_ROW = _table(
    "site_row",
    _text("kind"), _text("row_id"), _number("version", default=1), _number("active", default=1), _json("content"),
    _key("site_row", "kind", "row_id", "version"),
    _one_of("site_row", "kind", SITE_ROW_KINDS),
    _yes_no("site_row", "active"),
    _is_json("site_row", "content"),
)

ATTACHMENT = _table(
    "attachment",
    _text("sha256"), _text("file_name"), _text("media_type"), _number("size"), _text("taken", default=""),
    Column("thumbnail", LargeBinary, nullable=False, default=b""), _text("cipher_sha256"),
    _key("attachment", "sha256"),
    CheckConstraint("length(sha256) = 64", name="ck_attachment_sha256"),
    CheckConstraint("length(cipher_sha256) = 64", name="ck_attachment_cipher_sha256"),
)

ALLOCATION_LIST = _table(
    "allocation_list",
    _number("list_id"), _text("source"), _text("state", default="active"), _number("size"), _json("details"),
    Column("secret", LargeBinary, nullable=False), _text("made_by"), _text("made_at"), _text("reason", default=""),
    _key("allocation_list", "list_id"),
    _one_of("allocation_list", "source", ("imported", "made")),
    _one_of("allocation_list", "state", ("active", "withdrawn")),
    _is_json("allocation_list", "details"),
)

ALLOCATION_CODE = _table(
    "allocation_code",
    _number("list_id"), _number("place"), _text("stratum", default=""),
    Column("cipher", LargeBinary, nullable=False), _text("commitment"),
    _key("allocation_code", "list_id", "place"),
    ForeignKeyConstraint(["list_id"], ["allocation_list.list_id"], name="fk_allocation_code_list"),
    CheckConstraint("length(commitment) = 64", name="ck_allocation_code_commitment"),
    CheckConstraint("place >= 1", name="ck_allocation_code_place"),
)

ALLOCATION = _table(
    "allocation",
    _number("list_id"), _number("place"), _text("subject"), _text("number"), _text("arm"), _text("salt"),
    _number("entry_no"),
    _key("allocation", "list_id", "place"),
    ForeignKeyConstraint(["list_id", "place"], ["allocation_code.list_id", "allocation_code.place"],
                         name="fk_allocation_code"),
    _of_subject("allocation"),
    UniqueConstraint("subject", name="uq_allocation_subject"),
    UniqueConstraint("number", name="uq_allocation_number"),
)

ALLOCATION_ERROR = _table(
    "allocation_error",
    _number("id"), _text("subject"), _text("given"), _text("found_on"), _text("description"), _number("entry_no"),
    _key("allocation_error", "id"),
    _of_subject("allocation_error"),
)

# An allocation that the application did not deal: out of a sealed envelope, or from the sponsor's central service.
REPORTED_ALLOCATION = _table(
    "reported_allocation",
    _text("subject"), _text("number"), _text("arm"), _text("method"), _text("stratum", default=""), _text("allocated_at"), _text("informed_by"),
    _number("entry_no"),
    _key("reported_allocation", "subject"),
    _of_subject("reported_allocation"),
    UniqueConstraint("number", name="uq_reported_allocation_number"),
    _one_of("reported_allocation", "method", ("ENVELOPE", "CENTRAL")),
)

CERTIFICATE = _table(
    "certificate",
    _text("fingerprint"), _text("user_id"), _text("kind"), Column("content", LargeBinary, nullable=False), _number("entry_no"),
    _key("certificate", "fingerprint"),
    ForeignKeyConstraint(["user_id"], ["app_user.user_id"], name="fk_certificate_user"),
    _one_of("certificate", "kind", ("site", "own")),
    CheckConstraint("length(fingerprint) = 64", name="ck_certificate_fingerprint"),
)

PAPER_SIGNATURE = _table(
    "paper_signature",
    _number("id"), _text("subject"), _text("sha256_before"), _text("sha256"), _number("place"), _text("user_id"),
    _text("meaning"), _text("reason", default=""), _text("certificate"), _text("signed_at"), _number("entry_no"),
    _key("paper_signature", "id"),
    ForeignKeyConstraint(["user_id"], ["app_user.user_id"], name="fk_paper_signature_user"),
    ForeignKeyConstraint(["certificate"], ["certificate.fingerprint"], name="fk_paper_signature_certificate"),
    CheckConstraint("length(sha256) = 64", name="ck_paper_signature_sha256"),
    CheckConstraint("length(sha256_before) = 64", name="ck_paper_signature_sha256_before"),
)

SCAN_PAGE = _table(
    "scan_page",
    _text("sha256"), _number("page"), _text("state"), _text("subject", default=""), _text("event", default=""),
    _number("event_repeat", default=1), _text("form", default=""), _number("form_repeat", default=1),
    _text("form_version", default=""), _text("form_page", default=""), _text("found_by", default=""),
    _text("reason", default=""), _number("entry_no"),
    _key("scan_page", "sha256", "page"),
    ForeignKeyConstraint(["sha256"], ["attachment.sha256"], name="fk_scan_page_attachment"),
    _one_of("scan_page", "state", ("filed", "unfiled", "set_aside")),
    _one_of("scan_page", "found_by", ("", "code", "hand")),
)

PAPER_SETTING = _table(
    "paper_setting",
    _text("name"), _text("value"),
    _key("paper_setting", "name"),
)

VERIFICATION = _table(
    "verification",
    _text("subject"), _text("kind"), _text("address"), _text("user_id"), _text("at"), _number("entry_no"),
    _number("withdrawn", default=0),
    _key("verification", "subject", "kind", "address"),
    _of_subject("verification"),
    _one_of("verification", "kind", VERIFICATION_KINDS),
    _yes_no("verification", "withdrawn"),
)

# The subject "" is the whole study, the address "" the whole subject.
RECORD_LOCK = _table(
    "record_lock",
    _text("subject"), _text("address"), _text("kind"), _text("user_id"), _text("at"), _text("reason", default=""),
    _number("entry_no"),
    _key("record_lock", "subject", "address"),
    _one_of("record_lock", "kind", LOCK_KINDS),
)

FORM_SEEN = _table(
    "form_seen",
    _text("user_id"), _text("subject"), _text("address"), _text("digest"), _text("at"), _number("entry_no"),
    _key("form_seen", "user_id", "subject", "address"),
    _of_subject("form_seen"),
    CheckConstraint("length(digest) = 64", name="ck_form_seen_digest"),
)

SIGNATURE_VOID = _table(
    "signature_void",
    _number("signature_id"), _text("cause"), _text("address", default=""), _text("at"), _number("entry_no"),
    _key("signature_void", "signature_id"),
    ForeignKeyConstraint(["signature_id"], ["signature.id"], name="fk_signature_void_signature"),
    _one_of("signature_void", "cause", VOID_CAUSES),
)

FORM_REJECTION = _table(
    "form_rejection",
    _text("subject"), _text("address"), _text("reason"), _text("user_id"), _text("at"), _number("entry_no"),
    _key("form_rejection", "subject", "address"),
    _of_subject("form_rejection"),
)

# What the state roll-up reads: bits of clinical.standing, of each form that was begun and of each visit of it.
FORM_STANDING = _table(
    "form_standing",
    _text("subject"), _text("event"), _number("event_repeat", default=1), _text("form"),
    _number("form_repeat", default=1), _number("states"), _number("removed_entry", default=0),
    _key("form_standing", "subject", "event", "event_repeat", "form", "form_repeat"),
    _of_subject("form_standing"),
)

# One row for all visits of a subject, "EVENT#repeat=bits ...": 10,000 subjects are read as 10,000 rows.
SUBJECT_STANDING = _table(
    "subject_standing",
    _text("subject"), _text("visits"),
    _key("subject_standing", "subject"),
    _of_subject("subject_standing"),
)

# Alembic makes this table itself when it is missing, but not STRICT and with a type of its own choosing.
ALEMBIC_VERSION = _table("alembic_version", _text("version_num"), _key("alembic_version", "version_num"))

# The history of one item is a look-up; the same index proves that item_current holds the last change of each key.
Index("ix_item_change_key", *(ITEM_CHANGE.c[name] for name in KEY_COLUMNS), ITEM_CHANGE.c.entry_no)
# All that one cell of the subject matrix shows, so that the matrix is read from the index alone.
Index("ix_event_state_matrix", *(EVENT_STATE.c[name] for name in (
    "subject", "event", "event_repeat", "state", "visit_date", "worst_form_state", "open_queries", "out_of_window")))
Index("ix_query_subject", QUERY.c.subject, QUERY.c.state)
# All that the list of queries filters by but their words, so that it is read from the index alone.
Index("ix_query_list", *(QUERY.c[name] for name in (
    "state", "subject", "event", "event_repeat", "form", "form_repeat", "item", "kind", "assigned", "priority", "opened_by", "opened_role",
    "opened_at", "closed_at")))
Index("ix_signature_subject", SIGNATURE.c.subject, SIGNATURE.c.record)
Index("ix_paper_signature_subject", PAPER_SIGNATURE.c.subject)
Index("ix_scan_page_form", *(SCAN_PAGE.c[name] for name in ("subject", "event", "event_repeat", "form", "form_repeat")))
Index("ix_snapshot_subject", SNAPSHOT.c.subject, SNAPSHOT.c.kind)
# One list is in force at most.
Index("ux_allocation_list_active", ALLOCATION_LIST.c.state, unique=True, sqlite_where=ALLOCATION_LIST.c.state == "active")
Index("ix_ledger_entry_command", LEDGER_ENTRY.c.command, LEDGER_ENTRY.c.no)
Index("ix_ledger_entry_user", LEDGER_ENTRY.c.user_id, LEDGER_ENTRY.c.no)

APPEND_ONLY = ("ledger_entry", "item_change", "attachment", "study_version", "allocation_code", "allocation",
               "allocation_error", "reported_allocation", "certificate", "paper_signature", "query_message", "signature_void",
               "subject_version")
WRITTEN_BY_UNIT_ONLY = ("ledger_entry", "item_change", "item_current", "alembic_version")
PUT_TABLES = tuple(name for name in METADATA.tables if name not in WRITTEN_BY_UNIT_ONLY)
