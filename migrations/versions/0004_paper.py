"""Paper: certificates, signatures in documents, filed scans, settings of signing."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE certificate (
        fingerprint TEXT NOT NULL,
        user_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        content BLOB NOT NULL,
        entry_no INTEGER NOT NULL,
        CONSTRAINT pk_certificate PRIMARY KEY (fingerprint),
        CONSTRAINT fk_certificate_user FOREIGN KEY(user_id) REFERENCES app_user (user_id),
        CONSTRAINT ck_certificate_kind CHECK (kind IN ('site', 'own')),
        CONSTRAINT ck_certificate_fingerprint CHECK (length(fingerprint) = 64)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE paper_signature (
        id INTEGER NOT NULL,
        subject TEXT NOT NULL,
        sha256_before TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        place INTEGER NOT NULL,
        user_id TEXT NOT NULL,
        meaning TEXT NOT NULL,
        reason TEXT NOT NULL,
        certificate TEXT NOT NULL,
        signed_at TEXT NOT NULL,
        entry_no INTEGER NOT NULL,
        CONSTRAINT pk_paper_signature PRIMARY KEY (id),
        CONSTRAINT fk_paper_signature_user FOREIGN KEY(user_id) REFERENCES app_user (user_id),
        CONSTRAINT fk_paper_signature_certificate FOREIGN KEY(certificate) REFERENCES certificate (fingerprint),
        CONSTRAINT ck_paper_signature_sha256 CHECK (length(sha256) = 64),
        CONSTRAINT ck_paper_signature_sha256_before CHECK (length(sha256_before) = 64)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE INDEX ix_paper_signature_subject ON paper_signature (subject)
    """,
    """
    CREATE TABLE scan_page (
        sha256 TEXT NOT NULL,
        page INTEGER NOT NULL,
        state TEXT NOT NULL,
        subject TEXT NOT NULL,
        event TEXT NOT NULL,
        event_repeat INTEGER NOT NULL,
        form TEXT NOT NULL,
        form_repeat INTEGER NOT NULL,
        form_version TEXT NOT NULL,
        form_page TEXT NOT NULL,
        found_by TEXT NOT NULL,
        reason TEXT NOT NULL,
        entry_no INTEGER NOT NULL,
        CONSTRAINT pk_scan_page PRIMARY KEY (sha256, page),
        CONSTRAINT fk_scan_page_attachment FOREIGN KEY(sha256) REFERENCES attachment (sha256),
        CONSTRAINT ck_scan_page_state CHECK (state IN ('filed', 'unfiled', 'set_aside')),
        CONSTRAINT ck_scan_page_found_by CHECK (found_by IN ('', 'code', 'hand'))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE INDEX ix_scan_page_form ON scan_page (subject, event, event_repeat, form, form_repeat)
    """,
    """
    CREATE TABLE paper_setting (
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        CONSTRAINT pk_paper_setting PRIMARY KEY (name)
    )
     WITHOUT ROWID,
     STRICT
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
