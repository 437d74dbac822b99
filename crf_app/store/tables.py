"""The tables of the workspace database, as SQLAlchemy Core tables. Nothing of them leaves `store`.

Every table is STRICT and every constraint has a name: Alembic's batch mode drops constraints that have none
(docs/adr/0010). Everything but `ledger_entry` is a projection of the ledger and can be rebuilt from it.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Integer, LargeBinary, UniqueConstraint

from crf_app.store.columns import (
    COLLECTION,
    KEY_COLUMNS,
    is_json,
    item_key_columns,
    json_text,
    key,
    number,
    of_subject,
    one_of,
    table,
    text,
    value_columns,
    yes_no,
)
from crf_app.store.paper_tables import PAPER_SIGNATURE, SCAN_PAGE
from crf_app.store.workflow_tables import QUERY, SIGNATURE

METADATA = COLLECTION
"""All tables of the file."""

FORM_STATES = ("not_started", "in_progress", "complete", "not_done", "not_applicable", "verified", "signed", "locked")
EVENT_STATES = ("planned", "due", "started", "done", "missed", "cancelled")
SITE_ROW_KINDS = ("laboratory", "reference_range", "consent_version", "delegate", "half_life", "storage_limit")
SOURCES = ("typed", "derived", "system", "default", "copied")

LEDGER_ENTRY = table(
    "ledger_entry",
    Column("no", Integer, nullable=False, autoincrement=False),
    text("utc"), text("user_id"), text("command"), text("object"), text("body"),
    Column("hash", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    key("ledger_entry", "no"),
    CheckConstraint("no >= 1", name="ck_ledger_entry_no"),
    CheckConstraint("length(hash) = 32", name="ck_ledger_entry_hash"),
    CheckConstraint("length(signature) = 64", name="ck_ledger_entry_signature"),
    rowid=True,  # wide rows, read in order: a rowid table is the denser form
)

ITEM_CHANGE = table(
    "item_change",
    number("entry_no"), number("change_no"),
    *item_key_columns(), *value_columns(),
    text("source"), text("change_reason", default=""), text("rule", default=""),
    key("item_change", "entry_no", "change_no"),
    of_subject("item_change"),
    ForeignKeyConstraint(["entry_no"], ["ledger_entry.no"], name="fk_item_change_entry"),
    one_of("item_change", "source", SOURCES),
    CheckConstraint("missing IN ('', 'ND', 'UK', 'NA')", name="ck_item_change_missing"),
)

ITEM_CURRENT = table(
    "item_current",
    *item_key_columns(), *value_columns(), text("source"), number("entry_no"), number("change_no"),
    key("item_current", *KEY_COLUMNS),
    of_subject("item_current"),
    one_of("item_current", "source", SOURCES),
    CheckConstraint("missing IN ('', 'ND', 'UK', 'NA')", name="ck_item_current_missing"),
)

WORKSPACE = table(
    "workspace",
    text("id"), text("created"), number("format"), text("study_oid"), text("study_version"), text("site_code"),
    text("site_name_en", default=""), text("site_name_zh", default=""), text("language", default="en"),
    number("synthetic", default=0),
    key("workspace", "id"),
    one_of("workspace", "language", ("en", "zh")),
    yes_no("workspace", "synthetic"),
)

STUDY_VERSION = table(
    "study_version",
    text("oid"), text("version"), text("sha256"), Column("content", LargeBinary, nullable=False),
    key("study_version", "oid", "version"),
    CheckConstraint("length(sha256) = 64", name="ck_study_version_sha256"),
)

SUBJECT_VERSION = table(
    "subject_version",
    text("subject"), number("number"), text("version"), text("from_event", default=""),
    number("from_event_repeat", default=1), json_text("kept"), number("entry_no"), text("reason", default=""),
    key("subject_version", "subject", "number"),
    of_subject("subject_version"),
    CheckConstraint("number >= 1", name="ck_subject_version_number"),
    CheckConstraint("(number = 1) = (from_event = '')", name="ck_subject_version_from_event"),
    is_json("subject_version", "kept"),
)

STUDY_PARAMETER = table(
    "study_parameter",
    text("name"), text("value"), number("confirmed", default=0), text("note", default=""),
    key("study_parameter", "name"),
    yes_no("study_parameter", "confirmed"),
)

APP_USER = table(
    "app_user",
    text("user_id"), text("login"), text("name_en"), text("name_zh", default=""), text("role"),
    text("organisation", default=""), text("public_key"), number("active", default=1), json_text("settings"),
    key("app_user", "user_id"),
    UniqueConstraint("login", name="uq_app_user_login"),
    yes_no("app_user", "active"),
    is_json("app_user", "settings"),
    CheckConstraint("length(public_key) = 64", name="ck_app_user_public_key"),
)

SUBJECT = table(
    "subject",
    text("number"), number("ordinal"), text("state"), text("arm", default=""), json_text("details"),
    key("subject", "number"),
    UniqueConstraint("ordinal", name="uq_subject_ordinal"),
    is_json("subject", "details"),
)

EVENT_STATE = table(
    "event_state",
    text("subject"), text("event"), number("event_repeat", default=1), text("state"), text("reason", default=""),
    text("visit_date", default=""), text("worst_form_state", default=""), number("open_queries", default=0),
    number("out_of_window", default=0), json_text("details"),
    key("event_state", "subject", "event", "event_repeat"),
    of_subject("event_state"),
    one_of("event_state", "state", EVENT_STATES),
    yes_no("event_state", "out_of_window"),
    is_json("event_state", "details"),
    CheckConstraint("open_queries >= 0", name="ck_event_state_open_queries"),
)

FORM_STATE = table(
    "form_state",
    text("subject"), text("event"), number("event_repeat", default=1), text("form"),
    number("form_repeat", default=1), text("form_version", default=""), text("state"),
    number("answered", default=0), number("total", default=0), text("completed_at", default=""),
    text("completed_by", default=""), text("first_completed_at", default=""), text("reason", default=""),
    key("form_state", "subject", "event", "event_repeat", "form", "form_repeat"),
    of_subject("form_state"),
    one_of("form_state", "state", FORM_STATES),
)

GROUP_ROW = table(
    "group_row",
    text("subject"), text("event"), number("event_repeat", default=1), text("form"),
    number("form_repeat", default=1), text("grp"), number("row"), text("state", default="active"),
    text("reason", default=""),
    key("group_row", "subject", "event", "event_repeat", "form", "form_repeat", "grp", "row"),
    of_subject("group_row"),
    one_of("group_row", "state", ("active", "deleted")),
)

FINDING = table(
    "finding",
    text("subject"), text("rule"), text("address"), text("severity"), text("at_event", default=""),
    number("at_event_repeat", default=1), text("at_form", default=""), number("at_form_repeat", default=1),
    json_text("parameters"), text("state", default="open"), text("reason", default=""),
    number("since_entry", default=0),
    key("finding", "subject", "rule", "address"),
    of_subject("finding"),
    one_of("finding", "severity", ("HARD", "SOFT", "DEV", "STOP", "INFO")),
    one_of("finding", "state", ("open", "confirmed")),
    is_json("finding", "parameters"),
)

SNAPSHOT = table(
    "snapshot",
    number("id"), text("subject"), text("kind", default="eligibility"), json_text("content"), number("entry_no"),
    key("snapshot", "id"),
    of_subject("snapshot"),
    one_of("snapshot", "kind", ("eligibility",)),
    is_json("snapshot", "content"),
)

SITE_ROW = table(
    "site_row",
    text("kind"), text("row_id"), number("version", default=1), number("active", default=1), json_text("content"),
    key("site_row", "kind", "row_id", "version"),
    one_of("site_row", "kind", SITE_ROW_KINDS),
    yes_no("site_row", "active"),
    is_json("site_row", "content"),
)

ATTACHMENT = table(
    "attachment",
    text("sha256"), text("file_name"), text("media_type"), number("size"), text("taken", default=""),
    Column("thumbnail", LargeBinary, nullable=False, default=b""), text("cipher_sha256"),
    key("attachment", "sha256"),
    CheckConstraint("length(sha256) = 64", name="ck_attachment_sha256"),
    CheckConstraint("length(cipher_sha256) = 64", name="ck_attachment_cipher_sha256"),
)

ALLOCATION_LIST = table(
    "allocation_list",
    number("list_id"), text("source"), text("state", default="active"), number("size"), json_text("details"),
    Column("secret", LargeBinary, nullable=False), text("made_by"), text("made_at"), text("reason", default=""),
    key("allocation_list", "list_id"),
    one_of("allocation_list", "source", ("imported", "made")),
    one_of("allocation_list", "state", ("active", "withdrawn")),
    is_json("allocation_list", "details"),
)

ALLOCATION_CODE = table(
    "allocation_code",
    number("list_id"), number("place"), text("stratum", default=""),
    Column("cipher", LargeBinary, nullable=False), text("commitment"),
    key("allocation_code", "list_id", "place"),
    ForeignKeyConstraint(["list_id"], ["allocation_list.list_id"], name="fk_allocation_code_list"),
    CheckConstraint("length(commitment) = 64", name="ck_allocation_code_commitment"),
    CheckConstraint("place >= 1", name="ck_allocation_code_place"),
)

ALLOCATION = table(
    "allocation",
    number("list_id"), number("place"), text("subject"), text("number"), text("arm"), text("salt"),
    number("entry_no"),
    key("allocation", "list_id", "place"),
    ForeignKeyConstraint(["list_id", "place"], ["allocation_code.list_id", "allocation_code.place"],
                         name="fk_allocation_code"),
    of_subject("allocation"),
    UniqueConstraint("subject", name="uq_allocation_subject"),
    UniqueConstraint("number", name="uq_allocation_number"),
)

ALLOCATION_ERROR = table(
    "allocation_error",
    number("id"), text("subject"), text("given"), text("found_on"), text("description"), number("entry_no"),
    key("allocation_error", "id"),
    of_subject("allocation_error"),
)

# An allocation that the application did not deal: out of a sealed envelope, or from the sponsor's central service.
REPORTED_ALLOCATION = table(
    "reported_allocation",
    text("subject"), text("number"), text("arm"), text("method"), text("stratum", default=""), text("allocated_at"), text("informed_by"),
    number("entry_no"),
    key("reported_allocation", "subject"),
    of_subject("reported_allocation"),
    UniqueConstraint("number", name="uq_reported_allocation_number"),
    one_of("reported_allocation", "method", ("ENVELOPE", "CENTRAL")),
)

# Alembic makes this table itself when it is missing, but not STRICT and with a type of its own choosing.
ALEMBIC_VERSION = table("alembic_version", text("version_num"), key("alembic_version", "version_num"))

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
