"""Queries of people: place, role and times of a query in columns, and its thread of messages.

Old rows get empty place, role and times here; the first log-in after the upgrade carries them over in a command of its
own, so that the ledger says all that the tables hold.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE query_new (
        id INTEGER NOT NULL,
        subject TEXT NOT NULL,
        address TEXT NOT NULL,
        rule TEXT NOT NULL,
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        text TEXT NOT NULL,
        answer TEXT NOT NULL,
        opened_entry INTEGER NOT NULL,
        closed_entry INTEGER NOT NULL,
        event TEXT NOT NULL,
        event_repeat INTEGER NOT NULL,
        form TEXT NOT NULL,
        form_repeat INTEGER NOT NULL,
        item TEXT NOT NULL,
        assigned TEXT NOT NULL,
        priority TEXT NOT NULL,
        opened_by TEXT NOT NULL,
        opened_role TEXT NOT NULL,
        opened_at TEXT NOT NULL,
        answered_at TEXT NOT NULL,
        closed_at TEXT NOT NULL,
        muted TEXT NOT NULL,
        CONSTRAINT pk_query PRIMARY KEY (id),
        CONSTRAINT fk_query_subject FOREIGN KEY(subject) REFERENCES subject (number),
        CONSTRAINT ck_query_kind CHECK (kind IN ('system', 'person')),
        CONSTRAINT ck_query_state CHECK (state IN ('open', 'answered', 'closed', 'cancelled')),
        CONSTRAINT ck_query_assigned CHECK (assigned IN ('coordinator', 'investigator')),
        CONSTRAINT ck_query_priority CHECK (priority IN ('low', 'normal', 'high')),
        CONSTRAINT ck_query_text_json CHECK (json_valid(text))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    INSERT INTO query_new
    SELECT id, subject, address, rule, kind, state, text, answer, opened_entry, closed_entry,
        '', 1, '', 1, '', 'coordinator', 'normal', '', 'system', '', '', '', '' FROM query
    """,
    """
    DROP TABLE query
    """,
    """
    ALTER TABLE query_new RENAME TO "query"
    """,
    """
    CREATE INDEX ix_query_list ON "query" (state, subject, event, event_repeat, form, form_repeat, item, kind, assigned, priority,
        opened_by, opened_role, opened_at, closed_at)
    """,
    """
    CREATE INDEX ix_query_subject ON "query" (subject, state)
    """,
    """
    CREATE TABLE query_message (
        query_id INTEGER NOT NULL,
        number INTEGER NOT NULL,
        user_id TEXT NOT NULL,
        role TEXT NOT NULL,
        at TEXT NOT NULL,
        act TEXT NOT NULL,
        text TEXT NOT NULL,
        details TEXT NOT NULL,
        entry_no INTEGER NOT NULL,
        CONSTRAINT pk_query_message PRIMARY KEY (query_id, number),
        CONSTRAINT fk_query_message_query FOREIGN KEY(query_id) REFERENCES "query" (id),
        CONSTRAINT ck_query_message_act CHECK (act IN ('open', 'answer', 'comment', 'close', 'auto_close', 'reopen', 'cancel', 'assign', 'mute', 'unmute', 'restate')),
        CONSTRAINT ck_query_message_details_json CHECK (json_valid(details)),
        CONSTRAINT ck_query_message_number CHECK (number >= 1)
    )
     WITHOUT ROWID,
     STRICT
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
