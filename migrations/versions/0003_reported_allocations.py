"""Allocations made outside the application; a wrong allocation may be recorded of those too."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE reported_allocation (
        subject TEXT NOT NULL,
        number TEXT NOT NULL,
        arm TEXT NOT NULL,
        method TEXT NOT NULL,
        stratum TEXT NOT NULL,
        allocated_at TEXT NOT NULL,
        informed_by TEXT NOT NULL,
        entry_no INTEGER NOT NULL,
        CONSTRAINT pk_reported_allocation PRIMARY KEY (subject),
        CONSTRAINT fk_reported_allocation_subject FOREIGN KEY(subject) REFERENCES subject (number),
        CONSTRAINT uq_reported_allocation_number UNIQUE (number),
        CONSTRAINT ck_reported_allocation_method CHECK (method IN ('ENVELOPE', 'CENTRAL'))
    )
     WITHOUT ROWID,
     STRICT
    """,
    # the same table, its subjects no longer those of the list alone
    """
    CREATE TABLE allocation_error_next (
        id INTEGER NOT NULL,
        subject TEXT NOT NULL,
        given TEXT NOT NULL,
        found_on TEXT NOT NULL,
        description TEXT NOT NULL,
        entry_no INTEGER NOT NULL,
        CONSTRAINT pk_allocation_error PRIMARY KEY (id),
        CONSTRAINT fk_allocation_error_subject FOREIGN KEY(subject) REFERENCES subject (number)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    INSERT INTO allocation_error_next (id, subject, given, found_on, description, entry_no)
    SELECT id, subject, given, found_on, description, entry_no FROM allocation_error
    """,
    """
    DROP TABLE allocation_error
    """,
    """
    ALTER TABLE allocation_error_next RENAME TO allocation_error
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
