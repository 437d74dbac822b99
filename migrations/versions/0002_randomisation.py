"""Randomisation: lists, their sealed codes, what was dealt, and what was given otherwise."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE allocation_list (
        list_id INTEGER NOT NULL,
        source TEXT NOT NULL,
        state TEXT NOT NULL,
        size INTEGER NOT NULL,
        details TEXT NOT NULL,
        secret BLOB NOT NULL,
        made_by TEXT NOT NULL,
        made_at TEXT NOT NULL,
        reason TEXT NOT NULL,
        CONSTRAINT pk_allocation_list PRIMARY KEY (list_id),
        CONSTRAINT ck_allocation_list_source CHECK (source IN ('imported', 'made')),
        CONSTRAINT ck_allocation_list_state CHECK (state IN ('active', 'withdrawn')),
        CONSTRAINT ck_allocation_list_details_json CHECK (json_valid(details))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE UNIQUE INDEX ux_allocation_list_active ON allocation_list (state) WHERE state = 'active'
    """,
    """
    CREATE TABLE allocation_code (
        list_id INTEGER NOT NULL,
        place INTEGER NOT NULL,
        stratum TEXT NOT NULL,
        cipher BLOB NOT NULL,
        commitment TEXT NOT NULL,
        CONSTRAINT pk_allocation_code PRIMARY KEY (list_id, place),
        CONSTRAINT fk_allocation_code_list FOREIGN KEY(list_id) REFERENCES allocation_list (list_id),
        CONSTRAINT ck_allocation_code_commitment CHECK (length(commitment) = 64),
        CONSTRAINT ck_allocation_code_place CHECK (place >= 1)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE allocation (
        list_id INTEGER NOT NULL,
        place INTEGER NOT NULL,
        subject TEXT NOT NULL,
        number TEXT NOT NULL,
        arm TEXT NOT NULL,
        salt TEXT NOT NULL,
        entry_no INTEGER NOT NULL,
        CONSTRAINT pk_allocation PRIMARY KEY (list_id, place),
        CONSTRAINT fk_allocation_code FOREIGN KEY(list_id, place) REFERENCES allocation_code (list_id, place),
        CONSTRAINT fk_allocation_subject FOREIGN KEY(subject) REFERENCES subject (number),
        CONSTRAINT uq_allocation_subject UNIQUE (subject),
        CONSTRAINT uq_allocation_number UNIQUE (number)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE allocation_error (
        id INTEGER NOT NULL,
        subject TEXT NOT NULL,
        given TEXT NOT NULL,
        found_on TEXT NOT NULL,
        description TEXT NOT NULL,
        entry_no INTEGER NOT NULL,
        CONSTRAINT pk_allocation_error PRIMARY KEY (id),
        CONSTRAINT fk_allocation_error_subject FOREIGN KEY(subject) REFERENCES allocation (subject)
    )
     WITHOUT ROWID,
     STRICT
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
