"""The tables of what happens to a form after entry: queries, checks, signatures, locks, and how it stands."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint

from crf_app.store.columns import is_json, json_text, key, number, of_subject, one_of, table, text, yes_no

QUERY_ACTS = ("open", "answer", "comment", "close", "auto_close", "reopen", "cancel", "assign", "mute", "unmute",
              "restate")
VERIFICATION_KINDS = ("source", "review")
LOCK_KINDS = ("frozen", "locked")
VOID_CAUSES = ("value", "row", "reopened", "definition")

QUERY = table(
    "query",
    number("id"), text("subject"), text("address"), text("rule", default=""), text("kind", default="system"),
    text("state", default="open"), json_text("text"), text("answer", default=""), number("opened_entry"),
    number("closed_entry", default=0),
    # Where it stands, taken from its address, so that a list by visit, form or item is a look-up.
    text("event", default=""), number("event_repeat", default=1), text("form", default=""),
    number("form_repeat", default=1), text("item", default=""),
    text("assigned", default="coordinator"), text("priority", default="normal"), text("opened_by", default=""),
    text("opened_role", default="system"), text("opened_at", default=""), text("answered_at", default=""),
    text("closed_at", default=""), text("muted", default=""),
    key("query", "id"),
    of_subject("query"),
    one_of("query", "kind", ("system", "person")),
    one_of("query", "state", ("open", "answered", "closed", "cancelled")),
    one_of("query", "assigned", ("coordinator", "investigator")),
    one_of("query", "priority", ("low", "normal", "high")),
    is_json("query", "text"),
)

QUERY_MESSAGE = table(
    "query_message",
    number("query_id"), number("number"), text("user_id"), text("role"), text("at"), text("act"),
    text("text", default=""), json_text("details"), number("entry_no"),
    key("query_message", "query_id", "number"),
    ForeignKeyConstraint(["query_id"], ["query.id"], name="fk_query_message_query"),
    one_of("query_message", "act", QUERY_ACTS),
    is_json("query_message", "details"),
    CheckConstraint("number >= 1", name="ck_query_message_number"),
)

SIGNATURE = table(
    "signature",
    number("id"), text("subject"), text("record"), text("meaning"), text("user_id"), text("signed_at"),
    text("digest"), number("entry_no"), text("reason", default=""),
    key("signature", "id"),
    ForeignKeyConstraint(["user_id"], ["app_user.user_id"], name="fk_signature_user"),
    CheckConstraint("length(digest) = 64", name="ck_signature_digest"),
)

VERIFICATION = table(
    "verification",
    text("subject"), text("kind"), text("address"), text("user_id"), text("at"), number("entry_no"),
    number("withdrawn", default=0),
    key("verification", "subject", "kind", "address"),
    of_subject("verification"),
    one_of("verification", "kind", VERIFICATION_KINDS),
    yes_no("verification", "withdrawn"),
)

# The subject "" is the whole study, the address "" the whole subject.
RECORD_LOCK = table(
    "record_lock",
    text("subject"), text("address"), text("kind"), text("user_id"), text("at"), text("reason", default=""),
    number("entry_no"),
    key("record_lock", "subject", "address"),
    one_of("record_lock", "kind", LOCK_KINDS),
)

FORM_SEEN = table(
    "form_seen",
    text("user_id"), text("subject"), text("address"), text("digest"), text("at"), number("entry_no"),
    key("form_seen", "user_id", "subject", "address"),
    of_subject("form_seen"),
    CheckConstraint("length(digest) = 64", name="ck_form_seen_digest"),
)

SIGNATURE_VOID = table(
    "signature_void",
    number("signature_id"), text("cause"), text("address", default=""), text("at"), number("entry_no"),
    key("signature_void", "signature_id"),
    ForeignKeyConstraint(["signature_id"], ["signature.id"], name="fk_signature_void_signature"),
    one_of("signature_void", "cause", VOID_CAUSES),
)

FORM_REJECTION = table(
    "form_rejection",
    text("subject"), text("address"), text("reason"), text("user_id"), text("at"), number("entry_no"),
    key("form_rejection", "subject", "address"),
    of_subject("form_rejection"),
)

# What the state roll-up reads: bits of clinical.standing, of each form that was begun and of each visit of it.
FORM_STANDING = table(
    "form_standing",
    text("subject"), text("event"), number("event_repeat", default=1), text("form"),
    number("form_repeat", default=1), number("states"), number("removed_entry", default=0),
    key("form_standing", "subject", "event", "event_repeat", "form", "form_repeat"),
    of_subject("form_standing"),
)

# One row for all visits of a subject, "EVENT#repeat=bits ...": 10,000 subjects are read as 10,000 rows.
SUBJECT_STANDING = table(
    "subject_standing",
    text("subject"), text("visits"),
    key("subject_standing", "subject"),
    of_subject("subject_standing"),
)
