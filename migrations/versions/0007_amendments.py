"""Amendments: which version of the study each subject follows, and from which visit on."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATEMENT = """
    CREATE TABLE subject_version (
        subject TEXT NOT NULL,
        number INTEGER NOT NULL,
        version TEXT NOT NULL,
        from_event TEXT NOT NULL,
        from_event_repeat INTEGER NOT NULL,
        kept TEXT NOT NULL,
        entry_no INTEGER NOT NULL,
        reason TEXT NOT NULL,
        CONSTRAINT pk_subject_version PRIMARY KEY (subject, number),
        CONSTRAINT fk_subject_version_subject FOREIGN KEY(subject) REFERENCES subject (number),
        CONSTRAINT ck_subject_version_number CHECK (number >= 1),
        CONSTRAINT ck_subject_version_from_event CHECK ((number = 1) = (from_event = '')),
        CONSTRAINT ck_subject_version_kept_json CHECK (json_valid(kept))
    )
     WITHOUT ROWID,
     STRICT
    """


def upgrade() -> None:
    op.execute(STATEMENT)
