"""Workflow: verification, freeze and lock, what signers have seen, void signatures, rejections, and the state roll-up."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE verification (
        subject TEXT NOT NULL,
        kind TEXT NOT NULL,
        address TEXT NOT NULL,
        user_id TEXT NOT NULL,
        at TEXT NOT NULL,
        entry_no INTEGER NOT NULL,
        withdrawn INTEGER NOT NULL,
        CONSTRAINT pk_verification PRIMARY KEY (subject, kind, address),
        CONSTRAINT fk_verification_subject FOREIGN KEY(subject) REFERENCES subject (number),
        CONSTRAINT ck_verification_kind CHECK (kind IN ('source', 'review')),
        CONSTRAINT ck_verification_withdrawn CHECK (withdrawn IN (0, 1))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE record_lock (
        subject TEXT NOT NULL,
        address TEXT NOT NULL,
        kind TEXT NOT NULL,
        user_id TEXT NOT NULL,
        at TEXT NOT NULL,
        reason TEXT NOT NULL,
        entry_no INTEGER NOT NULL,
        CONSTRAINT pk_record_lock PRIMARY KEY (subject, address),
        CONSTRAINT ck_record_lock_kind CHECK (kind IN ('frozen', 'locked'))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE form_seen (
        user_id TEXT NOT NULL,
        subject TEXT NOT NULL,
        address TEXT NOT NULL,
        digest TEXT NOT NULL,
        at TEXT NOT NULL,
        entry_no INTEGER NOT NULL,
        CONSTRAINT pk_form_seen PRIMARY KEY (user_id, subject, address),
        CONSTRAINT fk_form_seen_subject FOREIGN KEY(subject) REFERENCES subject (number),
        CONSTRAINT ck_form_seen_digest CHECK (length(digest) = 64)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE signature_void (
        signature_id INTEGER NOT NULL,
        cause TEXT NOT NULL,
        address TEXT NOT NULL,
        at TEXT NOT NULL,
        entry_no INTEGER NOT NULL,
        CONSTRAINT pk_signature_void PRIMARY KEY (signature_id),
        CONSTRAINT fk_signature_void_signature FOREIGN KEY(signature_id) REFERENCES signature (id),
        CONSTRAINT ck_signature_void_cause CHECK (cause IN ('value', 'row', 'reopened', 'definition'))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE form_rejection (
        subject TEXT NOT NULL,
        address TEXT NOT NULL,
        reason TEXT NOT NULL,
        user_id TEXT NOT NULL,
        at TEXT NOT NULL,
        entry_no INTEGER NOT NULL,
        CONSTRAINT pk_form_rejection PRIMARY KEY (subject, address),
        CONSTRAINT fk_form_rejection_subject FOREIGN KEY(subject) REFERENCES subject (number)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE form_standing (
        subject TEXT NOT NULL,
        event TEXT NOT NULL,
        event_repeat INTEGER NOT NULL,
        form TEXT NOT NULL,
        form_repeat INTEGER NOT NULL,
        states INTEGER NOT NULL,
        removed_entry INTEGER NOT NULL,
        CONSTRAINT pk_form_standing PRIMARY KEY (subject, event, event_repeat, form, form_repeat),
        CONSTRAINT fk_form_standing_subject FOREIGN KEY(subject) REFERENCES subject (number)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE subject_standing (
        subject TEXT NOT NULL,
        visits TEXT NOT NULL,
        CONSTRAINT pk_subject_standing PRIMARY KEY (subject),
        CONSTRAINT fk_subject_standing_subject FOREIGN KEY(subject) REFERENCES subject (number)
    )
     WITHOUT ROWID,
     STRICT
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
