"""The tables of signed and scanned paper."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, LargeBinary

from crf_app.store.columns import key, number, one_of, table, text

CERTIFICATE = table(
    "certificate",
    text("fingerprint"), text("user_id"), text("kind"), Column("content", LargeBinary, nullable=False), number("entry_no"),
    key("certificate", "fingerprint"),
    ForeignKeyConstraint(["user_id"], ["app_user.user_id"], name="fk_certificate_user"),
    one_of("certificate", "kind", ("site", "own")),
    CheckConstraint("length(fingerprint) = 64", name="ck_certificate_fingerprint"),
)

PAPER_SIGNATURE = table(
    "paper_signature",
    number("id"), text("subject"), text("sha256_before"), text("sha256"), number("place"), text("user_id"),
    text("meaning"), text("reason", default=""), text("certificate"), text("signed_at"), number("entry_no"),
    key("paper_signature", "id"),
    ForeignKeyConstraint(["user_id"], ["app_user.user_id"], name="fk_paper_signature_user"),
    ForeignKeyConstraint(["certificate"], ["certificate.fingerprint"], name="fk_paper_signature_certificate"),
    CheckConstraint("length(sha256) = 64", name="ck_paper_signature_sha256"),
    CheckConstraint("length(sha256_before) = 64", name="ck_paper_signature_sha256_before"),
)

SCAN_PAGE = table(
    "scan_page",
    text("sha256"), number("page"), text("state"), text("subject", default=""), text("event", default=""),
    number("event_repeat", default=1), text("form", default=""), number("form_repeat", default=1),
    text("form_version", default=""), text("form_page", default=""), text("found_by", default=""),
    text("reason", default=""), number("entry_no"),
    key("scan_page", "sha256", "page"),
    ForeignKeyConstraint(["sha256"], ["attachment.sha256"], name="fk_scan_page_attachment"),
    one_of("scan_page", "state", ("filed", "unfiled", "set_aside")),
    one_of("scan_page", "found_by", ("", "code", "hand")),
)

PAPER_SETTING = table(
    "paper_setting",
    text("name"), text("value"),
    key("paper_setting", "name"),
)
