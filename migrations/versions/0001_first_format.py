"""First format: the tables of the workspace database.

Stands alone: imports nothing of the program, whose tables may have another shape by the time this runs again.
Triggers are put in by the program after the last revision.
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE app_user (
        user_id TEXT NOT NULL,
        login TEXT NOT NULL,
        name_en TEXT NOT NULL,
        name_zh TEXT NOT NULL,
        role TEXT NOT NULL,
        organisation TEXT NOT NULL,
        public_key TEXT NOT NULL,
        active INTEGER NOT NULL,
        settings TEXT NOT NULL,
        CONSTRAINT pk_app_user PRIMARY KEY (user_id),
        CONSTRAINT uq_app_user_login UNIQUE (login),
        CONSTRAINT ck_app_user_active CHECK (active IN (0, 1)),
        CONSTRAINT ck_app_user_settings_json CHECK (json_valid(settings)),
        CONSTRAINT ck_app_user_public_key CHECK (length(public_key) = 64)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE attachment (
        sha256 TEXT NOT NULL,
        file_name TEXT NOT NULL,
        media_type TEXT NOT NULL,
        size INTEGER NOT NULL,
        taken TEXT NOT NULL,
        thumbnail BLOB NOT NULL,
        cipher_sha256 TEXT NOT NULL,
        CONSTRAINT pk_attachment PRIMARY KEY (sha256),
        CONSTRAINT ck_attachment_sha256 CHECK (length(sha256) = 64),
        CONSTRAINT ck_attachment_cipher_sha256 CHECK (length(cipher_sha256) = 64)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE ledger_entry (
        no INTEGER NOT NULL,
        utc TEXT NOT NULL,
        user_id TEXT NOT NULL,
        command TEXT NOT NULL,
        object TEXT NOT NULL,
        body TEXT NOT NULL,
        hash BLOB NOT NULL,
        signature BLOB NOT NULL,
        CONSTRAINT pk_ledger_entry PRIMARY KEY (no),
        CONSTRAINT ck_ledger_entry_no CHECK (no >= 1),
        CONSTRAINT ck_ledger_entry_hash CHECK (length(hash) = 32),
        CONSTRAINT ck_ledger_entry_signature CHECK (length(signature) = 64)
    )
     STRICT
    """,
    """
    CREATE TABLE site_row (
        kind TEXT NOT NULL,
        row_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        active INTEGER NOT NULL,
        content TEXT NOT NULL,
        CONSTRAINT pk_site_row PRIMARY KEY (kind, row_id, version),
        CONSTRAINT ck_site_row_kind CHECK (
            kind IN ('laboratory', 'reference_range', 'consent_version', 'delegate', 'half_life', 'storage_limit')
        ),
        CONSTRAINT ck_site_row_active CHECK (active IN (0, 1)),
        CONSTRAINT ck_site_row_content_json CHECK (json_valid(content))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE study_parameter (
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        confirmed INTEGER NOT NULL,
        note TEXT NOT NULL,
        CONSTRAINT pk_study_parameter PRIMARY KEY (name),
        CONSTRAINT ck_study_parameter_confirmed CHECK (confirmed IN (0, 1))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE study_version (
        oid TEXT NOT NULL,
        version TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        content BLOB NOT NULL,
        CONSTRAINT pk_study_version PRIMARY KEY (oid, version),
        CONSTRAINT ck_study_version_sha256 CHECK (length(sha256) = 64)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE subject (
        number TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        state TEXT NOT NULL,
        arm TEXT NOT NULL,
        details TEXT NOT NULL,
        CONSTRAINT pk_subject PRIMARY KEY (number),
        CONSTRAINT uq_subject_ordinal UNIQUE (ordinal),
        CONSTRAINT ck_subject_details_json CHECK (json_valid(details))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE workspace (
        id TEXT NOT NULL,
        created TEXT NOT NULL,
        format INTEGER NOT NULL,
        study_oid TEXT NOT NULL,
        study_version TEXT NOT NULL,
        site_code TEXT NOT NULL,
        site_name_en TEXT NOT NULL,
        site_name_zh TEXT NOT NULL,
        language TEXT NOT NULL,
        synthetic INTEGER NOT NULL,
        CONSTRAINT pk_workspace PRIMARY KEY (id),
        CONSTRAINT ck_workspace_language CHECK (language IN ('en', 'zh')),
        CONSTRAINT ck_workspace_synthetic CHECK (synthetic IN (0, 1))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE event_state (
        subject TEXT NOT NULL,
        event TEXT NOT NULL,
        event_repeat INTEGER NOT NULL,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        visit_date TEXT NOT NULL,
        worst_form_state TEXT NOT NULL,
        open_queries INTEGER NOT NULL,
        out_of_window INTEGER NOT NULL,
        details TEXT NOT NULL,
        CONSTRAINT pk_event_state PRIMARY KEY (subject, event, event_repeat),
        CONSTRAINT fk_event_state_subject FOREIGN KEY(subject) REFERENCES subject (number),
        CONSTRAINT ck_event_state_state CHECK (state IN ('planned', 'due', 'started', 'done', 'missed', 'cancelled')),
        CONSTRAINT ck_event_state_out_of_window CHECK (out_of_window IN (0, 1)),
        CONSTRAINT ck_event_state_details_json CHECK (json_valid(details)),
        CONSTRAINT ck_event_state_open_queries CHECK (open_queries >= 0)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE finding (
        subject TEXT NOT NULL,
        rule TEXT NOT NULL,
        address TEXT NOT NULL,
        severity TEXT NOT NULL,
        at_event TEXT NOT NULL,
        at_event_repeat INTEGER NOT NULL,
        at_form TEXT NOT NULL,
        at_form_repeat INTEGER NOT NULL,
        parameters TEXT NOT NULL,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        since_entry INTEGER NOT NULL,
        CONSTRAINT pk_finding PRIMARY KEY (subject, rule, address),
        CONSTRAINT fk_finding_subject FOREIGN KEY(subject) REFERENCES subject (number),
        CONSTRAINT ck_finding_severity CHECK (severity IN ('HARD', 'SOFT', 'DEV', 'STOP', 'INFO')),
        CONSTRAINT ck_finding_state CHECK (state IN ('open', 'confirmed')),
        CONSTRAINT ck_finding_parameters_json CHECK (json_valid(parameters))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE form_state (
        subject TEXT NOT NULL,
        event TEXT NOT NULL,
        event_repeat INTEGER NOT NULL,
        form TEXT NOT NULL,
        form_repeat INTEGER NOT NULL,
        form_version TEXT NOT NULL,
        state TEXT NOT NULL,
        answered INTEGER NOT NULL,
        total INTEGER NOT NULL,
        completed_at TEXT NOT NULL,
        completed_by TEXT NOT NULL,
        first_completed_at TEXT NOT NULL,
        reason TEXT NOT NULL,
        CONSTRAINT pk_form_state PRIMARY KEY (subject, event, event_repeat, form, form_repeat),
        CONSTRAINT fk_form_state_subject FOREIGN KEY(subject) REFERENCES subject (number),
        CONSTRAINT ck_form_state_state CHECK (
            state IN ('not_started', 'in_progress', 'complete', 'not_done', 'not_applicable', 'verified', 'signed',
                      'locked')
        )
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE group_row (
        subject TEXT NOT NULL,
        event TEXT NOT NULL,
        event_repeat INTEGER NOT NULL,
        form TEXT NOT NULL,
        form_repeat INTEGER NOT NULL,
        grp TEXT NOT NULL,
        "row" INTEGER NOT NULL,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        CONSTRAINT pk_group_row PRIMARY KEY (subject, event, event_repeat, form, form_repeat, grp, "row"),
        CONSTRAINT fk_group_row_subject FOREIGN KEY(subject) REFERENCES subject (number),
        CONSTRAINT ck_group_row_state CHECK (state IN ('active', 'deleted'))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE item_change (
        entry_no INTEGER NOT NULL,
        change_no INTEGER NOT NULL,
        subject TEXT NOT NULL,
        event TEXT NOT NULL,
        event_repeat INTEGER NOT NULL,
        form TEXT NOT NULL,
        form_repeat INTEGER NOT NULL,
        grp TEXT NOT NULL,
        "row" INTEGER NOT NULL,
        item TEXT NOT NULL,
        text TEXT NOT NULL,
        missing TEXT NOT NULL,
        reason TEXT NOT NULL,
        operator TEXT NOT NULL,
        unit TEXT NOT NULL,
        standard TEXT NOT NULL,
        standard_unit TEXT NOT NULL,
        exact TEXT NOT NULL,
        status TEXT NOT NULL,
        code TEXT NOT NULL,
        flags TEXT NOT NULL,
        source TEXT NOT NULL,
        change_reason TEXT NOT NULL,
        rule TEXT NOT NULL,
        CONSTRAINT pk_item_change PRIMARY KEY (entry_no, change_no),
        CONSTRAINT fk_item_change_subject FOREIGN KEY(subject) REFERENCES subject (number),
        CONSTRAINT fk_item_change_entry FOREIGN KEY(entry_no) REFERENCES ledger_entry (no),
        CONSTRAINT ck_item_change_source CHECK (source IN ('typed', 'derived', 'system', 'default', 'copied')),
        CONSTRAINT ck_item_change_missing CHECK (missing IN ('', 'ND', 'UK', 'NA'))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE item_current (
        subject TEXT NOT NULL,
        event TEXT NOT NULL,
        event_repeat INTEGER NOT NULL,
        form TEXT NOT NULL,
        form_repeat INTEGER NOT NULL,
        grp TEXT NOT NULL,
        "row" INTEGER NOT NULL,
        item TEXT NOT NULL,
        text TEXT NOT NULL,
        missing TEXT NOT NULL,
        reason TEXT NOT NULL,
        operator TEXT NOT NULL,
        unit TEXT NOT NULL,
        standard TEXT NOT NULL,
        standard_unit TEXT NOT NULL,
        exact TEXT NOT NULL,
        status TEXT NOT NULL,
        code TEXT NOT NULL,
        flags TEXT NOT NULL,
        source TEXT NOT NULL,
        entry_no INTEGER NOT NULL,
        change_no INTEGER NOT NULL,
        CONSTRAINT pk_item_current PRIMARY KEY (subject, event, event_repeat, form, form_repeat, grp, "row", item),
        CONSTRAINT fk_item_current_subject FOREIGN KEY(subject) REFERENCES subject (number),
        CONSTRAINT ck_item_current_source CHECK (source IN ('typed', 'derived', 'system', 'default', 'copied')),
        CONSTRAINT ck_item_current_missing CHECK (missing IN ('', 'ND', 'UK', 'NA'))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE "query" (
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
        CONSTRAINT pk_query PRIMARY KEY (id),
        CONSTRAINT fk_query_subject FOREIGN KEY(subject) REFERENCES subject (number),
        CONSTRAINT ck_query_kind CHECK (kind IN ('system')),
        CONSTRAINT ck_query_state CHECK (state IN ('open', 'answered', 'closed', 'cancelled')),
        CONSTRAINT ck_query_text_json CHECK (json_valid(text))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE signature (
        id INTEGER NOT NULL,
        subject TEXT NOT NULL,
        record TEXT NOT NULL,
        meaning TEXT NOT NULL,
        user_id TEXT NOT NULL,
        signed_at TEXT NOT NULL,
        digest TEXT NOT NULL,
        entry_no INTEGER NOT NULL,
        reason TEXT NOT NULL,
        CONSTRAINT pk_signature PRIMARY KEY (id),
        CONSTRAINT fk_signature_user FOREIGN KEY(user_id) REFERENCES app_user (user_id),
        CONSTRAINT ck_signature_digest CHECK (length(digest) = 64)
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE TABLE snapshot (
        id INTEGER NOT NULL,
        subject TEXT NOT NULL,
        kind TEXT NOT NULL,
        content TEXT NOT NULL,
        entry_no INTEGER NOT NULL,
        CONSTRAINT pk_snapshot PRIMARY KEY (id),
        CONSTRAINT fk_snapshot_subject FOREIGN KEY(subject) REFERENCES subject (number),
        CONSTRAINT ck_snapshot_kind CHECK (kind IN ('eligibility')),
        CONSTRAINT ck_snapshot_content_json CHECK (json_valid(content))
    )
     WITHOUT ROWID,
     STRICT
    """,
    """
    CREATE INDEX ix_ledger_entry_command ON ledger_entry (command, no)
    """,
    """
    CREATE INDEX ix_ledger_entry_user ON ledger_entry (user_id, no)
    """,
    """
    CREATE INDEX ix_event_state_matrix ON
    event_state (subject, event, event_repeat, state, visit_date, worst_form_state, open_queries, out_of_window)
    """,
    """
    CREATE INDEX ix_item_change_key ON
    item_change (subject, event, event_repeat, form, form_repeat, grp, row, item, entry_no)
    """,
    """
    CREATE INDEX ix_query_subject ON query (subject, state)
    """,
    """
    CREATE INDEX ix_signature_subject ON signature (subject, record)
    """,
    """
    CREATE INDEX ix_snapshot_subject ON snapshot (subject, kind)
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
